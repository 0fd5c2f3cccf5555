//! From files and recipes to cities and runs; it produces only the resolved description in `city::model`.

pub mod build;
pub mod builtin;
pub mod city_files;
pub mod city_source;
pub mod controller_file;
pub mod document;
pub mod duration;
pub mod event;
pub mod format;
pub mod generate;
pub mod import;
pub mod problem;
pub mod role;
pub mod schema_check;
pub mod target;
pub mod template;
pub mod training;
pub mod tree;
pub mod validate;
pub mod weather;
