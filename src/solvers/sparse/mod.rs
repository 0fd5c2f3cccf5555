//! Direct solution of sparse linear systems whose pattern stays while their values change.
//!
//! Ordering and symbolic analysis are done once a pattern ([`ordering`], [`symbolic`]); then [`block_lu`] (2x2 blocks, no
//! pivoting), [`ldl`] (symmetric), [`static_ldl`] (symmetric, again and again) or, where pivots may vanish, [`pivoted_lu`] do the numbers. There is no iterative
//! method, no thread and no choice of code by processor here, so the same input gives the same bits.

pub mod block_lu;
pub mod ldl;
pub mod ordering;
pub mod pivoted_lu;
pub mod static_ldl;
pub mod symbolic;
