//! From files and recipes to cities and runs; it produces only the resolved description in `city::model`.

pub mod builtin;
pub mod city_files;
pub mod generate;
pub mod problem;
