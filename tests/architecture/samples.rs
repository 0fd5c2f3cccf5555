//! Small pieces of bad and good code that prove the detection power of the architecture test.

/// Bad samples: a file, its code below a proper head, and a word of the complaint.
pub const BAD: &[(&str, &str, &str)] = &[
    (
        "units.rs",
        "use crate::engine::clock::Clock;",
        "may not import `engine",
    ),
    (
        "solvers/a/b.rs",
        "use crate::engine::clock::Clock;",
        "may not import `engine",
    ),
    (
        "solvers/a/b.rs",
        "use bevy_ecs::world::World;",
        "pure numerics",
    ),
    (
        "solvers/a.rs",
        "fn f() { rand::random::<u8>(); }",
        "pure numerics",
    ),
    (
        "engine/a.rs",
        "use crate::solvers::a::A;",
        "may not import `solvers",
    ),
    (
        "engine/a.rs",
        "use crate::city::model::run::RunPlan;",
        "may not import `city::model",
    ),
    (
        "city/model/a.rs",
        "use crate::engine::clock::Clock;",
        "may not import `engine",
    ),
    (
        "city/grid/mod.rs",
        "use crate::city::weather::Air;",
        "may not import `city::weather",
    ),
    (
        "city/grid/mod.rs",
        "use super::weather::Air;",
        "through `super`",
    ),
    (
        "city/grid/a.rs",
        "fn f() { crate::city::maintenance::g(); }",
        "may not import",
    ),
    (
        "city/hazards/a.rs",
        "use crate::city::twin::Twin;",
        "may not import `city::twin",
    ),
    (
        "city/coupling/a.rs",
        "use crate::city::twin::Twin;",
        "may not import `city::twin",
    ),
    (
        "city/twin.rs",
        "use crate::scenario::Scenario;",
        "may not import `scenario",
    ),
    (
        "living/a.rs",
        "use crate::city::model::run::RunPlan;",
        "may not import `city::model",
    ),
    (
        "living/a.rs",
        "use crate::solvers::power_flow::A;",
        "may not import `solvers::power",
    ),
    (
        "controllers/a.rs",
        "use crate::city::grid::Lines;",
        "may not import `city::grid",
    ),
    (
        "controllers/a.rs",
        "use crate::results::A;",
        "may not import `results",
    ),
    (
        "scenario/a.rs",
        "use crate::city::grid::Lines;",
        "may not import `city::grid",
    ),
    (
        "results/a.rs",
        "use crate::city::twin::Twin;",
        "may not import `city::twin",
    ),
    (
        "results/a.rs",
        "use crate::solvers::power_flow::A;",
        "may not import `solvers::power",
    ),
    (
        "experiment/a.rs",
        "use crate::city::grid::Lines;",
        "may not import `city::grid",
    ),
    (
        "experiment/a.rs",
        "use crate::cli::run::A;",
        "may not import `cli",
    ),
    (
        "dashboard/a.rs",
        "use crate::cli::run::A;",
        "may not import `cli",
    ),
    ("attic/a.rs", "", "no row in the import table"),
    (
        "engine/a.rs",
        "use crate::{engine::clock::Clock};",
        "braces",
    ),
    (
        "engine/a.rs",
        "use crate::engine::clock::{Clock, at};",
        "braces",
    ),
    (
        "engine/a.rs",
        "use crate::engine::clock::*;",
        "braces or a star",
    ),
    (
        "engine/a/b.rs",
        "use super::super::clock::Clock;",
        "super::super",
    ),
    (
        "engine/a.rs",
        "use std::collections::HashMap;",
        "no fixed order",
    ),
    (
        "engine/a.rs",
        "fn f(a: &std::collections::HashSet<u8>) {}",
        "no fixed order",
    ),
    ("engine/a.rs", "fn f() { println!(\"x\"); }", "prints stand"),
    (
        "results/a.rs",
        "fn f() { eprintln!(\"x\"); }",
        "prints stand",
    ),
    (
        "engine/a.rs",
        "fn f() { None::<u8>.unwrap(); }",
        "outside tests",
    ),
    (
        "engine/a.rs",
        "fn f() { None::<u8>.expect(\"x\"); }",
        "outside tests",
    ),
    ("engine/a.rs", "fn f() { panic!(\"x\"); }", "outside tests"),
    (
        "cli/a.rs",
        "fn f() { None::<u8>.unwrap(); }",
        "outside tests",
    ),
    (
        "engine/a.rs",
        "#[cfg(test)]\nmod tests {\n    fn f() {}\n}\nfn g() { None::<u8>.unwrap(); }",
        "outside tests",
    ),
    (
        "engine/a.rs",
        "#[cfg(test)]\nmod tests;\n\nfn g() { None::<u8>.unwrap(); }",
        "outside tests",
    ),
    (
        "engine/a.rs",
        "fn f(c: char) -> bool { c == '\"' }\nfn g() { None::<u8>.unwrap(); }",
        "outside tests",
    ),
    (
        "engine/a.rs",
        "fn f() -> &'static str { r#\"a\"b\"# }\nfn g() { todo!() }",
        "left over",
    ),
    (
        "city/grid/a.rs",
        "fn f() { std::time::Instant::now(); }",
        "wall clock",
    ),
    (
        "engine/a.rs",
        "fn f() { std::fs::read(p); }",
        "reads no files",
    ),
    (
        "engine/a/work.rs",
        "fn f() { None::<u8>.unwrap(); }",
        "outside tests",
    ),
];

/// Good samples: nothing is wrong with them.
pub const GOOD: &[(&str, &str)] = &[
    (
        "solvers/a/b.rs",
        "use crate::solvers::c::C;\nuse crate::units::Metres;",
    ),
    (
        "city/grid/a.rs",
        "use crate::city::grid::b::B;\nuse crate::city::model::grid::Line;\nuse crate::solvers::a::A;",
    ),
    (
        "city/coupling/a.rs",
        "use crate::city::grid::B;\nuse crate::city::model::grid::Line;",
    ),
    (
        "city/twin.rs",
        "use crate::city::grid::B;\nuse crate::controllers::none::A;",
    ),
    (
        "results/metrics/a.rs",
        "use crate::solvers::statistics::Mean;\nuse crate::city::model::run::RunPlan;",
    ),
    ("experiment/a.rs", "use crate::city::twin::Twin;"),
    (
        "cli/a.rs",
        "use crate::dashboard::App;\nfn f() { println!(\"x\"); }",
    ),
    (
        "engine/a.rs",
        "// crate::city::twin .unwrap()\nfn f() -> &'static str { \"panic! \\\" .unwrap()\" }",
    ),
    (
        "engine/a.rs",
        "/* HashMap */ fn f<'a>(a: &'a u8) {}\npub(crate) struct MyHashMapLike;",
    ),
    (
        "engine/a.rs",
        "#[cfg(test)]\nmod tests {\n    use super::*;\n    fn f() {\n        None::<u8>.unwrap();\n    }\n}",
    ),
    (
        "engine/a/tests.rs",
        "use super::*;\nfn f() { None::<u8>.unwrap(); }",
    ),
    ("engine/a/fixture/b.rs", "fn f() { None::<u8>.unwrap(); }"),
    ("lib.rs", "pub mod cli;"),
];
