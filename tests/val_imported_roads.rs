//! Cities made of published road networks: the morning peak is the published equilibrium, the folder reads back the same,
//! and it runs.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test panics and tells")]

mod common;

use autopolis::city::model::run::RunPlan;
use autopolis::city::register::register;
use autopolis::city::roads::fabric::Fabric;
use autopolis::city::roads::inlets::TripFactor;
use autopolis::city::twin::Physics;
use autopolis::engine::world::World;
use autopolis::scenario::build;
use autopolis::scenario::city_files::folder;
use autopolis::scenario::city_source::CitySource;
use autopolis::scenario::document::Overrides;
use autopolis::scenario::import::city::roads::RoadFiles;
use autopolis::scenario::import::city::roads::drawn;
use autopolis::scenario::import::city::roads::join;
use autopolis::scenario::import::tntp;
use autopolis::scenario::import::tntp::CostFactors;
use autopolis::solvers::assignment::equilibrium::AssignmentOptions;
use autopolis::solvers::assignment::gradient_projection;
use autopolis::solvers::assignment::gradient_projection::PathFlows;
use std::sync::Arc;

/// Hour of the morning peak of imported tables.
const PEAK: usize = 8;
/// Gap of both solves; totals then agree within a few times this.
const GAP: f64 = 1e-4;

/// Folder, stem, whether there is a node file, hours of the table, distance and toll factor.
const NETWORKS: [(&str, &str, bool, f64, f64, f64); 3] = [
    ("SiouxFalls", "SiouxFalls", true, 10.0, 0.0, 0.0),
    ("Barcelona", "Barcelona", false, 1.0, 0.0, 0.0),
    ("Chicago-Sketch", "ChicagoSketch", true, 1.0, 0.04, 0.02),
];

#[test]
fn val_an_imported_citys_peak_is_the_published_equilibrium_and_the_city_runs() {
    let Some(data) = common::reference_data() else {
        return;
    };
    for (place, stem, has_nodes, period_h, distance, toll) in NETWORKS {
        let file = |kind: &str| {
            data.join("traffic")
                .join(place)
                .join(format!("{stem}_{kind}.tntp"))
        };
        let files = RoadFiles {
            network: tntp::read_network(&file("net")).unwrap(),
            trips: tntp::read_trips(&file("trips")).unwrap(),
            nodes: has_nodes.then(|| tntp::read_nodes(&file("node")).unwrap()),
            period_h,
            factors: CostFactors {
                distance: Some(distance),
                toll: Some(toll),
            },
        };
        let (mut city, land) = drawn("imported", &files, Some(25_000), None).unwrap();
        join(&mut city, &land, &files);
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("city");
        folder::write(&city, &to).unwrap();
        let read = folder::read(&to).unwrap_or_else(|p| panic!("{place}: {p}"));
        assert_eq!(read, city, "{place}");

        let city = Arc::new(city);
        let fabric = Fabric::new(&city, &register(&city)).unwrap();
        let raw = files
            .network
            .to_assignment(&files.trips, 1.0, files.factors)
            .unwrap();
        let demand = fabric.demand(PEAK, &TripFactor::default());
        let wanted = raw.demand.total() / period_h;
        assert!((demand.total() / wanted - 1.0).abs() < 1e-5, "{place}");
        let options = AssignmentOptions {
            gap: GAP,
            max_iterations: 1_000,
        };
        let published = gradient_projection::solve(
            &raw.network,
            &raw.links,
            &raw.demand,
            &mut PathFlows::default(),
            &options,
        )
        .unwrap();
        let ours = gradient_projection::solve(
            &fabric.network,
            &fabric.links,
            &demand,
            &mut PathFlows::default(),
            &options,
        )
        .unwrap();
        let apart = ours.objective * period_h / published.objective - 1.0;
        assert!(apart.abs() < 5.0 * GAP, "{place}: {apart}");

        let source = CitySource {
            city,
            reference: "imported".to_owned(),
            epw_bytes: None,
        };
        let overrides = Overrides {
            hours: Some(10.0),
            ..Overrides::default()
        };
        let shared = |_: &str| build::SharedCity::new(source).map(Arc::new);
        let prepared = build::ground("calm-day", &overrides, shared)
            .and_then(|ground| ground.prepare(None))
            .unwrap_or_else(|p| panic!("{p}"));
        let plan: Arc<RunPlan> = Arc::new(prepared.plan.clone());
        let mut world = Physics::new(&plan, true);
        while world.t_s() < 9 * 3_600 {
            world.step();
        }
        assert!(
            world.breaches().is_empty(),
            "{place}: {:?}",
            world.breaches()
        );
        let points = world.points();
        let value = |path: &str| points.get(points.table().find(path).unwrap());
        assert!(value("road/delay_veh_h") > 0.0, "{place}");
        assert!(value("road/vehicle_km") > 0.0, "{place}");
    }
}
