//! Traffic assignment against the best known equilibria of published networks, and transit route sets against published
//! scores.

#![allow(
    clippy::unwrap_used,
    reason = "a test's helpers fail by panicking, as its bodies do"
)]

mod common;

use std::path::Path;

use autopolis::scenario::import::tntp::CostFactors;
use autopolis::scenario::import::tntp::TntpAssignment;
use autopolis::scenario::import::tntp::read_network;
use autopolis::scenario::import::tntp::read_trips;
use autopolis::solvers::assignment::demand::Demand;
use autopolis::solvers::assignment::equilibrium::AssignmentOptions;
use autopolis::solvers::assignment::equilibrium::Equilibrium;
use autopolis::solvers::assignment::frank_wolfe;
use autopolis::solvers::assignment::gradient_projection;
use autopolis::solvers::assignment::gradient_projection::PathFlows;
use autopolis::solvers::assignment::network::RoadNetwork;
use autopolis::solvers::assignment::performance::LinkPerformance;
use autopolis::solvers::route_set::TransitLink;
use autopolis::solvers::route_set::TransitTrips;
use autopolis::solvers::route_set::score;

/// Objectives agree to this share; the best known ones are given to 13 digits.
const OBJECTIVE_TOLERANCE: f64 = 1e-9;
/// Costs of links agree to this share at a gap of 1e-12: the equilibrium's costs are unique, flows of links that never
/// slow are not.
const COST_TOLERANCE: f64 = 1e-6;
/// Vehicles that may be lost at a node, over its trips and links: the rounding of up to some thousand additions of numbers
/// up to 1e6. Measured: 6e-12.
const IMBALANCE_TOLERANCE: f64 = 1e-9;

const TIGHT: AssignmentOptions = AssignmentOptions {
    gap: 1e-12,
    max_iterations: 1000,
};

/// A published network: folder, stem of the files, distance and toll factor, best known objective.
const NETWORKS: [(&str, &str, f64, f64, f64); 3] = [
    ("SiouxFalls", "SiouxFalls", 0.0, 0.0, 4_231_335.287_107),
    ("Barcelona", "Barcelona", 0.0, 0.0, 1_265_654.922_032),
    (
        "Chicago-Sketch",
        "ChicagoSketch",
        0.04,
        0.02,
        17_313_018.738_748,
    ),
];

fn rows(path: &Path) -> Vec<Vec<f64>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let row = |record: csv::StringRecord| record.iter().map(|cell| cell.parse().unwrap()).collect();
    reader
        .records()
        .map(|record| row(record.unwrap()))
        .collect()
}

fn solved(input: &TntpAssignment, options: &AssignmentOptions) -> Equilibrium {
    let mut paths = PathFlows::default();
    gradient_projection::solve(
        &input.network,
        &input.links,
        &input.demand,
        &mut paths,
        options,
    )
    .unwrap()
}

#[track_caller]
fn near(what: &str, ours: f64, theirs: f64, share: f64) {
    assert!(
        (ours - theirs).abs() <= share * theirs.abs(),
        "{what}: {ours} against {theirs}"
    );
}

/// What the result says of itself, found again from the link flows alone: the objective and the balance of each node.
#[allow(
    clippy::print_stdout,
    reason = "what was measured shows in the test's output"
)]
fn check(name: &str, input: &TntpAssignment, found: &Equilibrium) {
    let mut objective = 0.0;
    let mut balance = vec![0.0; input.network.nodes()];
    for (link, (law, flow)) in input.links.iter().zip(&found.flow).enumerate() {
        assert!(*flow >= 0.0, "{name}: flow {flow} on link {link}");
        let grown = if law.b > 0.0 {
            law.b / (law.power + 1.0) * (flow / law.capacity).powf(law.power)
        } else {
            0.0
        };
        objective += flow * (law.free_flow_time * (1.0 + grown) + law.fixed_cost);
        let (from, to) = input.network.ends(link);
        balance[to] += flow;
        balance[from] -= flow;
    }
    near(name, found.objective, objective, 1e-13);
    for (origin, destination, trips) in input.demand.iter() {
        balance[origin] += trips;
        balance[destination] -= trips;
    }
    // A plain sum rounds more than the reported one.
    let worst = balance
        .iter()
        .map(|net: &f64| net.abs())
        .fold(0.0, f64::max);
    assert!(worst <= 100.0 * IMBALANCE_TOLERANCE, "{name}: {worst}");
    assert!(
        found.max_node_imbalance <= IMBALANCE_TOLERANCE,
        "{name}: {}",
        found.max_node_imbalance
    );
    assert!(found.unserved.is_empty());
    println!(
        "{name}: gap {:e} after {} iterations, objective {}, imbalance {:e}",
        found.gap, found.iterations, found.objective, found.max_node_imbalance
    );
}

#[test]
fn sioux_falls_from_the_projects_own_data() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/traffic");
    let table = rows(&folder.join("sioux_falls_links.csv"));
    let ends: Vec<(usize, usize)> = table
        .iter()
        .map(|row| (row[0] as usize - 1, row[1] as usize - 1))
        .collect();
    let links: Vec<LinkPerformance> = table
        .iter()
        .map(|row| LinkPerformance {
            free_flow_time: row[3],
            b: 0.15,
            power: 4.0,
            capacity: row[2],
            fixed_cost: 0.0,
            closed: false,
        })
        .collect();
    let trips = rows(&folder.join("sioux_falls_trips.csv"));
    let trips = trips.iter().flat_map(|row| {
        let origin = row[0] as usize - 1;
        let flows = row[1..].iter().enumerate();
        flows.map(move |(destination, trips)| (origin, destination, *trips))
    });
    let input = TntpAssignment {
        network: RoadNetwork::new(24, 0, &ends).unwrap(),
        links,
        demand: Demand::new(24, trips).unwrap(),
        warnings: Vec::new(),
    };
    assert_eq!(input.demand.total(), 360_600.0);
    let found = solved(&input, &TIGHT);
    assert!(found.converged);
    check("own Sioux Falls", &input, &found);
    near(
        "objective",
        found.objective,
        NETWORKS[0].4,
        OBJECTIVE_TOLERANCE,
    );
    for (row, (flow, cost)) in table.iter().zip(found.flow.iter().zip(&found.cost)) {
        near("flow", *flow, row[4], COST_TOLERANCE);
        near("cost", *cost, row[5], COST_TOLERANCE);
    }
    // The other method, by itself: at gap g it is above the least objective by at most g x total cost.
    let loose = AssignmentOptions {
        gap: 1e-7,
        max_iterations: 20_000,
    };
    let other = frank_wolfe::solve(&input.network, &input.links, &input.demand, &loose).unwrap();
    check("own Sioux Falls by Frank-Wolfe", &input, &other);
    let above = other.objective - found.objective;
    assert!(
        other.converged && (0.0..=1e-7 * other.total_cost).contains(&above),
        "{above}"
    );
}

fn published(
    data: &Path,
    folder: &str,
    stem: &str,
    demand: f64,
    factors: CostFactors,
) -> TntpAssignment {
    let path = |kind: &str| {
        data.join("traffic")
            .join(folder)
            .join(format!("{stem}_{kind}.tntp"))
    };
    let network = read_network(&path("net")).unwrap();
    let trips = read_trips(&path("trips")).unwrap();
    let input = network.to_assignment(&trips, demand, factors).unwrap();
    for warnings in [network.warnings, trips.warnings, input.warnings.clone()] {
        assert!(warnings.is_empty(), "{warnings:?}");
    }
    input
}

/// Flow and cost by link, of a `_flow.tntp` file in the order of the network's.
fn best_known(data: &Path, folder: &str, stem: &str) -> Vec<(f64, f64)> {
    let path = data
        .join("traffic")
        .join(folder)
        .join(format!("{stem}_flow.tntp"));
    let text = std::fs::read_to_string(path).unwrap();
    let numbers = |line: &str| -> Vec<f64> {
        line.split_whitespace()
            .filter_map(|word| word.parse().ok())
            .collect()
    };
    let rows = text
        .lines()
        .skip(1)
        .map(numbers)
        .filter(|row| row.len() == 4);
    rows.map(|row| (row[2], row[3])).collect()
}

#[test]
fn published_networks_reach_the_best_known_objectives() {
    let Some(data) = common::reference_data() else {
        return;
    };
    for (folder, stem, distance, toll, best) in NETWORKS {
        let factors = CostFactors {
            distance: Some(distance),
            toll: Some(toll),
        };
        let input = published(&data, folder, stem, 1.0, factors);
        let found = solved(&input, &TIGHT);
        assert!(found.converged, "{folder}: {}", found.gap);
        check(folder, &input, &found);
        near(folder, found.objective, best, OBJECTIVE_TOLERANCE);
        let known = best_known(&data, folder, stem);
        assert_eq!(known.len(), found.cost.len());
        for (link, ((_, cost), ours)) in known.iter().zip(&found.cost).enumerate() {
            near(
                &format!("{folder}, cost of link {link}"),
                *ours,
                *cost,
                COST_TOLERANCE,
            );
        }
    }
}

#[test]
fn frank_wolfe_agrees_on_barcelona() {
    let Some(data) = common::reference_data() else {
        return;
    };
    let (folder, stem, _, _, best) = NETWORKS[1];
    let input = published(&data, folder, stem, 1.0, CostFactors::default());
    let options = AssignmentOptions {
        gap: 1e-4,
        max_iterations: 2000,
    };
    let found = frank_wolfe::solve(&input.network, &input.links, &input.demand, &options).unwrap();
    check("Barcelona by Frank-Wolfe", &input, &found);
    let above = found.objective - best;
    assert!(
        found.converged && above > 0.0 && above <= 1e-4 * found.total_cost,
        "{above}"
    );
}

#[test]
fn doubled_demand_and_the_next_hours() {
    let Some(data) = common::reference_data() else {
        return;
    };
    let factors = CostFactors {
        distance: Some(0.04),
        toll: Some(0.02),
    };
    let input = published(&data, "Chicago-Sketch", "ChicagoSketch", 2.0, factors);
    let options = AssignmentOptions::default();
    let mut paths = PathFlows::default();
    let mut hour = |links: &[LinkPerformance], demand: &Demand| {
        gradient_projection::solve(&input.network, links, demand, &mut paths, &options).unwrap()
    };
    let peak = hour(&input.links, &input.demand);
    check("Chicago Sketch, twice the demand", &input, &peak);
    assert!(peak.converged);
    // The next hour has fewer trips and an incident: it starts from the paths of the peak and ends where a cold start does.
    let mut links = input.links.clone();
    let busiest = (0..links.len())
        .max_by(|a, b| peak.flow[*a].total_cmp(&peak.flow[*b]))
        .unwrap();
    links[busiest].capacity *= 0.44;
    let demand = input.demand.scaled(0.8);
    let warm = hour(&links, &demand);
    let cold = solved(
        &TntpAssignment {
            links,
            demand,
            ..input.clone()
        },
        &options,
    );
    assert!(warm.converged && cold.converged);
    let apart = (warm.objective - cold.objective).abs();
    assert!(apart <= options.gap * cold.total_cost, "{apart}");
    println!(
        "warm {} iterations, cold {}",
        warm.iterations, cold.iterations
    );
}

#[test]
fn braess_as_published() {
    let Some(data) = common::reference_data() else {
        return;
    };
    let input = published(
        &data,
        "Braess-Example",
        "Braess",
        1.0,
        CostFactors::default(),
    );
    let found = solved(&input, &TIGHT);
    check("Braess", &input, &found);
    // 92 each for 6 vehicles; the file gives its steep links 1e-8 at no flow.
    near("total cost", found.total_cost, 552.0, 1e-9);
    near("objective", found.objective, 386.0, 1e-9);
}

/// Published scores of route sets are rounded to two digits.
const SCORE_TOLERANCE: f64 = 0.00501;
/// Minutes that a transfer costs in the literature on Mandl's network.
const TRANSFER_PENALTY_MIN: f64 = 5.0;

#[test]
fn mandl_route_sets_score_as_published() {
    let Some(data) = common::reference_data() else {
        return;
    };
    let folder = data.join("transit/mandl");
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let links: Vec<TransitLink> = rows(&folder.join("mandl_links.csv"))
        .iter()
        .map(|row| TransitLink {
            from: row[0] as usize - 1,
            to: row[1] as usize - 1,
            time: row[2],
        })
        .collect();
    let mut trips = Vec::new();
    for (origin, row) in text("mandl_demand_matrix.csv").lines().enumerate() {
        for (destination, cell) in row.split(',').enumerate() {
            trips.push(TransitTrips {
                origin,
                destination,
                trips: cell.trim().parse().unwrap(),
            });
        }
    }
    // A name, the number of routes, and the routes as `1-2-3`.
    let solutions = text("literature_solutions_for_mandl1_20181025.txt");
    let mut lines = solutions
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    let mut published =
        csv::Reader::from_path(folder.join("literature_route_sets_evaluated.csv")).unwrap();
    let mut count = 0;
    for record in published.records() {
        let record = record.unwrap();
        let name = lines.next().unwrap();
        assert_eq!(name, record[0].trim());
        let routes: usize = lines.next().unwrap().parse().unwrap();
        let routes: Vec<Vec<usize>> = (0..routes)
            .map(|_| {
                let stops = lines
                    .next()
                    .unwrap()
                    .split('-')
                    .filter(|stop| !stop.is_empty());
                stops
                    .map(|stop| stop.parse::<usize>().unwrap() - 1)
                    .collect()
            })
            .collect();
        let found = score(15, &links, &routes, &trips, TRANSFER_PENALTY_MIN).unwrap();
        let ours = [
            found.mean_time,
            100.0 * found.direct,
            100.0 * found.one_transfer,
            100.0 * found.two_transfers,
            100.0 * (found.more_transfers + found.unreachable),
            found.route_time,
        ];
        for (column, ours) in ours.into_iter().enumerate() {
            let theirs: f64 = record[3 + column].parse().unwrap();
            assert!(
                (ours - theirs).abs() <= SCORE_TOLERANCE,
                "{name}, column {}: {ours} against {theirs}",
                3 + column
            );
        }
        count += 1;
    }
    assert_eq!((count, lines.next()), (122, None));
}
