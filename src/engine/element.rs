//! Names of things: every asset of every layer has one stable name and a dense id in the table of its world.
//!
//! Names are `<layer>/<table>/<id>`, such as `grid/line/L07`; districts are `district/<id>`.

use bevy_ecs::component::Component;
use bevy_ecs::resource::Resource;
use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Dense index of an element in [`Elements`].
#[derive(
    Component, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct ElementId(pub u32);

impl ElementId {
    /// As an index.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What is known of an element by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    /// Stable name.
    pub name: String,
    /// Key of its random streams: a hash of the name, so that new elements shift nobody's draws.
    pub key: u64,
    /// District it lies in, if any.
    pub district: Option<usize>,
    /// Place, metres east and north of the city's origin.
    pub at_m: [f64; 2],
}

/// All elements of a world; static after building.
#[derive(Resource, Clone, Debug, Default)]
pub struct Elements(Arc<Table>);

#[derive(Debug, Default)]
struct Table {
    rows: Vec<Element>,
    by_name: BTreeMap<String, ElementId>,
}

impl Elements {
    /// The element with an id.
    #[must_use]
    pub fn get(&self, id: ElementId) -> &Element {
        &self.0.rows[id.index()]
    }

    /// The id of a name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<ElementId> {
        self.0.by_name.get(name).copied()
    }

    /// All elements with their ids, in order of ids.
    pub fn iter(&self) -> impl Iterator<Item = (ElementId, &Element)> {
        self.0
            .rows
            .iter()
            .enumerate()
            .map(|(i, e)| (ElementId(i as u32), e))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.rows.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.rows.is_empty()
    }
}

/// Collects elements while a world is built.
#[derive(Debug, Default)]
pub struct ElementsBuilder(Table);

impl ElementsBuilder {
    /// Adds an element, or returns the id that the name already has.
    pub fn add(&mut self, name: String, district: Option<usize>, at_m: [f64; 2]) -> ElementId {
        if let Some(id) = self.0.by_name.get(&name) {
            return *id;
        }
        let id = ElementId(self.0.rows.len() as u32);
        let key = key_of(&name);
        self.0.by_name.insert(name.clone(), id);
        self.0.rows.push(Element {
            name,
            key,
            district,
            at_m,
        });
        id
    }

    /// The finished table.
    #[must_use]
    pub fn finish(self) -> Elements {
        Elements(Arc::new(self.0))
    }
}

/// The random-stream key of a name.
#[must_use]
pub fn key_of(name: &str) -> u64 {
    let hash = blake3::hash(name.as_bytes());
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&hash.as_bytes()[..8]);
    u64::from_le_bytes(bytes)
}
