//! Capture, restore and hash of a world's whole state, as plain data keyed by stable element id.
//!
//! Bevy has no whole-world clone, so every domain registers the component and resource types that hold its state; what
//! is not registered is not state. Tables written for people (`Record`) are not state either.

use crate::engine::element::ElementId;
use bevy_ecs::component::Component;
use bevy_ecs::component::Mutable;
use bevy_ecs::resource::Resource;
use bevy_ecs::world::World;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use thiserror::Error;

/// Why a state could not be taken up.
#[derive(Debug, Error, PartialEq)]
pub enum SnapshotError {
    /// The bytes do not decode.
    #[error("the state of '{part}' cannot be decoded: {reason}")]
    Decode {
        /// Registered part.
        part: &'static str,
        /// What the decoder says.
        reason: String,
    },
    /// A state could not be encoded.
    #[error("the state of '{part}' cannot be encoded: {reason}")]
    Encode {
        /// Registered part.
        part: &'static str,
        /// What the encoder says.
        reason: String,
    },
    /// The state is of another world.
    #[error(
        "the state lacks part '{0}' or has other elements: it belongs to another city, scenario or version"
    )]
    Foreign(&'static str),
}

/// The state of a world: a part's name and its bytes, in order of registration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Snapshot {
    /// Parts in order of registration.
    pub parts: Vec<(String, Vec<u8>)>,
}

impl Snapshot {
    /// BLAKE3 hash of the whole state, in hexadecimal.
    #[must_use]
    pub fn hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for (name, bytes) in &self.parts {
            hasher.update(name.as_bytes());
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        }
        hasher.finalize().to_hex().to_string()
    }

    fn part(&self, name: &'static str) -> Result<&[u8], SnapshotError> {
        let found = self.parts.iter().find(|(n, _)| n == name);
        found
            .map(|(_, b)| b.as_slice())
            .ok_or(SnapshotError::Foreign(name))
    }
}

type CaptureFn = fn(&mut World, &'static str) -> Result<Vec<u8>, SnapshotError>;
type RestoreFn = fn(&mut World, &'static str, &[u8]) -> Result<(), SnapshotError>;

/// The list of everything that is state.
#[derive(Clone, Debug, Default)]
pub struct StateRegistry {
    parts: Vec<(&'static str, CaptureFn, RestoreFn)>,
}

impl StateRegistry {
    /// Registers a component type that holds state of elements.
    pub fn component<C>(&mut self, name: &'static str)
    where
        C: Component<Mutability = Mutable> + Clone + Serialize + DeserializeOwned,
    {
        self.parts
            .push((name, capture_component::<C>, restore_component::<C>));
    }

    /// Registers a resource type that holds state.
    pub fn resource<R>(&mut self, name: &'static str)
    where
        R: Resource + Component<Mutability = Mutable> + Clone + Serialize + DeserializeOwned,
    {
        self.parts
            .push((name, capture_resource::<R>, restore_resource::<R>));
    }

    /// The whole state of a world.
    ///
    /// # Errors
    /// [`SnapshotError::Encode`] if a part cannot be encoded.
    pub fn capture(&self, world: &mut World) -> Result<Snapshot, SnapshotError> {
        let mut parts = Vec::with_capacity(self.parts.len());
        for (name, capture, _) in &self.parts {
            parts.push(((*name).to_owned(), capture(world, name)?));
        }
        Ok(Snapshot { parts })
    }

    /// Puts a state into a world built from the same description.
    ///
    /// # Errors
    /// [`SnapshotError`] if the state is of another world; the world is then to be thrown away.
    pub fn restore(&self, world: &mut World, snapshot: &Snapshot) -> Result<(), SnapshotError> {
        for (name, _, restore) in &self.parts {
            restore(world, name, snapshot.part(name)?)?;
        }
        Ok(())
    }
}

fn encode<T: Serialize>(part: &'static str, value: &T) -> Result<Vec<u8>, SnapshotError> {
    postcard::to_stdvec(value).map_err(|e| SnapshotError::Encode {
        part,
        reason: e.to_string(),
    })
}

fn decode<T: DeserializeOwned>(part: &'static str, bytes: &[u8]) -> Result<T, SnapshotError> {
    postcard::from_bytes(bytes).map_err(|e| SnapshotError::Decode {
        part,
        reason: e.to_string(),
    })
}

fn capture_component<C>(world: &mut World, part: &'static str) -> Result<Vec<u8>, SnapshotError>
where
    C: Component + Clone + Serialize,
{
    let mut query = world.query::<(&ElementId, &C)>();
    let mut rows: Vec<(ElementId, C)> = query.iter(world).map(|(id, c)| (*id, c.clone())).collect();
    rows.sort_by_key(|(id, _)| *id);
    encode(part, &rows)
}

fn restore_component<C>(
    world: &mut World,
    part: &'static str,
    bytes: &[u8],
) -> Result<(), SnapshotError>
where
    C: Component<Mutability = Mutable> + DeserializeOwned,
{
    let mut rows: BTreeMap<ElementId, C> = decode::<Vec<(ElementId, C)>>(part, bytes)?
        .into_iter()
        .collect();
    let mut query = world.query::<(&ElementId, &mut C)>();
    for (id, mut component) in query.iter_mut(world) {
        *component = rows.remove(id).ok_or(SnapshotError::Foreign(part))?;
    }
    if rows.is_empty() {
        Ok(())
    } else {
        Err(SnapshotError::Foreign(part))
    }
}

fn capture_resource<R>(world: &mut World, part: &'static str) -> Result<Vec<u8>, SnapshotError>
where
    R: Resource + Serialize,
{
    let resource = world
        .get_resource::<R>()
        .ok_or(SnapshotError::Foreign(part))?;
    encode(part, resource)
}

fn restore_resource<R>(
    world: &mut World,
    part: &'static str,
    bytes: &[u8],
) -> Result<(), SnapshotError>
where
    R: Resource + DeserializeOwned,
{
    world.insert_resource(decode::<R>(part, bytes)?);
    Ok(())
}
