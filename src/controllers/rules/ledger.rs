//! What the rules remember: which feeder they opened and why, what they moved over which tie, what tripped when.
//!
//! It is the controller's whole state, plain data in order of elements, captured and restored bit for bit.

use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;

/// A branch of the mesh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Branch {
    /// A line.
    Line(usize),
    /// A transformer between two mesh buses.
    Transformer(usize),
}

/// Why a feeder was shed; it is released when that cause has margin again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Cause {
    /// The city is short of supply.
    Supply,
    /// The transformers of this substation are too hot or too heavily loaded.
    Substation(usize),
    /// A transmission line is overloaded.
    Line(usize),
    /// A transformer within the mesh is.
    Transformer(usize),
    /// Opened on a dead busbar, so that it can be taken back step by step.
    Prepare(usize),
}

/// A feeder that the rules keep dark.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shed {
    /// When it was opened, seconds.
    pub since_s: u64,
    /// Why.
    pub cause: Cause,
    /// What it drew then, megawatts.
    pub was_mw: f64,
}

/// A switch on the way from a feeder's breaker to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Switch {
    /// A feeder's breaker.
    Head(usize),
    /// A line's switches.
    Line(usize),
}

/// Load of one feeder that another carries for a while.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Transfer {
    /// Feeder it belongs to.
    pub donor: usize,
    /// Feeder that carries it.
    pub receiver: usize,
    /// Switch opened.
    pub opened: Switch,
    /// Tie closed.
    pub tie: usize,
    /// Since when, seconds.
    pub since_s: u64,
    /// Line with the fault that made it necessary; none for relief of an overload.
    pub fault: Option<usize>,
    /// Whether a crew is on its way to close the tie by hand.
    pub asked: bool,
}

/// What is remembered of a feeder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FeederMemory {
    /// When its relay opened it, seconds; none while in service.
    pub tripped_s: Option<u64>,
    /// When the rules last reclosed it after a trip.
    pub reclosed_s: Option<u64>,
    /// Since when it has been without supply, by whatever cause.
    pub dark_s: Option<u64>,
    /// When it last came back after more than five minutes, and the factor of cold load then.
    pub back: Option<(u64, f64)>,
    /// How many rotations of shedding it has borne.
    pub rounds: u32,
    /// When it was last released from shedding.
    pub released_s: Option<u64>,
    /// What it drew when last in service, megawatts.
    pub last_mw: f64,
}

/// What is remembered of a transformer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TransformerMemory {
    /// When it was found open without a fault, seconds.
    pub tripped_s: Option<u64>,
    /// When the rules last closed it.
    pub closed_s: Option<u64>,
    /// When its voltage set-point was last moved.
    pub tapped_s: Option<u64>,
}

/// What is remembered of a plant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PlantMemory {
    /// Since when it has been committed, seconds; none if it stands.
    pub on_s: Option<u64>,
    /// Set-point in force, megawatts; none before the first dispatch.
    pub p_set_mw: Option<f64>,
}

/// The learned daily shape of the net load.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Learned {
    /// Observed over modelled load by hour of day; 0 where not seen yet.
    pub ratio: [f64; 24],
    /// The latest ratio, smoothed; 0 before the first observation.
    pub now: f64,
}

/// All of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ledger {
    /// Feeders that are shed.
    pub shed: BTreeMap<usize, Shed>,
    /// When load was last shed for a cause.
    pub shed_at: BTreeMap<Cause, u64>,
    /// Loads carried by other feeders.
    pub transfers: Vec<Transfer>,
    /// Switches opened around a faulted line, by line.
    pub isolated: BTreeMap<usize, Vec<Switch>>,
    /// Decisions in a row that a branch of the mesh has been overloaded.
    pub overloaded: BTreeMap<Branch, u32>,
    /// Load, megawatts by mesh bus, that the last optimal power flow could serve only over an overloaded line.
    pub line_shed: Vec<(usize, f64)>,
    /// Share of a branch's limit given to the optimal power flow, where less than all: what experience has shown of the
    /// difference between its lossless model and the flows that came of it.
    pub trim: BTreeMap<Branch, f64>,
    /// When the rules last closed a tripped line of the mesh, by line.
    pub line_closed_s: BTreeMap<usize, u64>,
    /// When a line of the mesh was found tripped, by line.
    pub line_tripped_s: BTreeMap<usize, u64>,
    /// Feeders.
    pub feeders: Vec<FeederMemory>,
    /// Transformers.
    pub transformers: Vec<TransformerMemory>,
    /// Plants.
    pub plants: Vec<PlantMemory>,
    /// Learned daily shape.
    pub learned: Learned,
    /// When dispatch last ran, seconds.
    pub dispatched_s: Option<u64>,
    /// What the last dispatch depended on: availability and topology, hashed.
    pub dispatched_for: u64,
    /// Consecutive decisions in which supply was short.
    pub short: u32,
    /// Consecutive decisions in which import was over its limit with nothing on its way to relieve it.
    pub over: u32,
    /// What batteries are to give by plan, megawatts; what they give beyond is the plants' to take over.
    pub shaving_mw: f64,
    /// When supply was last short, or load shed for it, seconds.
    pub short_s: Option<u64>,
}

impl Ledger {
    /// An empty ledger for a grid of these sizes.
    #[must_use]
    pub fn new(feeders: usize, transformers: usize, plants: usize) -> Self {
        Self {
            feeders: vec![FeederMemory::default(); feeders],
            transformers: vec![TransformerMemory::default(); transformers],
            plants: vec![PlantMemory::default(); plants],
            ..Self::default()
        }
    }
}
