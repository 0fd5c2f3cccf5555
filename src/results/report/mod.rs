//! Reports as one HTML file: the frame, its style and its parts, and the report of a run.
//!
//! A report needs no network, no script and no other file: style, fonts and pictures are in it. It is a function of what
//! a folder holds, so that it comes out the same when it is made again. All text passes through `maud`, which escapes it;
//! only what this program drew itself is put in as it is.

pub mod base64;
pub mod card;
pub mod figure;
pub mod names;
pub mod page;
pub mod picture;
pub mod prose;
pub mod run;
pub mod run_folder;
pub mod table;
