//! Readers of the field's own file formats, one a file or folder, each turning one format into plain data.

pub mod city;
pub mod epanet;
pub mod epw;
pub mod gtfs;
pub mod matpower;
pub mod tntp;
