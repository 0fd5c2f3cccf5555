//! Time of a cold and of a warm solve, and of a day, on a generated lattice of streets.
//!
//! The network is made here, so that the bench needs no reference data: pipes between all neighbours, a reservoir at one
//! corner, a tank at the other, a demand at every node.

use std::sync::Arc;

use autopolis::solvers::hydraulics::network::Demand;
use autopolis::solvers::hydraulics::network::Link;
use autopolis::solvers::hydraulics::network::LinkKind;
use autopolis::solvers::hydraulics::network::Network;
use autopolis::solvers::hydraulics::network::Node;
use autopolis::solvers::hydraulics::network::NodeKind;
use autopolis::solvers::hydraulics::simulation::Plan;
use autopolis::solvers::hydraulics::simulation::Simulation;
use autopolis::solvers::hydraulics::solver::Hydraulics;
use autopolis::solvers::hydraulics::solver::Options;
use autopolis::solvers::hydraulics::state::State;
use autopolis::solvers::hydraulics::tank::Tank;
use divan::Bencher;

fn main() {
    divan::main();
}

/// Draw of one customer's street, m3/s.
const DEMAND: f64 = 1e-4;

fn lattice(side: usize) -> Arc<Network> {
    let junction = |i: usize| Node {
        elevation_m: (i % 7) as f64,
        kind: NodeKind::Junction {
            demands: vec![Demand {
                base_m3s: DEMAND,
                pattern: Some(0),
            }],
        },
    };
    let mut nodes: Vec<Node> = (0..side * side).map(junction).collect();
    nodes.push(Node {
        elevation_m: 80.0,
        kind: NodeKind::Reservoir { pattern: None },
    });
    nodes.push(Node {
        elevation_m: 60.0,
        kind: NodeKind::Tank(Tank {
            initial_level_m: 5.0,
            min_level_m: 0.0,
            max_level_m: 10.0,
            area_m2: 500.0,
            min_volume_m3: 0.0,
            volume: None,
            can_overflow: false,
        }),
    });
    let pipe = |from, to, diameter_m| Link {
        from,
        to,
        kind: LinkKind::Pipe {
            length_m: 100.0,
            diameter_m,
            roughness: 110.0,
            minor_loss: 0.0,
            check_valve: false,
        },
        open: true,
        setting: None,
    };
    let mut links = vec![
        pipe(side * side, 0, 0.6),
        pipe(side * side - 1, side * side + 1, 0.6),
    ];
    for i in 0..side * side {
        if i % side + 1 < side {
            links.push(pipe(i, i + 1, 0.2));
        }
        if i + side < side * side {
            links.push(pipe(i, i + side, 0.2));
        }
    }
    Arc::new(Network {
        viscosity_m2s: 1e-6,
        specific_gravity: 1.0,
        demand_multiplier: 1.0,
        nodes,
        links,
        patterns: vec![vec![0.5, 1.5, 1.0]],
        ..Network::default()
    })
}

fn start(network: &Network) -> State {
    let mut state = State::start(network);
    for (required, node) in state.required_m3s.iter_mut().zip(&network.nodes) {
        if node.is_junction() {
            *required = DEMAND;
        }
    }
    state
}

#[divan::bench(args = [10, 30, 60])]
fn cold_solve(bencher: Bencher, side: usize) {
    let network = lattice(side);
    let Ok(mut solver) = Hydraulics::new(Arc::clone(&network)) else {
        return;
    };
    let state = start(&network);
    bencher
        .with_inputs(|| state.clone())
        .bench_local_refs(|state| assert!(solver.solve(state, &Options::default()).converged));
}

#[divan::bench(args = [10, 30, 60])]
fn analysis(bencher: Bencher, side: usize) {
    let network = lattice(side);
    bencher.bench_local(|| Hydraulics::new(Arc::clone(&network)));
}

#[divan::bench(args = [10, 30])]
fn day(bencher: Bencher, side: usize) {
    let network = lattice(side);
    let Ok(solver) = Hydraulics::new(network) else {
        return;
    };
    let mut plan = Plan::default();
    plan.times.duration_s = 86_400.0;
    bencher.bench_local(|| Simulation::with(solver.clone(), plan.clone()).run(&mut |_, _| ()));
}
