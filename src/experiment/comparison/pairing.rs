//! Which runs pair, and which are left out and why.
//!
//! It looks at names, seeds and settings alone, never at a result: a pair is not chosen by its outcome.

use crate::experiment::comparison::is_evidence;
use crate::experiment::comparison::short_name;
use crate::experiment::plan::Split;
use crate::experiment::table::RunRow;
use crate::experiment::table::SweepTable;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::btree_map::Entry;

/// What of a run is named.
type Pick = fn(&RunRow) -> String;

/// What two runs of a pair share.
type Key<'a> = (&'a str, &'a str, u32, u64);

/// The pairs of a controller with the baseline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairing {
    /// The baseline, as in the table.
    pub baseline: String,
    /// The other controller, as in the table.
    pub controller: String,
    /// Positions of the rows of each pair: baseline, controller; in order of the baseline's rows.
    pub pairs: Vec<[usize; 2]>,
    /// Evidence of the baseline, of the controller, without a partner.
    pub alone: [usize; 2],
    /// Held-out runs that failed, of each.
    pub failed: [usize; 2],
    /// Evidence that repeats another run's key, of each; left out.
    pub repeated: [usize; 2],
    /// Pairs left out because their settings differ, and one setting that does.
    pub unlike: usize,
    /// A setting that differs.
    pub unlike_setting: Option<String>,
    /// Number of different seeds among the pairs.
    pub seeds: usize,
    /// Number of different (scenario, city, point) among the pairs.
    pub settings: usize,
}

impl Pairing {
    /// Pairs the evidence among some rows of a table.
    #[must_use]
    pub fn of(table: &SweepTable, rows: &[usize], baseline: &str, controller: &str) -> Self {
        let mut found = Self {
            baseline: baseline.to_owned(),
            controller: controller.to_owned(),
            ..Self::default()
        };
        let mut arms: [BTreeMap<Key, usize>; 2] = [BTreeMap::new(), BTreeMap::new()];
        for k in rows {
            let Some(row) = table.rows.get(*k) else {
                continue;
            };
            let arm = match &row.controller {
                name if name == baseline => 0,
                name if name == controller => 1,
                _ => continue,
            };
            if row.split == Split::HeldOut && row.error.is_some() {
                found.failed[arm] += 1;
            }
            if !is_evidence(row) {
                continue;
            }
            match arms[arm].entry(key(row)) {
                Entry::Occupied(_) => found.repeated[arm] += 1,
                Entry::Vacant(place) => {
                    place.insert(*k);
                }
            }
        }
        let [first, second] = arms;
        for (key, k) in &first {
            match second.get(key) {
                None => found.alone[0] += 1,
                Some(other) => match differing(table, *k, *other) {
                    None => found.pairs.push([*k, *other]),
                    Some(setting) => {
                        found.unlike += 1;
                        found.unlike_setting.get_or_insert(setting);
                    }
                },
            }
        }
        found.alone[1] = second
            .keys()
            .filter(|key| !first.contains_key(*key))
            .count();
        found.pairs.sort_unstable();
        let keys = || found.pairs.iter().map(|pair| key(&table.rows[pair[0]]));
        let seeds: BTreeSet<u64> = keys().map(|key| key.3).collect();
        let settings: BTreeSet<_> = keys().map(|key| (key.0, key.1, key.2)).collect();
        (found.seeds, found.settings) = (seeds.len(), settings.len());
        found
    }

    /// Both values of a metric for every pair in which it is defined: of the baseline, of the controller.
    #[must_use]
    pub fn values(&self, table: &SweepTable, column: usize) -> [Vec<f64>; 2] {
        let mut values = [Vec::new(), Vec::new()];
        for [first, second] in &self.pairs {
            let value = |k: usize| table.rows[k].values.get(column).copied().flatten();
            if let (Some(a), Some(b)) = (value(*first), value(*second)) {
                values[0].push(a);
                values[1].push(b);
            }
        }
        values
    }
}

fn key(row: &RunRow) -> Key<'_> {
    (&row.scenario, &row.city, row.point, row.seed)
}

/// A setting in which two rows differ, in words.
fn differing(table: &SweepTable, a: usize, b: usize) -> Option<String> {
    let (a, b) = (&table.rows[a].levels, &table.rows[b].levels);
    let at = a.iter().zip(b).position(|(a, b)| a != b)?;
    let name = table.factors.get(at)?;
    Some(format!("{name}: {} and {}", a[at], b[at]))
}

/// Why the baseline and the others have no pair, in words.
#[must_use]
pub fn why_nothing_pairs(table: &SweepTable, baseline: &str, others: &[String]) -> String {
    let of = |names: &[String]| -> Vec<&RunRow> {
        let rows = table.rows.iter().filter(|row| is_evidence(row));
        rows.filter(|row| names.contains(&row.controller)).collect()
    };
    let (first, second) = (of(&[baseline.to_owned()]), of(others));
    if first.is_empty() || second.is_empty() {
        let name = if first.is_empty() {
            baseline.to_owned()
        } else {
            others.join(", ")
        };
        return format!("no held-out run of {name} ended at its horizon");
    }
    let all: Vec<usize> = (0..table.rows.len()).collect();
    for other in others {
        if let Some(setting) = Pairing::of(table, &all, baseline, other).unlike_setting {
            return format!("the runs have different settings ({setting})");
        }
    }
    let names = |rows: &[&RunRow], pick: Pick| -> BTreeSet<String> {
        rows.iter().map(|row| pick(row)).collect()
    };
    let picks: [(&str, Pick); 4] = [
        ("scenarios", |row| short_name(&row.scenario).to_owned()),
        ("cities", |row| short_name(&row.city).to_owned()),
        ("points", |row| row.point.to_string()),
        ("seeds", |row| row.seed.to_string()),
    ];
    for (what, pick) in picks {
        let (a, b) = (names(&first, pick), names(&second, pick));
        if a.is_disjoint(&b) {
            let list = |set: &BTreeSet<String>| {
                let shown: Vec<&str> = set.iter().take(3).map(String::as_str).collect();
                let more = if set.len() > 3 { ", ..." } else { "" };
                format!("{}{more}", shown.join(", "))
            };
            return format!(
                "the runs are of different {what} ({} against {})",
                list(&a),
                list(&b)
            );
        }
    }
    "no two runs agree in scenario, city, point and seed at once".to_owned()
}
