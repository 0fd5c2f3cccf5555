//! The state of each network element, one component type a table; everything here is captured and restored.
//!
//! Values marked *output* are written by the solve for later stages and the points; they are state all the same, since
//! relays, thermostats and tap changers answer to the last step's values.

use crate::engine::record::EventId;
use bevy_ecs::component::Component;
use serde::Deserialize;
use serde::Serialize;

/// Index of an entity's row in its table of the static grid.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot(pub usize);

/// What a switch or relay did last to an element.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Breaker {
    /// Whether it is closed.
    pub closed: bool,
    /// Whether a relay (not a command) opened it.
    pub tripped: bool,
    /// Whether a command (not a relay) opened it.
    pub commanded_open: bool,
    /// The event that opened it.
    pub cause: Option<EventId>,
    /// Progress of its overload relay towards tripping, 0 to 1.
    pub overload: f64,
}

/// Wear of an element: it fails when the integral of its hazard rate reaches a threshold drawn for this life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Wear {
    /// Integral of the hazard rate since the last repair.
    pub hazard: f64,
    /// Threshold, exponential with mean 1.
    pub threshold: f64,
    /// Failures so far; the counter of the next threshold's draw.
    pub failures: u32,
    /// Whether it is broken now.
    pub failed: bool,
    /// The event of the failure.
    pub cause: Option<EventId>,
}

/// Temperatures of an oil-immersed transformer, as `solvers::thermal::transformer` keeps them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OilHeat {
    /// Top oil, degrees Celsius.
    pub top_oil_c: f64,
    /// Winding's part of the hot-spot gradient, kelvin.
    pub winding_rise_k: f64,
    /// Oil's lag behind it, kelvin.
    pub oil_lag_k: f64,
}

impl OilHeat {
    /// Hottest-spot temperature, degrees Celsius.
    #[must_use]
    pub fn hot_spot_c(&self) -> f64 {
        self.top_oil_c + self.winding_rise_k - self.oil_lag_k
    }
}

/// A line or cable.
#[derive(Component, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LineState {
    /// Its switches.
    pub breaker: Breaker,
    /// Its wear.
    pub wear: Wear,
    /// Seconds after the start at which the fault is located for the control room.
    pub located_at_s: Option<u64>,
    /// The feeder head that cleared its fault, as an index.
    pub cleared_by: Option<usize>,
    /// Whether a crew has been asked to bring its switches to the set-point.
    pub switch_asked: Option<bool>,
    /// Real power into the line at the from end, megawatts (output).
    pub p_mw: f64,
    /// Larger of the two ends' apparent powers, megavolt-amperes (output).
    pub s_mva: f64,
    /// Current, amperes (output).
    pub current_a: f64,
    /// Continuous rating in the present weather, megavolt-amperes (output).
    pub rating_mva: f64,
    /// Conductor temperature, degrees Celsius.
    pub conductor_c: f64,
    /// Rise of a cable's conductor over its surface, kelvin.
    pub cable_rise_k: f64,
    /// Rise of a cable's surface over undisturbed soil, kelvin.
    pub soil_rise_k: f64,
    /// Whether it is connected to a live bus (output).
    pub energised: bool,
}

/// A power transformer.
#[derive(Component, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TransformerState {
    /// Its breakers.
    pub breaker: Breaker,
    /// Its wear.
    pub wear: Wear,
    /// Whether a crew has been asked to close it.
    pub switch_asked: bool,
    /// Tap position.
    pub tap: i32,
    /// Voltage that its tap changer holds, per unit.
    pub v_set_pu: f64,
    /// Real power at the high-voltage side, megawatts (output).
    pub p_mw: f64,
    /// Reactive power at the high-voltage side, megavars (output).
    pub q_mvar: f64,
    /// Apparent power, megavolt-amperes (output).
    pub s_mva: f64,
    /// Its temperatures.
    pub heat: OilHeat,
    /// Insulation life used since the start, hours.
    pub life_used_h: f64,
    /// Whether it is connected to a live bus (output).
    pub energised: bool,
}

/// A feeder's breaker and what went through it.
#[derive(Component, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FeederState {
    /// Its breaker.
    pub breaker: Breaker,
    /// Whether a crew has been asked to close it.
    pub switch_asked: bool,
    /// Power through the breaker, megawatts (output).
    pub p_mw: f64,
    /// Apparent power through the breaker, megavolt-amperes (output).
    pub s_mva: f64,
    /// What its customers would draw, megawatts (output).
    pub demand_mw: f64,
    /// Its customers without supply (output).
    pub customers_out: f64,
}

/// The customers behind one group of service transformers.
#[derive(Component, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LoadState {
    /// Indoor air of cooled homes, degrees Celsius.
    pub home_air_c: f64,
    /// Building mass of cooled homes, degrees Celsius.
    pub home_mass_c: f64,
    /// Indoor air of shops and offices, degrees Celsius.
    pub shop_air_c: f64,
    /// Building mass of shops and offices, degrees Celsius.
    pub shop_mass_c: f64,
    /// Extra demand after an outage, share of the uncooled demand (decays).
    pub pickup: f64,
    /// Seconds for which nobody has had supply so far in the present outage; 0 if somebody has.
    pub dark_s: f64,
    /// Whether the present outage has been counted as a sustained interruption.
    pub counted: bool,
    /// Share of the customers whom the present outage took: those with sound service transformers.
    pub dark_share: f64,
    /// Service transformers out of order.
    pub failed_units: u32,
    /// Those of them whose customers have been counted as interrupted.
    pub counted_units: u32,
    /// Seconds for which some service transformer has been out of order.
    pub units_out_s: f64,
    /// Wear of its service transformers; `failed` is not used, `failures` counts.
    pub wear: Wear,
    /// Temperatures of its service transformers.
    pub heat: OilHeat,
    /// Roof photovoltaics now, megawatts (output; 0 when dark).
    pub pv_mw: f64,
    /// What the customers would draw, megawatts (output).
    pub demand_mw: f64,
    /// Air conditioning in it, megawatts (output).
    pub cooling_mw: f64,
    /// What they draw, megawatts (output).
    pub served_mw: f64,
    /// Share of the customers that is supplied (output).
    pub supplied: f64,
}

/// A generating unit.
#[derive(Component, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PlantState {
    /// Its wear.
    pub wear: Wear,
    /// Share of capacity left by damage.
    pub derate: f64,
    /// Whether a command has taken it off its day-ahead schedule: for good, since a command holds until the next one.
    pub commanded: bool,
    /// Set-point, megawatts.
    pub p_set_mw: f64,
    /// Voltage that it holds, per unit.
    pub v_set_pu: f64,
    /// Output, megawatts.
    pub p_mw: f64,
    /// Reactive output, megavars (output).
    pub q_mvar: f64,
    /// Capacity in the present weather, megawatts (output; 0 when failed).
    pub available_mw: f64,
}

/// A neighbouring system.
#[derive(Component, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ExternalState {
    /// Import limit in force while the tie is up, megawatts.
    pub limit_mw: f64,
    /// Whether the neighbour is lost: it neither feeds the city nor takes its balance.
    pub out: bool,
    /// Import, megawatts (output; export is negative).
    pub p_mw: f64,
    /// Seconds for which the import has been over its limit.
    pub over_limit_s: f64,
}

impl ExternalState {
    /// Most that may be imported now, megawatts.
    #[must_use]
    pub fn importable_mw(&self) -> f64 {
        if self.out { 0.0 } else { self.limit_mw }
    }
}

/// A grid battery.
#[derive(Component, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BatteryState {
    /// State of charge, share of the usable energy.
    pub soc: f64,
    /// Whether it is broken.
    pub failed: bool,
    /// Set-point, megawatts; discharge is positive.
    pub p_set_mw: f64,
    /// Power, megawatts; discharge is positive (output).
    pub p_mw: f64,
}
