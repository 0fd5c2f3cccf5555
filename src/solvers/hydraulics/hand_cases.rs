//! Whole networks small enough to be worked out by hand.

use std::sync::Arc;

use crate::solvers::hydraulics::closure::Closure;
use crate::solvers::hydraulics::friction;
use crate::solvers::hydraulics::network::Demand;
use crate::solvers::hydraulics::network::DemandModel;
use crate::solvers::hydraulics::network::Friction;
use crate::solvers::hydraulics::network::Link;
use crate::solvers::hydraulics::network::LinkKind;
use crate::solvers::hydraulics::network::Network;
use crate::solvers::hydraulics::network::Node;
use crate::solvers::hydraulics::network::NodeKind;
use crate::solvers::hydraulics::network::Outlet;
use crate::solvers::hydraulics::network::ValveKind;
use crate::solvers::hydraulics::residual::imbalance;
use crate::solvers::hydraulics::simulation::Plan;
use crate::solvers::hydraulics::simulation::Simulation;
use crate::solvers::hydraulics::simulation::Summary;
use crate::solvers::hydraulics::solver::Hydraulics;
use crate::solvers::hydraulics::solver::HydraulicsError;
use crate::solvers::hydraulics::solver::Options;
use crate::solvers::hydraulics::state::State;
use crate::solvers::hydraulics::state::Status;
use crate::solvers::hydraulics::tank::Tank;
use crate::solvers::hydraulics::times::Times;

/// Rounding, and what a head error of 1e-5 m leaves of a flow.
const CLOSE: f64 = 1e-6;

fn junction(elevation_m: f64, base_m3s: f64) -> Node {
    Node {
        elevation_m,
        kind: NodeKind::Junction {
            demands: vec![Demand {
                base_m3s,
                pattern: None,
            }],
        },
    }
}

fn reservoir(head: f64) -> Node {
    Node {
        elevation_m: head,
        kind: NodeKind::Reservoir { pattern: None },
    }
}

fn tank(level: f64) -> Node {
    Node {
        elevation_m: 50.0,
        kind: NodeKind::Tank(Tank {
            initial_level_m: level,
            min_level_m: 0.0,
            max_level_m: 10.0,
            area_m2: 100.0,
            min_volume_m3: 0.0,
            volume: None,
            can_overflow: false,
        }),
    }
}

fn pipe(from: usize, to: usize) -> Link {
    Link {
        from,
        to,
        kind: LinkKind::Pipe {
            length_m: 1000.0,
            diameter_m: 0.3,
            roughness: 100.0,
            minor_loss: 0.0,
            check_valve: false,
        },
        open: true,
        setting: None,
    }
}

fn valve(from: usize, to: usize, kind: ValveKind, setting: f64) -> Link {
    Link {
        from,
        to,
        kind: LinkKind::Valve {
            kind,
            diameter_m: 0.3,
            minor_loss: 0.0,
        },
        open: true,
        setting: Some(setting),
    }
}

fn network(nodes: Vec<Node>, links: Vec<Link>) -> Network {
    Network {
        viscosity_m2s: 1e-6,
        specific_gravity: 1.0,
        demand_multiplier: 1.0,
        nodes,
        links,
        ..Network::default()
    }
}

fn loss(q: f64) -> f64 {
    friction::resistance(Friction::HazenWilliams, 1000.0, 0.3, 100.0) * libm::pow(q, 1.852)
}

fn solved(network: &Network) -> State {
    let mut simulation = Simulation::new(Arc::new(network.clone()), Plan::default()).unwrap();
    let report = simulation.solve_moment();
    assert!(report.converged && !report.frozen, "{report:?}");
    let state = simulation.state().clone();
    assert!(imbalance(network, &state).iter().all(|x| x.abs() < 1e-12));
    state
}

#[test]
fn two_reservoirs_and_a_pipe_between_them() {
    let state = solved(&network(
        vec![reservoir(20.0), reservoir(10.0), junction(0.0, 0.0)],
        vec![pipe(0, 2), pipe(2, 1)],
    ));
    assert!((loss(state.flow_m3s[0]) - 5.0).abs() < 1e-4);
    assert!((state.head_m[2] - 15.0).abs() < 1e-4);
    assert!((state.served_m3s[1] - state.flow_m3s[1]).abs() < CLOSE);
}

#[test]
fn reducing_valve_holds_its_pressure_or_stands_open_or_shut() {
    // Reservoir - pipe - valve - pipe with 0.05 m3/s at its end.
    let with = |head: f64, setting: f64| {
        solved(&network(
            vec![
                reservoir(head),
                junction(0.0, 0.0),
                junction(0.0, 0.0),
                junction(0.0, 0.05),
            ],
            vec![
                pipe(0, 1),
                valve(1, 2, ValveKind::PressureReducing, setting),
                pipe(2, 3),
            ],
        ))
    };
    let state = with(60.0, 30.0);
    assert_eq!(state.status[1], Status::Active);
    assert!((state.head_m[2] - 30.0).abs() < 1e-5);
    assert!((state.head_m[3] - (30.0 - loss(0.05))).abs() < 1e-4);
    assert!((state.head_m[1] - (60.0 - loss(0.05))).abs() < 1e-4);
    let state = with(20.0, 30.0);
    assert_eq!(state.status[1], Status::Open);
    assert!((state.head_m[3] - (20.0 - 2.0 * loss(0.05))).abs() < 1e-4);
    // A higher reservoir behind the valve would push back: it shuts.
    let state = solved(&network(
        vec![
            reservoir(40.0),
            junction(0.0, 0.0),
            junction(0.0, 0.05),
            reservoir(60.0),
        ],
        vec![
            pipe(0, 1),
            valve(1, 2, ValveKind::PressureReducing, 30.0),
            pipe(2, 3),
        ],
    ));
    assert_eq!((state.status[1], state.flow_m3s[1]), (Status::Closed, 0.0));
    assert!((state.head_m[1] - 40.0).abs() < 1e-4);
}

#[test]
fn sustaining_and_flow_control_valves() {
    let chain = |kind, setting| {
        solved(&network(
            vec![
                reservoir(60.0),
                junction(0.0, 0.0),
                junction(0.0, 0.0),
                reservoir(10.0),
            ],
            vec![pipe(0, 1), valve(1, 2, kind, setting), pipe(2, 3)],
        ))
    };
    let state = chain(ValveKind::PressureSustaining, 50.0);
    assert_eq!(state.status[1], Status::Active);
    assert!((loss(state.flow_m3s[0]) - 10.0).abs() < 1e-4);
    let state = chain(ValveKind::FlowControl, 0.05);
    assert!((state.flow_m3s[1] - 0.05).abs() < CLOSE);
    let state = chain(ValveKind::PressureBreaker, 20.0);
    assert!((loss(state.flow_m3s[0]) - 15.0).abs() < 1e-3);
}

#[test]
fn a_burst_flows_with_the_root_of_its_pressure() {
    let mut net = network(vec![reservoir(40.0), junction(10.0, 0.0)], vec![pipe(0, 1)]);
    net.outlets.push(Outlet {
        node: 1,
        coefficient: 0.01,
        exponent: 0.5,
        backflow: false,
    });
    let state = solved(&net);
    let q = state.outlet_m3s[0];
    assert!((q - 0.01 * libm::sqrt(state.head_m[1] - 10.0)).abs() < CLOSE);
    assert!((state.head_m[1] - (40.0 - loss(q))).abs() < 1e-4);
}

fn run(net: &Network, plan: Plan) -> (Summary, Vec<(f64, State)>) {
    let mut seen = Vec::new();
    let summary = Simulation::new(Arc::new(net.clone()), plan)
        .unwrap()
        .run(&mut |_, moment| seen.push((moment.t_s, moment.state.clone())));
    (summary, seen)
}

fn day(hours: f64) -> Plan {
    Plan {
        times: Times {
            duration_s: hours * 3600.0,
            ..Times::default()
        },
        ..Plan::default()
    }
}

#[test]
fn a_tank_drains_to_empty_at_the_exact_time() {
    // 300 m3 at 0.07 m3/s last 4285.714... s; then nobody is served.
    let net = network(vec![tank(3.0), junction(0.0, 0.07)], vec![pipe(0, 1)]);
    let (summary, seen) = run(&net, day(2.0));
    let times: Vec<f64> = seen.iter().map(|(t, _)| *t).collect();
    assert_eq!(times.len(), 4);
    assert_eq!((times[0], times[1], times[3]), (0.0, 3600.0, 7200.0));
    assert!((times[2] - 300.0 / 0.07).abs() < 1e-6);
    assert_eq!(seen[2].1.head_m[0], 50.0);
    assert!(seen[2].1.isolated[1] && seen[2].1.served_m3s[1] == 0.0);
    assert!((summary.outage_h - (2.0 - 300.0 / 0.07 / 3600.0)).abs() < 1e-9);
    let unserved = 0.07 * (7200.0 - 300.0 / 0.07);
    assert!((summary.unserved_m3 - unserved).abs() < 1e-6);
}

#[test]
fn an_outage_counts_from_its_start_to_its_end_and_no_longer() {
    // Two equal customers; the pipe to one is shut from 1.5 h to 3.25 h: half a share for 1.75 h. A trapezoid over hours
    // would have said 2 h x 1/2 and more.
    let net = network(
        vec![reservoir(60.0), junction(0.0, 0.01), junction(0.0, 0.01)],
        vec![pipe(0, 1), pipe(0, 2)],
    );
    for pressure_driven in [false, true] {
        let mut plan = day(6.0);
        if pressure_driven {
            plan.options.demand = DemandModel::PressureDriven {
                p_min_m: 0.0,
                p_required_m: 20.0,
                exponent: 0.5,
            };
        }
        plan.closures.push(Closure {
            link: 1,
            from_s: 5400.0,
            to_s: 11_700.0,
        });
        let (summary, _) = run(&net, plan);
        assert!(summary.converged);
        assert!((summary.least_served_share - 0.5).abs() < 1e-9);
        assert!((summary.outage_h - 0.875).abs() < 1e-9, "{summary:?}");
        assert!((summary.unserved_m3 - 0.01 * 6300.0).abs() < 1e-6);
    }
}

#[test]
fn faults_of_a_network_are_errors() {
    let new = |nodes, links| Hydraulics::new(Arc::new(network(nodes, links))).err();
    assert_eq!(
        new(vec![junction(0.0, 0.0)], vec![]),
        Some(HydraulicsError::NoSource)
    );
    assert_eq!(
        new(vec![reservoir(1.0)], vec![pipe(0, 7)]),
        Some(HydraulicsError::NoSuchNode { link: 0, node: 7 })
    );
    let at_source = vec![valve(0, 1, ValveKind::PressureReducing, 1.0)];
    assert_eq!(
        new(vec![reservoir(1.0), junction(0.0, 0.0)], at_source),
        Some(HydraulicsError::ValveAtSource { link: 0 })
    );
}

/// Lattices with pressure valves on many streets, some in series and some in parallel: all moments settle.
#[test]
fn many_pressure_valves_settle() {
    let side = 24;
    for seed in 0..12u32 {
        let mut random = seed.wrapping_mul(2_654_435_761).wrapping_add(12_345);
        let mut draw = || {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(random >> 8) / f64::from(1u32 << 24)
        };
        let mut nodes: Vec<Node> = (0..side * side)
            .map(|i| {
                junction(
                    40.0 * f64::from((i / side) as u32) / side as f64 * draw(),
                    2e-4 * draw(),
                )
            })
            .collect();
        nodes.push(reservoir(90.0));
        nodes.push(reservoir(75.0));
        let mut links = vec![pipe(side * side, 0), pipe(side * side + 1, side * side - 1)];
        for i in 0..side * side {
            for j in [
                (i % side + 1 < side).then_some(i + 1),
                (i + side < side * side).then_some(i + side),
            ]
            .into_iter()
            .flatten()
            {
                if draw() < 0.12 {
                    let kind = if draw() < 0.7 {
                        ValveKind::PressureReducing
                    } else {
                        ValveKind::PressureSustaining
                    };
                    let (from, to) = if draw() < 0.7 { (i, j) } else { (j, i) };
                    links.push(valve(from, to, kind, 20.0 + 30.0 * draw()));
                } else {
                    links.push(pipe(i, j));
                }
            }
        }
        let net = network(nodes, links);
        let mut solver = Hydraulics::new(Arc::new(net.clone())).unwrap();
        let mut state = State::start(&net);
        for (required, node) in state.required_m3s.iter_mut().zip(&net.nodes) {
            if let NodeKind::Junction { demands } = &node.kind {
                *required = demands[0].base_m3s;
            }
        }
        let report = solver.solve(&mut state, &Options::default());
        assert!(
            report.converged && !report.frozen,
            "seed {seed}: {report:?}"
        );
    }
}
