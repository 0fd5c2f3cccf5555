//! A MATPOWER case as plain data: the rows of its tables with their columns named.
//!
//! Units and signs are the file's own (MW, Mvar, degrees, per unit on `base_mva`), after the file's own conversions.
//! Source of the columns: MATPOWER User's Manual 8.0, appendix B. It decides nothing about how a case is solved.

use crate::scenario::import::matpower::problem::Problem;

/// What a bus holds fixed, as the file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BusType {
    /// Load bus, type 1.
    Pq,
    /// Voltage-controlled bus, type 2.
    Pv,
    /// Reference bus, type 3.
    Reference,
    /// Isolated bus, type 4.
    Isolated,
}

/// A row of `mpc.bus`.
#[derive(Clone, Debug, PartialEq)]
pub struct BusRow {
    /// Bus number, positive and unique.
    pub number: u32,
    /// Bus type.
    pub kind: BusType,
    /// Real load, MW.
    pub pd_mw: f64,
    /// Reactive load, Mvar.
    pub qd_mvar: f64,
    /// Shunt conductance, MW drawn at 1 pu.
    pub gs_mw: f64,
    /// Shunt susceptance, Mvar injected at 1 pu.
    pub bs_mvar: f64,
    /// Area number.
    pub area: f64,
    /// Voltage magnitude, per unit: a start value.
    pub vm_pu: f64,
    /// Voltage angle, degrees: a start value, held at the reference bus.
    pub va_deg: f64,
    /// Base voltage, kV.
    pub base_kv: f64,
    /// Loss zone.
    pub zone: f64,
    /// Upper voltage limit, per unit.
    pub vmax_pu: f64,
    /// Lower voltage limit, per unit.
    pub vmin_pu: f64,
    /// Line in the file.
    pub line: usize,
}

/// A row of `mpc.gen`.
#[derive(Clone, Debug, PartialEq)]
pub struct GeneratorRow {
    /// Number of its bus.
    pub bus: u32,
    /// Real output, MW.
    pub pg_mw: f64,
    /// Reactive output, Mvar.
    pub qg_mvar: f64,
    /// Upper reactive limit, Mvar; may be infinite.
    pub q_max_mvar: f64,
    /// Lower reactive limit, Mvar; may be infinite.
    pub q_min_mvar: f64,
    /// Voltage set-point, per unit.
    pub vg_pu: f64,
    /// Machine base, MVA.
    pub m_base_mva: f64,
    /// Whether it runs (status above 0).
    pub in_service: bool,
    /// Upper real limit, MW; may be infinite.
    pub p_max_mw: f64,
    /// Lower real limit, MW.
    pub p_min_mw: f64,
    /// Columns 11 to 21 (PC1 to APF) as far as given.
    pub more: Vec<f64>,
    /// Line in the file.
    pub line: usize,
}

/// A row of `mpc.branch`.
#[derive(Clone, Debug, PartialEq)]
pub struct BranchRow {
    /// Number of the from (tap-side) bus.
    pub from: u32,
    /// Number of the to bus.
    pub to: u32,
    /// Series resistance, per unit.
    pub r_pu: f64,
    /// Series reactance, per unit.
    pub x_pu: f64,
    /// Total charging susceptance, per unit.
    pub b_pu: f64,
    /// Long-term rating, MVA; 0 is unlimited.
    pub rate_a_mva: f64,
    /// Short-term rating, MVA; 0 is unlimited.
    pub rate_b_mva: f64,
    /// Emergency rating, MVA; 0 is unlimited.
    pub rate_c_mva: f64,
    /// Off-nominal turns ratio as written: 0 stands for a line.
    pub ratio: f64,
    /// Phase shift, degrees.
    pub shift_deg: f64,
    /// Whether it carries anything.
    pub in_service: bool,
    /// Least angle difference, degrees; 0 or -360 is none.
    pub angle_min_deg: f64,
    /// Greatest angle difference, degrees; 0 or 360 is none.
    pub angle_max_deg: f64,
    /// Line in the file.
    pub line: usize,
}

impl BranchRow {
    /// Turns ratio with the file's 0 read as 1.
    pub fn tap(&self) -> f64 {
        if self.ratio == 0.0 { 1.0 } else { self.ratio }
    }
}

/// Shape of a generator's cost over its output.
#[derive(Clone, Debug, PartialEq)]
pub enum CostCurve {
    /// Coefficients from the highest power of MW down to the constant, per hour.
    Polynomial(Vec<f64>),
    /// Points (MW, cost per hour).
    PiecewiseLinear(Vec<(f64, f64)>),
}

/// A row of `mpc.gencost`.
#[derive(Clone, Debug, PartialEq)]
pub struct CostRow {
    /// Start-up cost.
    pub startup: f64,
    /// Shut-down cost.
    pub shutdown: f64,
    /// Cost of running.
    pub curve: CostCurve,
    /// Line in the file.
    pub line: usize,
}

/// A row of `mpc.dcline`. Kept but not solved, as MATPOWER does unless `toggle_dcline` switches them on.
#[derive(Clone, Debug, PartialEq)]
pub struct DcLineRow {
    /// Number of the from bus.
    pub from: u32,
    /// Number of the to bus.
    pub to: u32,
    /// Whether it runs.
    pub in_service: bool,
    /// Flow at the from end, MW.
    pub p_from_mw: f64,
    /// Lower limit of the flow, MW.
    pub p_min_mw: f64,
    /// Upper limit of the flow, MW.
    pub p_max_mw: f64,
    /// Line in the file.
    pub line: usize,
}

/// A whole case, valid: every branch and generator names a bus, no value is out of its domain.
#[derive(Clone, Debug, PartialEq)]
pub struct MatpowerCase {
    /// The function's name.
    pub name: String,
    /// Power base, MVA.
    pub base_mva: f64,
    /// Buses, in file order.
    pub buses: Vec<BusRow>,
    /// Generators, in file order.
    pub generators: Vec<GeneratorRow>,
    /// Branches, in file order.
    pub branches: Vec<BranchRow>,
    /// Costs of real power, one a generator; empty when the file gives none.
    pub gen_costs: Vec<CostRow>,
    /// Costs of reactive power, one a generator; usually empty.
    pub reactive_costs: Vec<CostRow>,
    /// Direct-current lines, ignored by the solvers here.
    pub dc_lines: Vec<DcLineRow>,
    /// Names, one a bus; empty when the file gives none.
    pub bus_names: Vec<String>,
    /// What the reader should know though the case is usable.
    pub warnings: Vec<Problem>,
}
