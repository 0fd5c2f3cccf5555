//! Statistics of samples and of pairs: what a batch of runs can and cannot say.
//!
//! Slices in, numbers out; no names, no metrics, no words. Nothing here draws a random number: what resamples is handed
//! a source of indices. Sums are taken in the order of the slice, so that the same numbers give the same bits.
//!
//! A sample that is too small or holds a number that is not finite has no statistic: every function answers `None`
//! then, rather than drop the number; who calls decides what to leave out and says so.

pub mod bootstrap;
pub mod descriptive;
pub mod distribution;
pub mod effect_size;
pub mod holm;
pub mod interval;
pub mod paired;
pub mod pareto;
pub mod power;
pub mod shortfall;
pub mod wilcoxon;
