//! The plain typed tables of a run that cross walls: events with causes, recorded series, executed commands.
//!
//! They are written, never read, by the simulation; a fork starts with empty tables but goes on counting ids.

use crate::engine::element::ElementId;
use crate::engine::points::PointId;
use bevy_ecs::resource::Resource;
use serde::Deserialize;
use serde::Serialize;

/// Number of an event, unique in its run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EventId(pub u64);

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Its number.
    pub id: EventId,
    /// Seconds after the start of the run.
    pub t_s: u64,
    /// What happened, a fixed snake_case word such as `line_trip`.
    pub kind: String,
    /// To which element, if any.
    pub element: Option<ElementId>,
    /// The event that caused it; none for outside inputs.
    pub cause: Option<EventId>,
    /// Customers who lost (positive) or regained (negative) supply by it; 0 if none.
    pub customers: f64,
    /// In words, with numbers and units.
    pub note: String,
}

/// A command that was applied, clipped or refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecisionRow {
    /// Seconds after the start of the run.
    pub t_s: u64,
    /// Who gave it.
    pub actor: String,
    /// The point set.
    pub point: PointId,
    /// Value asked for, in the point's unit.
    pub asked: f64,
    /// Value that holds now, in the point's unit.
    pub applied: f64,
    /// `applied`, `clipped`, `rate_limited` or `refused`.
    pub outcome: String,
    /// Why it was given.
    pub reason: String,
}

/// Values of the recorded points, a row an interval.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// The points, in column order.
    pub points: Vec<PointId>,
    /// Times, seconds after the start of the run.
    pub t_s: Vec<u64>,
    /// Row-major values, `t_s.len() * points.len()`, in the points' units.
    pub values: Vec<f64>,
}

impl Series {
    /// The column of a point, if it is recorded.
    #[must_use]
    pub fn column(&self, point: PointId) -> Option<Vec<f64>> {
        let j = self.points.iter().position(|p| *p == point)?;
        Some(
            self.values
                .iter()
                .skip(j)
                .step_by(self.points.len())
                .copied()
                .collect(),
        )
    }
}

/// A vehicle's halt at a stop, as operated.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StopVisit {
    /// Midnight of its service day, seconds after midnight of the run's first day.
    pub day_s: i64,
    /// Trip, as an index of the city's trips.
    pub trip: u32,
    /// Position of the stop in the trip's pattern.
    pub position: u16,
    /// Vehicle, as an index of the city's fleet in order of depots and types.
    pub vehicle: u16,
    /// Arrival, seconds after midnight of the run's first day.
    pub arrival_s: f32,
    /// Departure, seconds after midnight of the run's first day.
    pub departure_s: f32,
    /// Planned departure, seconds after midnight of the run's first day.
    pub planned_s: f32,
    /// Passengers who got on.
    pub boarded: u16,
    /// Passengers who got off.
    pub alighted: u16,
    /// Passengers on board on leaving.
    pub load: u16,
    /// Passengers left behind for want of room.
    pub denied: u16,
}

/// Everything recorded of a run.
#[derive(Resource, Clone, Debug, Default, Serialize, Deserialize)]
pub struct Record {
    /// Events in order.
    pub events: Vec<Event>,
    /// Commands in order.
    pub decisions: Vec<DecisionRow>,
    /// Halts of public transport in order of departure.
    pub stop_visits: Vec<StopVisit>,
    /// Recorded points.
    pub series: Series,
    /// Whether events, decisions and rows are kept (a fork for look-ahead keeps none).
    pub keep: bool,
    next_event: u64,
}

impl Record {
    /// An empty record.
    #[must_use]
    pub fn new(keep: bool) -> Self {
        Self {
            keep,
            ..Self::default()
        }
    }

    /// Number that the next event will get.
    #[must_use]
    pub fn next_event(&self) -> u64 {
        self.next_event
    }

    /// Goes on counting from `next`, as a restored run does.
    pub fn resume_at(&mut self, next: u64) {
        self.next_event = next;
    }

    /// Notes an event and returns its number.
    pub fn event(
        &mut self,
        t_s: u64,
        kind: &str,
        element: Option<ElementId>,
        cause: Option<EventId>,
        customers: f64,
        note: impl FnOnce() -> String,
    ) -> EventId {
        let id = EventId(self.next_event);
        self.next_event += 1;
        if self.keep {
            self.events.push(Event {
                id,
                t_s,
                kind: kind.to_owned(),
                element,
                cause,
                customers,
                note: note(),
            });
        }
        id
    }
}
