//! Readers of the field's own file formats, one a file or folder.

pub mod matpower;
