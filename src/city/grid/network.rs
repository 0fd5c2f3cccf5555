//! Between element states and the power-flow solver: gathers injections, solves, scatters flows.

use crate::city::grid::fabric::Fabric;
use crate::city::grid::flow::Elements;
use crate::city::grid::flow::FlowState;
use crate::city::grid::state::PlantState;
use crate::city::grid::topology::Incidence;
use crate::city::grid::topology::Topology;
use crate::city::grid::topology::ends;
use crate::city::model::grid::Plant;
use crate::city::model::grid::Technology;
use crate::solvers::power_flow::network::Branch;
use crate::solvers::power_flow::network::BranchFlow;
use crate::solvers::power_flow::network::Bus;
use crate::solvers::power_flow::network::BusKind;
use crate::solvers::power_flow::network::Injections;
use crate::solvers::power_flow::network::Network;
use crate::solvers::power_flow::network::Voltages;
use crate::solvers::power_flow::newton::NewtonOptions;
use crate::solvers::power_flow::newton::PowerFlow;
use crate::solvers::power_flow::q_limits::ReactiveLimits;
use crate::solvers::power_flow::q_limits::solve_with_q_limits;
use bevy_ecs::resource::Resource;

/// Power mismatch at which a step's flow is solved, per unit on the grid's base: 0.1 kW on 100 MVA, far below any
/// meter, and a bit over Newton's last quadratic step.
const TOLERANCE_PU: f64 = 1e-6;
/// Newton iterations before a network counts as without solution.
const MAX_ITERATIONS: u32 = 20;

/// Scratch of the flow: a pure function of state and topology, so never captured.
#[derive(Resource, Debug, Default)]
pub struct Workspace {
    /// Branches at each bus.
    pub incidence: Incidence,
    /// Whether each branch conducts.
    pub on: Vec<bool>,
    /// Sources that can hold an island.
    pub sources: Vec<(usize, bool, f64)>,
    /// The network as switched.
    pub topology: Topology,
    /// The solver for it, with its symbolic analysis; none if it must be built again.
    pub solver: Option<PowerFlow>,
    /// Buses whose voltage plants hold, as the solver was built for.
    pub held: Vec<bool>,
    /// Net injections.
    pub injections: Injections,
    /// Reactive limits at buses whose voltage plants hold.
    pub limits: ReactiveLimits,
    /// Flows of all branches.
    pub flows: Vec<BranchFlow>,
}

/// Solves the flow of all islands.
///
/// # Errors
/// The islands without a solution, if Newton's method does not converge from the last voltages nor from a flat start.
pub fn solve(
    fabric: &Fabric,
    state: &mut FlowState,
    work: &mut Workspace,
    all: &mut Elements,
) -> Result<(), Vec<usize>> {
    if work.topology.islands.is_empty() {
        state.voltages.vm_pu.fill(0.0);
        state.voltages.va_rad.fill(0.0);
        work.flows.fill(BranchFlow::default());
        scatter(fabric, state, work, all);
        return Ok(());
    }
    let held = held(fabric, &work.topology, all);
    if work.solver.is_none() || work.held != held {
        let network = build(fabric, &work.topology, &work.on, &held, all);
        work.solver = PowerFlow::new(&network).ok();
        work.held = held;
    } else if let Some(solver) = &mut work.solver {
        let lines = fabric.lines();
        for (i, t) in all.transformers.iter().enumerate() {
            if work.on[lines + i] {
                // The branch exists and the ratio is positive: the only two refusals there are.
                let moved = solver.set_tap(lines + i, tap_ratio(fabric, i, t.tap));
                debug_assert!(moved.is_ok());
            }
        }
    }
    inject(fabric, &work.topology, all, &mut work.injections);
    limit(fabric, all, &work.held, &work.injections, &mut work.limits);
    let every: Vec<usize> = (0..work.topology.islands.len()).collect();
    let Some(solver) = &mut work.solver else {
        return Err(every);
    };
    let options = NewtonOptions {
        tolerance_pu: TOLERANCE_PU,
        max_iterations: MAX_ITERATIONS,
        ..NewtonOptions::default()
    };
    prepare_start(&work.topology, &mut state.voltages);
    let mut converged = false;
    let mut worst_bus = None;
    for start in 0..2 {
        if start == 1 {
            flat_start(&work.topology, &work.injections, &mut state.voltages);
        }
        let solved = solve_with_q_limits(
            solver,
            &work.injections,
            &work.limits,
            &mut state.voltages,
            &options,
        );
        let Ok(limited) = solved else {
            return Err(every);
        };
        let report = limited.newton;
        state.iterations += u64::from(report.iterations);
        state.mismatch_pu = report.max_mismatch_pu;
        worst_bus = report.worst_bus;
        if report.converged {
            converged = true;
            break;
        }
    }
    if !converged
        || solver
            .branch_flows(&state.voltages, &mut work.flows)
            .is_err()
    {
        flat_start(&work.topology, &work.injections, &mut state.voltages);
        // Islands do not touch each other: the one with the worst mismatch is the one to relieve.
        let island = worst_bus.and_then(|bus| work.topology.island_of_bus[bus]);
        return Err(island.map_or(every, |island| vec![island]));
    }
    scatter(fabric, state, work, all);
    Ok(())
}

/// Buses at which a running plant holds the voltage.
fn held(fabric: &Fabric, topology: &Topology, all: &Elements) -> Vec<bool> {
    let mut held = vec![false; fabric.grid().buses.len()];
    for (p, row) in fabric.grid().plants.iter().enumerate() {
        let plant = &all.plants[p];
        if topology.live(row.bus) && runs(row, plant) && row.q_max_mvar > row.q_min_mvar {
            held[row.bus] = true;
        }
    }
    held
}

/// Ratio of a transformer at a tap position.
#[must_use]
pub fn tap_ratio(fabric: &Fabric, transformer: usize, tap: i32) -> f64 {
    let row = &fabric.grid().transformers[transformer];
    row.ratio + f64::from(tap) * row.tap_step
}

fn build(
    fabric: &Fabric,
    topology: &Topology,
    on: &[bool],
    held: &[bool],
    all: &Elements,
) -> Network {
    let grid = fabric.grid();
    let base = grid.base_mva;
    let mut buses: Vec<Bus> = grid
        .buses
        .iter()
        .enumerate()
        .map(|(b, row)| Bus {
            kind: match (topology.live(b), held[b]) {
                (false, _) => BusKind::Isolated,
                (true, true) => BusKind::Pv,
                (true, false) => BusKind::Pq,
            },
            gs_pu: row.gs_mw / base,
            bs_pu: row.bs_mvar / base,
        })
        .collect();
    for island in &topology.islands {
        buses[island.slack_bus].kind = BusKind::Slack;
    }
    let live = |k: usize| {
        let (f, t) = ends(grid, k);
        on[k] && topology.live(f) && topology.live(t)
    };
    let lines = grid.lines.iter().enumerate().map(|(i, l)| Branch {
        from: l.from,
        to: l.to,
        r_pu: l.r_pu,
        x_pu: l.x_pu,
        b_pu: l.b_pu,
        tap: 1.0,
        shift_rad: 0.0,
        in_service: live(i),
    });
    let transformers = grid.transformers.iter().enumerate().map(|(i, t)| Branch {
        from: t.from,
        to: t.to,
        r_pu: t.r_pu,
        x_pu: t.x_pu,
        b_pu: t.b_pu,
        tap: tap_ratio(fabric, i, all.transformers[i].tap),
        shift_rad: t.shift_deg.to_radians(),
        in_service: live(fabric.lines() + i),
    });
    Network {
        base_mva: base,
        branches: lines.chain(transformers).collect(),
        buses,
    }
}

fn inject(fabric: &Fabric, topology: &Topology, all: &Elements, into: &mut Injections) {
    let grid = fabric.grid();
    let n = grid.buses.len();
    let base = grid.base_mva;
    into.p_pu.clear();
    into.p_pu.resize(n, 0.0);
    into.q_pu.clear();
    into.q_pu.resize(n, 0.0);
    into.v_set_pu.clear();
    into.v_set_pu.resize(n, 1.0);
    into.angle_set_rad.clear();
    into.angle_set_rad.resize(n, 0.0);
    for (l, load) in all.loads.iter().enumerate() {
        let row = &grid.loads[l];
        let pv = if load.supplied > 0.0 { load.pv_mw } else { 0.0 };
        into.p_pu[row.bus] -= (load.served_mw - pv) / base;
        into.q_pu[row.bus] -= load.served_mw * tangent(row.power_factor) / base;
    }
    for (p, plant) in all.plants.iter().enumerate() {
        let row = &grid.plants[p];
        if topology.live(row.bus) {
            into.p_pu[row.bus] += plant.p_mw / base;
            into.v_set_pu[row.bus] = plant.v_set_pu;
        }
    }
    for (b, battery) in all.batteries.iter().enumerate() {
        let bus = grid.batteries[b].bus;
        if topology.live(bus) {
            into.p_pu[bus] += battery.p_mw / base;
        }
    }
    for external in &grid.externals {
        into.v_set_pu[external.bus] = external.v_set_pu;
    }
}

/// What running plants can do for the voltage of each bus: their reactive limits less the load there.
fn limit(
    fabric: &Fabric,
    all: &Elements,
    held: &[bool],
    injections: &Injections,
    into: &mut ReactiveLimits,
) {
    let base = fabric.grid().base_mva;
    into.q_min_pu.clone_from(&injections.q_pu);
    into.q_max_pu.clone_from(&injections.q_pu);
    for (p, row) in fabric.grid().plants.iter().enumerate() {
        if held[row.bus] && runs(row, &all.plants[p]) {
            into.q_min_pu[row.bus] += row.q_min_mvar / base;
            into.q_max_pu[row.bus] += row.q_max_mvar / base;
        }
    }
}

/// Whether a plant is on line: it makes power, or idles for its voltage. Condensers, and units without a lowest stable
/// output, stay on line when they make nothing.
fn runs(row: &Plant, plant: &PlantState) -> bool {
    let idles = row.technology == Technology::Condenser || row.p_min_mw <= 0.0;
    plant.p_mw.abs() > 0.0 || (idles && !plant.wear.failed)
}

/// Reactive over real power at a lagging power factor.
fn tangent(power_factor: f64) -> f64 {
    let pf = power_factor.clamp(0.1, 1.0);
    (1.0 - pf * pf).sqrt() / pf
}

/// Gives buses that have just come alive a voltage to start from.
fn prepare_start(topology: &Topology, voltages: &mut Voltages) {
    for (bus, island) in topology.island_of_bus.iter().enumerate() {
        match island {
            None => {
                voltages.vm_pu[bus] = 0.0;
                voltages.va_rad[bus] = 0.0;
            }
            Some(i) if voltages.vm_pu[bus] < 0.1 => {
                voltages.vm_pu[bus] = 1.0;
                voltages.va_rad[bus] = voltages.va_rad[topology.islands[*i].slack_bus];
            }
            Some(_) => {}
        }
    }
}

fn flat_start(topology: &Topology, injections: &Injections, voltages: &mut Voltages) {
    for (bus, island) in topology.island_of_bus.iter().enumerate() {
        voltages.vm_pu[bus] = if island.is_some() {
            injections.v_set_pu[bus]
        } else {
            0.0
        };
        voltages.va_rad[bus] = 0.0;
    }
}

fn scatter(fabric: &Fabric, state: &mut FlowState, work: &Workspace, all: &mut Elements) {
    let grid = fabric.grid();
    let base = grid.base_mva;
    let lines = fabric.lines();
    let mut losses_pu = 0.0;
    let larger = |f: &BranchFlow| {
        let from = libm::hypot(f.p_from_pu, f.q_from_pu);
        from.max(libm::hypot(f.p_to_pu, f.q_to_pu))
    };
    for flow in &work.flows {
        losses_pu += flow.p_from_pu + flow.p_to_pu;
    }
    for (i, line) in all.lines.iter_mut().enumerate() {
        let flow = &work.flows[i];
        let row = &grid.lines[i];
        line.p_mw = flow.p_from_pu * base;
        line.s_mva = larger(flow) * base;
        let v = state.voltages.vm_pu[row.from];
        line.current_a = if v > 0.1 {
            line.s_mva / v * fabric.amperes_per_mva(row.from)
        } else {
            0.0
        };
    }
    for (i, t) in all.transformers.iter_mut().enumerate() {
        let flow = &work.flows[lines + i];
        t.p_mw = flow.p_from_pu * base;
        t.q_mvar = flow.q_from_pu * base;
        t.s_mva = larger(flow) * base;
    }
    for (f, feeder) in all.feeders.iter_mut().enumerate() {
        let row = &grid.feeders[f];
        (feeder.p_mw, feeder.s_mva) = match row.head_line {
            Some(line) => {
                let flow = &work.flows[line];
                let (p, q) = if grid.lines[line].from == row.bus {
                    (flow.p_from_pu, flow.q_from_pu)
                } else {
                    (flow.p_to_pu, flow.q_to_pu)
                };
                (p * base, libm::hypot(p, q) * base)
            }
            None => {
                let served: f64 = fabric.loads_of_feeder[f]
                    .iter()
                    .map(|&l| all.loads[l].served_mw)
                    .sum();
                let pf = fabric.loads_of_feeder[f]
                    .first()
                    .map_or(1.0, |&l| grid.loads[l].power_factor);
                (served, served / pf.max(0.1))
            }
        };
    }
    state.losses_mw = losses_pu * base;
    settle_slack(fabric, state, work, all);
}

/// Gives each island's balance to the source at its slack bus.
fn settle_slack(fabric: &Fabric, state: &mut FlowState, work: &Workspace, all: &mut Elements) {
    let grid = fabric.grid();
    for external in all.externals.iter_mut() {
        external.p_mw = 0.0;
    }
    for island in &work.topology.islands {
        let bus = island.slack_bus;
        let vm = state.voltages.vm_pu[bus];
        let mut out_pu = grid.buses[bus].gs_mw / grid.base_mva * vm * vm;
        for &k in work.incidence.at(bus) {
            let (from, _) = ends(grid, k);
            out_pu += if from == bus {
                work.flows[k].p_from_pu
            } else {
                work.flows[k].p_to_pu
            };
        }
        let surplus_mw = (out_pu - work.injections.p_pu[bus]) * grid.base_mva;
        if island.external {
            if let Some(e) = grid.externals.iter().position(|e| e.bus == bus) {
                all.externals[e].p_mw = surplus_mw;
            }
        } else if let Some(p) = largest_at(fabric, all, bus) {
            all.plants[p].p_mw += surplus_mw;
        }
    }
}

/// The plant that takes the balance at a bus: the largest available one of those that follow load.
fn largest_at(fabric: &Fabric, all: &Elements, bus: usize) -> Option<usize> {
    let at = fabric
        .grid()
        .plants
        .iter()
        .enumerate()
        .filter(|(_, row)| row.bus == bus && row.technology.follows_load());
    at.max_by(|(a, _), (b, _)| {
        all.plants[*a]
            .available_mw
            .total_cmp(&all.plants[*b].available_mw)
    })
    .map(|(p, _)| p)
}
