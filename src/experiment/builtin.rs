//! Experiments that are part of the program, so that a first sweep needs no file.

/// A built-in experiment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltIn {
    /// Name.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// The built-in experiments, the quickest first.
pub const EXPERIMENTS: &[BuiltIn] = &[
    BuiltIn {
        name: "first-try",
        text: include_str!("../../scenarios/experiments/first-try.toml"),
    },
    BuiltIn {
        name: "heat-wave-none-rules",
        text: include_str!("../../scenarios/experiments/heat-wave-none-rules.toml"),
    },
    BuiltIn {
        name: "heat-and-imports",
        text: include_str!("../../scenarios/experiments/heat-and-imports.toml"),
    },
];

/// The built-in experiment of this name, if there is one.
#[must_use]
pub fn find(name: &str) -> Option<&'static BuiltIn> {
    EXPERIMENTS.iter().find(|e| e.name == name)
}
