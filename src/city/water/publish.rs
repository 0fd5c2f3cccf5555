//! The domain's points: the whole city, tanks, stations, districts.

use crate::city::water::control::LOCAL;
use crate::city::water::events::BAR_A_METRE;
use crate::city::water::fabric::Shared;
use crate::city::water::fabric::WaterFabric;
use crate::city::water::flow::rates;
use crate::city::water::outlets::PumpDemand;
use crate::city::water::outlets::Service;
use crate::city::water::physics::Asked;
use crate::city::water::state::WaterState;
use crate::engine::points::Keep;
use crate::engine::points::PointId;
use crate::engine::points::Points;
use crate::engine::points::PointsBuilder;
use crate::engine::points::Sensor;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;
use bevy_ecs::resource::Resource;

/// Points of the whole city, in the order in which they are registered.
const CITY: [(&str, &str, &str); 15] = [
    ("demand_m3h", "m3/h", "Water that customers ask for."),
    ("delivered_m3h", "m3/h", "Water that they get."),
    ("leakage_m3h", "m3/h", "Leakage of all mains."),
    (
        "escaping_m3h",
        "m3/h",
        "Water out of burst mains and open hydrants.",
    ),
    ("from_works_m3h", "m3/h", "Water from the works."),
    ("pcs", "1", "Served over asked for, now."),
    (
        "people_below_2bar",
        "",
        "Residents with less than 2 bar at the ground.",
    ),
    (
        "lowest_pressure_bar",
        "bar",
        "Lowest pressure where water is drawn.",
    ),
    ("storage_m3", "m3", "Water in all tanks."),
    (
        "unserved_m3",
        "m3",
        "Water asked for and not given since the start.",
    ),
    (
        "low_pressure_person_h",
        "h",
        "Person hours below 2 bar since the start.",
    ),
    (
        "energy_kwh",
        "kWh",
        "Energy of works and pump stations since the start.",
    ),
    (
        "losses_pct",
        "%",
        "Leaked and escaped over all that was drawn from the net, since the start.",
    ),
    ("power_mw", "MW", "Power of works and pump stations."),
    ("hydrants_open", "", "Hydrants open in the street."),
];

/// Ids of the points; static.
#[derive(Resource, Clone, Debug)]
pub struct Tags {
    city: [PointId; CITY.len()],
    level: Vec<PointId>,
    running: Vec<PointId>,
    kw: Vec<PointId>,
    /// Set-points of stations.
    pub set: Vec<PointId>,
    pressure: Vec<PointId>,
    share: Vec<PointId>,
}

/// Registers the points.
pub fn register(fabric: &WaterFabric, points: &mut PointsBuilder) -> Tags {
    let plenty = [0.0, f64::INFINITY];
    let water = fabric.water();
    let city = CITY.map(|(name, unit, about)| {
        let path = format!("water/{name}");
        let entry = points.measured(path, unit, plenty, "water", about);
        entry.keep(Keep::City).id()
    });
    // Levels are read to a few centimetres; now and then a reading does not arrive.
    let gauge = Sensor {
        noise_sd: 0.02,
        bias_sd: 0.03,
        dropout: 0.002,
    };
    let mut tags = Tags {
        city,
        level: Vec::new(),
        running: Vec::new(),
        kw: Vec::new(),
        set: Vec::new(),
        pressure: Vec::new(),
        share: Vec::new(),
    };
    for (t, tank) in water.tanks.iter().enumerate() {
        let path = format!("water/tank/{}/level_m", tank.id);
        let range = [0.0, tank.depth_m];
        let entry = points.measured(path, "m", range, "water", "Level above the bottom.");
        let entry = entry.of(fabric.ids.tanks[t]).sensed(gauge);
        tags.level.push(entry.keep(Keep::Element).id());
    }
    for (s, station) in water.stations.iter().enumerate() {
        let element = fabric.ids.stations[s];
        let count = fabric.pumps_of[s].len() as f64;
        let path = |name: &str| format!("water/station/{}/{name}", station.id);
        let entry = points.measured(
            path("pumps_running"),
            "",
            [0.0, count],
            "water",
            "Pumps that run.",
        );
        let entry = entry.of(element).keep(Keep::Element);
        tags.running.push(entry.id());
        let entry = points.measured(path("power_kw"), "kW", plenty, "water", "Power drawn.");
        let entry = entry.of(element).keep(Keep::Element);
        tags.kw.push(entry.id());
        let entry = points.controllable(
            path("pumps_set"),
            "",
            [LOCAL, count],
            "water",
            "Pumps to run; -1 leaves it to the station's own level or flow switches.",
            LOCAL,
        );
        tags.set.push(entry.of(element).id());
    }
    for (d, district) in fabric.city.districts.iter().enumerate() {
        let path = |name: &str| format!("water/district/{}/{name}", district.id);
        let about = "Mean pressure at the ground, weighted by residents.";
        let entry = points.measured(path("pressure_bar"), "bar", plenty, "water", about);
        let entry = entry.keep(Keep::Element);
        let element = fabric.ids.districts.get(d).copied();
        tags.pressure.push(match element {
            Some(element) => entry.of(element).id(),
            None => entry.id(),
        });
        let about = "Served over asked for.";
        let entry = points.measured(path("served_share"), "1", [0.0, 1.0], "water", about);
        let entry = entry.keep(Keep::Element);
        tags.share.push(match element {
            Some(element) => entry.of(element).id(),
            None => entry.id(),
        });
    }
    tags
}

/// Publishes the points (Monitor stage).
pub fn publish(
    fabric: Res<Shared>,
    state: Res<WaterState>,
    asked: Res<Asked>,
    service: Res<Service>,
    demand: Res<PumpDemand>,
    tags: Res<Tags>,
    mut points: ResMut<Points>,
) {
    let fabric = &fabric.0;
    let water = fabric.water();
    let now = rates(fabric, &state, &asked.0);
    let mut lowest_m = f64::INFINITY;
    for (n, node) in water.nodes.iter().enumerate() {
        if node.people > 0.0 {
            lowest_m = lowest_m.min((state.net.head_m[n] - node.elevation_m).max(0.0));
        }
    }
    let totals = &state.totals;
    let lost = totals.leaked_m3 + totals.escaped_m3;
    let values = [
        3600.0 * now.asked,
        3600.0 * now.delivered,
        3600.0 * now.leaked,
        3600.0 * now.escaped,
        3600.0 * now.from_sources,
        now.share(),
        now.low_people,
        BAR_A_METRE * lowest_m,
        state.volume_m3.iter().sum(),
        totals.unserved_m3,
        totals.low_person_h,
        totals.energy_kwh,
        // What is in the tanks came from the works as well, so that a night of filling does not look like a good day.
        100.0 * lost / (totals.delivered_m3 + lost).max(1e-9),
        1e-3 * now.power_kw,
        f64::from(state.hydrants.iter().map(|h| h.count).sum::<u32>()),
    ];
    for (tag, value) in tags.city.iter().zip(values) {
        points.publish(*tag, value);
    }
    for (t, tank) in water.tanks.iter().enumerate() {
        points.publish(tags.level[t], state.volume_m3[t] / tank.area_m2);
    }
    for s in 0..water.stations.len() {
        points.publish(tags.running[s], f64::from(state.running[s]));
        points.publish(tags.kw[s], demand.kw.get(s).copied().unwrap_or(0.0));
    }
    for d in 0..tags.pressure.len() {
        points.publish(
            tags.pressure[d],
            service.pressure_bar.get(d).copied().unwrap_or(0.0),
        );
        points.publish(tags.share[d], service.share.get(d).copied().unwrap_or(1.0));
    }
}
