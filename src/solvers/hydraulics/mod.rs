//! Flow of water in pipe networks under pressure: the global gradient method and extended-period simulation.
//!
//! A [`network::Network`] is plain data. [`solver::Hydraulics`] finds heads and flows of one moment (Todini and Pilati 1988),
//! demand-driven or pressure-driven; [`simulation::Simulation`] follows tanks, patterns, controls and outages through
//! time. Element laws and status logic are those of EPANET 2.2 (Rossman et al., EPA/600/R-20/133, 2020), so that results
//! can be held against it. There is no water quality and no transient (water hammer) here, and no names, costs or files.

mod changes;
pub mod closure;
pub mod control;
pub mod curve;
pub mod demand;
pub mod energy;
mod friction;
mod held;
mod isolation;
mod losses;
pub mod network;
pub mod outcome;
mod power;
pub mod pump;
pub mod residual;
pub mod rule;
pub mod simulation;
pub mod solver;
pub mod state;
mod status;
pub mod tank;
pub mod times;
mod timestep;

#[cfg(test)]
mod hand_cases;

pub use friction::CUBIC_FOOT_M3;
pub use friction::FOOT_M;
