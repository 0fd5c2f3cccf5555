//! What a hazard says of itself: the plain data that scenarios are checked against and that `autopolis list` prints.
//!
//! It holds no behaviour.

/// The size that a hazard needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ValueSpec {
    /// Unit, as in file suffixes (`mw`), or `share`.
    pub unit: &'static str,
    /// Smallest allowed value.
    pub min: f64,
    /// Largest allowed value.
    pub max: f64,
    /// What the value means.
    pub meaning: &'static str,
}

/// A hazard's description.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HazardSpec {
    /// Name in scenario files.
    pub name: &'static str,
    /// One sentence for people.
    pub summary: &'static str,
    /// Element tables it strikes, such as `line` for `grid/line/L07`.
    pub targets: &'static [&'static str],
    /// Size it needs; none if it has no size.
    pub value: Option<ValueSpec>,
    /// Whether it may end by itself (`for` in a scenario); otherwise crews or the control room end it.
    pub lasting: bool,
}
