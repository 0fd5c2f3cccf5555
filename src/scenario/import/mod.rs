//! Readers of other programs' files: one module a format.

pub mod epw;
pub mod matpower;
