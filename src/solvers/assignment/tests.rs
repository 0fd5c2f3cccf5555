//! Equilibria known by hand, the two methods against each other, and what a solve leaves for the next.

use proptest::prelude::*;

use crate::solvers::assignment::demand::Demand;
use crate::solvers::assignment::equilibrium::AssignmentOptions;
use crate::solvers::assignment::equilibrium::Equilibrium;
use crate::solvers::assignment::error::AssignmentError;
use crate::solvers::assignment::frank_wolfe;
use crate::solvers::assignment::gradient_projection;
use crate::solvers::assignment::gradient_projection::PathFlows;
use crate::solvers::assignment::network::RoadNetwork;
use crate::solvers::assignment::performance::LinkPerformance;

const TIGHT: AssignmentOptions = AssignmentOptions {
    gap: 1e-13,
    max_iterations: 1000,
};

/// A link whose cost is `constant + rate x flow`, both positive.
fn linear(constant: f64, rate: f64) -> LinkPerformance {
    LinkPerformance {
        free_flow_time: constant,
        b: 1.0,
        power: 1.0,
        capacity: constant / rate,
        fixed_cost: 0.0,
        closed: false,
    }
}

fn bpr(free_flow_time: f64, capacity: f64, power: f64) -> LinkPerformance {
    LinkPerformance {
        free_flow_time,
        b: 0.15,
        power,
        capacity,
        fixed_cost: 0.0,
        closed: false,
    }
}

fn constant(cost: f64) -> LinkPerformance {
    LinkPerformance {
        free_flow_time: cost,
        b: 0.0,
        power: 0.0,
        capacity: 0.0,
        fixed_cost: 0.0,
        closed: false,
    }
}

fn cold(
    network: &RoadNetwork,
    links: &[LinkPerformance],
    demand: &Demand,
    options: &AssignmentOptions,
) -> Equilibrium {
    gradient_projection::solve(network, links, demand, &mut PathFlows::default(), options).unwrap()
}

#[track_caller]
fn close(ours: &[f64], expected: &[f64], tolerance: f64) {
    let far = ours
        .iter()
        .zip(expected)
        .any(|(a, b)| (a - b).abs() > tolerance);
    assert!(
        !far && ours.len() == expected.len(),
        "{ours:?}, not {expected:?}"
    );
}

#[test]
fn two_parallel_links() {
    // 10 + x against 20 + x / 2 for 30 vehicles: equal at x = 50/3 on the first, 80/3 each.
    let network = RoadNetwork::new(2, 0, &[(0, 1), (0, 1)]).unwrap();
    let demand = Demand::new(2, [(0, 1, 30.0)]).unwrap();
    let links = [linear(10.0, 1.0), linear(20.0, 0.5)];
    let found = cold(&network, &links, &demand, &TIGHT);
    assert!(found.converged);
    close(&found.flow, &[50.0 / 3.0, 40.0 / 3.0], 1e-9);
    close(&found.cost, &[80.0 / 3.0, 80.0 / 3.0], 1e-9);
    // 10 x + x^2 / 2 and 20 y + y^2 / 4.
    let (x, y) = (50.0_f64 / 3.0, 40.0_f64 / 3.0);
    let objective = 10.0 * x + x * x / 2.0 + 20.0 * y + y * y / 4.0;
    close(
        &[found.objective, found.total_cost],
        &[objective, 800.0],
        1e-9,
    );
    // 8 vehicles never make the first as dear as the second.
    let few = Demand::new(2, [(0, 1, 8.0)]).unwrap();
    close(&cold(&network, &links, &few, &TIGHT).flow, &[8.0, 0.0], 0.0);
}

#[test]
fn braess() {
    // Braess, 'Über ein Paradoxon aus der Verkehrsplanung', Unternehmensforschung 12 (1968): without the short cut 83
    // each, with it 92 each, for 6 vehicles.
    let network = RoadNetwork::new(4, 0, &[(0, 1), (0, 2), (1, 3), (2, 3), (1, 2)]).unwrap();
    let steep = LinkPerformance {
        free_flow_time: 1e-9,
        b: 1e10,
        power: 1.0,
        capacity: 1.0,
        fixed_cost: 0.0,
        closed: false,
    };
    let flat = linear(50.0, 1.0);
    let mut links = [steep, flat, flat, steep, linear(10.0, 1.0)];
    let demand = Demand::new(4, [(0, 3, 6.0)]).unwrap();
    let mut paths = PathFlows::default();
    let open = gradient_projection::solve(&network, &links, &demand, &mut paths, &TIGHT).unwrap();
    close(&open.flow, &[4.0, 2.0, 2.0, 4.0, 2.0], 1e-7);
    close(&[open.total_cost], &[6.0 * 92.0], 1e-6);
    links[4].closed = true;
    let closed = gradient_projection::solve(&network, &links, &demand, &mut paths, &TIGHT).unwrap();
    close(&closed.flow, &[3.0, 3.0, 3.0, 3.0, 0.0], 1e-7);
    close(&[closed.total_cost], &[6.0 * 83.0], 1e-6);
    assert!(closed.unserved.is_empty() && closed.cost[4].is_infinite());
}

#[test]
fn trips_without_a_way_are_told_and_come_back() {
    let network = RoadNetwork::new(3, 0, &[(0, 1), (1, 2)]).unwrap();
    let demand = Demand::new(3, [(0, 1, 4.0), (0, 2, 5.0), (2, 0, 1.0)]).unwrap();
    let mut links = [bpr(1.0, 10.0, 4.0), bpr(1.0, 10.0, 4.0)];
    let mut paths = PathFlows::default();
    let mut solved = |links: &[LinkPerformance]| {
        gradient_projection::solve(&network, links, &demand, &mut paths, &TIGHT).unwrap()
    };
    let first = solved(&links);
    assert_eq!(
        (first.flow.as_slice(), first.unserved_trips()),
        (&[9.0, 5.0][..], 1.0)
    );
    assert_eq!(
        (first.unserved[0].origin, first.unserved[0].destination),
        (2, 0)
    );
    links[1].closed = true;
    let second = solved(&links);
    assert_eq!(
        (second.flow.as_slice(), second.unserved_trips()),
        (&[4.0, 0.0][..], 6.0)
    );
    assert!(second.converged && second.max_node_imbalance == 0.0);
    links[1].closed = false;
    assert_eq!(solved(&links).flow, first.flow);
}

#[test]
fn constant_costs_take_all_or_nothing() {
    // Zero-time links, one way dearer than the other.
    let network = RoadNetwork::new(3, 0, &[(0, 1), (1, 2), (0, 2)]).unwrap();
    let demand = Demand::new(3, [(0, 2, 7.0), (1, 1, 3.0)]).unwrap();
    let mut links = [constant(0.0), constant(0.0), constant(1.0)];
    let found = cold(&network, &links, &demand, &TIGHT);
    assert_eq!(
        (found.flow.as_slice(), found.total_cost, found.gap),
        (&[7.0, 7.0, 0.0][..], 0.0, 0.0)
    );
    links[0] = constant(2.0);
    assert_eq!(
        cold(&network, &links, &demand, &TIGHT).flow,
        [0.0, 0.0, 7.0]
    );
    let nobody = Demand::new(3, []).unwrap();
    let empty = cold(&network, &links, &nobody, &TIGHT);
    assert!(empty.converged && empty.total_cost == 0.0);
}

#[test]
fn steep_powers_and_powers_below_one() {
    let network = RoadNetwork::new(2, 0, &[(0, 1), (0, 1)]).unwrap();
    for (power, demand) in [(16.83, 50.0), (16.83, 5000.0), (60.0, 3000.0), (0.5, 900.0)] {
        let links = [bpr(10.0, 1000.0, power), bpr(12.0, 800.0, power)];
        let demand = Demand::new(2, [(0, 1, demand)]).unwrap();
        let found = cold(&network, &links, &demand, &TIGHT);
        assert!(found.converged, "{power}: {}", found.gap);
        let used = found
            .flow
            .iter()
            .zip(&found.cost)
            .filter(|(flow, _)| **flow > 0.0);
        let costs: Vec<f64> = used.map(|(_, cost)| *cost).collect();
        let spread = costs
            .iter()
            .fold(0.0, |spread: f64, cost| spread.max((cost - costs[0]).abs()));
        assert!(spread <= 1e-10 * costs[0], "{power}: {costs:?}");
    }
}

#[test]
fn too_few_iterations_are_data() {
    let network = RoadNetwork::new(2, 0, &[(0, 1), (0, 1)]).unwrap();
    let demand = Demand::new(2, [(0, 1, 5000.0)]).unwrap();
    let links = [bpr(10.0, 1000.0, 4.0), bpr(12.0, 800.0, 4.0)];
    let none = AssignmentOptions {
        gap: 1e-9,
        max_iterations: 1,
    };
    let found = cold(&network, &links, &demand, &none);
    assert!(!found.converged && found.gap > 1e-9 && found.iterations == 1);
    assert!(found.max_node_imbalance <= 1e-9);
}

#[test]
fn wrong_input_is_an_error() {
    let network = RoadNetwork::new(2, 0, &[(0, 1)]).unwrap();
    let demand = Demand::new(3, [(0, 2, 1.0)]).unwrap();
    let solve = |links: &[LinkPerformance], demand: &Demand| {
        let mut paths = PathFlows::default();
        gradient_projection::solve(&network, links, demand, &mut paths, &TIGHT).unwrap_err()
    };
    assert!(matches!(
        solve(&[], &demand),
        AssignmentError::Length { .. }
    ));
    assert!(matches!(
        solve(&[constant(1.0)], &demand),
        AssignmentError::NoSuchNode { .. }
    ));
    let demand = Demand::new(2, [(0, 1, 1.0)]).unwrap();
    assert!(matches!(
        solve(&[constant(-1.0)], &demand),
        AssignmentError::BadLink { .. }
    ));
}

/// A lattice with two-way streets of uneven kinds, its corners centroids, and trips between random nodes.
fn town(side: usize, seed: u64) -> (RoadNetwork, Vec<LinkPerformance>, Demand) {
    let mut state = seed;
    let mut draw = move |below: u64| {
        // Knuth's MMIX generator: any numbers will do.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let nodes = side * side;
    let (mut ends, mut links) = (Vec::new(), Vec::new());
    for node in 0..nodes {
        let mut street = |to: usize| {
            for pair in [(node, to), (to, node)] {
                ends.push(pair);
                let power = [1.0, 2.0, 4.0, 4.6, 8.0][draw(5) as usize];
                links.push(match draw(10) {
                    0 => constant(draw(4) as f64),
                    _ => bpr(1.0 + draw(9) as f64, 200.0 + draw(800) as f64, power),
                });
            }
        };
        if node % side + 1 < side {
            street(node + 1);
        }
        if node + side < nodes {
            street(node + side);
        }
    }
    let trips: Vec<(usize, usize, f64)> = (0..3 * nodes)
        .map(|_| {
            let (from, to) = (draw(nodes as u64), draw(nodes as u64));
            (from as usize, to as usize, draw(60) as f64)
        })
        .collect();
    (
        RoadNetwork::new(nodes, 2, &ends).unwrap(),
        links,
        Demand::new(nodes, trips).unwrap(),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Both methods minimise the same objective. At a relative gap g the objective is within g x total cost of the
    /// least, by convexity.
    #[test]
    fn both_methods_agree(side in 3..7_usize, seed in any::<u64>()) {
        let (network, links, demand) = town(side, seed);
        let ours = cold(&network, &links, &demand, &TIGHT);
        let loose = AssignmentOptions { gap: 1e-5, max_iterations: 20_000 };
        let theirs = frank_wolfe::solve(&network, &links, &demand, &loose).unwrap();
        prop_assert!(ours.converged && theirs.converged, "{} and {}", ours.gap, theirs.gap);
        let above = theirs.objective - ours.objective;
        let rounding = 1e-12 * ours.objective;
        prop_assert!(above >= -rounding && above <= 1e-5 * theirs.total_cost + rounding, "{above}");
        prop_assert!(ours.max_node_imbalance <= 1e-9 && theirs.max_node_imbalance <= 1e-9);
        prop_assert_eq!(ours.unserved, theirs.unserved);
    }

    /// Another hour from the paths of the last: the same equilibrium as from nothing.
    #[test]
    fn a_warm_start_leads_to_the_same_equilibrium(seed in any::<u64>(), shut in 0..60_usize) {
        let (network, mut links, demand) = town(5, seed);
        let mut paths = PathFlows::default();
        gradient_projection::solve(&network, &links, &demand, &mut paths, &TIGHT).unwrap();
        let shut = shut % links.len();
        links[shut].closed = true;
        links[(shut + 7) % 60].capacity *= 0.44;
        let (_, _, other) = town(5, seed ^ 1);
        for demand in [demand.scaled(1.3), other] {
            let warm = gradient_projection::solve(&network, &links, &demand, &mut paths, &TIGHT).unwrap();
            let cold = cold(&network, &links, &demand, &TIGHT);
            prop_assert!(warm.converged && cold.converged);
            prop_assert!((warm.objective - cold.objective).abs() <= 1e-11 * cold.objective);
            prop_assert!(warm.max_node_imbalance <= 1e-9);
            prop_assert_eq!(&warm.unserved, &cold.unserved);
            // From its own paths there is nothing left to do.
            let again = gradient_projection::solve(&network, &links, &demand, &mut paths, &TIGHT).unwrap();
            prop_assert!(again.iterations <= 2, "{}", again.iterations);
        }
    }
}
