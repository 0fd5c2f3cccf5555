//! Whether a water layer makes sense: values in range, ends that differ, every place that draws water joined to a source.
//!
//! It solves nothing: whether the pressure is enough is for a run to show.

use crate::city::model::water::Water;
use crate::scenario::problem::Problem;
use crate::scenario::problem::Problems;

/// Hours of a pattern.
const HOURS: usize = 24;

/// Adds the problems of a water layer; `line` gives the line of a table's row, if it was read from a file.
pub fn check(
    water: &Water,
    place: &str,
    line: impl Fn(&str, usize) -> Option<usize>,
    problems: &mut Problems,
) {
    let mut say = |file: &str, row: usize, id: &str, field: &str, message: String| {
        let line = line(file, row);
        let message = if line.is_some() {
            message
        } else {
            format!("`{id}` (row {}): {message}", row + 1)
        };
        let problem = Problem::new(format!("{place}{file}"), message);
        problems.push(problem.at(line).field(field));
    };
    let nodes = water.nodes.len();
    let mut above = |file: &str, row: usize, id: &str, field: &str, value: f64, least: f64| {
        if !value.is_finite() || value < least {
            say(file, row, id, field, format!("{value} is below {least}"));
        }
    };
    for (i, n) in water.nodes.iter().enumerate() {
        for (field, value) in [
            ("people", n.people),
            ("homes_m3h", n.homes_m3h),
            ("others_m3h", n.others_m3h),
            ("leak_m3h", n.leak_m3h),
        ] {
            above("water_nodes.csv", i, &n.id, field, value, 0.0);
        }
    }
    for (i, m) in water.mains.iter().enumerate() {
        for (field, value, least) in [
            ("length_m", m.length_m, 1.0),
            ("diameter_mm", m.diameter_mm, 10.0),
            ("roughness", m.roughness, 10.0),
            ("age_y", m.age_y, 0.0),
            ("stands_for_km", m.stands_for_km, 0.0),
        ] {
            above("water_mains.csv", i, &m.id, field, value, least);
        }
    }
    for (i, s) in water.stations.iter().enumerate() {
        above(
            "water_stations.csv",
            i,
            &s.id,
            "process_kwh_m3",
            s.process_kwh_m3,
            0.0,
        );
        above(
            "water_stations.csv",
            i,
            &s.id,
            "standing_kw",
            s.standing_kw,
            0.0,
        );
    }
    for (i, p) in water.pumps.iter().enumerate() {
        for (field, value, least) in [
            ("flow_m3h", p.flow_m3h, 0.1),
            ("head_m", p.head_m, 0.1),
            ("efficiency", p.efficiency, 0.05),
        ] {
            above("water_pumps.csv", i, &p.id, field, value, least);
        }
        if p.efficiency > 1.0 {
            above(
                "water_pumps.csv",
                i,
                &p.id,
                "efficiency",
                -p.efficiency,
                -1.0,
            );
        }
    }
    for (i, t) in water.tanks.iter().enumerate() {
        above("water_tanks.csv", i, &t.id, "area_m2", t.area_m2, 1.0);
        above("water_tanks.csv", i, &t.id, "depth_m", t.depth_m, 0.5);
        above("water_tanks.csv", i, &t.id, "start_m", t.start_m, 0.0);
        above(
            "water_tanks.csv",
            i,
            &t.id,
            "start_m",
            t.depth_m - t.start_m,
            0.0,
        );
    }
    for (i, v) in water.valves.iter().enumerate() {
        above(
            "water_valves.csv",
            i,
            &v.id,
            "diameter_mm",
            v.diameter_mm,
            10.0,
        );
        above("water_valves.csv", i, &v.id, "setting_m", v.setting_m, 0.0);
    }
    let mut held = vec![false; nodes];
    for n in water
        .tanks
        .iter()
        .map(|t| t.node)
        .chain(water.sources.iter().map(|s| s.node))
    {
        held[n] = true;
    }
    for (i, v) in water.valves.iter().enumerate() {
        if held[v.from] || held[v.to] {
            let message = "a valve may not stand directly at a tank or source".to_owned();
            say("water_valves.csv", i, &v.id, "from_node", message);
        }
    }
    if water.sources.is_empty() && water.tanks.is_empty() {
        let message = "there is neither a source nor a tank".to_owned();
        say("water_sources.csv", 0, "", "node", message);
    }
    let mut root: Vec<usize> = (0..nodes).collect();
    let joins = links(water);
    for (file, row, id, from, to) in &joins {
        if from == to {
            let message = "both ends are the same node".to_owned();
            say(file, *row, id, "to_node", message);
        }
        let (a, b) = (find(&mut root, *from), find(&mut root, *to));
        root[a] = b;
    }
    let fed: Vec<usize> = (0..nodes)
        .filter(|n| held[*n])
        .map(|n| find(&mut root, n))
        .collect();
    for i in 0..nodes {
        let own = find(&mut root, i);
        if !fed.contains(&own) {
            let message = "no main leads to it from a source or tank".to_owned();
            say("water_nodes.csv", i, &water.nodes[i].id, "id", message);
        }
    }
    if water.patterns.len() != 2 {
        let message = "there must be two patterns, of homes and of others".to_owned();
        say("water_patterns.csv", 0, "", "id", message);
    }
    for (i, p) in water.patterns.iter().enumerate() {
        let sound = p.by_hour.len() == HOURS && p.by_hour.iter().all(|v| *v >= 0.0);
        if !sound {
            let message = format!("needs {HOURS} values of at least 0");
            say("water_patterns.csv", i, &p.id, "by_hour", message);
        }
    }
}

type Join<'a> = (&'static str, usize, &'a str, usize, usize);

fn links(water: &Water) -> Vec<Join<'_>> {
    let mains = water.mains.iter().enumerate();
    let pumps = water.pumps.iter().enumerate();
    let valves = water.valves.iter().enumerate();
    mains
        .map(|(i, m)| ("water_mains.csv", i, m.id.as_str(), m.from, m.to))
        .chain(pumps.map(|(i, p)| ("water_pumps.csv", i, p.id.as_str(), p.from, p.to)))
        .chain(valves.map(|(i, v)| ("water_valves.csv", i, v.id.as_str(), v.from, v.to)))
        .collect()
}

fn find(root: &mut [usize], mut i: usize) -> usize {
    while root[i] != i {
        root[i] = root[root[i]];
        i = root[i];
    }
    i
}
