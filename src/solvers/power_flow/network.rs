//! The bus-branch network that every power solver reads, in per unit on one base, with dense indices.
//!
//! It deliberately holds no names, no costs and no ratings: those belong to the city or to a dispatch problem.
//! Branch model: MATPOWER User's Manual 8.0, section 3.2 (series r + jx, total charging b, ideal complex tap at the
//! from side).

use serde::Deserialize;
use serde::Serialize;

/// What is held fixed at a bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BusKind {
    /// Real and reactive injection are given.
    Pq,
    /// Real injection and voltage magnitude are given.
    Pv,
    /// Voltage magnitude and angle are given; it takes up the balance of its island. One a live island.
    Slack,
    /// Not solved: out of service or in an island without a source. Its voltage is reported as 0.
    Isolated,
}

/// A bus: what is fixed there, and its shunt admittance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bus {
    /// What is held fixed.
    pub kind: BusKind,
    /// Shunt conductance, per unit (real power drawn at 1 pu voltage).
    pub gs_pu: f64,
    /// Shunt susceptance, per unit (reactive power injected at 1 pu voltage).
    pub bs_pu: f64,
}

/// A line or transformer between two buses.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Branch {
    /// Index of the from (tap-side) bus.
    pub from: usize,
    /// Index of the to bus.
    pub to: usize,
    /// Series resistance, per unit.
    pub r_pu: f64,
    /// Series reactance, per unit.
    pub x_pu: f64,
    /// Total line charging susceptance, per unit.
    pub b_pu: f64,
    /// Off-nominal turns ratio at the from side; 1 for a line.
    pub tap: f64,
    /// Phase shift in radians, positive delays the to side.
    pub shift_rad: f64,
    /// Whether it carries anything.
    pub in_service: bool,
}

/// A whole network.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// Power base of the per-unit system, MVA.
    pub base_mva: f64,
    /// Buses, by index.
    pub buses: Vec<Bus>,
    /// Branches, by index.
    pub branches: Vec<Branch>,
}

/// Net injections and set-points, all of length `buses.len()`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Injections {
    /// Net real power into the network (generation less load), per unit.
    pub p_pu: Vec<f64>,
    /// Net reactive power into the network, per unit; ignored at PV and slack buses.
    pub q_pu: Vec<f64>,
    /// Voltage magnitude held at PV and slack buses, per unit; ignored elsewhere.
    pub v_set_pu: Vec<f64>,
    /// Voltage angle held at slack buses, radians; ignored elsewhere.
    pub angle_set_rad: Vec<f64>,
}

/// Bus voltages in polar form, both of length `buses.len()`: a start for, and the result of, a solve.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Voltages {
    /// Magnitude, per unit; 0 where isolated.
    pub vm_pu: Vec<f64>,
    /// Angle, radians; 0 where isolated.
    pub va_rad: Vec<f64>,
}

/// Flow at both ends of a branch, per unit, positive into the branch.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct BranchFlow {
    /// Real power into the branch at the from end.
    pub p_from_pu: f64,
    /// Reactive power into the branch at the from end.
    pub q_from_pu: f64,
    /// Real power into the branch at the to end.
    pub p_to_pu: f64,
    /// Reactive power into the branch at the to end.
    pub q_to_pu: f64,
}
