//! Time of a warm AC solve, of a rebuild after switching, and of N-1 screening, on a generated grid of streets.
//!
//! The network is made here, so that the bench needs no reference data: a lattice of lines with a slack in one corner,
//! generators along a diagonal, and a radial feeder bus hanging from every third node.

use autopolis::solvers::power_flow::dc::DcPowerFlow;
use autopolis::solvers::power_flow::islands::bridges;
use autopolis::solvers::power_flow::network::Branch;
use autopolis::solvers::power_flow::network::Bus;
use autopolis::solvers::power_flow::network::BusKind;
use autopolis::solvers::power_flow::network::Injections;
use autopolis::solvers::power_flow::network::Network;
use autopolis::solvers::power_flow::newton::NewtonOptions;
use autopolis::solvers::power_flow::newton::PowerFlow;
use autopolis::solvers::power_flow::screening::screen;
use divan::Bencher;

fn main() {
    divan::main();
}

/// A lattice of `side` by `side` nodes.
fn lattice(side: usize) -> (Network, Injections) {
    let mut network = Network {
        base_mva: 100.0,
        buses: Vec::new(),
        branches: Vec::new(),
    };
    let mut injections = Injections::default();
    let mut add_bus = |network: &mut Network, kind, p| {
        network.buses.push(Bus {
            kind,
            gs_pu: 0.0,
            bs_pu: 0.0,
        });
        injections.p_pu.push(p);
        injections.q_pu.push(0.25 * p);
        injections.v_set_pu.push(1.02);
        injections.angle_set_rad.push(0.0);
    };
    let line = |from, to, r_pu, x_pu| Branch {
        from,
        to,
        r_pu,
        x_pu,
        b_pu: 0.01,
        tap: 1.0,
        shift_rad: 0.0,
        in_service: true,
    };
    for node in 0..side * side {
        let (row, column) = (node / side, node % side);
        match (node, row == column) {
            (0, _) => add_bus(&mut network, BusKind::Slack, 0.0),
            (_, true) => add_bus(&mut network, BusKind::Pv, 0.08 * side as f64),
            _ => add_bus(&mut network, BusKind::Pq, -0.08),
        }
        if column > 0 {
            network.branches.push(line(node - 1, node, 0.004, 0.02));
        }
        if row > 0 {
            network.branches.push(line(node - side, node, 0.004, 0.02));
        }
    }
    for node in (1..side * side).step_by(3) {
        network
            .branches
            .push(line(node, network.buses.len(), 0.02, 0.03));
        add_bus(&mut network, BusKind::Pq, -0.02);
    }
    (network, injections)
}

#[divan::bench(args = [9, 23, 40])]
fn warm_solve_from_flat(bencher: Bencher, side: usize) {
    let (network, injections) = lattice(side);
    let (Ok(mut flow), options) = (PowerFlow::new(&network), NewtonOptions::default()) else {
        return;
    };
    let Ok(start) = flow.flat_start(&injections) else {
        return;
    };
    let mut voltages = start.clone();
    bencher.bench_local(|| {
        voltages.clone_from(&start);
        let report = flow.solve(&injections, &mut voltages, &options);
        assert!(report.is_ok_and(|report| report.converged));
    });
}

#[divan::bench(args = [9, 23, 40])]
fn rebuild(bencher: Bencher, side: usize) {
    let (network, _) = lattice(side);
    bencher.bench_local(|| PowerFlow::new(&network));
}

#[divan::bench(args = [9, 23])]
fn screen_all_outages(bencher: Bencher, side: usize) {
    let (network, injections) = lattice(side);
    let Ok(dc) = DcPowerFlow::new(&network) else {
        return;
    };
    let Ok(base) = dc.solve(&injections.p_pu, &injections.angle_set_rad) else {
        return;
    };
    let limits = vec![1.0; network.branches.len()];
    bencher.bench_local(|| screen(&dc, &bridges(&network), &base.p_from_pu, &limits));
}
