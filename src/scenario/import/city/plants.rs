//! Plants of a city from the generators of a case.
//!
//! A case says nothing of how a unit makes power. Rule: no real power makes a condenser; no cost at all, or a marginal
//! cost under a dollar, hydro; of the others, those whose marginal cost at half output is above 1.25 times the
//! capacity's median are gas turbines (diesel up to 20 MW); the rest is steam from 300 MW, combined cycle below.
//! Where the file has no costs, size decides, and costs are those usual for the kind (SIZING.md section 2).

use crate::city::model::grid::Plant;
use crate::city::model::grid::Technology;
use crate::scenario::generate::geometry::rounded;
use crate::scenario::import::city::network::Part;
use crate::scenario::import::matpower::CostCurve;
use crate::scenario::import::matpower::GeneratorRow;
use crate::scenario::import::matpower::MatpowerCase;

/// Marginal costs above this multiple of the median mark peaking units.
const PEAKER: f64 = 1.25;
/// Largest diesel set, and smallest steam unit, megawatts.
const SIZES_MW: (f64, f64) = (20.0, 300.0);
/// Share of the day's peak at each hour of a hot working day, hour 0 first: valley 62 %, peak 16 to 18 h (SIZING.md
/// section 2).
const DAY: [f64; 24] = [
    0.70, 0.66, 0.64, 0.62, 0.62, 0.64, 0.68, 0.74, 0.79, 0.83, 0.87, 0.90, 0.93, 0.95, 0.97, 0.99,
    1.00, 1.00, 0.99, 0.96, 0.93, 0.89, 0.83, 0.76,
];

/// What a case does not say of a kind of unit.
struct Kind {
    technology: Technology,
    name: &'static str,
    /// Ramp, share of capacity a minute.
    ramp: f64,
    /// No-load cost (dollars an hour and MW of capacity) and marginal cost (dollars a MWh) where the file has none.
    cost: [f64; 2],
    co2: f64,
    derating: f64,
    outages: f64,
}

const STEAM: Kind = Kind {
    technology: Technology::Steam,
    name: "Steam plant",
    ramp: 0.02,
    cost: [6.0, 32.0],
    co2: 939.0,
    derating: 0.002,
    outages: 8.0,
};
const COMBINED_CYCLE: Kind = Kind {
    technology: Technology::CombinedCycle,
    name: "Combined cycle",
    ramp: 0.05,
    cost: [8.0, 48.0],
    co2: 375.0,
    derating: 0.007,
    outages: 5.0,
};
const GAS_TURBINE: Kind = Kind {
    technology: Technology::GasTurbine,
    name: "Gas turbine",
    ramp: 0.2,
    cost: [10.0, 110.0],
    co2: 553.0,
    derating: 0.007,
    outages: 8.0,
};
const DIESEL: Kind = Kind {
    technology: Technology::Diesel,
    name: "Diesel sets",
    ramp: 0.5,
    cost: [5.0, 300.0],
    co2: 744.0,
    derating: 0.002,
    outages: 6.0,
};
const HYDRO: Kind = Kind {
    technology: Technology::Hydro,
    name: "Hydro plant",
    ramp: 0.5,
    cost: [0.0, 0.0],
    co2: 0.0,
    derating: 0.0,
    outages: 3.0,
};
const CONDENSER: Kind = Kind {
    technology: Technology::Condenser,
    name: "Synchronous condenser",
    ramp: 0.0,
    cost: [0.0, 0.0],
    co2: 0.0,
    derating: 0.0,
    outages: 3.0,
};

/// A running generator of the case as the city takes it.
struct Unit<'a> {
    row: &'a GeneratorRow,
    bus: usize,
    p_max_mw: f64,
    /// Cost c0 + c1 p + c2 p^2 from the file.
    cost: Option<[f64; 3]>,
}

impl Unit<'_> {
    fn marginal(&self) -> Option<f64> {
        self.cost.map(|c| c[1] + c[2] * self.p_max_mw)
    }
}

/// Plants of the running generators of a part of the case.
#[must_use]
pub fn plants(case: &MatpowerCase, part: &Part) -> Vec<Plant> {
    let units: Vec<Unit> = case
        .generators
        .iter()
        .enumerate()
        .filter(|(_, g)| g.in_service)
        .filter_map(|(i, row)| {
            let p_max_mw = if row.p_max_mw.is_finite() {
                row.p_max_mw.max(0.0)
            } else {
                // No limit in the file: a fifth above what it makes, or a usual unit.
                (1.2 * row.pg_mw).max(100.0)
            };
            let cost = case.gen_costs.get(i).map(|c| quadratic(&c.curve));
            Some(Unit {
                row,
                bus: part.index(row.bus)?,
                p_max_mw,
                cost,
            })
        })
        .collect();
    let median = median_marginal(&units);
    let mut plants: Vec<Plant> = Vec::with_capacity(units.len());
    for unit in &units {
        let kind = kind_of(unit, median);
        let same_bus = plants.iter().filter(|p| p.bus == unit.bus).count();
        let suffix = if same_bus > 0 {
            format!("-{}", same_bus + 1)
        } else {
            String::new()
        };
        plants.push(plant(unit, kind, format!("G{}{suffix}", unit.row.bus)));
    }
    plants
}

/// Real power that generators of the case draw, by bus of the part, megawatts: pumps and dispatchable loads.
#[must_use]
pub fn drawn_mw(case: &MatpowerCase, part: &Part) -> Vec<f64> {
    let mut drawn = vec![0.0; part.rows.len()];
    for row in case
        .generators
        .iter()
        .filter(|g| g.in_service && g.pg_mw < 0.0)
    {
        if let Some(bus) = part.index(row.bus) {
            drawn[bus] -= row.pg_mw;
        }
    }
    drawn
}

/// A constant infeed that stands for a negative load.
#[must_use]
pub fn infeed(bus: usize, number: &str, mw: f64) -> Plant {
    Plant {
        id: format!("IN{number}"),
        name: format!("Infeed at bus {number}"),
        bus,
        technology: Technology::Hydro,
        p_min_mw: 0.0,
        p_max_mw: mw,
        q_min_mvar: 0.0,
        q_max_mvar: 0.0,
        v_set_pu: 1.0,
        ramp_mw_min: mw,
        cost_usd_h: [0.0; 3],
        co2_kg_mwh: 0.0,
        derating_per_k: 0.0,
        forced_outages_y: 0.0,
        schedule: vec![1.0; 24],
    }
}

/// Coefficients of a cost curve up to the square; a curve of points counts by its mean slope.
fn quadratic(curve: &CostCurve) -> [f64; 3] {
    match curve {
        CostCurve::Polynomial(high_first) => {
            let mut low_first = high_first.iter().rev().copied();
            [(); 3].map(|()| low_first.next().unwrap_or(0.0))
        }
        CostCurve::PiecewiseLinear(points) => match (points.first(), points.last()) {
            (Some(a), Some(b)) if b.0 > a.0 => {
                let slope = (b.1 - a.1) / (b.0 - a.0);
                [a.1 - slope * a.0, slope, 0.0]
            }
            _ => [0.0; 3],
        },
    }
}

/// Marginal cost at half output at which half of the costed capacity is cheaper.
fn median_marginal(units: &[Unit]) -> Option<f64> {
    let mut list: Vec<(f64, f64)> = units
        .iter()
        .filter_map(|u| Some((u.marginal()?, u.p_max_mw)))
        .filter(|(marginal, mw)| *marginal >= 1.0 && *mw > 0.0)
        .collect();
    list.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = 0.5 * list.iter().map(|(_, mw)| mw).sum::<f64>();
    let mut below = 0.0;
    list.iter()
        .find(|(_, mw)| {
            below += mw;
            below >= half
        })
        .map(|(marginal, _)| *marginal)
}

fn kind_of(unit: &Unit, median: Option<f64>) -> &'static Kind {
    let mw = unit.p_max_mw;
    if mw <= 0.0 {
        return &CONDENSER;
    }
    let small = mw <= SIZES_MW.0;
    match (unit.marginal(), median) {
        (Some(marginal), _) if marginal < 1.0 => &HYDRO,
        (Some(marginal), Some(median)) if marginal > PEAKER * median => {
            if small {
                &DIESEL
            } else {
                &GAS_TURBINE
            }
        }
        (None, _) if small => &DIESEL,
        (None, _) if mw < 100.0 => &GAS_TURBINE,
        _ if mw >= SIZES_MW.1 => &STEAM,
        _ => &COMBINED_CYCLE,
    }
}

fn plant(unit: &Unit, kind: &Kind, id: String) -> Plant {
    let mw = unit.p_max_mw;
    let row = unit.row;
    let cost_usd_h = unit.cost.unwrap_or([kind.cost[0] * mw, kind.cost[1], 0.0]);
    // Units that the case runs follow the day; none falls below its least output.
    let p_min_mw = row.p_min_mw.clamp(0.0, mw);
    let share = if mw > 0.0 {
        (row.pg_mw / mw).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let floor = if mw > 0.0 && share > 0.0 {
        p_min_mw / mw
    } else {
        0.0
    };
    // Reactive limits that the file leaves open: three fifths of the capacity, as of a machine at 0.85.
    let open = 0.6 * mw.max(100.0);
    let limit = |q: f64, otherwise: f64| if q.is_finite() { q } else { otherwise };
    Plant {
        name: format!("{} at bus {}", kind.name, row.bus),
        id,
        bus: unit.bus,
        technology: kind.technology,
        p_min_mw,
        p_max_mw: mw,
        q_min_mvar: limit(row.q_min_mvar, -open),
        q_max_mvar: limit(row.q_max_mvar, open),
        v_set_pu: row.vg_pu,
        ramp_mw_min: rounded(kind.ramp * mw, 3),
        cost_usd_h,
        co2_kg_mwh: kind.co2,
        derating_per_k: kind.derating,
        forced_outages_y: kind.outages,
        schedule: DAY
            .iter()
            .map(|hour| rounded((share * hour).max(floor), 4))
            .collect(),
    }
}
