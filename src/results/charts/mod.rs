//! stub
pub mod render;
use crate::results::outcome::RunOutcome;
/// s
pub struct Drawing;
/// s
pub struct Chart {
    /// s
    pub name: &'static str,
    /// s
    pub draw: fn(&RunOutcome) -> Option<Drawing>,
}
/// s
pub const CHARTS: &[Chart] = &[];
