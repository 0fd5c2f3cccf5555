//! DC optimal power flow against MATPOWER 8.1 `rundcopf` (MIPS), plain cases and congested ones.

#![allow(
    clippy::unwrap_used,
    reason = "a test's helpers fail by panicking, as its bodies do"
)]

mod common;

use std::path::Path;

use autopolis::scenario::import::matpower::MatpowerCase;
use autopolis::scenario::import::matpower::read;
use autopolis::solvers::dispatch::DispatchSolution;
use autopolis::solvers::dispatch::DispatchStatus;
use autopolis::solvers::dispatch::solve;

/// Costs agree to this share: the references are printed to 12 digits and solved to 1e-10, ours to 1e-9.
const COST_TOLERANCE: f64 = 1e-6;
/// Prices agree to this share of the price: duals converge more slowly than costs.
const PRICE_TOLERANCE: f64 = 1e-4;
/// Outputs agree to this, MW, where the optimum is unique (all units quadratic).
const OUTPUT_TOLERANCE_MW: f64 = 1e-3;

fn table(path: &Path) -> Vec<Vec<f64>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let row = |record: csv::StringRecord| record.iter().map(|cell| cell.parse().unwrap()).collect();
    reader
        .records()
        .map(|record| row(record.unwrap()))
        .collect()
}

fn case(folder: &Path, name: &str) -> MatpowerCase {
    read(&folder.join(format!("{name}.m"))).unwrap()
}

fn optimum(case: &MatpowerCase, scale: f64, shed_cost: Option<f64>) -> DispatchSolution {
    let dispatch = solve(&case.to_dispatch(scale, shed_cost).unwrap()).unwrap();
    assert_eq!(
        dispatch.status,
        DispatchStatus::Optimal,
        "{} at {scale}",
        case.name
    );
    dispatch.solution.unwrap()
}

fn close(what: &str, ours: f64, theirs: f64, tolerance: f64) {
    assert!(
        (ours - theirs).abs() <= tolerance,
        "{what}: {ours} against {theirs}"
    );
}

#[test]
fn plain_cases_match_in_cost_price_and_output() {
    let Some(data) = common::reference_data() else {
        return;
    };
    let folder = data.join("power");
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .filter_map(|entry| {
            entry
                .unwrap()
                .file_name()
                .to_str()?
                .strip_suffix("_dcopf.json")
                .map(str::to_owned)
        })
        .collect();
    names.sort();
    assert_eq!(names.len(), 9);
    for name in names {
        let case = case(&folder, &name);
        let ours = optimum(&case, 1.0, None);
        let text = std::fs::read_to_string(folder.join(format!("{name}_dcopf.json"))).unwrap();
        let cost = serde_json::from_str::<serde_json::Value>(&text).unwrap()["f"]
            .as_f64()
            .unwrap();
        println!(
            "{name}: {} against {cost}, {:e}",
            ours.objective,
            (ours.objective - cost) / cost
        );
        close(&name, ours.objective, cost, COST_TOLERANCE * cost);
        for (bus, row) in table(&folder.join(format!("{name}_dcopf_bus.csv")))
            .iter()
            .enumerate()
        {
            assert_eq!(case.buses[bus].number, row[0] as u32);
            close(
                &format!("{name} price at bus {}", row[0]),
                ours.lmp[bus],
                row[2],
                PRICE_TOLERANCE * row[2].abs(),
            );
        }
        let unique = case.gen_costs.iter().zip(&case.generators).all(|(cost, _)| {
            matches!(&cost.curve, autopolis::scenario::import::matpower::CostCurve::Polynomial(c) if c.len() == 3 && c[0] > 0.0)
        });
        for (unit, row) in table(&folder.join(format!("{name}_dcopf_gen.csv")))
            .iter()
            .enumerate()
            .filter(|_| unique)
        {
            close(
                &format!("{name} unit {unit}"),
                ours.p_mw[unit],
                row[3],
                OUTPUT_TOLERANCE_MW,
            );
        }
        let served: f64 = ours.p_mw.iter().sum();
        let load: f64 = case.buses.iter().map(|bus| bus.pd_mw + bus.gs_mw).sum();
        close(&format!("{name} balance"), served, load, 1e-4);
    }
}

#[test]
fn congested_cases_match_and_infeasible_ones_need_shedding() {
    let Some(data) = common::reference_data() else {
        return;
    };
    let folder = data.join("power");
    let mut reader = csv::Reader::from_path(folder.join("dcopf_derated.csv")).unwrap();
    for record in reader.records() {
        let record = record.unwrap();
        let number = |at: usize| record[at].parse::<f64>().unwrap();
        let (case, scale) = (case(&folder, &record[0]), number(1));
        let plain = solve(&case.to_dispatch(scale, None).unwrap()).unwrap();
        if number(2) == 0.0 {
            assert_eq!(
                plain.status,
                DispatchStatus::Infeasible,
                "{} at {scale}",
                case.name
            );
            // case_ACTIVSg2000 has must-run units behind lines too weak for them (unit at bus 3056: 183.88 MW behind
            // 160 MVA at 0.8), so there it is generation that has to give way, not load.
            let mut problem = case.to_dispatch(scale, Some(10_000.0)).unwrap();
            problem
                .units
                .iter_mut()
                .for_each(|unit| unit.curtail_cost = Some(10_000.0));
            let ours = solve(&problem).unwrap().solution.unwrap();
            let relief: f64 = ours.shed_mw.iter().chain(&ours.curtailed_mw).sum();
            println!(
                "{} at {scale}: {relief} MW at {}",
                case.name, ours.objective
            );
            assert!(relief > 1e-3, "{} at {scale} needs {relief} MW", case.name);
            for (flow, branch) in ours.flow_mw.iter().zip(&problem.branches) {
                assert!(flow.abs() <= branch.limit_mw.unwrap_or(f64::INFINITY) + 1e-4);
            }
            continue;
        }
        let ours = plain.solution.unwrap();
        println!(
            "{} at {scale}: {} against {}",
            case.name,
            ours.objective,
            number(3)
        );
        close(
            &case.name,
            ours.objective,
            number(3),
            COST_TOLERANCE * number(3),
        );
        assert_eq!(ours.binding.len(), number(4) as usize);
        for &branch in &ours.binding {
            close(
                "binding flow",
                ours.flow_mw[branch].abs(),
                case.branches[branch].rate_a_mva * scale,
                1e-4,
            );
        }
        let least = ours.lmp.iter().copied().fold(f64::INFINITY, f64::min);
        let most = ours.lmp.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        close("least price", least, number(5), PRICE_TOLERANCE * number(5));
        close(
            "greatest price",
            most,
            number(6),
            PRICE_TOLERANCE * number(6),
        );
    }
}

#[test]
fn the_same_problem_gives_the_same_bits() {
    let Some(data) = common::reference_data() else {
        return;
    };
    let case = case(&data.join("power"), "case118");
    assert_eq!(optimum(&case, 1.0, None), optimum(&case, 1.0, None));
}
