//! The static description of a city and of one run over it: plain data, no behaviour.

pub mod weather;
