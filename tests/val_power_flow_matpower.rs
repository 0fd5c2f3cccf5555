//! AC and DC power flow against MATPOWER 8.1 `runpf` and `rundcpf` (tolerance 1e-10): every reference case.

#![allow(
    clippy::unwrap_used,
    reason = "a test's helpers fail by panicking, as its bodies do"
)]

mod common;

use std::path::Path;

use autopolis::scenario::import::matpower::CaseNetwork;
use autopolis::scenario::import::matpower::MatpowerCase;
use autopolis::scenario::import::matpower::read;
use autopolis::solvers::power_flow::dc::DcPowerFlow;
use autopolis::solvers::power_flow::network::BranchFlow;
use autopolis::solvers::power_flow::network::BusKind;
use autopolis::solvers::power_flow::network::Voltages;
use autopolis::solvers::power_flow::newton::NewtonOptions;
use autopolis::solvers::power_flow::newton::PowerFlow;

/// Agreement asked of voltages: the references are solved to 1e-10 pu of mismatch, ours to 1e-8.
const VM_TOLERANCE_PU: f64 = 1e-6;
const VA_TOLERANCE_DEG: f64 = 1e-4;
/// Agreement asked of powers, per unit of the case's base.
const POWER_TOLERANCE_PU: f64 = 1e-6;

fn table(path: &Path) -> Vec<Vec<f64>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let row = |record: csv::StringRecord| record.iter().map(|cell| cell.parse().unwrap()).collect();
    reader
        .records()
        .map(|record| row(record.unwrap()))
        .collect()
}

/// Every case with a reference of this kind, by name.
fn cases(folder: &Path, suffix: &str) -> Vec<(String, MatpowerCase)> {
    let names = std::fs::read_dir(folder).unwrap();
    let name = |entry: std::io::Result<std::fs::DirEntry>| {
        entry
            .unwrap()
            .file_name()
            .to_str()?
            .strip_suffix(suffix)
            .map(str::to_owned)
    };
    let mut names: Vec<String> = names.filter_map(name).collect();
    names.sort();
    assert!(names.len() >= 10, "{names:?}");
    names
        .into_iter()
        .map(|name| {
            (
                name.clone(),
                read(&folder.join(format!("{name}.m"))).unwrap(),
            )
        })
        .collect()
}

fn close(what: &str, ours: f64, theirs: f64, tolerance: f64) {
    assert!(
        (ours - theirs).abs() <= tolerance,
        "{what}: {ours} against {theirs}"
    );
}

fn solved(grid: &CaseNetwork, start: Voltages) -> (Voltages, Vec<BranchFlow>) {
    let mut flow = PowerFlow::new(&grid.network).unwrap();
    let mut voltages = start;
    let report = flow
        .solve(&grid.injections, &mut voltages, &NewtonOptions::default())
        .unwrap();
    assert!(report.converged && !report.controlled, "{report:?}");
    let mut flows = vec![BranchFlow::default(); grid.network.branches.len()];
    flow.branch_flows(&voltages, &mut flows).unwrap();
    (voltages, flows)
}

#[test]
fn alternating_current_matches_from_both_starts() {
    let Some(data) = common::reference_data() else {
        return;
    };
    let folder = data.join("power");
    for (name, case) in cases(&folder, "_ac_bus.csv") {
        let grid = case.to_network();
        let base = case.base_mva;
        for (start, label) in [
            (grid.start.clone(), "case start"),
            (grid.flat_start(), "flat start"),
        ] {
            let (voltages, flows) = solved(&grid, start);
            let name = format!("{name} from {label}");
            for (bus, row) in table(&folder.join(format!("{}_ac_bus.csv", case.name)))
                .iter()
                .enumerate()
            {
                assert_eq!(case.buses[bus].number, row[0] as u32);
                close(
                    &format!("{name} vm at {}", row[0]),
                    voltages.vm_pu[bus],
                    row[2],
                    VM_TOLERANCE_PU,
                );
                close(
                    &format!("{name} va at {}", row[0]),
                    voltages.va_rad[bus].to_degrees(),
                    row[3],
                    VA_TOLERANCE_DEG,
                );
            }
            let rows = table(&folder.join(format!("{}_ac_branch.csv", case.name)));
            assert_eq!(rows.len(), flows.len());
            for (branch, row) in rows.iter().enumerate() {
                assert_eq!(
                    (case.branches[branch].from, case.branches[branch].to),
                    (row[1] as u32, row[2] as u32)
                );
                let ours = flows[branch];
                let pairs = [
                    (ours.p_from_pu, row[4]),
                    (ours.q_from_pu, row[5]),
                    (ours.p_to_pu, row[6]),
                    (ours.q_to_pu, row[7]),
                ];
                for (pu, theirs) in pairs {
                    close(
                        &format!("{name} branch {branch}"),
                        pu,
                        theirs / base,
                        POWER_TOLERANCE_PU,
                    );
                }
            }
            let outputs =
                grid.generator_outputs(&case, &grid.bus_injections(&voltages, &flows), &[]);
            for (unit, row) in table(&folder.join(format!("{}_ac_gen.csv", case.name)))
                .iter()
                .enumerate()
            {
                assert_eq!(case.generators[unit].bus, row[1] as u32);
                close(
                    &format!("{name} p of unit {unit}"),
                    outputs[unit].p_mw / base,
                    row[3] / base,
                    POWER_TOLERANCE_PU,
                );
                close(
                    &format!("{name} q of unit {unit}"),
                    outputs[unit].q_mvar / base,
                    row[4] / base,
                    POWER_TOLERANCE_PU,
                );
            }
            summary(
                &folder,
                &case,
                &grid,
                &outputs
                    .iter()
                    .map(|output| (output.p_mw, output.q_mvar))
                    .collect::<Vec<_>>(),
                &flows,
            );
        }
    }
}

/// Losses and slack power of `_summary.json`.
fn summary(
    folder: &Path,
    case: &MatpowerCase,
    grid: &CaseNetwork,
    outputs: &[(f64, f64)],
    flows: &[BranchFlow],
) {
    let text = std::fs::read_to_string(folder.join(format!("{}_summary.json", case.name))).unwrap();
    let theirs: serde_json::Value = serde_json::from_str(&text).unwrap();
    let losses: f64 = flows.iter().map(|flow| flow.p_from_pu + flow.p_to_pu).sum();
    let at_slack =
        |unit: &usize| grid.network.buses[grid.generator_bus[*unit]].kind == BusKind::Slack;
    let slack: Vec<(f64, f64)> = (0..outputs.len())
        .filter(at_slack)
        .map(|unit| outputs[unit])
        .collect();
    let base = case.base_mva;
    // Printed to 10 digits.
    let near = |key: &str, ours: f64| {
        close(
            &format!("{} {key}", case.name),
            ours / base,
            theirs[key].as_f64().unwrap() / base,
            1e-5,
        )
    };
    near("total_loss_mw", losses * base);
    near("slack_p_mw", slack.iter().map(|output| output.0).sum());
    near("slack_q_mvar", slack.iter().map(|output| output.1).sum());
}

#[test]
fn direct_current_matches() {
    let Some(data) = common::reference_data() else {
        return;
    };
    let folder = data.join("power");
    for (name, case) in cases(&folder, "_dc_bus.csv") {
        let grid = case.to_network();
        let flow = DcPowerFlow::new(&grid.network).unwrap();
        let ours = flow
            .solve(&grid.injections.p_pu, &grid.injections.angle_set_rad)
            .unwrap();
        for (bus, row) in table(&folder.join(format!("{name}_dc_bus.csv")))
            .iter()
            .enumerate()
        {
            close(
                &format!("{name} va at {}", row[0]),
                ours.va_rad[bus].to_degrees(),
                row[2],
                VA_TOLERANCE_DEG,
            );
        }
        let rows = table(&folder.join(format!("{name}_dc_branch.csv")));
        assert_eq!(rows.len(), ours.p_from_pu.len());
        for (branch, row) in rows.iter().enumerate() {
            close(
                &format!("{name} branch {branch}"),
                ours.p_from_pu[branch],
                row[4] / case.base_mva,
                POWER_TOLERANCE_PU,
            );
        }
    }
}

/// Sharing the imbalance settles on every reference case: its sum over all buses needs a tighter solve than one bus.
#[test]
fn issue_distributed_slack_settles_on_large_cases() {
    let Some(folder) = common::reference_data() else {
        return;
    };
    for case in ["case118", "case1354pegase", "case_ACTIVSg2000"] {
        let path = folder.join("power").join(format!("{case}.m"));
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_autopolis"))
            .args(["solve", "power-flow", "--distributed-slack", "--json"])
            .arg(path)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.contains("\"converged\":true"), "{case}: {said}");
    }
}
