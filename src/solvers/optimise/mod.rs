//! Minimising a function that is known by its values alone, and noisily. It knows no controller and evaluates nothing.

pub mod cma_es;
pub mod symmetric_eigen;
pub mod unit_box;
