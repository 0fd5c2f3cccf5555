//! From element ids and controllable points back to rows of the grid's tables.

use crate::city::grid::fabric::Fabric;
use crate::engine::element::ElementId;
use crate::engine::points::PointId;
use bevy_ecs::resource::Resource;

/// What a message or a command is aimed at, as an index of its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A line, or its switches.
    Line(usize),
    /// A transformer, or its breakers.
    Transformer(usize),
    /// A feeder's breaker.
    Feeder(usize),
    /// A load's service transformers.
    Load(usize),
    /// A plant.
    Plant(usize),
    /// A neighbouring system.
    External(usize),
    /// A battery.
    Battery(usize),
    /// A plant's output set-point.
    PlantPower(usize),
    /// A plant's voltage set-point.
    PlantVoltage(usize),
    /// A tap changer's voltage set-point.
    TransformerVoltage(usize),
    /// A battery's power set-point.
    BatteryPower(usize),
}

/// Element ids of a table, and the target that a row of it is.
type Table<'a> = (&'a [ElementId], fn(usize) -> Target);

/// The two look-up tables; static.
#[derive(Resource, Clone, Debug, Default)]
pub struct Targets {
    elements: Vec<Option<Target>>,
    points: Vec<Option<Target>>,
}

impl Targets {
    /// The elements of a grid.
    #[must_use]
    pub fn new(fabric: &Fabric) -> Self {
        let mut targets = Self::default();
        let tables: [Table<'_>; 7] = [
            (&fabric.line_ids, Target::Line),
            (&fabric.transformer_ids, Target::Transformer),
            (&fabric.feeder_ids, Target::Feeder),
            (&fabric.load_ids, Target::Load),
            (&fabric.plant_ids, Target::Plant),
            (&fabric.external_ids, Target::External),
            (&fabric.battery_ids, Target::Battery),
        ];
        for (ids, target) in tables {
            for (i, id) in ids.iter().enumerate() {
                put(&mut targets.elements, id.index(), target(i));
            }
        }
        targets
    }

    /// Aims a controllable point.
    pub fn aim(&mut self, point: PointId, target: Target) {
        put(&mut self.points, point.index(), target);
    }

    /// The row of an element, if it is the grid's.
    #[must_use]
    pub fn of_element(&self, id: ElementId) -> Option<Target> {
        self.elements.get(id.index()).copied().flatten()
    }

    /// What a point steers, if it is the grid's.
    #[must_use]
    pub fn of_point(&self, id: PointId) -> Option<Target> {
        self.points.get(id.index()).copied().flatten()
    }
}

fn put(table: &mut Vec<Option<Target>>, index: usize, target: Target) {
    if table.len() <= index {
        table.resize(index + 1, None);
    }
    table[index] = Some(target);
}
