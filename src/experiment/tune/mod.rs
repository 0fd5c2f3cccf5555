//! Tuning: a search for better constants of a controller, by CMA-ES on training seeds.
//!
//! All candidates meet the same scenarios with the same seeds. What comes out was chosen because it did well on these
//! seeds, so nothing here is evidence; that is a sweep's on held-out seeds. It prints nothing and writes the journal alone.

pub mod evaluate;
pub mod journal;
pub mod objective;
pub mod search;
pub mod space;

/// The controller whose constants are searched: the only one that declares any.
pub const BASE: &str = "rules";

/// First training seed unless told otherwise: far from the seeds that people take.
pub const FIRST_SEED: u64 = 900_001;

/// Replications of every scenario for every candidate, unless told otherwise. Seeds differ by a factor of three in energy
/// not served, so a single one says little about the others.
pub const REPLICATIONS: u32 = 4;

/// Seeds of the choice among the finalists, for each search seed: those seeds are fresh, so that the winner of the search
/// does not win by the luck of the search's seeds again, and more of them tell finalists apart that are close.
pub const CHOICE_FOR_EACH_SEED: u32 = 3;

/// Finalists from the candidates; the mean of the search and the defaults come on top.
pub const FINALISTS: usize = 4;

/// How much lower than the defaults' the cost of a finalist must be, share of it, to be chosen: less is no reason to
/// leave values that have reasons.
pub const WORTH: f64 = 0.001;

/// First step of the search, share of each range: a third of the way from the middle to a bound and some more, so that
/// the first generation looks around without lying on the bounds.
pub const FIRST_STEP: f64 = 0.2;

/// Cost of a run that failed: ten times that of the defaults, worse than any run that ends, and finite.
pub const FAILED_RUN_COST: f64 = 10.0;

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct TuneSettings {
    /// Scenarios: built-in names or files.
    pub scenarios: Vec<String>,
    /// Candidates to try.
    pub budget: u32,
    /// First of the training seeds.
    pub first_seed: u64,
    /// Runs of each scenario for each candidate.
    pub replications: u32,
    /// Keys to search; empty for those that the controller declares for it.
    pub parameters: Vec<String>,
    /// Metrics and weights; empty for the composite cost.
    pub objective: Vec<(String, f64)>,
    /// Length laid over the scenarios', hours.
    pub hours: Option<f64>,
    /// Name of the controller that comes out.
    pub name: String,
}

impl TuneSettings {
    /// Seeds that every candidate is run with.
    #[must_use]
    pub fn search_seeds(&self) -> Vec<u64> {
        let count = u64::from(self.replications);
        (0..count)
            .map(|k| self.first_seed.saturating_add(k))
            .collect()
    }

    /// Seeds of the choice among the finalists: those that follow.
    #[must_use]
    pub fn choice_seeds(&self) -> Vec<u64> {
        let from = u64::from(self.replications);
        let count = from * u64::from(CHOICE_FOR_EACH_SEED);
        (from..from + count)
            .map(|k| self.first_seed.saturating_add(k))
            .collect()
    }
}
