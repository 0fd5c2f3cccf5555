//! The worst that befell every line and transformer of a run, which the files, the map and the story share.

use crate::engine::element::ElementId;
use crate::results::outcome::Extreme;
use crate::results::outcome::RunOutcome;
use std::collections::BTreeMap;

/// How often an element broke, was switched off by a relay, and had a crew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Failures that needed repair.
    pub failures: u32,
    /// Trips by relays, automatic shedding included.
    pub trips: u32,
    /// Jobs that crews started on it.
    pub jobs: u32,
    /// All events that name it.
    pub events: u32,
}

/// Event counts of every element that any event names.
#[must_use]
pub fn counts(o: &RunOutcome) -> BTreeMap<ElementId, Counts> {
    let mut all: BTreeMap<ElementId, Counts> = BTreeMap::new();
    for event in &o.record.events {
        let Some(element) = event.element else {
            continue;
        };
        let row = all.entry(element).or_default();
        row.events += 1;
        row.failures += u32::from(event.kind.ends_with("_failure"));
        row.trips += u32::from(event.kind.ends_with("_trip") || event.kind == "feeder_shed_auto");
        row.jobs += u32::from(event.kind == "work_started");
    }
    all
}

/// Whether a branch is a line or a transformer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BranchKind {
    /// Line or cable.
    Line,
    /// Power transformer.
    Transformer,
}

impl BranchKind {
    /// As in element names.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Transformer => "transformer",
        }
    }
}

/// The worst state of one branch.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// Element name, such as `grid/line/L07`.
    pub name: String,
    /// Its id in the city's table.
    pub id: String,
    /// Line or transformer.
    pub kind: BranchKind,
    /// From bus, index in the city's grid.
    pub from: usize,
    /// To bus.
    pub to: usize,
    /// Rating at design conditions, megavolt-amperes.
    pub rating_mva: f64,
    /// Highest recorded loading, per cent, and when; none if its loading is not recorded.
    pub loading: Option<Extreme>,
    /// Recorded hours above 100 %.
    pub over_h: Option<f64>,
    /// Lowest recorded rating, megavolt-amperes.
    pub lowest_rating_mva: Option<f64>,
    /// Highest recorded hot spot, degrees Celsius (transformers).
    pub hot_spot_c: Option<f64>,
    /// Insulation life used, hours (transformers).
    pub life_h: Option<f64>,
    /// Failures, trips, jobs.
    pub counts: Counts,
}

impl Branch {
    /// The path of one of its points.
    #[must_use]
    pub fn point(&self, quantity: &str) -> String {
        format!("{}/{quantity}", self.name)
    }
}

/// All lines, then all transformers, in the city's order.
#[must_use]
pub fn branches(o: &RunOutcome) -> Vec<Branch> {
    let counts = counts(o);
    let grid = &o.plan.city.grid;
    let row = |kind: BranchKind, id: &str, from, to, rating_mva| {
        let name = format!("grid/{}/{id}", kind.as_str());
        let path = |quantity: &str| format!("{name}/{quantity}");
        let element = o.elements.find(&name);
        Branch {
            loading: o.highest(&path("loading_pct")),
            over_h: o.hours_above(&path("loading_pct"), 100.0),
            lowest_rating_mva: o.lowest(&path("rating_mva")).map(|e| e.value),
            hot_spot_c: o.highest(&path("hot_spot_c")).map(|e| e.value),
            life_h: o.final_value(&path("loss_of_life_h")),
            counts: element
                .and_then(|e| counts.get(&e).copied())
                .unwrap_or_default(),
            id: id.to_owned(),
            kind,
            from,
            to,
            rating_mva,
            name,
        }
    };
    let lines = grid
        .lines
        .iter()
        .map(|l| row(BranchKind::Line, &l.id, l.from, l.to, l.rating_mva));
    let transformers = grid
        .transformers
        .iter()
        .map(|t| row(BranchKind::Transformer, &t.id, t.from, t.to, t.rating_mva));
    lines.chain(transformers).collect()
}

/// Branches whose loading is recorded, the most loaded first; equal ones in the city's order.
#[must_use]
pub fn most_loaded(branches: &[Branch], kind: BranchKind) -> Vec<&Branch> {
    let mut rows: Vec<&Branch> = branches
        .iter()
        .filter(|b| b.kind == kind && b.loading.is_some())
        .collect();
    let value = |b: &Branch| b.loading.map_or(f64::NEG_INFINITY, |e| e.value);
    rows.sort_by(|a, b| value(b).total_cmp(&value(a)));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::fixture::small;

    #[test]
    fn a_line_s_worst_hour_is_found() {
        let all = branches(&small::outcome());
        assert_eq!(all.len(), 1);
        let line = &all[0];
        assert_eq!(line.name, "grid/line/L1");
        let worst = line.loading.unwrap();
        assert!((worst.value - 112.0).abs() < 1e-12 && worst.t_s == 3600);
        assert_eq!(line.over_h, Some(1.0));
        assert_eq!(line.lowest_rating_mva, Some(54.0));
        assert_eq!(
            (line.counts.failures, line.counts.jobs, line.counts.events),
            (1, 1, 3)
        );
        assert_eq!(most_loaded(&all, BranchKind::Transformer).len(), 0);
    }
}
