//! From files and recipes to cities and runs; it produces only the resolved description in `city::model`.

pub mod generate;
