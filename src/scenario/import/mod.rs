//! Readers of other tools' formats, each turning one format into plain data.

pub mod epw;
