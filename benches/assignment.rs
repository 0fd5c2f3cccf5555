//! Time to a user equilibrium from nothing and from the paths of the hour before, on a generated town.
//!
//! The network is made here, so that the bench needs no reference data: a lattice of two-way streets in which every tenth
//! node is a zone with trips to all others.

use autopolis::solvers::assignment::demand::Demand;
use autopolis::solvers::assignment::equilibrium::AssignmentOptions;
use autopolis::solvers::assignment::frank_wolfe;
use autopolis::solvers::assignment::gradient_projection;
use autopolis::solvers::assignment::gradient_projection::PathFlows;
use autopolis::solvers::assignment::network::RoadNetwork;
use autopolis::solvers::assignment::performance::LinkPerformance;
use divan::Bencher;

fn main() {
    divan::main();
}

/// A town of `side` by `side` junctions, with main roads every fifth.
fn town(side: usize) -> Option<(RoadNetwork, Vec<LinkPerformance>, Demand)> {
    let nodes = side * side;
    let (mut ends, mut links) = (Vec::new(), Vec::new());
    let mut street = |from: usize, to: usize, along: usize| {
        let is_main = along.is_multiple_of(5);
        for pair in [(from, to), (to, from)] {
            ends.push(pair);
            links.push(LinkPerformance {
                free_flow_time: if is_main { 0.6 } else { 1.0 },
                b: 0.15,
                power: 4.0,
                capacity: if is_main { 3600.0 } else { 900.0 },
                fixed_cost: 0.0,
                closed: false,
            });
        }
    };
    for node in 0..nodes {
        let (row, column) = (node / side, node % side);
        if column + 1 < side {
            street(node, node + 1, row);
        }
        if row + 1 < side {
            street(node, node + side, column);
        }
    }
    let zones = || (0..nodes).step_by(10);
    let each = 8_000.0 / (nodes as f64 / 10.0).powf(1.5);
    let trips = zones().flat_map(|from| zones().map(move |to| (from, to, each)));
    let network = RoadNetwork::new(nodes, 0, &ends).ok()?;
    let demand = Demand::new(nodes, trips).ok()?;
    Some((network, links, demand))
}

#[divan::bench(args = [20, 40], sample_count = 20, sample_size = 1)]
fn cold_to_1e_6(bencher: Bencher, side: usize) {
    let Some((network, links, demand)) = town(side) else {
        return;
    };
    let options = AssignmentOptions::default();
    bencher.bench_local(|| {
        let mut paths = PathFlows::default();
        let found = gradient_projection::solve(&network, &links, &demand, &mut paths, &options);
        assert!(found.is_ok_and(|found| found.converged));
    });
}

/// The next hour of a city: a tenth more trips and one link closed.
#[divan::bench(args = [20, 40], sample_count = 20, sample_size = 1)]
fn next_hour_to_1e_4(bencher: Bencher, side: usize) {
    let Some((network, mut links, demand)) = town(side) else {
        return;
    };
    let options = AssignmentOptions {
        gap: 1e-4,
        ..AssignmentOptions::default()
    };
    let mut paths = PathFlows::default();
    let first = gradient_projection::solve(&network, &links, &demand, &mut paths, &options);
    assert!(first.is_ok_and(|found| found.converged));
    links[side].closed = true;
    let next = demand.scaled(1.1);
    bencher
        .with_inputs(|| paths.clone())
        .bench_local_values(|mut paths| {
            let found = gradient_projection::solve(&network, &links, &next, &mut paths, &options);
            assert!(found.is_ok_and(|found| found.converged));
        });
}

#[divan::bench(args = [20], sample_count = 5, sample_size = 1)]
fn frank_wolfe_to_1e_4(bencher: Bencher, side: usize) {
    let Some((network, links, demand)) = town(side) else {
        return;
    };
    let options = AssignmentOptions {
        gap: 1e-4,
        ..AssignmentOptions::default()
    };
    bencher.bench_local(|| {
        let found = frank_wolfe::solve(&network, &links, &demand, &options);
        assert!(found.is_ok_and(|found| found.converged));
    });
}
