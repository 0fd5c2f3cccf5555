//! The city: its domains, siblings that never import each other, and where they meet.

pub mod coupling;
pub mod grid;
pub mod hazards;
pub mod maintenance;
pub mod model;
pub mod people;
pub mod register;
pub mod roads;
pub mod transit;
pub mod twin;
pub mod water;
pub mod weather;
