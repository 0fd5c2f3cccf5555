//! What every domain shares, and nothing that belongs to one: time, order, names, points, damage, commands, chance,
//! state. It knows no grid, no water and no transit.

pub mod chance;
pub mod clock;
pub mod command;
pub mod control;
pub mod damage;
pub mod element;
pub mod points;
pub mod record;
pub mod schedule;
pub mod sensors;
pub mod snapshot;
pub mod world;
