//! The points of public transport: what a control centre sees of it, and what it can set.

use crate::city::model::transit::Transit;
use crate::city::transit::fabric::Fabric;
use crate::city::transit::meters::Headways;
use crate::city::transit::service::Service;
use crate::city::transit::service::Settings;
use crate::city::transit::vehicle::Phase;
use crate::engine::clock::Clock;
use crate::engine::element::Elements;
use crate::engine::points::Keep;
use crate::engine::points::PointId;
use crate::engine::points::Points;
use crate::engine::points::PointsBuilder;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;
use bevy_ecs::resource::Resource;

/// Points of a route.
#[derive(Clone, Copy, Debug)]
struct RouteTags {
    on_time: PointId,
    excess: PointId,
    bunched: PointId,
    load: PointId,
    late: PointId,
    holding: PointId,
    short_turn: PointId,
}

/// Ids of this domain's points; static.
#[derive(Resource, Clone, Debug)]
pub struct Tags {
    city: Vec<PointId>,
    routes: Vec<RouteTags>,
    spares: PointId,
    heat_timetable: PointId,
}

/// Points of the whole city: name, unit, kept, about.
const CITY: [(&str, &str, bool, &str); 22] = [
    (
        "created",
        "",
        false,
        "Passengers who set out since the start.",
    ),
    (
        "walking",
        "",
        false,
        "Passengers on foot, or at home waiting for a departure they looked up.",
    ),
    ("waiting", "", true, "Passengers waiting at stops."),
    ("riding", "", true, "Passengers in vehicles."),
    ("arrived", "", true, "Passengers arrived since the start."),
    (
        "abandoned",
        "",
        true,
        "Passengers who gave up waiting since the start.",
    ),
    (
        "without_service",
        "",
        true,
        "Travellers who found no way at their hour since the start.",
    ),
    (
        "boardings",
        "",
        true,
        "Times a passenger got on since the start.",
    ),
    (
        "pass_ups",
        "",
        true,
        "Times a waiting passenger was left behind by a full vehicle since the start.",
    ),
    (
        "on_time_pct",
        "%",
        true,
        "Departures at time points from 1 min early to 5 min late, since the start.",
    ),
    (
        "excess_wait_min",
        "min",
        true,
        "Expected wait at frequent calls beyond the timetable's, since the start.",
    ),
    (
        "vehicle_km",
        "km",
        true,
        "Distance run in service since the start.",
    ),
    (
        "trips_planned",
        "",
        false,
        "Trips of the duties that have come due since the start.",
    ),
    (
        "trips_operated",
        "",
        false,
        "Trips run to their last stop since the start.",
    ),
    (
        "trips_cancelled",
        "",
        true,
        "Trips not run or given up under way since the start.",
    ),
    (
        "trips_turned",
        "",
        false,
        "Trips turned back before their last stop since the start.",
    ),
    ("vehicles_out", "", true, "Vehicles in service."),
    (
        "stranded",
        "",
        true,
        "Trams that stand without traction power.",
    ),
    (
        "breakdowns",
        "",
        false,
        "Vehicles broken down since the start.",
    ),
    (
        "energy_kwh",
        "kWh",
        true,
        "Electricity drawn for driving and charging since the start.",
    ),
    (
        "mean_trip_min",
        "min",
        false,
        "Mean time from door to door of those who arrived since the start.",
    ),
    (
        "mean_wait_min",
        "min",
        false,
        "Mean wait for a vehicle since the start, by boarding.",
    ),
];

/// Adds the points.
pub fn tags(points: &mut PointsBuilder, transit: &Transit, elements: &Elements) -> Tags {
    let range = [0.0, f64::INFINITY];
    let city = CITY.iter().map(|(name, unit, kept, about)| {
        let low = if *name == "excess_wait_min" {
            f64::NEG_INFINITY
        } else {
            0.0
        };
        let path = format!("transit/{name}");
        let entry = points.measured(path, unit, [low, range[1]], "transit", about);
        let keep = if *kept { Keep::City } else { Keep::No };
        entry.keep(keep).id()
    });
    let city = city.collect();
    let routes = transit.routes.iter().map(|route| {
        let element = elements.find(&format!("transit/route/{}", route.id));
        let mut seen = |name: &str, unit: &str, range: [f64; 2], keep: Keep, about: &str| {
            let path = format!("transit/route/{}/{name}", route.id);
            let entry = points.measured(path, unit, range, "transit", about).keep(keep);
            match element {
                Some(element) => entry.of(element).id(),
                None => entry.id(),
            }
        };
        let free = [f64::NEG_INFINITY, f64::INFINITY];
        let on_time = seen(
            "on_time_pct",
            "%",
            [0.0, 100.0],
            Keep::Element,
            "Departures at time points from 1 min early to 5 min late, since the start.",
        );
        let excess = seen(
            "excess_wait_min",
            "min",
            free,
            Keep::Element,
            "Expected wait beyond the timetable's at calls planned every 12 min or more often, since the start.",
        );
        let bunched = seen(
            "bunched_pct",
            "%",
            [0.0, 100.0],
            Keep::No,
            "Headways under a quarter of the planned one, since the start.",
        );
        let load = seen(
            "load",
            "",
            range,
            Keep::Element,
            "Passengers a vehicle in service now.",
        );
        let late = seen(
            "late_min",
            "min",
            free,
            Keep::No,
            "Mean lateness of the vehicles in service at their last stop; standing ones count as late as they are now.",
        );
        let mut set = |name: &str, about: &str| {
            let path = format!("transit/route/{}/{name}", route.id);
            let entry = points.controllable(path, "", [0.0, 1.0], "transit", about, 0.0);
            match element {
                Some(element) => entry.of(element).id(),
                None => entry.id(),
            }
        };
        let holding = set(
            "holding_gain",
            "Share of a too short headway for which a vehicle is held at time points; 0 holds none.",
        );
        let short_turn = set(
            "short_turn",
            "Whether vehicles 8 min late or more are turned at a time point to make up their way back.",
        );
        RouteTags {
            on_time,
            excess,
            bunched,
            load,
            late,
            holding,
            short_turn,
        }
    });
    let routes = routes.collect();
    let all: u32 = transit.fleets.iter().map(|f| f.vehicles).sum();
    let spares = points.controllable(
        "transit/spares_released".to_owned(),
        "",
        [0.0, f64::from(all)],
        "transit",
        "Spare vehicles that may stand in at once for broken-down or empty ones.",
        // One stand-by a depot is every operator's practice.
        transit.depots.len() as f64,
    );
    let spares = spares.id();
    let heat = points.controllable(
        "transit/heat_timetable".to_owned(),
        "",
        [0.0, 1.0],
        "transit",
        "Whether the published running times on tracks are those of the heat timetable, a tenth longer.",
        0.0,
    );
    Tags {
        city,
        routes,
        spares,
        heat_timetable: heat.id(),
    }
}

impl Tags {
    /// What the desk has set.
    #[must_use]
    pub fn settings(&self, points: &Points) -> Settings {
        let of = |id: PointId| points.get(id);
        Settings {
            holding: self.routes.iter().map(|r| of(r.holding)).collect(),
            short_turn: self
                .routes
                .iter()
                .map(|r| of(r.short_turn) >= 0.5)
                .collect(),
            spares: of(self.spares).max(0.0) as usize,
            heat_timetable: of(self.heat_timetable) >= 0.5,
        }
    }
}

fn percent(part: f64, whole: f64) -> f64 {
    if whole > 0.0 {
        100.0 * part / whole
    } else {
        100.0
    }
}

/// Publishes all points.
pub fn publish(
    fabric: Option<Res<Fabric>>,
    service: Option<Res<Service>>,
    tags: Option<Res<Tags>>,
    clock: Res<Clock>,
    mut points: ResMut<Points>,
) {
    let (Some(fabric), Some(service), Some(tags)) = (fabric, service, tags) else {
        return;
    };
    let m = &service.meters;
    let census = &service.riders.census;
    let mut headways = Headways::default();
    let (mut timed, mut boardings, mut denied) = ([0_u64; 2], 0, 0);
    for route in &m.routes {
        headways.add(&route.headways);
        timed[0] += route.timed[0];
        timed[1] += route.timed[1];
        boardings += route.boardings;
        denied += route.denied;
    }
    let mean = |sum_s: f64, n: u64| if n > 0 { sum_s / 60.0 / n as f64 } else { 0.0 };
    let moves = |p: Phase| !matches!(p, Phase::Depot | Phase::Broken);
    let out = service.vehicles.iter().filter(|v| moves(v.phase)).count();
    let stranded = service
        .vehicles
        .iter()
        .filter(|v| v.phase == Phase::Stopped)
        .count();
    let values = [
        census.created as f64,
        census.walking as f64,
        census.waiting as f64,
        census.riding as f64,
        census.arrived as f64,
        census.abandoned as f64,
        census.without_service as f64,
        boardings as f64,
        denied as f64,
        percent(timed[1] as f64, timed[0] as f64),
        headways.excess_wait_min().unwrap_or(0.0),
        m.vehicle_km,
        m.trips_planned as f64,
        m.trips_operated as f64,
        m.trips_cancelled as f64,
        m.trips_turned as f64,
        out as f64,
        stranded as f64,
        m.breakdowns as f64,
        m.energy_kwh,
        mean(m.journey_s, census.arrived),
        mean(m.wait_s, boardings),
    ];
    for (id, value) in tags.city.iter().zip(values) {
        points.publish(*id, value);
    }
    publish_routes(&fabric, &service, &tags, &clock, &mut points);
}

fn publish_routes(
    fabric: &Fabric,
    service: &Service,
    tags: &Tags,
    clock: &Clock,
    points: &mut Points,
) {
    let net = &fabric.0.net;
    let midnight = clock.start().time();
    let start_s = i64::from(midnight.hour()) * 3600 + i64::from(midnight.minute()) * 60;
    let now_ms = (start_s + (clock.t_s() + u64::from(clock.step_s())).cast_signed()) * 1000;
    // Riders, vehicles and lateness in minutes of the vehicles of each route.
    let mut now = vec![(0.0, 0.0, 0.0); tags.routes.len()];
    for vehicle in &service.vehicles {
        if matches!(vehicle.phase, Phase::Depot | Phase::Broken | Phase::Waiting) {
            continue;
        }
        let (_, pattern) = net.pattern(vehicle.trip);
        let timing = net.timing(vehicle.trip);
        let start = net.transit().trips[vehicle.trip as usize].start_s;
        let next = (usize::from(vehicle.position) + 1).min(pattern.stops.len() - 1);
        let here = timing.arrival_s[usize::from(vehicle.position)];
        let planned = |s: i32| (i64::from(vehicle.duty.day) * 86_400 + i64::from(start + s)) * 1000;
        // Late at the last stop; or, past due at the next one, by now.
        let late =
            (vehicle.arrived_ms - planned(here)).max(now_ms - planned(timing.arrival_s[next]));
        let row = &mut now[pattern.route];
        row.0 += f64::from(vehicle.load);
        row.1 += 1.0;
        row.2 += late as f64 / 60_000.0;
    }
    for ((tag, m), (load, out, late)) in tags.routes.iter().zip(&service.meters.routes).zip(now) {
        points.publish(tag.on_time, percent(m.timed[1] as f64, m.timed[0] as f64));
        points.publish(tag.excess, m.headways.excess_wait_min().unwrap_or(0.0));
        let bunched = if m.headways.count > 0.0 {
            100.0 * m.headways.bunched / m.headways.count
        } else {
            0.0
        };
        points.publish(tag.bunched, bunched);
        points.publish(tag.load, if out > 0.0 { load / out } else { 0.0 });
        points.publish(tag.late, if out > 0.0 { late / out } else { 0.0 });
    }
}
