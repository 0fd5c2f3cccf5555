//! Points: the typed tags through which controllers, record, metrics and dashboard see and steer a world.
//!
//! A path such as `grid/line/L07/loading` is parsed once into a [`PointId`]; nobody tests prefixes afterwards. Domains
//! publish the truth here; what controllers see of it passes through `engine::sensors`.

use crate::engine::element::ElementId;
use crate::engine::element::key_of;
use bevy_ecs::resource::Resource;
use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Dense index of a point in its world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PointId(pub u32);

impl PointId {
    /// As an index.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Whether a point can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Access {
    /// Published by its domain; read only.
    Measured,
    /// Set by commands; read by its domain.
    Controllable,
}

/// Where a point's values are kept for after the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Keep {
    /// Not recorded as a series.
    No,
    /// A column of `timeseries.csv`.
    City,
    /// A column of the element series (`element_series.csv`).
    Element,
}

/// How a measured point is sensed; all zero for a perfect sensor.
#[derive(Clone, Copy, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Sensor {
    /// Standard deviation of the noise, in the point's unit.
    pub noise_sd: f64,
    /// Standard deviation of the fixed bias of each sensor, in the point's unit.
    pub bias_sd: f64,
    /// Share of readings that do not arrive.
    pub dropout: f64,
}

/// Everything fixed about a point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PointSpec {
    /// Path, `<layer>/<table>/<id>/<quantity>` or `<layer>/<quantity>` for the whole city.
    pub path: String,
    /// Unit, such as `MW`; empty for a plain number.
    pub unit: String,
    /// Whether it can be set.
    pub access: Access,
    /// Lowest and highest plausible (measured) or permitted (controllable) value.
    pub range: [f64; 2],
    /// Largest change by command, per minute; infinite if unlimited.
    pub rate_per_min: f64,
    /// Who answers for it: the owning domain.
    pub owner: String,
    /// Element it belongs to, if any.
    pub element: Option<ElementId>,
    /// How it is sensed.
    pub sensor: Sensor,
    /// Key of its sensor's random draws: a hash of the path.
    pub key: u64,
    /// Where it is recorded.
    pub keep: Keep,
    /// One sentence for people.
    pub about: String,
}

/// The points of a world; static after building.
#[derive(Debug, Default)]
pub struct PointTable {
    specs: Vec<PointSpec>,
    by_path: BTreeMap<String, PointId>,
}

impl PointTable {
    /// The id of a path.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<PointId> {
        self.by_path.get(path).copied()
    }

    /// The description of a point.
    #[must_use]
    pub fn spec(&self, id: PointId) -> &PointSpec {
        &self.specs[id.index()]
    }

    /// All points with their ids, in order of ids.
    pub fn iter(&self) -> impl Iterator<Item = (PointId, &PointSpec)> {
        self.specs
            .iter()
            .enumerate()
            .map(|(i, s)| (PointId(i as u32), s))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.specs.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.specs.is_empty()
    }
}

/// Collects points while a world is built.
///
/// Worlds of one city have the same points. A builder that is given the table of an earlier world goes along it, and hands
/// the same table out again if every point is the same; at the first that differs it begins a table of its own.
#[derive(Debug, Default)]
pub struct PointsBuilder {
    table: PointTable,
    initial: Vec<f64>,
    /// The earlier table, as long as every point was the same.
    known: Option<Arc<PointTable>>,
    /// What is said of the last point, until the next one comes.
    last: Option<Said>,
}

/// What may be said of a point after it was added.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Said {
    element: Option<ElementId>,
    sensor: Sensor,
    keep: Keep,
    rate_per_min: f64,
}

impl Said {
    /// As long as nothing was said.
    const NOTHING: Self = Self {
        element: None,
        sensor: Sensor {
            noise_sd: 0.0,
            bias_sd: 0.0,
            dropout: 0.0,
        },
        keep: Keep::No,
        rate_per_min: f64::INFINITY,
    };

    fn of(spec: &PointSpec) -> Self {
        Self {
            element: spec.element,
            sensor: spec.sensor,
            keep: spec.keep,
            rate_per_min: spec.rate_per_min,
        }
    }
}

impl PointsBuilder {
    /// A builder that goes along the table of an earlier world.
    #[must_use]
    pub fn along(known: Arc<PointTable>) -> Self {
        Self {
            known: Some(known),
            ..Self::default()
        }
    }

    /// Adds a measured point.
    pub fn measured(
        &mut self,
        path: String,
        unit: &str,
        range: [f64; 2],
        owner: &str,
        about: &str,
    ) -> PointEntry<'_> {
        self.add(path, unit, range, owner, about, Access::Measured, 0.0)
    }

    /// Adds a controllable point that holds `initial` until a command sets it.
    pub fn controllable(
        &mut self,
        path: String,
        unit: &str,
        range: [f64; 2],
        owner: &str,
        about: &str,
        initial: f64,
    ) -> PointEntry<'_> {
        self.add(
            path,
            unit,
            range,
            owner,
            about,
            Access::Controllable,
            initial,
        )
    }

    #[allow(clippy::too_many_arguments, reason = "private constructor of one row")]
    fn add(
        &mut self,
        path: String,
        unit: &str,
        range: [f64; 2],
        owner: &str,
        about: &str,
        access: Access,
        initial: f64,
    ) -> PointEntry<'_> {
        self.settle();
        let id = PointId(self.initial.len() as u32);
        self.initial.push(initial);
        let same = |spec: &PointSpec| {
            spec.path == path
                && spec.access == access
                && spec.range == range
                && spec.unit == unit
                && spec.owner == owner
                && spec.about == about
        };
        if let Some(known) = &self.known
            && !known.specs.get(id.index()).is_some_and(same)
        {
            self.leave_known(id.index());
        }
        if self.known.is_none() {
            self.push(PointSpec {
                key: key_of(&path),
                path,
                unit: unit.to_owned(),
                access,
                range,
                rate_per_min: Said::NOTHING.rate_per_min,
                owner: owner.to_owned(),
                element: Said::NOTHING.element,
                sensor: Said::NOTHING.sensor,
                keep: Said::NOTHING.keep,
                about: about.to_owned(),
            });
        }
        PointEntry {
            said: self.last.insert(Said::NOTHING),
            id,
        }
    }

    fn push(&mut self, spec: PointSpec) {
        let id = PointId(self.table.specs.len() as u32);
        debug_assert!(
            !self.table.by_path.contains_key(&spec.path),
            "point {} registered twice",
            spec.path
        );
        self.table.by_path.insert(spec.path.clone(), id);
        self.table.specs.push(spec);
    }

    /// Takes up what was said of the last point.
    fn settle(&mut self) {
        let Some(said) = self.last.take() else {
            return;
        };
        let place = self.initial.len() - 1;
        if let Some(known) = &self.known
            && Said::of(&known.specs[place]) != said
        {
            self.leave_known(place + 1);
        }
        if self.known.is_none() {
            let spec = &mut self.table.specs[place];
            spec.element = said.element;
            spec.sensor = said.sensor;
            spec.keep = said.keep;
            spec.rate_per_min = said.rate_per_min;
        }
    }

    /// Begins a table of its own with the first points of the earlier one.
    fn leave_known(&mut self, count: usize) {
        let Some(known) = self.known.take() else {
            return;
        };
        for spec in known.specs.iter().take(count) {
            self.push(spec.clone());
        }
    }

    /// The finished points.
    #[must_use]
    pub fn finish(mut self) -> Points {
        self.settle();
        if self
            .known
            .as_ref()
            .is_some_and(|known| known.len() != self.initial.len())
        {
            self.leave_known(self.initial.len());
        }
        Points {
            values: self.initial,
            table: self.known.unwrap_or_else(|| Arc::new(self.table)),
        }
    }
}

/// The row just added, to say more about it.
#[derive(Debug)]
pub struct PointEntry<'a> {
    said: &'a mut Said,
    id: PointId,
}

impl PointEntry<'_> {
    /// It belongs to an element.
    #[must_use]
    pub fn of(self, element: ElementId) -> Self {
        self.said.element = Some(element);
        self
    }

    /// It is sensed with noise, bias and dropout.
    #[must_use]
    pub fn sensed(self, sensor: Sensor) -> Self {
        self.said.sensor = sensor;
        self
    }

    /// It is recorded.
    #[must_use]
    pub fn keep(self, keep: Keep) -> Self {
        self.said.keep = keep;
        self
    }

    /// Commands change it by at most this much a minute.
    #[must_use]
    pub fn rate(self, per_min: f64) -> Self {
        self.said.rate_per_min = per_min;
        self
    }

    /// Its id.
    #[must_use]
    pub fn id(self) -> PointId {
        self.id
    }
}

/// The true values of all points of a world.
#[derive(Resource, Clone, Debug)]
pub struct Points {
    table: Arc<PointTable>,
    values: Vec<f64>,
}

impl Points {
    /// The static table.
    #[must_use]
    pub fn table(&self) -> &Arc<PointTable> {
        &self.table
    }

    /// The true value of a point, in its unit.
    #[must_use]
    pub fn get(&self, id: PointId) -> f64 {
        self.values[id.index()]
    }

    /// Publishes a measured value, or lets the owning domain move a set-point that physics has overruled.
    pub fn publish(&mut self, id: PointId, value: f64) {
        self.values[id.index()] = value;
    }

    /// All values in order of ids.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Restores all values.
    pub fn restore(&mut self, values: &[f64]) {
        self.values.clear();
        self.values.extend_from_slice(values);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(builder: PointsBuilder, ranges: &[f64], kept: usize) -> Points {
        let mut builder = builder;
        for (k, highest) in ranges.iter().enumerate() {
            let range = [0.0, *highest];
            let entry = builder.measured(format!("a/{k}"), "MW", range, "a", "One.");
            if k == kept {
                let _ = entry.keep(Keep::City).id();
            }
        }
        builder.finish()
    }

    #[test]
    fn the_same_points_have_one_table_and_others_their_own() {
        let first = built(PointsBuilder::default(), &[1.0, 2.0, 3.0], 1);
        let known = || PointsBuilder::along(Arc::clone(first.table()));
        let again = built(known(), &[1.0, 2.0, 3.0], 1);
        assert!(Arc::ptr_eq(first.table(), again.table()));
        assert_eq!(again.values().len(), 3);
        // Another range, another keep at the end or before, one less, one more: as built from nothing.
        let others: [(&[f64], usize); 5] = [
            (&[1.0, 2.5, 3.0], 1),
            (&[1.0, 2.0, 3.0], 2),
            (&[1.0, 2.0, 3.0], 0),
            (&[1.0, 2.0], 1),
            (&[1.0, 2.0, 3.0, 4.0], 1),
        ];
        for (ranges, kept) in others {
            let along = built(known(), ranges, kept);
            let alone = built(PointsBuilder::default(), ranges, kept);
            assert_eq!(along.table().specs, alone.table().specs);
            assert_eq!(along.table().by_path, alone.table().by_path);
            assert_eq!(along.values().len(), ranges.len());
        }
    }
}
