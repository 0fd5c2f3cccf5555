//! Conformance of the power-flow solvers with MATPOWER on published cases, and balance of random networks.

#![allow(clippy::unwrap_used, reason = "a failed read fails the test")]

use autopolis::solvers::power_flow::branch_flow::losses_pu;
use autopolis::solvers::power_flow::dc::DcPowerFlow;
use autopolis::solvers::power_flow::network::Branch;
use autopolis::solvers::power_flow::network::BranchFlow;
use autopolis::solvers::power_flow::network::Bus;
use autopolis::solvers::power_flow::network::BusKind;
use autopolis::solvers::power_flow::network::Injections;
use autopolis::solvers::power_flow::network::Network;
use autopolis::solvers::power_flow::network::Voltages;
use autopolis::solvers::power_flow::newton::NewtonOptions;
use autopolis::solvers::power_flow::newton::PowerFlow;
use proptest::prelude::*;

/// Agreement asked of voltages: what a mismatch of 1e-8 pu leaves undecided is far smaller.
const VOLTAGE_PU: f64 = 1e-8;
const ANGLE_DEG: f64 = 1e-6;
/// The same for flows on a base of 100 MVA.
const FLOW_MW: f64 = 1e-5;
const BASE_MVA: f64 = 100.0;

/// Rows of a CSV under tests/data/power; kinds become 0 (pq), 1 (pv), 2 (slack).
fn table(name: &str) -> Vec<Vec<f64>> {
    let path = format!("{}/tests/data/power/{name}.csv", env!("CARGO_MANIFEST_DIR"));
    let number = |cell: &str| match cell {
        "pq" => 0.0,
        "pv" => 1.0,
        "slack" => 2.0,
        other => other.parse().unwrap(),
    };
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .skip(1)
        .map(|line| line.split(',').map(number).collect())
        .collect()
}

fn read(buses: &[Vec<f64>], branches: &[Vec<f64>]) -> (Network, Injections, Voltages) {
    let kinds = [BusKind::Pq, BusKind::Pv, BusKind::Slack];
    let bus = |r: &Vec<f64>| Bus {
        kind: kinds[r[1] as usize],
        gs_pu: r[4] / BASE_MVA,
        bs_pu: r[5] / BASE_MVA,
    };
    let branch = |r: &Vec<f64>| Branch {
        from: r[0] as usize - 1,
        to: r[1] as usize - 1,
        r_pu: r[2],
        x_pu: r[3],
        b_pu: r[4],
        tap: r[5],
        shift_rad: r[6].to_radians(),
        in_service: true,
    };
    let network = Network {
        base_mva: BASE_MVA,
        buses: buses.iter().map(bus).collect(),
        branches: branches.iter().map(branch).collect(),
    };
    let column = |value: &dyn Fn(&Vec<f64>) -> f64| buses.iter().map(value).collect::<Vec<f64>>();
    let injections = Injections {
        p_pu: column(&|r| (r[6] - r[2]) / BASE_MVA),
        q_pu: column(&|r| -r[3] / BASE_MVA),
        v_set_pu: column(&|r| r[7]),
        angle_set_rad: column(&|r| r[9].to_radians()),
    };
    (
        network,
        injections,
        Voltages {
            vm_pu: column(&|r| r[8]),
            va_rad: column(&|r| r[9].to_radians()),
        },
    )
}

fn agrees_with_matpower(case: &str) {
    let (buses, branches) = (
        table(&format!("{case}_bus")),
        table(&format!("{case}_branch")),
    );
    let (network, injections, start) = read(&buses, &branches);
    let mut flow = PowerFlow::new(&network).unwrap();
    for start in [flow.flat_start(&injections).unwrap(), start] {
        let mut v = start;
        let report = flow
            .solve(&injections, &mut v, &NewtonOptions::default())
            .unwrap();
        assert!(
            report.converged && !report.controlled && !report.pivoted,
            "{report:?}"
        );
        for (i, row) in buses.iter().enumerate() {
            assert!(
                (v.vm_pu[i] - row[10]).abs() < VOLTAGE_PU,
                "{case} bus {}",
                row[0]
            );
            assert!(
                (v.va_rad[i].to_degrees() - row[11]).abs() < ANGLE_DEG,
                "{case} bus {}",
                row[0]
            );
        }
        let mut flows = vec![BranchFlow::default(); branches.len()];
        flow.branch_flows(&v, &mut flows).unwrap();
        for (f, row) in flows.iter().zip(&branches) {
            let got = [f.p_from_pu, f.q_from_pu, f.p_to_pu, f.q_to_pu];
            assert!(
                got.iter()
                    .zip(&row[7..11])
                    .all(|(a, b)| (a * BASE_MVA - b).abs() < FLOW_MW),
                "{case} {row:?}"
            );
        }
    }
    let dc = DcPowerFlow::new(&network)
        .unwrap()
        .solve(&injections.p_pu, &injections.angle_set_rad)
        .unwrap();
    assert!(
        dc.va_rad
            .iter()
            .zip(&buses)
            .all(|(a, row)| (a.to_degrees() - row[12]).abs() < ANGLE_DEG)
    );
    assert!(
        dc.p_from_pu
            .iter()
            .zip(&branches)
            .all(|(f, row)| (f * BASE_MVA - row[11]).abs() < FLOW_MW)
    );
}

#[test]
fn case9_agrees_with_matpower() {
    agrees_with_matpower("case9");
}

#[test]
fn case14_agrees_with_matpower() {
    agrees_with_matpower("case14");
}

proptest! {
    /// In any small meshed network with light load the solve converges, every bus receives what was asked of it, and
    /// what goes in beyond what comes out is the losses and the shunts.
    #[test]
    fn power_balances(
        seeds in prop::collection::vec((0usize..1000, 0.01f64..0.1, 0.0f64..0.05, 0.9f64..1.1, -0.2f64..0.1), 3..30),
        chords in prop::collection::vec((0usize..1000, 0usize..1000, 0.02f64..0.2), 0..12),
        gs_pu in 0.0f64..0.02,
    ) {
        let n = seeds.len() + 1;
        let mut network = Network {
            base_mva: BASE_MVA,
            buses: vec![Bus { kind: BusKind::Pq, gs_pu, bs_pu: 0.01 }; n],
            branches: Vec::new(),
        };
        network.buses[0].kind = BusKind::Slack;
        let mut injections = Injections {
            p_pu: vec![0.0],
            q_pu: vec![0.0],
            v_set_pu: vec![1.0; n],
            angle_set_rad: vec![0.2; n],
        };
        let base = Branch {
            from: 0, to: 0, r_pu: 0.0, x_pu: 0.0, b_pu: 0.02, tap: 1.0, shift_rad: 0.0, in_service: true,
        };
        for (i, &(parent, x_pu, r_pu, tap, p)) in seeds.iter().enumerate() {
            // Parents among the four before keep the tree shallow enough to carry its load.
            let from = i.saturating_sub(parent % 4).min(i) / 2;
            network.branches.push(Branch { from, to: i + 1, r_pu: 0.2 * r_pu, x_pu, tap, ..base });
            injections.p_pu.push(p / n as f64);
            injections.q_pu.push(0.3 * p / n as f64);
            if parent % 5 == 0 {
                network.buses[i + 1].kind = BusKind::Pv;
            }
        }
        for &(a, b, x_pu) in &chords {
            if a % n != b % n {
                network.branches.push(Branch { from: a % n, to: b % n, r_pu: 0.1 * x_pu, x_pu, shift_rad: 0.01, ..base });
            }
        }
        let mut flow = PowerFlow::new(&network).unwrap();
        let mut v = flow.flat_start(&injections).unwrap();
        let options = NewtonOptions { tolerance_pu: 1e-10, ..NewtonOptions::default() };
        let report = flow.solve(&injections, &mut v, &options).unwrap();
        prop_assert!(report.converged, "{:?}", report);
        let mut flows = vec![BranchFlow::default(); network.branches.len()];
        flow.branch_flows(&v, &mut flows).unwrap();
        let mut sum = 0.0;
        for (bus, entry) in network.buses.iter().enumerate() {
            let power = flow.bus_power(bus, &v).unwrap();
            sum += power.p_pu - gs_pu * v.vm_pu[bus] * v.vm_pu[bus];
            if entry.kind != BusKind::Slack {
                prop_assert!((power.p_pu - injections.p_pu[bus]).abs() < 1e-9);
            }
            if entry.kind == BusKind::Pq {
                prop_assert!((power.q_pu - injections.q_pu[bus]).abs() < 1e-9);
            } else {
                prop_assert_eq!(v.vm_pu[bus], injections.v_set_pu[bus]);
            }
        }
        prop_assert!((sum - losses_pu(&flows)).abs() < 1e-11);
        prop_assert!(losses_pu(&flows) >= 0.0);
    }
}
