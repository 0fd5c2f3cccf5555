//! Autopolis simulates a city's infrastructure under stress, headless and bit for bit repeatable.
//!
//! A city is a Bevy ECS world of agents with state: lines, transformers, loads, plants, crews. A scenario puts it under
//! weather and planned events; a controller sits at its desk; a run leaves metrics, tables and charts. `README.md` says
//! how to use the program, `ARCHITECTURE.md` where things are and why, `docs/decisions/` what was chosen against what.
//!
//! # A run, from the library
//! [`scenario::build::build`] turns a scenario's name into a [`scenario::build::Prepared`] run,
//! [`experiment::execute::execute`] carries it out, [`results::export::folder::write_run_folder`] writes what it left.
//! ```no_run
//! use autopolis::experiment::execute::{Ended, Go, Orders, execute};
//! use autopolis::results::metrics;
//! use autopolis::scenario::{build::build, document::Overrides};
//!
//! let overrides = Overrides { hours: Some(6.0), ..Overrides::default() };
//! let prepared = build("calm-day", &overrides).expect("a good scenario");
//! let ended = execute(&prepared, Orders::default(), |_t_s| Go::On).expect("a run");
//! if let Ended::Finished(outcome) = ended {
//!     for (metric, value) in metrics::evaluate(&outcome) {
//!         println!("{} {value:?} {}", metric.key, metric.unit);
//!     }
//! }
//! ```
//!
//! # Modules, in reading order
//! 1. [`engine`]: what every domain shares: time, the order of a step, names, points, damage, commands, chance, state.
//! 2. [`city::model`]: what a city and a run are, as plain data.
//! 3. [`city::twin`]: the one place that knows all domains; one step.
//! 4. [`city::weather`], [`city::grid`], [`city::maintenance`], [`city::hazards`]: the domains, siblings that never import
//!    each other; [`city::coupling`] joins them.
//! 5. [`solvers`]: pure numerics: sparse systems, power flow, dispatch, thermal models.
//! 6. [`controllers`]: who sits at the desk.
//! 7. [`scenario`]: from files and recipes to runs: format, generator, importers.
//! 8. [`results`]: metrics, the story, files, charts.
//! 9. [`experiment`]: carries out runs.
//! 10. [`cli`]: the program.
//!
//! # Glossary
//! - **AC, DC power flow**: the steady state of a network given what is put in and drawn. AC has voltages and reactive
//!   power; DC is the linear approximation with real power and angles alone.
//! - **bus**: a node of the network at one voltage; lines, transformers, loads and sources meet there.
//! - **capture, restore**: the whole state of a world as plain bytes, and back.
//! - **cold-load pick-up**: load that returns from an outage larger than it left, since every room is warm and every air
//!   conditioner runs.
//! - **command**: a request to set one controllable point; the only way into a running world.
//! - **controller**: a policy that reads points at each control interval and gives commands; `none` and `rules` exist.
//! - **coupling**: one directed dependency between domains, in a file of its own.
//! - **DC-OPF**: optimal power flow on the DC model: least-cost dispatch within line limits.
//! - **domain**: a layer of the city with its own state and physics, such as the grid.
//! - **element**: a thing with a stable name, such as `grid/line/L07`.
//! - **ENS**: energy not served, MWh that customers would have drawn.
//! - **feeder**: a medium-voltage line that leaves a substation and branches to customers; it is run as a tree.
//! - **fork**: a second world in the same state, to look ahead without touching the first.
//! - **hot spot**: the hottest place of a transformer's winding, which ages its insulation.
//! - **island**: a set of buses that hang together through closed switches, with or without a source.
//! - **LODF, PTDF**: how a line's flow changes with the outage of another, with a transfer of power.
//! - **N-1**: secure against the loss of any one element.
//! - **point**: a typed tag such as `grid/bus/7/voltage`, measured or controllable; all that controllers, record and metrics
//!   see of a world.
//! - **SAIDI, SAIFI, CAIDI**: minutes of outage a customer, interruptions a customer, minutes an interruption (IEEE 1366).
//! - **scenario**: a city, its weather, planned events, a controller, a length and a seed.
//! - **seed**: the one number that all random draws of a run follow from.
//! - **shedding**: opening feeders on purpose, so that the rest holds; rotating when their turns are short.
//! - **sensor**: what stands between a measured point and a controller: noise, bias, readings that do not arrive.
//! - **substation**: where the high-voltage mesh is stepped down to feeders.
//! - **tap changer**: it holds a transformer's low side at its set-point by changing the ratio in steps.
//! - **tie**: a normally open switch between feeders, through which a dark one can be fed from its neighbour. An *external* is a
//!   line to a neighbouring system, over which power is imported.
//! - **twin**: a city with its controller. It is read from files; it does not follow live data.

pub mod city;
pub mod cli;
pub mod controllers;
pub mod engine;
pub mod experiment;
pub mod results;
pub mod scenario;
pub mod solvers;
