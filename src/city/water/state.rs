//! Everything that changes in the water net during a run; all of it is state.

use crate::engine::record::EventId;
use crate::solvers::hydraulics::state::State;
use bevy_ecs::resource::Resource;
use serde::Deserialize;
use serde::Serialize;

/// Wear of a main: it bursts when the integral of its hazard passes a threshold drawn once a life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Wear {
    /// Integral of the hazard in this life.
    pub lived: f64,
    /// Where it ends.
    pub threshold: f64,
    /// How many lives it had before.
    pub life: u64,
}

/// A burst main.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Burst {
    /// Main.
    pub main: usize,
    /// Whether the main of the map itself is broken, not one of the small ones that it stands for.
    pub trunk: bool,
    /// Node at which the hole lies.
    pub node: usize,
    /// Flow of the hole at 1 m of pressure head, m3/s.
    pub coefficient: f64,
    /// Share of the node's customers who are cut off while valves hold it shut.
    pub cut: f64,
    /// Whether it is shut off.
    pub isolated: bool,
    /// Its event.
    pub event: EventId,
}

/// Hydrants open at a node.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenHydrants {
    /// Node.
    pub node: usize,
    /// How many.
    pub count: u32,
    /// Flow of all of them at 1 m of pressure head, m3/s.
    pub coefficient: f64,
    /// When they are shut, seconds since the start of the run.
    pub until_s: u64,
    /// Their event.
    pub event: EventId,
}

/// Volumes and energy since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Totals {
    /// From the sources, m3.
    pub from_sources_m3: f64,
    /// Asked for by customers, m3.
    pub asked_m3: f64,
    /// Given to customers, m3.
    pub delivered_m3: f64,
    /// Asked for and not given, m3.
    pub unserved_m3: f64,
    /// Leaked, m3.
    pub leaked_m3: f64,
    /// Out of holes of burst mains and open hydrants, m3.
    pub escaped_m3: f64,
    /// In tanks at the start, m3.
    pub stored_at_start_m3: f64,
    /// What rounding of a tank at its end took or gave, m3.
    pub clipped_m3: f64,
    /// Energy of all stations, kWh.
    pub energy_kwh: f64,
    /// Time of people below the pressure limit, person hours.
    pub low_person_h: f64,
    /// Lowest share served at any time.
    pub least_share: f64,
    /// Mains that burst.
    pub bursts: u64,
    /// Hydrants that were opened.
    pub hydrants: u64,
}

/// The present of the water net.
#[derive(Resource, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WaterState {
    /// Heads, flows and statuses of the last solve: also where the next one starts.
    pub net: State,
    /// Water in each tank, m3.
    pub volume_m3: Vec<f64>,
    /// Pumps running, by station.
    pub running: Vec<u32>,
    /// The event that left each station without power.
    pub dark: Vec<Option<EventId>>,
    /// The event that put each station out of order.
    pub failed: Vec<Option<EventId>>,
    /// Second until which the pumps' stop or start shakes each zone.
    pub surge_until_s: Vec<u64>,
    /// Wear of each main.
    pub wear: Vec<Wear>,
    /// Burst mains.
    pub bursts: Vec<Burst>,
    /// Open hydrants.
    pub hydrants: Vec<OpenHydrants>,
    /// Air temperature as households feel it: mean over about half a day, degrees Celsius.
    pub warmth_c: f64,
    /// Whether the flows have to be found anew before the next border of 5 minutes.
    pub dirty: bool,
    /// The event of each tank that is empty.
    pub empty: Vec<Option<EventId>>,
    /// The event of each district without pressure.
    pub low: Vec<Option<EventId>>,
    /// Totals.
    pub totals: Totals,
    /// Largest imbalance of a node at the last solve, m3/s.
    pub imbalance_m3s: f64,
    /// Solves so far, and those that did not converge.
    pub solves: [u64; 2],
}

impl WaterState {
    /// Whether a station can pump.
    #[must_use]
    pub fn is_working(&self, station: usize) -> bool {
        self.dark[station].is_none() && self.failed[station].is_none()
    }
}
