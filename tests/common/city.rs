//! Runs for contract tests: built-in scenarios with overrides, and the same on a generated city.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    reason = "each test uses a part of it, and fails by panicking"
)]

use autopolis::city::model::run::RunPlan;
use autopolis::city::twin::Physics;
use autopolis::city::twin::Twin;
use autopolis::controllers;
use autopolis::engine::command::Command;
use autopolis::scenario::build;
use autopolis::scenario::build::Prepared;
use autopolis::scenario::city_source::CitySource;
use autopolis::scenario::document::Overrides;
use autopolis::scenario::generate;
use autopolis::scenario::generate::CityRecipe;
use std::sync::Arc;

/// What is laid over a scenario.
pub fn overrides(controller: &str, hours: f64, set: &[(&str, &str)]) -> Overrides {
    Overrides {
        controller: Some(controller.to_owned()),
        hours: Some(hours),
        set: set
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect(),
        ..Overrides::default()
    }
}

/// A built-in scenario on its own city.
pub fn prepared(scenario: &str, overrides: &Overrides) -> Prepared {
    build::build(scenario, overrides).unwrap_or_else(|p| panic!("{p}"))
}

/// A built-in scenario on a generated city.
pub fn generated(scenario: &str, overrides: &Overrides, population: u32, seed: u64) -> Prepared {
    let city = generate::city(&CityRecipe::new("test", population, seed)).unwrap();
    let source = CitySource {
        city: Arc::new(city),
        reference: "test".to_owned(),
        epw_bytes: None,
    };
    let city = |_: &str| build::SharedCity::new(source).map(Arc::new);
    let ground = build::ground(scenario, overrides, city);
    ground
        .and_then(|ground| ground.prepare(None))
        .unwrap_or_else(|p| panic!("{p}"))
}

/// A storm in the second hour of the run and planned faults around it, so that by the third hour crews are at work.
pub const STORMY: &[(&str, &str)] = &[
    ("weather.storm.start_h", "1.0"),
    (
        "event",
        "[{ hazard = \"outage\", at = \"40m\", target = \"largest_substation_transformer\" }, \
          { hazard = \"outage\", at = \"50m\", for = \"3h\", target = \"largest_plant\" }, \
          { hazard = \"import_limit\", at = \"1h\", for = \"4h\", target = \"largest_external\", value_share = 0.6 }]",
    ),
];

/// The plan of a run.
pub fn plan(prepared: &Prepared) -> Arc<RunPlan> {
    Arc::new(prepared.plan.clone())
}

/// A twin at the start of its run, with the plan's controller.
pub fn twin(plan: &Arc<RunPlan>) -> Twin {
    let physics = Physics::new(plan, true);
    let table = Arc::clone(physics.points().table());
    let controller = controllers::build(plan, &table);
    Twin::new(physics, controller.unwrap())
}

/// A command by path.
pub fn command(physics: &Physics, path: &str, value: f64) -> Command {
    Command {
        actor: "test".to_owned(),
        point: physics.points().table().find(path).unwrap(),
        value,
        reason: "a test".to_owned(),
    }
}

/// The value of a point by path.
pub fn value(physics: &Physics, path: &str) -> f64 {
    physics
        .points()
        .get(physics.points().table().find(path).unwrap())
}
