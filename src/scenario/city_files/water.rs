//! Tables of the drinking-water layer: nodes, mains, stations, pumps, tanks, sources, valves and the day's patterns.
//!
//! What values may be is [`crate::scenario::city_files::water_check`]'s.

use crate::city::model::city::City;
use crate::city::model::water::Main;
use crate::city::model::water::Material;
use crate::city::model::water::Node;
use crate::city::model::water::Pattern;
use crate::city::model::water::Pump;
use crate::city::model::water::Source;
use crate::city::model::water::Station;
use crate::city::model::water::StationKind;
use crate::city::model::water::Tank;
use crate::city::model::water::Valve;
use crate::city::model::water::Water;
use crate::scenario::city_files::References;
use crate::scenario::city_files::layer::LayerTables;
use crate::scenario::city_files::table::Table;
use crate::scenario::city_files::table::TableText;
use crate::scenario::city_files::table::joined;
use crate::scenario::city_files::table::name_of;
use crate::scenario::problem::Problems;

/// The layer's tables.
pub const TABLES: &LayerTables = &[
    (
        "water_nodes.csv",
        &[
            "id",
            "x_m",
            "y_m",
            "elevation_m",
            "district",
            "people",
            "homes_m3h",
            "others_m3h",
            "leak_m3h",
            "hydrants",
        ],
    ),
    (
        "water_mains.csv",
        &[
            "id",
            "from_node",
            "to_node",
            "length_m",
            "diameter_mm",
            "roughness",
            "check_valve",
            "material",
            "age_y",
            "stands_for_km",
        ],
    ),
    (
        "water_stations.csv",
        &[
            "id",
            "kind",
            "load",
            "tank",
            "process_kwh_m3",
            "standing_kw",
        ],
    ),
    (
        "water_pumps.csv",
        &[
            "id",
            "station",
            "from_node",
            "to_node",
            "flow_m3h",
            "head_m",
            "efficiency",
        ],
    ),
    (
        "water_tanks.csv",
        &["id", "node", "area_m2", "depth_m", "start_m"],
    ),
    ("water_sources.csv", &["id", "node"]),
    (
        "water_valves.csv",
        &["id", "from_node", "to_node", "diameter_mm", "setting_m"],
    ),
    ("water_patterns.csv", &["id", "by_hour"]),
];

const MATERIALS: [(&str, Material); 4] = [
    ("cast_iron", Material::CastIron),
    ("ductile_iron", Material::DuctileIron),
    ("plastic", Material::Plastic),
    ("steel", Material::Steel),
];

const KINDS: [(&str, StationKind); 2] = [
    ("works", StationKind::Works),
    ("booster", StationKind::Booster),
];

/// Texts of the tables.
///
/// # Errors
/// When the CSV writer fails.
pub fn write(city: &City, water: &Water) -> Result<Vec<(&'static str, String)>, csv::Error> {
    let node = |i: usize| water.nodes[i].id.clone();
    let rows: [Vec<Vec<String>>; 8] = [
        water
            .nodes
            .iter()
            .map(|n| {
                vec![
                    n.id.clone(),
                    n.x_m.to_string(),
                    n.y_m.to_string(),
                    n.elevation_m.to_string(),
                    city.districts[n.district].id.clone(),
                    n.people.to_string(),
                    n.homes_m3h.to_string(),
                    n.others_m3h.to_string(),
                    n.leak_m3h.to_string(),
                    n.hydrants.to_string(),
                ]
            })
            .collect(),
        water
            .mains
            .iter()
            .map(|m| {
                vec![
                    m.id.clone(),
                    node(m.from),
                    node(m.to),
                    m.length_m.to_string(),
                    m.diameter_mm.to_string(),
                    m.roughness.to_string(),
                    m.check_valve.to_string(),
                    name_of(m.material, &MATERIALS),
                    m.age_y.to_string(),
                    m.stands_for_km.to_string(),
                ]
            })
            .collect(),
        water
            .stations
            .iter()
            .map(|s| {
                vec![
                    s.id.clone(),
                    name_of(s.kind, &KINDS),
                    city.grid.loads[s.load].id.clone(),
                    s.tank
                        .map_or_else(String::new, |t| water.tanks[t].id.clone()),
                    s.process_kwh_m3.to_string(),
                    s.standing_kw.to_string(),
                ]
            })
            .collect(),
        water
            .pumps
            .iter()
            .map(|p| {
                vec![
                    p.id.clone(),
                    water.stations[p.station].id.clone(),
                    node(p.from),
                    node(p.to),
                    p.flow_m3h.to_string(),
                    p.head_m.to_string(),
                    p.efficiency.to_string(),
                ]
            })
            .collect(),
        water
            .tanks
            .iter()
            .map(|t| {
                vec![
                    t.id.clone(),
                    node(t.node),
                    t.area_m2.to_string(),
                    t.depth_m.to_string(),
                    t.start_m.to_string(),
                ]
            })
            .collect(),
        water
            .sources
            .iter()
            .map(|s| vec![s.id.clone(), node(s.node)])
            .collect(),
        water
            .valves
            .iter()
            .map(|v| {
                vec![
                    v.id.clone(),
                    node(v.from),
                    node(v.to),
                    v.diameter_mm.to_string(),
                    v.setting_m.to_string(),
                ]
            })
            .collect(),
        water
            .patterns
            .iter()
            .map(|p| vec![p.id.clone(), joined(&p.by_hour)])
            .collect(),
    ];
    let mut files = Vec::with_capacity(TABLES.len());
    for ((name, columns), rows) in TABLES.iter().zip(rows) {
        let mut table = TableText::new(columns)?;
        for row in rows {
            table.row(&row)?;
        }
        files.push((*name, table.text()?));
    }
    Ok(files)
}

/// The layer.
pub fn read(tables: &[Table], ids: &References, problems: &mut Problems) -> Water {
    let [
        nodes,
        mains,
        stations,
        pumps,
        tanks,
        sources,
        valves,
        patterns,
    ] = tables
    else {
        return Water::default();
    };
    let node_ids = nodes.ids(problems);
    let station_ids = stations.ids(problems);
    let tank_ids = tanks.ids(problems);
    for table in [mains, pumps, sources, valves, patterns] {
        table.ids(problems);
    }
    Water {
        nodes: nodes.read(problems, |row| Node {
            id: row.text("id"),
            x_m: row.number("x_m"),
            y_m: row.number("y_m"),
            elevation_m: row.number("elevation_m"),
            district: row.reference("district", &ids.districts),
            people: row.number("people"),
            homes_m3h: row.number("homes_m3h"),
            others_m3h: row.number("others_m3h"),
            leak_m3h: row.number("leak_m3h"),
            hydrants: row.whole("hydrants"),
        }),
        mains: mains.read(problems, |row| Main {
            id: row.text("id"),
            from: row.reference("from_node", &node_ids),
            to: row.reference("to_node", &node_ids),
            length_m: row.number("length_m"),
            diameter_mm: row.number("diameter_mm"),
            roughness: row.number("roughness"),
            check_valve: row.flag("check_valve"),
            material: row.choice("material", &MATERIALS),
            age_y: row.number("age_y"),
            stands_for_km: row.number("stands_for_km"),
        }),
        stations: stations.read(problems, |row| Station {
            id: row.text("id"),
            kind: row.choice("kind", &KINDS),
            load: row.reference("load", &ids.loads),
            tank: row.optional_reference("tank", &tank_ids),
            process_kwh_m3: row.number("process_kwh_m3"),
            standing_kw: row.number("standing_kw"),
        }),
        pumps: pumps.read(problems, |row| Pump {
            id: row.text("id"),
            station: row.reference("station", &station_ids),
            from: row.reference("from_node", &node_ids),
            to: row.reference("to_node", &node_ids),
            flow_m3h: row.number("flow_m3h"),
            head_m: row.number("head_m"),
            efficiency: row.number("efficiency"),
        }),
        tanks: tanks.read(problems, |row| Tank {
            id: row.text("id"),
            node: row.reference("node", &node_ids),
            area_m2: row.number("area_m2"),
            depth_m: row.number("depth_m"),
            start_m: row.number("start_m"),
        }),
        sources: sources.read(problems, |row| Source {
            id: row.text("id"),
            node: row.reference("node", &node_ids),
        }),
        valves: valves.read(problems, |row| Valve {
            id: row.text("id"),
            from: row.reference("from_node", &node_ids),
            to: row.reference("to_node", &node_ids),
            diameter_mm: row.number("diameter_mm"),
            setting_m: row.number("setting_m"),
        }),
        patterns: patterns.read(problems, |row| Pattern {
            id: row.text("id"),
            by_hour: row.numbers("by_hour"),
        }),
    }
}
