//! The high-voltage mesh as the dispatcher's optimal power flow sees it: buses, branches, where plants and load sit.
//!
//! Lossless DC; what the feeders below do is in the loads observed at its buses.

use crate::city::model::grid::BusRole;
use crate::city::model::grid::Grid;
use crate::controllers::rules::config::RulesConfig;
use crate::controllers::rules::ledger::Branch;
use crate::controllers::rules::room::permissible;
use crate::controllers::rules::situation::Situation;
use crate::controllers::rules::topology::NONE;
use crate::controllers::rules::topology::Topology;
use crate::solvers::dispatch::DispatchStatus;
use crate::solvers::dispatch::problem::DispatchBranch;
use crate::solvers::dispatch::problem::DispatchBus;
use crate::solvers::dispatch::problem::DispatchProblem;
use crate::solvers::dispatch::problem::DispatchUnit;
use crate::solvers::dispatch::problem::UnitCost;
use crate::solvers::dispatch::solve;
use std::collections::BTreeMap;

/// Price of not serving load, dollars a megawatt-hour: the value of lost load for a mixed city, 16,940 pounds, rounded
/// down to keep the solver's scaling good (London Economics 2013).
const LOST_LOAD_USD_MWH: f64 = 10_000.0;
/// Price of import beyond the limit, dollars a megawatt-hour: under lost load, so that only lines make the optimum
/// shed; what supply lacks is `supply`'s to judge.
const BEYOND_LIMIT_USD_MWH: f64 = 3_000.0;

/// The static part.
#[derive(Clone, Debug)]
pub struct Mesh {
    /// Mesh bus of each bus of the grid, also of those that hang below it; or [`NONE`].
    of: Vec<u32>,
    /// Whether a grid bus is itself of the mesh.
    within: Vec<bool>,
    buses: usize,
    branches: Vec<Branch>,
    lines: Vec<usize>,
    /// Transformers that feed load below the mesh, with their mesh bus.
    feeding: Vec<(usize, usize)>,
    /// Feeders that hang on the mesh itself, with their mesh bus.
    direct: Vec<(usize, usize)>,
}

/// Bounds of each plant's output in the next interval, megawatts; none where it is not to run.
pub type Bounds = Vec<Option<(f64, f64)>>;

/// What an optimal power flow found.
#[derive(Clone, Debug)]
pub struct Optimum {
    /// Output of each plant, megawatts.
    pub p_mw: Vec<f64>,
    /// Load by mesh bus that no dispatch serves within the lines' ratings, megawatts, where any.
    pub shed_mw: Vec<(usize, f64)>,
    /// Names of the branches whose rating binds.
    pub binding: Vec<String>,
}

impl Mesh {
    /// Finds the mesh of a grid.
    #[must_use]
    pub fn new(grid: &Grid, topology: &Topology) -> Self {
        let within: Vec<bool> = grid
            .buses
            .iter()
            .map(|b| matches!(b.role, BusRole::External | BusRole::Transmission))
            .collect();
        let mut of = vec![NONE; grid.buses.len()];
        let mut buses = 0;
        for (bus, inside) in within.iter().enumerate() {
            if *inside {
                of[bus] = buses as u32;
                buses += 1;
            }
        }
        let mut branches = Vec::new();
        let mut lines = Vec::new();
        for (i, line) in grid.lines.iter().enumerate() {
            if within[line.from] && within[line.to] {
                branches.push(Branch::Line(i));
                lines.push(i);
            }
        }
        let mut feeding = Vec::new();
        for (i, t) in grid.transformers.iter().enumerate() {
            match (within[t.from], within[t.to]) {
                (true, true) => branches.push(Branch::Transformer(i)),
                (true, false) => {
                    feeding.push((i, of[t.from] as usize));
                    of[t.to] = of[t.from];
                }
                _ => {}
            }
        }
        for (bus, &home) in topology.home.iter().enumerate() {
            if home != NONE {
                of[bus] = of[grid.feeders[home as usize].bus];
            }
        }
        let direct = grid
            .feeders
            .iter()
            .enumerate()
            .filter(|(_, f)| within[f.bus])
            .map(|(i, f)| (i, of[f.bus] as usize))
            .collect();
        Self {
            of,
            within,
            buses,
            branches,
            lines,
            feeding,
            direct,
        }
    }

    /// Lines and transformers of the mesh.
    #[must_use]
    pub fn branches(&self) -> &[Branch] {
        &self.branches
    }

    /// Lines of the mesh, in order.
    #[must_use]
    pub fn lines(&self) -> &[usize] {
        &self.lines
    }

    /// Mesh bus that feeds a bus.
    #[must_use]
    pub fn of_bus(&self, bus: usize) -> Option<usize> {
        (self.of[bus] != NONE).then_some(self.of[bus] as usize)
    }

    /// Load at each mesh bus, megawatts, scaled to a total; what plants and batteries below the mesh give is counted
    /// back, so that the load is what must be served.
    fn loads(&self, grid: &Grid, now: &Situation, total_mw: f64) -> Vec<f64> {
        let mut load = vec![0.0; self.buses];
        for &(t, bus) in &self.feeding {
            load[bus] += now.transformers[t].p_mw;
        }
        for &(f, bus) in &self.direct {
            load[bus] += now.feeders[f].p_mw;
        }
        for (plant, seen) in grid.plants.iter().zip(&now.plants) {
            if let Some(bus) = self.of_bus(plant.bus).filter(|_| !self.within[plant.bus]) {
                load[bus] += seen.p_mw;
            }
        }
        for (battery, seen) in grid.batteries.iter().zip(&now.batteries) {
            if let Some(bus) = self
                .of_bus(battery.bus)
                .filter(|_| self.within[battery.bus])
            {
                load[bus] -= seen.p_mw;
            }
        }
        let sum: f64 = load.iter().sum();
        if sum > 0.0 {
            for mw in &mut load {
                *mw *= total_mw / sum;
            }
        }
        load
    }

    /// Least-cost output of the plants within bounds and line ratings; none if the solver finds none.
    #[must_use]
    pub fn optimum(
        &self,
        grid: &Grid,
        config: &RulesConfig,
        now: &Situation,
        total_mw: f64,
        bounds: &Bounds,
        trim: &mut BTreeMap<Branch, f64>,
    ) -> Option<Optimum> {
        let load = self.loads(grid, now, total_mw);
        let branches: Vec<DispatchBranch> = self
            .branches
            .iter()
            .map(|&branch| {
                let mut row = self.branch(grid, config, now, branch);
                row.limit_mw = row
                    .limit_mw
                    .map(|limit| trimmed(limit, branch, flow_mw(now, branch).abs(), trim));
                row
            })
            .collect();
        let slack = grid
            .externals
            .first()
            .map(|e| e.bus)
            .or_else(|| slack_plant(grid).map(|p| grid.plants[p].bus))
            .and_then(|bus| self.of_bus(bus))?;
        let live = reached(self.buses, slack, &branches);
        let buses: Vec<DispatchBus> = (0..self.buses)
            .map(|bus| DispatchBus {
                load_mw: load[bus],
                shed_cost: (load[bus] > 0.0).then_some(LOST_LOAD_USD_MWH),
                reference_rad: (bus == slack).then_some(0.0),
                live: live[bus],
                ..DispatchBus::default()
            })
            .collect();
        let mut units = Vec::new();
        let mut plant_of = Vec::new();
        for (i, plant) in grid.plants.iter().enumerate() {
            let (Some((least, most)), Some(bus)) = (bounds[i], self.of_bus(plant.bus)) else {
                continue;
            };
            plant_of.push(i);
            units.push(DispatchUnit {
                bus,
                p_min_mw: least,
                p_max_mw: most,
                cost: UnitCost::Quadratic {
                    c2: plant.cost_usd_h[2].max(0.0),
                    c1: plant.cost_usd_h[1],
                    c0: plant.cost_usd_h[0],
                },
                curtail_cost: Some(LOST_LOAD_USD_MWH),
                in_service: true,
            });
        }
        for (external, seen) in grid.externals.iter().zip(&now.externals) {
            let Some(bus) = self.of_bus(external.bus) else {
                continue;
            };
            let limit = (seen.1 * config.import_use).max(0.0);
            for (most, price) in [
                (limit, external.price_usd_mwh),
                (total_mw.max(1.0), BEYOND_LIMIT_USD_MWH),
            ] {
                units.push(DispatchUnit {
                    bus,
                    p_min_mw: 0.0,
                    p_max_mw: most,
                    cost: UnitCost::Quadratic {
                        c2: 0.0,
                        c1: price,
                        c0: 0.0,
                    },
                    curtail_cost: None,
                    in_service: true,
                });
            }
        }
        let problem = DispatchProblem {
            base_mva: grid.base_mva,
            buses,
            branches,
            units,
            bids: Vec::new(),
        };
        let dispatch = solve(&problem).ok()?;
        if dispatch.status != DispatchStatus::Optimal {
            return None;
        }
        let solution = dispatch.solution?;
        let mut p_mw: Vec<f64> = now.plants.iter().map(|p| p.p_set_mw).collect();
        for (unit, &plant) in plant_of.iter().enumerate() {
            // A plant on a dead island keeps its set-point: nobody knows what it feeds.
            if live[problem.units[unit].bus] {
                p_mw[plant] = solution.p_mw[unit];
            }
        }
        /// Shed load below this is the solver's tolerance, megawatts.
        const NOTHING_MW: f64 = 0.05;
        Some(Optimum {
            p_mw,
            shed_mw: solution
                .shed_mw
                .iter()
                .enumerate()
                .filter(|(_, mw)| **mw > NOTHING_MW)
                .map(|(bus, mw)| (bus, *mw))
                .collect(),
            binding: solution
                .binding
                .iter()
                .map(|&b| match self.branches[b] {
                    Branch::Line(line) => grid.lines[line].id.clone(),
                    Branch::Transformer(t) => grid.transformers[t].id.clone(),
                })
                .collect(),
        })
    }

    fn branch(
        &self,
        grid: &Grid,
        config: &RulesConfig,
        now: &Situation,
        branch: Branch,
    ) -> DispatchBranch {
        let row = |from: usize, to: usize, x_pu: f64, tap: f64, shift_deg: f64| DispatchBranch {
            from: self.of[from] as usize,
            to: self.of[to] as usize,
            x_pu,
            tap,
            shift_rad: shift_deg.to_radians(),
            limit_mw: None,
            angle_min_rad: None,
            angle_max_rad: None,
            in_service: x_pu != 0.0,
        };
        match branch {
            Branch::Line(i) => {
                let line = &grid.lines[i];
                let mut out = row(line.from, line.to, line.x_pu, 1.0, 0.0);
                out.in_service &= now.line_closed[i] && !now.line_failed[i];
                let seen = now.lines[i];
                let limit = seen.rating_mva * config.line_use;
                out.limit_mw = real_limit(limit, seen.p_mw, seen.loading * seen.rating_mva);
                out
            }
            Branch::Transformer(i) => {
                let t = &grid.transformers[i];
                let tap = if t.ratio > 0.0 { t.ratio } else { 1.0 };
                let mut out = row(t.from, t.to, t.x_pu, tap, t.shift_deg);
                out.in_service &= now.transformers[i].closed && !now.transformers[i].failed;
                let seen = now.transformers[i];
                let k = permissible(
                    &t.thermal,
                    now.temp_c,
                    seen.top_oil_c,
                    config.transfer_horizon_min,
                    config.transfer_hot_spot_c,
                );
                let limit = k.min(config.receive_loading) * t.rating_mva;
                out.limit_mw = real_limit(limit, seen.p_mw, seen.loading * t.rating_mva);
                out
            }
        }
    }
}

fn flow_mw(now: &Situation, branch: Branch) -> f64 {
    match branch {
        Branch::Line(line) => now.lines[line].p_mw,
        Branch::Transformer(t) => now.transformers[t].p_mw,
    }
}

/// A branch's limit as the optimal power flow gets it: less by what past flows have exceeded it, more again slowly.
fn trimmed(limit_mw: f64, branch: Branch, flow_mw: f64, trim: &mut BTreeMap<Branch, f64>) -> f64 {
    /// Least share, and the fastest change down and up in one dispatch.
    const LEAST: f64 = 0.5;
    const DOWN: f64 = 0.85;
    const UP: f64 = 0.02;
    let share = trim.get(&branch).copied().unwrap_or(1.0);
    let ratio = limit_mw / flow_mw.max(1e-6);
    let share = if ratio < 0.99 {
        (share * ratio.max(DOWN)).max(LEAST)
    } else if ratio > 1.05 {
        (share + UP).min(1.0)
    } else {
        share
    };
    if share < 1.0 {
        trim.insert(branch, share);
    } else {
        trim.remove(&branch);
    }
    limit_mw * share
}

/// What is left of a branch's limit to real power, megawatts, beside the reactive power that it carries now: the DC
/// model has none. At least a third, since reactive flows change with the voltages. None without a limit.
fn real_limit(limit_mva: f64, p_mw: f64, s_mva: f64) -> Option<f64> {
    /// Share of the limit that is always left.
    const LEAST: f64 = 1.0 / 3.0;
    let q_mvar2 = (s_mva * s_mva - p_mw * p_mw).max(0.0);
    let left = (limit_mva * limit_mva - q_mvar2).max(0.0).sqrt();
    (limit_mva > 0.0).then_some(left.max(LEAST * limit_mva))
}

/// The plant that takes the balance where there is no external grid: the largest.
#[must_use]
pub fn slack_plant(grid: &Grid) -> Option<usize> {
    if !grid.externals.is_empty() {
        return None;
    }
    (0..grid.plants.len()).max_by(|&a, &b| {
        grid.plants[a]
            .p_max_mw
            .total_cmp(&grid.plants[b].p_max_mw)
            .then(b.cmp(&a))
    })
}

/// Buses connected with one by branches in service.
fn reached(buses: usize, from: usize, branches: &[DispatchBranch]) -> Vec<bool> {
    let mut next = vec![Vec::new(); buses];
    for branch in branches.iter().filter(|b| b.in_service) {
        next[branch.from].push(branch.to);
        next[branch.to].push(branch.from);
    }
    let mut live = vec![false; buses];
    live[from] = true;
    let mut stack = vec![from];
    while let Some(bus) = stack.pop() {
        for &other in &next[bus] {
            if !live[other] {
                live[other] = true;
                stack.push(other);
            }
        }
    }
    live
}

#[cfg(test)]
mod tests {
    use crate::controllers::rules::mesh::real_limit;

    #[test]
    fn reactive_power_takes_its_part_of_a_limit() {
        // 60 Mvar beside 80 MW (100 MVA): of 100 MVA, 80 MW are left; of 75 MVA, 45 MW.
        assert!((real_limit(100.0, 80.0, 100.0).unwrap() - 80.0).abs() < 1e-9);
        assert!((real_limit(75.0, -80.0, 100.0).unwrap() - 45.0).abs() < 1e-9);
        assert!((real_limit(60.0, 0.0, 90.0).unwrap() - 20.0).abs() < 1e-9);
        assert_eq!(real_limit(0.0, 1.0, 1.0), None);
    }
}
