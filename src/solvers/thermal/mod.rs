//! Heat in equipment and buildings: how hot a thing gets under load and weather, what it may carry, how fast it ages.
//!
//! Every model is a small struct of parameters with pure, allocation-free steps over plain `f64` state, so that a
//! domain can loop over its arrays. Nothing here knows a clock, a file, an entity or a random number.

pub mod building;
pub mod building_kind;
pub mod cable;
pub mod conductor;
pub mod heat_island;
pub mod photovoltaic;
pub mod psychrometrics;
pub mod transformer;
