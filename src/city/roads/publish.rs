//! The points of the roads: the city's traffic, and flow and delay on the busiest main roads.

use crate::city::roads::fabric::Fabric;
use crate::city::roads::fabric::SharedFabric;
use crate::city::roads::outlets::LinkTimes;
use crate::city::roads::state::Ledger;
use crate::city::roads::state::Obstacles;
use crate::city::roads::state::Queues;
use crate::city::roads::state::Routes;
use crate::engine::points::Keep;
use crate::engine::points::PointId;
use crate::engine::points::Points;
use crate::engine::points::PointsBuilder;
use bevy_ecs::prelude::DetectChanges;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;
use bevy_ecs::resource::Resource;

const OWNER: &str = "roads";

/// The city's points: name, unit, meaning.
const CITY: [(&str, &str, &str); 7] = [
    (
        "delay_veh_h",
        "h",
        "Vehicle-hours lost against empty roads since the start, everyday congestion included",
    ),
    (
        "extra_delay_veh_h",
        "h",
        "Of these, vehicle-hours lost beyond the same hours of a normal day; negative where fewer travel",
    ),
    ("vehicle_km", "km", "Kilometres driven since the start"),
    (
        "vehicles_queued",
        "",
        "Vehicles that wait in front of narrowed links",
    ),
    (
        "mean_speed_km_h",
        "km/h",
        "Kilometres driven by the hours of vehicles under way",
    ),
    (
        "signals_dark",
        "",
        "Junctions whose signals have no power: all-way stops",
    ),
    (
        "signal_dark_h",
        "h",
        "Hours without power of all signals since the start",
    ),
];

/// Ids of the points; static.
#[derive(Resource, Clone, Debug)]
pub struct Tags {
    city: [PointId; CITY.len()],
    /// Flow and delay of each watched link.
    links: Vec<[PointId; 2]>,
}

/// Registers the points.
pub fn register(fabric: &Fabric, points: &mut PointsBuilder) -> Tags {
    let city = CITY.map(|(name, unit, about)| {
        let range = if name == "extra_delay_veh_h" {
            [f64::NEG_INFINITY, f64::INFINITY]
        } else {
            [0.0, f64::INFINITY]
        };
        let about = format!("{about}.");
        let entry = points.measured(format!("road/{name}"), unit, range, OWNER, &about);
        entry.keep(Keep::City).id()
    });
    let links = fabric
        .watched
        .iter()
        .map(|link| {
            let id = &fabric.roads().links[*link].id;
            let mut add = |name: &str, unit: &str, about: &str, keep: Keep| {
                let path = format!("road/link/{id}/{name}");
                let entry = points.measured(path, unit, [0.0, f64::INFINITY], OWNER, about);
                entry.of(fabric.link_ids[*link]).keep(keep).id()
            };
            [
                add(
                    "flow_veh_h",
                    "veh/h",
                    "Vehicles an hour that want to use the link.",
                    Keep::No,
                ),
                add(
                    "delay_min",
                    "min",
                    "Minutes on the link over those on the empty link, queue included.",
                    Keep::Element,
                ),
            ]
        })
        .collect();
    Tags { city, links }
}

/// Publishes them.
#[allow(clippy::too_many_arguments, reason = "a system's resources")]
pub fn publish(
    fabric: Res<SharedFabric>,
    tags: Res<Tags>,
    routes: Res<Routes>,
    obstacles: Res<Obstacles>,
    queues: Res<Queues>,
    ledger: Res<Ledger>,
    times: Res<LinkTimes>,
    mut points: ResMut<Points>,
) {
    let speed = if ledger.under_way > 0.0 {
        ledger.km_h / ledger.under_way
    } else {
        0.0
    };
    let values = [
        ledger.delay_veh_h,
        ledger.delay_veh_h - ledger.normal_delay_veh_h,
        ledger.vehicle_km,
        queues.vehicles.iter().sum(),
        speed,
        obstacles.dark.iter().filter(|d| d.is_some()).count() as f64,
        ledger.signal_dark_h,
    ];
    for (id, value) in tags.city.iter().zip(values) {
        points.publish(*id, value);
    }
    if !(times.is_changed() || ledger.disturbed) {
        return;
    }
    let fabric = &fabric.0;
    for (link, [flow, delay]) in fabric.watched.iter().zip(&tags.links) {
        let free = fabric.links[*link].free_flow_time;
        points.publish(*flow, routes.flow.get(*link).copied().unwrap_or(0.0));
        let min = times.min.get(*link).copied().unwrap_or(free);
        points.publish(*delay, (min - free).max(0.0));
    }
}
