//! Tables of the road network: nodes, links, and the nodes at which zones of travel join it.
//!
//! Values are judged in `validate_travel`, not here.

use crate::city::model::city::City;
use crate::city::model::roads::RoadClass;
use crate::city::model::roads::RoadLink;
use crate::city::model::roads::RoadNode;
use crate::city::model::roads::Roads;
use crate::scenario::city_files::References;
use crate::scenario::city_files::layer::LayerTables;
use crate::scenario::city_files::table::Ids;
use crate::scenario::city_files::table::Table;
use crate::scenario::city_files::table::TableText;
use crate::scenario::city_files::table::name_of;
use crate::scenario::problem::Problem;
use crate::scenario::problem::Problems;

/// The layer's tables.
pub const TABLES: &LayerTables = &[
    (
        "road_nodes.csv",
        &["id", "x_m", "y_m", "district", "centroid", "signal_load"],
    ),
    (
        "road_links.csv",
        &[
            "id",
            "from_node",
            "to_node",
            "class",
            "length_m",
            "free_flow_min",
            "lanes",
            "capacity_veh_h",
            "b",
            "power",
            "fixed_min",
        ],
    ),
    ("road_zones.csv", &["zone", "node"]),
];

const CLASSES: [(&str, RoadClass); 4] = [
    ("motorway", RoadClass::Motorway),
    ("arterial", RoadClass::Arterial),
    ("collector", RoadClass::Collector),
    ("connector", RoadClass::Connector),
];

/// Texts of the tables. Zones are those of the city's travel demand.
///
/// # Errors
/// When the CSV writer fails.
pub fn write(city: &City, roads: &Roads) -> Result<Vec<(&'static str, String)>, csv::Error> {
    let [nodes, links, zones] = [TABLES[0], TABLES[1], TABLES[2]];
    let mut table = TableText::new(nodes.1)?;
    for (i, node) in roads.nodes.iter().enumerate() {
        table.row(&[
            node.id.clone(),
            node.x_m.to_string(),
            node.y_m.to_string(),
            city.districts[node.district].id.clone(),
            (i < roads.first_through).to_string(),
            node.signal_load
                .map_or_else(String::new, |l| city.grid.loads[l].id.clone()),
        ])?;
    }
    let nodes_text = table.text()?;
    let mut table = TableText::new(links.1)?;
    for link in &roads.links {
        table.row(&[
            link.id.clone(),
            roads.nodes[link.from].id.clone(),
            roads.nodes[link.to].id.clone(),
            name_of(link.class, &CLASSES),
            link.length_m.to_string(),
            link.free_flow_min.to_string(),
            link.lanes.to_string(),
            link.capacity_veh_h.to_string(),
            link.b.to_string(),
            link.power.to_string(),
            link.fixed_min.to_string(),
        ])?;
    }
    let links_text = table.text()?;
    let mut table = TableText::new(zones.1)?;
    let travel = city.travel.iter().flat_map(|t| &t.zones);
    for (zone, node) in travel.zip(&roads.zone_nodes) {
        table.row(&[zone.id.clone(), roads.nodes[*node].id.clone()])?;
    }
    Ok(vec![
        (nodes.0, nodes_text),
        (links.0, links_text),
        (zones.0, table.text()?),
    ])
}

/// The layer, and the ids of its links for the layers that refer to them. `zone_ids` are those of the travel demand,
/// which has `zones` zones.
pub fn read(
    tables: &[Table],
    ids: &References,
    zone_ids: &Ids,
    zones: usize,
    problems: &mut Problems,
) -> (Roads, Ids) {
    let [nodes, links, joins] = tables else {
        return Default::default();
    };
    let node_ids = nodes.ids(problems);
    let link_ids = links.ids(problems);
    let mut centroids = Vec::new();
    let rows = nodes.read(problems, |row| {
        centroids.push(row.flag("centroid"));
        RoadNode {
            id: row.text("id"),
            x_m: row.number("x_m"),
            y_m: row.number("y_m"),
            district: row.reference("district", &ids.districts),
            signal_load: row.optional_reference("signal_load", &ids.loads),
        }
    });
    let first_through = centroids.iter().take_while(|c| **c).count();
    if let Some(stray) = (first_through..centroids.len()).find(|i| centroids[*i]) {
        let message = format!(
            "centroid `{}` comes after a junction: centroids come first",
            rows[stray].id
        );
        problems.push(
            Problem::new(&nodes.file, message)
                .at(nodes.line(stray))
                .field("centroid"),
        );
    }
    let pairs = joins.read(problems, |row| {
        (
            row.reference("zone", zone_ids),
            row.reference("node", &node_ids),
        )
    });
    let mut zone_nodes = vec![None; zones];
    for (i, (zone, node)) in pairs.into_iter().enumerate() {
        if zone_nodes.get(zone).is_some_and(Option::is_some) {
            let problem = Problem::new(&joins.file, "the zone has a node already");
            problems.push(problem.at(joins.line(i)).field("zone"));
        }
        if let Some(slot) = zone_nodes.get_mut(zone) {
            *slot = Some(node);
        }
    }
    let missing = zone_nodes.iter().filter(|n| n.is_none()).count();
    if missing > 0 {
        problems.push(Problem::new(
            &joins.file,
            format!("{missing} zones have no node; every zone needs one"),
        ));
    }
    let roads = Roads {
        nodes: rows,
        first_through,
        links: links.read(problems, |row| RoadLink {
            id: row.text("id"),
            from: row.reference("from_node", &node_ids),
            to: row.reference("to_node", &node_ids),
            class: row.choice("class", &CLASSES),
            length_m: row.number("length_m"),
            free_flow_min: row.number("free_flow_min"),
            lanes: row.number("lanes"),
            capacity_veh_h: row.number("capacity_veh_h"),
            b: row.number("b"),
            power: row.number("power"),
            fixed_min: row.number("fixed_min"),
        }),
        zone_nodes: zone_nodes
            .into_iter()
            .map(Option::unwrap_or_default)
            .collect(),
    };
    (roads, link_ids)
}
