//! The static description of a city and of one run over it: plain data, no behaviour.

pub mod city;
pub mod district;
pub mod grid;
pub mod parameters;
pub mod roads;
pub mod run;
pub mod transit;
pub mod travel;
pub mod water;
pub mod weather;
pub mod weather_recipe;
pub mod weather_sample;
