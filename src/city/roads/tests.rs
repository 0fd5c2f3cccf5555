//! Tests of the domain as a whole, with figures that can be worked out by hand.

use crate::city::model::city::City;
use crate::city::roads::fabric::SharedFabric;
use crate::city::roads::fixture::Bench;
use crate::city::roads::fixture::DETOUR;
use crate::city::roads::fixture::DIRECT;
use crate::city::roads::fixture::city;
use crate::city::roads::inlets::Surface;
use crate::city::roads::inlets::TripFactor;
use crate::city::roads::outlets::LinkTimes;
use crate::city::roads::state::Queues;
use crate::city::roads::state::Routes;
use crate::engine::record::EventId;
use crate::solvers::assignment::equilibrium::AssignmentOptions;
use crate::solvers::assignment::frank_wolfe;

/// A direct link at 1,000 of 1,200 veh/h takes 5 (1 + 0.6 (1/1.2)^4) = 6.447 min, less than the detour's 8: all use it.
const DIRECT_MIN: f64 = 5.0 * (1.0 + 0.6 * 0.482_253_086_419_753_1);

#[test]
fn a_normal_hour_by_hand() {
    let mut bench = Bench::at(7);
    bench.run(60);
    let times = bench.world.resource::<LinkTimes>();
    assert!(
        (times.min[DIRECT] - DIRECT_MIN).abs() < 1e-9,
        "{}",
        times.min[DIRECT]
    );
    assert_eq!(times.min, times.normal_min);
    // 1,000 vehicles lose 1.447 min each; 5 km of direct road and 0.2 km of connectors.
    let lost = 1_000.0 * (DIRECT_MIN - 5.0) / 60.0;
    assert!((bench.delay_veh_h() - lost).abs() < 1e-6);
    assert!(bench.point("road/extra_delay_veh_h").abs() < 1e-9);
    assert!((bench.point("road/vehicle_km") - 5_200.0).abs() < 1e-6);
    assert!((bench.point("road/link/R2/delay_min") - (DIRECT_MIN - 5.0)).abs() < 1e-9);
    assert!((bench.point("road/link/R2/flow_veh_h") - 1_000.0).abs() < 1e-9);
    // At ten nobody drives.
    bench.run(150);
    assert_eq!(bench.point("road/mean_speed_km_h"), 0.0);
}

#[test]
fn dark_signals_make_a_queue_until_drivers_learn_of_them() {
    let mut bench = Bench::at(7);
    bench.run(16);
    bench.power(false);
    bench.run(14);
    // From 7:16 to 7:30 come 1,000 an hour, and 1.1 x 0.44 x 1,200 = 580.8 get through.
    let queue = (1_000.0 - 580.8) * 14.0 / 60.0;
    assert!(
        (bench.queue(DIRECT) - queue).abs() < 1e-6,
        "{}",
        bench.queue(DIRECT)
    );
    let wait = bench.world.resource::<LinkTimes>().min[DIRECT]
        - bench.world.resource::<LinkTimes>().normal_min[DIRECT];
    assert!(wait > 60.0 * queue / 580.8 * 0.9, "{wait}");
    let dark = bench.events("signals_dark");
    assert_eq!(dark.len(), 1);
    assert_eq!(dark[0].cause, Some(EventId(77)));
    assert_eq!(bench.point("road/signals_dark"), 1.0);
    // What is there at 7:30 they know at 7:45: part of them goes round, and the queue shrinks.
    bench.run(15);
    let most = bench.queue(DIRECT);
    assert!(most > 1.9 * queue, "{most}");
    bench.run(3);
    let routes = bench.world.resource::<Routes>();
    assert!(routes.flow[DETOUR] > 300.0, "{}", routes.flow[DETOUR]);
    bench.run(12);
    assert!(bench.queue(DIRECT) < most);
    bench.power(true);
    bench.run(120);
    assert_eq!(bench.queue(DIRECT), 0.0);
    assert_eq!(bench.events("signals_back")[0].cause, Some(dark[0].id));
    assert!(bench.point("road/extra_delay_veh_h") > 10.0);
    let queues = bench.world.resource::<Queues>();
    assert!((queues.came - queues.left).abs() < 1e-6 && queues.came > 100.0);
}

#[test]
fn a_closed_road_fills_spills_and_empties() {
    let mut bench = Bench::at(7);
    bench.run(1);
    bench.close(DIRECT, true);
    bench.run(14);
    // Nobody passes but those who turn round, 600 an hour.
    assert!((bench.queue(DIRECT) - 400.0 * 14.0 / 60.0).abs() < 1e-6);
    assert_eq!(bench.events("road_closed").len(), 1);
    // Seen at 7:15, known at 7:30.
    bench.run(17);
    assert_eq!(bench.world.resource::<Routes>().flow[DIRECT], 0.0);
    // On the next day's drivers' way round there is room for 900 an hour at the price of time.
    assert!(bench.world.resource::<Routes>().flow[DETOUR] > 999.0);
    bench.close(DIRECT, false);
    bench.run(30);
    assert_eq!(bench.queue(DIRECT), 0.0);
    assert_eq!(bench.events("road_opened").len(), 1);
    assert!((bench.world.resource::<Routes>().flow[DIRECT] - 1_000.0).abs() < 1.0);
}

#[test]
fn a_queue_that_outgrows_its_link_is_told_once() {
    let mut short = city();
    if let Some(roads) = &mut short.roads {
        // Two lanes of 100 m hold 26 vehicles.
        roads.links[DIRECT].length_m = 100.0;
    }
    let mut bench = Bench::of(short, 7);
    bench.run(1);
    bench.close(DIRECT, true);
    bench.run(10);
    assert!(bench.queue(DIRECT) > 26.7);
    let spills = bench.events("queue_spill");
    assert_eq!(spills.len(), 1);
    assert_eq!(spills[0].cause, Some(bench.events("road_closed")[0].id));
    bench.run(60);
    assert_eq!(bench.events("queue_cleared")[0].cause, Some(spills[0].id));
}

#[test]
fn fewer_trips_and_rain_are_felt() {
    let lost = |share: f64, rain_mm_h: f64| {
        let mut bench = Bench::at(7);
        bench.world.insert_resource(TripFactor {
            districts: 1,
            share: vec![share],
        });
        bench.world.insert_resource(Surface { rain_mm_h });
        bench.run(60);
        bench.delay_veh_h()
    };
    let usual = lost(1.0, 0.0);
    // The loss grows with the fifth power of the flow.
    assert!((lost(0.8, 0.0) / usual - 0.8_f64.powi(5)).abs() < 1e-6);
    assert!(lost(1.0, 1.0) > 1.05 * usual);
    assert!(lost(1.0, 20.0) > lost(1.0, 1.0));
}

#[test]
fn val_the_hours_equilibrium_is_frank_and_wolfes() {
    let mut busy = city();
    if let Some(travel) = &mut busy.travel {
        // 2,000 an hour: both ways are used.
        travel.flows[0].car_trips = 5_000.0;
    }
    let bench = Bench::of(busy, 7);
    let fabric = &bench.world.resource::<SharedFabric>().0;
    let demand = fabric.demand(7, &TripFactor::default());
    let options = AssignmentOptions {
        gap: 1e-7,
        max_iterations: 10_000,
    };
    let other = frank_wolfe::solve(&fabric.network, &fabric.links, &demand, &options).unwrap();
    let hour = fabric.normal(7);
    for (link, flow) in other.flow.iter().enumerate() {
        // A gap of 1e-4 in cost leaves some vehicles of 2,000 on the other way.
        assert!(
            (hour.flow[link] - flow).abs() < 10.0,
            "{link}: {} and {flow}",
            hour.flow[link]
        );
    }
    assert!(hour.flow[DETOUR] > 300.0);
}

#[test]
fn a_restored_world_goes_on_alike() {
    let mut first = Bench::at(7);
    first.run(20);
    first.power(false);
    first.run(20);
    let half = first.state.capture(&mut first.world).unwrap();
    let mut second = Bench::at(7);
    second.state.restore(&mut second.world, &half).unwrap();
    for _ in 0..6 {
        first.run(15);
        second.run(15);
        let [a, b] = [&mut first, &mut second]
            .map(|bench| bench.state.capture(&mut bench.world).unwrap().hash());
        assert_eq!(a, b);
    }
    assert!(first.queue(DIRECT) >= 0.0 && first.delay_veh_h() > 0.0);
}

#[test]
fn a_city_without_roads_has_no_points() {
    let mut bench = Bench::of(
        City {
            roads: None,
            ..city()
        },
        7,
    );
    bench.run(2);
    let points = bench.world.resource::<crate::engine::points::Points>();
    assert!(points.table().is_empty());
    assert!(bench.world.get_resource::<Queues>().is_none());
}
