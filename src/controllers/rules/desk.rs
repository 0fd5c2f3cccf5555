//! The desk at which one decision is made: what is known, what is remembered, what room is left, what is ordered.
//!
//! It offers the switching actions that several policies share; when to use them is theirs.

use crate::city::model::grid::Grid;
use crate::controllers::rules::config::RulesConfig;
use crate::controllers::rules::forecast::Forecast;
use crate::controllers::rules::ledger::Ledger;
use crate::controllers::rules::ledger::Switch;
use crate::controllers::rules::mesh::Mesh;
use crate::controllers::rules::orders::Orders;
use crate::controllers::rules::room::Room;
use crate::controllers::rules::situation::Situation;
use crate::controllers::rules::tags::Tags;
use crate::controllers::rules::topology::Topology;
use crate::engine::points::PointId;

/// Everything one decision works with.
#[derive(Debug)]
pub struct Desk<'a> {
    /// The static network.
    pub grid: &'a Grid,
    /// Its switching plan.
    pub topology: &'a Topology,
    /// Its high-voltage mesh.
    pub mesh: &'a Mesh,
    /// Its points.
    pub tags: &'a Tags,
    /// Thresholds.
    pub config: &'a RulesConfig,
    /// What is observed.
    pub now: &'a Situation,
    /// What is expected.
    pub forecast: &'a Forecast,
    /// What is remembered.
    pub ledger: &'a mut Ledger,
    /// What room is left.
    pub room: Room,
    /// What is ordered.
    pub orders: Orders,
}

impl Desk<'_> {
    /// Minutes since a time; infinite if it never was.
    #[must_use]
    pub fn minutes_since(&self, t_s: Option<u64>) -> f64 {
        t_s.map_or(f64::INFINITY, |t| {
            self.now.t_s.saturating_sub(t) as f64 / 60.0
        })
    }

    /// Load of a feeder at its return over its load before, by how long it has been dark.
    #[must_use]
    pub fn cold_factor(&self, dark_s: Option<u64>) -> f64 {
        let Some(since) = dark_s else { return 1.0 };
        let dark = self.minutes_since(Some(since));
        let share = (dark / self.config.cold_load_full_min).min(1.0);
        1.0 + (self.config.cold_load_factor - 1.0) * share
    }

    /// What a dark feeder would draw if it came back now, megawatts.
    #[must_use]
    pub fn expected_mw(&self, feeder: usize) -> f64 {
        let memory = &self.ledger.feeders[feeder];
        // The demand reading already knows of rooms that have warmed up, so the factor is for the last flow alone.
        self.now.feeders[feeder]
            .demand_mw
            .max(memory.last_mw * self.cold_factor(memory.dark_s))
    }

    /// The point that works a switch, if it can be worked from the control room.
    #[must_use]
    pub fn point_of(&self, switch: Switch) -> Option<PointId> {
        match switch {
            Switch::Head(feeder) => self.tags.feeders[feeder].closed,
            Switch::Line(line) => self.tags.lines[line]
                .closed
                .filter(|_| self.grid.lines[line].remote_controlled),
        }
    }

    /// Orders a switch to move; whether it was taken.
    pub fn switch(&mut self, switch: Switch, close: bool, reason: String) -> bool {
        let point = self.point_of(switch);
        self.orders
            .set(point, if close { 1.0 } else { 0.0 }, reason)
    }

    /// Whether a switch has an order in this decision or cannot be worked.
    #[must_use]
    pub fn is_busy(&self, switch: Switch) -> bool {
        self.point_of(switch)
            .is_none_or(|point| self.orders.touches(point))
    }

    /// Whether a switch is closed as observed.
    #[must_use]
    pub fn is_closed(&self, switch: Switch) -> bool {
        match switch {
            Switch::Head(feeder) => self.now.feeders[feeder].closed,
            Switch::Line(line) => self.now.line_closed[line],
        }
    }

    /// Whether a tie can be closed: open, sound, without an order or a crew on its way to it; at once if `remote`, else
    /// also by a crew.
    #[must_use]
    pub fn is_free_tie(&self, line: usize, remote: bool) -> bool {
        !self.now.line_closed[line]
            && !self.now.line_failed[line]
            && (self.grid.lines[line].remote_controlled || !remote)
            && self.tags.lines[line]
                .closed
                .is_some_and(|point| !self.orders.touches(point))
            && self.ledger.transfers.iter().all(|t| t.tie != line)
    }

    /// Orders a tie to move; a crew goes there if it is not remote. Whether the order was taken, and whether a crew is
    /// needed.
    pub fn tie(&mut self, line: usize, close: bool, reason: String) -> (bool, bool) {
        let by_crew = !self.grid.lines[line].remote_controlled;
        let reason = if by_crew {
            format!("{reason}; by hand, a crew is sent")
        } else {
            reason
        };
        let value = if close { 1.0 } else { 0.0 };
        let taken = self.orders.set(self.tags.lines[line].closed, value, reason);
        (taken, by_crew)
    }

    /// How a switch is called.
    #[must_use]
    pub fn name(&self, switch: Switch) -> String {
        match switch {
            Switch::Head(feeder) => format!("breaker {}", self.grid.feeders[feeder].id),
            Switch::Line(line) => format!("section {}", self.grid.lines[line].id),
        }
    }

    /// How a feeder is called.
    #[must_use]
    pub fn feeder_id(&self, feeder: usize) -> &str {
        &self.grid.feeders[feeder].id
    }

    /// Whether load of this feeder is away from it, or it carries load of others.
    #[must_use]
    pub fn is_in_transfer(&self, feeder: usize) -> bool {
        self.ledger
            .transfers
            .iter()
            .any(|t| t.donor == feeder || t.receiver == feeder)
    }

    /// Uses up room for a load that a feeder is about to take on.
    pub fn take_room(&mut self, feeder: usize, mw: f64, new_supply: bool) {
        self.room.feeder_mw[feeder] -= mw;
        if let Some(s) = self.grid.feeders[feeder].substation {
            self.room.substation_mw[s] -= mw;
        }
        if new_supply {
            self.room.supply_mw -= mw;
        }
    }
}
