//! The weather domain: what the city meets, and what may be known of it beforehand.

pub mod forecast;
