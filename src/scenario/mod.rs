//! From files and recipes to cities and runs; it produces only the resolved description in `city::model`.

pub mod duration;
pub mod generate;
pub mod import;
pub mod problem;
pub mod schema_check;
pub mod tree;
