//! From files to the resolved description of a run: formats, validation, import of published data.

pub mod import;
