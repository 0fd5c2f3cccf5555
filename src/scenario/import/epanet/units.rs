//! Units of an INP file, and their conversion to SI.
//!
//! EPANET converts everything to feet and cubic feet a second by rounded factors (its `types.h`); the same factors are
//! used here on the way to SI, since a head is only comparable when the same setting means the same head.

use crate::solvers::hydraulics::CUBIC_FOOT_M3;
use crate::solvers::hydraulics::FOOT_M;

/// Unit of flow; it decides whether the rest is US customary or metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum FlowUnit {
    /// Cubic feet a second.
    Cfs,
    /// US gallons a minute.
    #[default]
    Gpm,
    /// Million US gallons a day.
    Mgd,
    /// Million imperial gallons a day.
    Imgd,
    /// Acre-feet a day.
    Afd,
    /// Litres a second.
    Lps,
    /// Litres a minute.
    Lpm,
    /// Million litres a day.
    Mld,
    /// Cubic metres an hour.
    Cmh,
    /// Cubic metres a day.
    Cmd,
    /// Cubic metres a second.
    Cms,
}

/// Names of flow units.
pub const FLOW_UNITS: [(&str, FlowUnit); 11] = [
    ("CFS", FlowUnit::Cfs),
    ("GPM", FlowUnit::Gpm),
    ("MGD", FlowUnit::Mgd),
    ("IMGD", FlowUnit::Imgd),
    ("AFD", FlowUnit::Afd),
    ("LPS", FlowUnit::Lps),
    ("LPM", FlowUnit::Lpm),
    ("MLD", FlowUnit::Mld),
    ("CMH", FlowUnit::Cmh),
    ("CMD", FlowUnit::Cmd),
    ("CMS", FlowUnit::Cms),
];

/// Unit of pressure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PressureUnit {
    /// Pounds a square inch.
    Psi,
    /// Kilopascals.
    Kpa,
    /// Metres of water.
    Metres,
    /// Bars.
    Bar,
    /// Feet of water.
    Feet,
}

/// Units of a file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Units {
    /// Of flow.
    pub flow: FlowUnit,
    /// Of pressure.
    pub pressure: PressureUnit,
    /// Density over that of water: pressures are of the fluid.
    pub specific_gravity: f64,
}

impl Units {
    /// Whether lengths are metres rather than feet.
    pub fn is_metric(&self) -> bool {
        !matches!(
            self.flow,
            FlowUnit::Cfs | FlowUnit::Gpm | FlowUnit::Mgd | FlowUnit::Imgd | FlowUnit::Afd
        )
    }

    /// m3/s of one unit of flow.
    pub fn flow_m3s(&self) -> f64 {
        let per_cfs = match self.flow {
            FlowUnit::Cfs => 1.0,
            FlowUnit::Gpm => 448.831,
            FlowUnit::Mgd => 0.64632,
            FlowUnit::Imgd => 0.5382,
            FlowUnit::Afd => 1.9837,
            FlowUnit::Lps => 28.317,
            FlowUnit::Lpm => 1699.0,
            FlowUnit::Mld => 2.4466,
            FlowUnit::Cmh => 101.94,
            FlowUnit::Cmd => 2446.6,
            FlowUnit::Cms => 0.028317,
        };
        CUBIC_FOOT_M3 / per_cfs
    }

    /// Metres of one unit of length, level or head.
    pub fn length_m(&self) -> f64 {
        if self.is_metric() { 1.0 } else { FOOT_M }
    }

    /// Metres of one unit of a pipe's diameter.
    pub fn diameter_m(&self) -> f64 {
        if self.is_metric() {
            0.001
        } else {
            FOOT_M / 12.0
        }
    }

    /// Metres of one unit of Darcy-Weisbach roughness: millimetres or thousandths of a foot.
    pub fn roughness_m(&self) -> f64 {
        0.001 * self.length_m()
    }

    /// m3 of one unit of a tank's volume.
    pub fn volume_m3(&self) -> f64 {
        if self.is_metric() {
            CUBIC_FOOT_M3 / 0.028317
        } else {
            CUBIC_FOOT_M3
        }
    }

    /// Metres of head of one unit of pressure.
    pub fn pressure_m(&self) -> f64 {
        let per_foot = match self.pressure {
            PressureUnit::Psi => 0.4333,
            PressureUnit::Kpa => 6.895 * 0.4333,
            PressureUnit::Metres => FOOT_M,
            PressureUnit::Bar => 0.068948 * 0.4333,
            PressureUnit::Feet => 1.0,
        };
        FOOT_M / (per_foot * self.specific_gravity)
    }

    /// kW of one unit of pump power.
    pub fn power_kw(&self) -> f64 {
        if self.is_metric() { 1.0 } else { 0.7457 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn customary_and_metric() {
        let mut units = Units {
            flow: FlowUnit::Gpm,
            pressure: PressureUnit::Psi,
            specific_gravity: 1.0,
        };
        assert!((units.flow_m3s() - 6.30902e-5).abs() < 1e-10);
        assert!((20.0 * units.pressure_m() - 14.06).abs() < 0.01);
        assert!(!units.is_metric());
        units.flow = FlowUnit::Lps;
        units.pressure = PressureUnit::Metres;
        assert!(units.is_metric());
        assert!(
            (units.flow_m3s() - 0.001).abs() < 1e-8 && (units.pressure_m() - 1.0).abs() < 1e-12
        );
    }
}
