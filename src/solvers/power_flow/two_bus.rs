//! Tests of the whole solver on networks small enough to solve by hand. No code for the program.

use crate::solvers::power_flow::branch_flow::losses_pu;
use crate::solvers::power_flow::distributed_slack::solve_with_distributed_slack;
use crate::solvers::power_flow::error::PowerFlowError;
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

fn bus(kind: BusKind) -> Bus {
    Bus {
        kind,
        gs_pu: 0.0,
        bs_pu: 0.0,
    }
}

fn line(from: usize, to: usize, r_pu: f64, x_pu: f64) -> Branch {
    Branch {
        from,
        to,
        r_pu,
        x_pu,
        b_pu: 0.0,
        tap: 1.0,
        shift_rad: 0.0,
        in_service: true,
    }
}

/// Slack at 1 pu feeding a load over one line.
fn feeder(r_pu: f64, x_pu: f64, p: f64, q: f64) -> (Network, Injections) {
    let network = Network {
        base_mva: 100.0,
        buses: vec![bus(BusKind::Slack), bus(BusKind::Pq)],
        branches: vec![line(0, 1, r_pu, x_pu)],
    };
    let injections = Injections {
        p_pu: vec![0.0, -p],
        q_pu: vec![0.0, -q],
        v_set_pu: vec![1.0; 2],
        angle_set_rad: vec![0.0; 2],
    };
    (network, injections)
}

/// Higher root of v^4 + (2(rp + xq) - 1) v^2 + |z|^2 |s|^2 = 0.
fn feeder_voltage(r: f64, x: f64, p: f64, q: f64) -> f64 {
    let b = 1.0 - 2.0 * (r * p + x * q);
    (0.5 * (b + (b * b - 4.0 * (r * r + x * x) * (p * p + q * q)).sqrt())).sqrt()
}

const TIGHT: NewtonOptions = NewtonOptions {
    tolerance_pu: 1e-12,
    max_iterations: 20,
    step_control: true,
};

#[test]
fn feeder_has_its_closed_form() {
    let (network, injections) = feeder(0.02, 0.1, 0.8, 0.3);
    let mut flow = PowerFlow::new(&network).unwrap();
    let mut v = flow.flat_start(&injections).unwrap();
    let report = flow.solve(&injections, &mut v, &TIGHT).unwrap();
    assert!(
        report.converged && !report.controlled && !report.pivoted,
        "{report:?}"
    );
    assert!((v.vm_pu[1] - feeder_voltage(0.02, 0.1, 0.8, 0.3)).abs() < 1e-13);
    // tan(angle) from v1 v2 sin = -(x p - r q), v1 v2 cos = v2^2 + r p + x q.
    let angle = -(0.1f64 * 0.8 - 0.02 * 0.3).atan2(v.vm_pu[1].powi(2) + 0.02 * 0.8 + 0.1 * 0.3);
    assert!((v.va_rad[1] - angle).abs() < 1e-13);
    // Losses r |s|^2 / v^2, and the balance of the whole.
    let mut flows = [BranchFlow::default()];
    flow.branch_flows(&v, &mut flows).unwrap();
    let loss = 0.02 * (0.8 * 0.8 + 0.3 * 0.3) / v.vm_pu[1].powi(2);
    assert!((losses_pu(&flows) - loss).abs() < 1e-12);
    let slack = flow.slack_power(&v).unwrap();
    assert!((slack[0].p_pu - 0.8 - loss).abs() < 1e-12);
    assert!((flows[0].q_from_pu - slack[0].q_pu).abs() < 1e-13);
}

#[test]
fn near_collapse_is_reached_and_past_it_nothing_is() {
    // x = 0.5, unity power factor: the nose is at p = 1 / (2 x) = 1.
    let (network, injections) = feeder(0.0, 0.5, 0.999_999, 0.0);
    let mut flow = PowerFlow::new(&network).unwrap();
    let mut v = flow.flat_start(&injections).unwrap();
    let report = flow
        .solve(
            &injections,
            &mut v,
            &NewtonOptions {
                max_iterations: 30,
                ..TIGHT
            },
        )
        .unwrap();
    assert!(report.converged, "{report:?}");
    assert!(
        (v.vm_pu[1] - feeder_voltage(0.0, 0.5, 0.999_999, 0.0)).abs() < 1e-8,
        "{v:?}"
    );
    let (_, beyond) = feeder(0.0, 0.5, 1.01, 0.0);
    let start = flow.flat_start(&beyond).unwrap();
    let mut v = start.clone();
    let report = flow.solve(&beyond, &mut v, &TIGHT).unwrap();
    assert!(
        !report.converged && report.controlled && report.max_mismatch_pu.is_finite(),
        "{report:?}"
    );
    assert_eq!(v, start);
}

#[test]
fn step_control_rescues_a_start_plain_newton_cannot_use() {
    // The load bus starts at 0.7 pu ahead of the source: plain steps diverge, and short ones from there would end at the
    // lower, unstable solution of 0.35 pu.
    let (network, injections) = feeder(0.02, 0.3, 0.9, 0.3);
    let mut flow = PowerFlow::new(&network).unwrap();
    let start = Voltages {
        vm_pu: vec![1.0, 0.7],
        va_rad: vec![0.0, 1.0],
    };
    let plain = NewtonOptions {
        step_control: false,
        ..TIGHT
    };
    let mut v = start.clone();
    assert!(!flow.solve(&injections, &mut v, &plain).unwrap().converged);
    let report = flow.solve(&injections, &mut v, &TIGHT).unwrap();
    assert!(report.converged && report.controlled, "{report:?}");
    assert!(
        (v.vm_pu[1] - feeder_voltage(0.02, 0.3, 0.9, 0.3)).abs() < 1e-10,
        "{v:?}"
    );
}

#[test]
fn zero_pivot_is_met_by_pivoting() {
    // A loop of three with two reactances that cancel at one bus: its admittance, hence its pivot block at a flat start,
    // is zero. Whichever bus comes first in the order, one of the three numberings must meet it.
    let mut pivoted = 0;
    for odd in 0..3 {
        let (left, right) = ((odd + 1) % 3, (odd + 2) % 3);
        let mut network = Network {
            base_mva: 100.0,
            buses: vec![
                bus(BusKind::Pq),
                bus(BusKind::Pq),
                bus(BusKind::Pq),
                bus(BusKind::Slack),
            ],
            branches: vec![line(odd, left, 0.0, 0.2), line(right, odd, 0.0, -0.2)],
        };
        network
            .branches
            .extend([line(left, right, 0.01, 0.1), line(3, left, 0.01, 0.1)]);
        let mut injections = Injections {
            p_pu: vec![0.0; 4],
            q_pu: vec![0.0; 4],
            v_set_pu: vec![1.0; 4],
            angle_set_rad: vec![0.0; 4],
        };
        injections.p_pu[left] = -0.1;
        let mut flow = PowerFlow::new(&network).unwrap();
        let mut v = flow.flat_start(&injections).unwrap();
        let report = flow.solve(&injections, &mut v, &TIGHT).unwrap();
        assert!(report.converged && !report.controlled, "{report:?}");
        pivoted += usize::from(report.pivoted);
        // Nothing is drawn at the other two buses, so all the load comes through the line from the slack.
        assert!(
            (v.vm_pu[left] - feeder_voltage(0.01, 0.1, 0.1, 0.0)).abs() < 1e-11,
            "{v:?}"
        );
    }
    assert!(pivoted > 0);
}

#[test]
fn changes_in_place_equal_a_new_build_bit_for_bit() {
    let (mut network, injections) = feeder(0.02, 0.1, 0.5, 0.1);
    network.branches.push(line(1, 0, 0.03, 0.2));
    network.branches.push(line(0, 1, 0.05, 0.4));
    let mut flow = PowerFlow::new(&network).unwrap();
    for tap in [0.9, 1.03, 0.975] {
        flow.set_tap(1, tap).unwrap();
        flow.set_shunt(1, 0.01, tap).unwrap();
    }
    network.branches[1].tap = 0.975;
    (network.buses[1].gs_pu, network.buses[1].bs_pu) = (0.01, 0.975);
    let mut anew = PowerFlow::new(&network).unwrap();
    let mut a = flow.flat_start(&injections).unwrap();
    let mut b = a.clone();
    assert!(flow.solve(&injections, &mut a, &TIGHT).unwrap().converged);
    assert!(anew.solve(&injections, &mut b, &TIGHT).unwrap().converged);
    assert_eq!(a, b);
    assert_eq!(flow.network(), &network);
    let gone = Branch {
        in_service: false,
        ..network.branches[0]
    };
    assert_eq!(
        flow.update_branch(0, gone),
        Err(PowerFlowError::NotBuilt { branch: 0 })
    );
}

#[test]
fn islands_solve_side_by_side_and_isolated_buses_read_zero() {
    let (one, _) = feeder(0.02, 0.1, 0.0, 0.0);
    let mut network = one.clone();
    network.buses.extend(one.buses.iter().rev());
    network.buses.push(bus(BusKind::Isolated));
    network
        .branches
        .extend([line(2, 3, 0.02, 0.1), line(1, 4, 0.1, 0.1)]);
    let injections = Injections {
        p_pu: vec![0.0, -0.8, -0.4, 0.0, -9.0],
        q_pu: vec![0.0, -0.3, -0.1, 0.0, 0.0],
        v_set_pu: vec![1.0; 5],
        angle_set_rad: vec![0.0, 0.0, 0.0, 0.5, 0.0],
    };
    let mut flow = PowerFlow::new(&network).unwrap();
    let mut v = Voltages {
        vm_pu: vec![0.0; 5],
        va_rad: vec![0.0; 5],
    };
    assert!(flow.solve(&injections, &mut v, &TIGHT).unwrap().converged);
    assert!((v.vm_pu[1] - feeder_voltage(0.02, 0.1, 0.8, 0.3)).abs() < 1e-13);
    assert!((v.vm_pu[2] - feeder_voltage(0.02, 0.1, 0.4, 0.1)).abs() < 1e-13);
    assert!(v.va_rad[2] < 0.5 && v.va_rad[2] > 0.4);
    assert_eq!((v.vm_pu[4], v.va_rad[4]), (0.0, 0.0));
    let mut flows = [BranchFlow::default(); 3];
    flow.branch_flows(&v, &mut flows).unwrap();
    assert_eq!(flows[2], BranchFlow::default());
}

#[test]
fn generator_at_its_limit_gives_up_its_voltage() {
    // A PV bus asked to hold 1.05 with at most 0.2 pu of reactive power ends as that PQ bus would.
    let (mut network, mut injections) = feeder(0.0, 0.1, 0.0, 0.0);
    network.buses[1].kind = BusKind::Pv;
    injections.p_pu[1] = 0.5;
    injections.v_set_pu[1] = 1.05;
    let mut flow = PowerFlow::new(&network).unwrap();
    let limits = |q_max: f64| ReactiveLimits {
        q_min_pu: vec![-9.0; 2],
        q_max_pu: vec![9.0, q_max],
    };
    let start = flow.flat_start(&injections).unwrap();
    let mut v = start.clone();
    let report = solve_with_q_limits(&mut flow, &injections, &limits(0.2), &mut v, &TIGHT).unwrap();
    assert!(
        report.newton.converged && report.rounds == 2 && report.slack_beyond_limit.is_empty(),
        "{report:?}"
    );
    assert_eq!(
        report
            .pinned
            .iter()
            .map(|pin| (pin.bus, pin.q_pu))
            .collect::<Vec<_>>(),
        [(1, 0.2)]
    );
    assert!((v.vm_pu[1] - feeder_voltage(0.0, 0.1, -0.5, -0.2)).abs() < 1e-12);
    // The kinds are as before, and with room enough the set-point holds.
    let mut v = start;
    let report = solve_with_q_limits(&mut flow, &injections, &limits(2.0), &mut v, &TIGHT).unwrap();
    assert!(report.pinned.is_empty() && v.vm_pu[1] == 1.05);
}

#[test]
fn two_generators_share_the_losses_evenly() {
    let network = Network {
        base_mva: 100.0,
        buses: vec![bus(BusKind::Slack), bus(BusKind::Pq), bus(BusKind::Pv)],
        branches: vec![line(0, 1, 0.02, 0.1), line(2, 1, 0.02, 0.1)],
    };
    let injections = Injections {
        p_pu: vec![0.3, -1.0, 0.3],
        q_pu: vec![0.0, -0.2, 0.0],
        v_set_pu: vec![1.0; 3],
        angle_set_rad: vec![0.0; 3],
    };
    let mut flow = PowerFlow::new(&network).unwrap();
    let mut v = flow.flat_start(&injections).unwrap();
    let report =
        solve_with_distributed_slack(&mut flow, &injections, &[1.0, 0.0, 1.0], &mut v, &TIGHT)
            .unwrap();
    assert!(report.newton.converged, "{report:?}");
    // The two sides mirror each other: half the load and half the losses each, and no angle between the generators.
    assert!(v.va_rad[2].abs() < 1e-12, "{v:?}");
    assert!(
        (flow.bus_power(0, &v).unwrap().p_pu - flow.bus_power(2, &v).unwrap().p_pu).abs() < 1e-11
    );
    let mut flows = [BranchFlow::default(); 2];
    flow.branch_flows(&v, &mut flows).unwrap();
    assert!((report.shared_pu[0] - (0.4 + losses_pu(&flows))).abs() < 1e-11);
}
