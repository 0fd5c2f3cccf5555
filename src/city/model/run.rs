//! The resolved description of one run: everything that decides it, besides the commands given while it runs.

use crate::city::model::city::City;
use crate::city::model::parameters::Parameters;
use crate::city::model::weather::WeatherSeries;
use jiff::civil::DateTime;
use serde::Deserialize;
use serde::Serialize;
use std::sync::Arc;

/// Something done to the city at a set time, resolved to element names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedEvent {
    /// Name of the hazard, one of `city::hazards`.
    pub hazard: String,
    /// Seconds after the start of the run.
    pub at_s: u64,
    /// When it ends, seconds after the start of the run; none if it is not undone by itself.
    pub until_s: Option<u64>,
    /// Names of the elements it strikes, such as `grid/transformer/S03-T1`.
    pub elements: Vec<String>,
    /// The hazard's own size, in the unit that it documents.
    pub value: Option<f64>,
}

/// One run.
#[derive(Clone, Debug, PartialEq)]
pub struct RunPlan {
    /// Scenario's name.
    pub scenario: String,
    /// Scenario's description for people.
    pub description: String,
    /// City.
    pub city: Arc<City>,
    /// Weather, covering the horizon and the longest forecast lead.
    pub weather: Arc<WeatherSeries>,
    /// Planned events in order of time.
    pub events: Vec<PlannedEvent>,
    /// Name of the controller, as people call it.
    pub controller: String,
    /// The registered controller that acts under that name: the same name unless it came from a controller file.
    pub controller_base: String,
    /// Constants set for it; all others keep their defaults.
    pub controller_parameters: Parameters,
    /// Seed of all random streams.
    pub seed: u64,
    /// Local standard time at the start.
    pub start: DateTime,
    /// Length, seconds.
    pub horizon_s: u64,
    /// Base step, seconds.
    pub step_s: u32,
    /// Spacing of control decisions, seconds; a multiple of the step.
    pub control_interval_s: u32,
    /// Spacing of recorded rows, seconds; a multiple of the step.
    pub record_interval_s: u32,
}
