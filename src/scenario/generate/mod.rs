//! Generators: seeded synthetic stand-ins for data that a scenario does not bring.

mod noise;
pub mod weather;
mod weather_days;
mod weather_events;
