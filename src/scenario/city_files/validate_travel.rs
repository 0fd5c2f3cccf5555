//! Whether travel demand and roads make sense: values in range, whole days, every zone within reach of every other.
//!
//! It takes the city itself, so a generated or imported one can be judged the same way as one read from files.

use crate::city::model::city::City;
use crate::city::model::roads::RoadLink;
use crate::city::model::roads::Roads;
use crate::city::model::travel::Flow;
use crate::city::model::travel::Travel;
use crate::city::model::travel::TripProfile;
use crate::city::model::travel::Zone;
use crate::scenario::city_files::validate::Judge;
use crate::scenario::problem::Problem;
use crate::scenario::problem::Problems;

/// A profile's weekday sums to 1 within this: it is written with four decimals.
const SHARE_TOLERANCE: f64 = 2e-3;

/// All problems of the two layers, as far as the city has them.
pub fn problems(
    city: &City,
    place: &str,
    line: &impl Fn(&str, usize) -> Option<usize>,
    found: &mut Problems,
) {
    let Some(travel) = &city.travel else {
        for (there, file) in [
            (city.roads.is_some(), "road_nodes.csv"),
            (city.transit.is_some(), "stops.csv"),
        ] {
            if there {
                let message = "the layer needs travel demand, and there is no zones.csv";
                found.push(Problem::new(format!("{place}{file}"), message));
            }
        }
        return;
    };
    let none = String::new();
    let mut judge =
        |file: &'static str, row: usize, id: &str, check: &mut dyn FnMut(&mut Judge)| {
            check(&mut Judge {
                place,
                file,
                row,
                line: line(file, row),
                id,
                problems: found,
            });
        };
    for (row, z) in travel.zones.iter().enumerate() {
        judge("zones.csv", row, &z.id, &mut |j| zone(j, z));
    }
    for (row, p) in travel.profiles.iter().enumerate() {
        judge("trip_profiles.csv", row, &p.id, &mut |j| profile(j, p));
    }
    for (row, f) in travel.flows.iter().enumerate() {
        judge("travel_flows.csv", row, &none, &mut |j| flow(j, f));
    }
    if let Some(roads) = &city.roads {
        for (row, l) in roads.links.iter().enumerate() {
            judge("road_links.csv", row, &l.id, &mut |j| link(j, l));
        }
        for (file, message) in network(travel, roads) {
            found.push(Problem::new(format!("{place}{file}"), message));
        }
    }
}

fn zone(j: &mut Judge, z: &Zone) {
    j.not_negative("population", z.population);
    j.not_negative("jobs", z.jobs);
}

fn profile(j: &mut Judge, p: &TripProfile) {
    for (field, hours) in [("weekday_share", &p.weekday), ("weekend_share", &p.weekend)] {
        if hours.len() != 24 {
            let message = format!("has {} values, not one for each of 24 hours", hours.len());
            j.say(field, message);
        }
        for share in hours {
            j.within(field, *share, 0.0, 1.0);
        }
    }
    let sum: f64 = p.weekday.iter().sum();
    if (sum - 1.0).abs() > SHARE_TOLERANCE {
        j.say("weekday_share", format!("sums to {sum:.4}, not 1"));
    }
    j.within("discretionary", p.discretionary, 0.0, 1.0);
}

fn flow(j: &mut Judge, f: &Flow) {
    j.not_negative("car_trips", f.car_trips);
    j.not_negative("transit_trips", f.transit_trips);
}

fn link(j: &mut Judge, l: &RoadLink) {
    j.not_negative("length_m", l.length_m);
    j.not_negative("free_flow_min", l.free_flow_min);
    j.positive("lanes", l.lanes);
    j.positive("capacity_veh_h", l.capacity_veh_h);
    j.not_negative("b", l.b);
    j.not_negative("power", l.power);
    j.not_negative("fixed_min", l.fixed_min);
}

/// Problems of the network as a whole, with the file that they are of.
fn network(travel: &Travel, roads: &Roads) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    if roads.zone_nodes.len() != travel.zones.len() {
        let message = format!(
            "{} zones have nodes, of {} zones of travel",
            roads.zone_nodes.len(),
            travel.zones.len()
        );
        found.push(("road_zones.csv", message));
        return found;
    }
    // From each zone's node: forward reach of one zone and backward reach into it tell whether all reach all, unless a
    // centroid is passed, which none may.
    for (backward, way) in [(false, "from"), (true, "to")] {
        let Some(&start) = roads.zone_nodes.first() else {
            break;
        };
        let reached = reach(roads, start, backward);
        let cut: Vec<&str> = travel
            .zones
            .iter()
            .zip(&roads.zone_nodes)
            .filter(|(_, node)| !reached[**node])
            .map(|(zone, _)| zone.id.as_str())
            .collect();
        if !cut.is_empty() {
            let message = format!(
                "no road leads {way} zone `{}` {} {} of {} zones, such as `{}`",
                travel.zones[0].id,
                if backward { "from" } else { "to" },
                cut.len(),
                travel.zones.len(),
                cut[0]
            );
            found.push(("road_links.csv", message));
        }
    }
    found
}

/// Nodes that can be reached from a node, or from which it can be reached; no way leads through a centroid.
fn reach(roads: &Roads, start: usize, backward: bool) -> Vec<bool> {
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); roads.nodes.len()];
    for link in &roads.links {
        let (a, b) = if backward {
            (link.to, link.from)
        } else {
            (link.from, link.to)
        };
        next[a].push(b);
    }
    let mut reached = vec![false; roads.nodes.len()];
    let mut open = vec![start];
    reached[start] = true;
    while let Some(node) = open.pop() {
        if node < roads.first_through && node != start {
            continue;
        }
        for &other in &next[node] {
            if !reached[other] {
                reached[other] = true;
                open.push(other);
            }
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::generate;

    fn found(city: &City) -> String {
        let mut found = Problems::default();
        problems(city, "", &|_, _| None, &mut found);
        found.to_string()
    }

    #[test]
    fn what_is_wrong_is_named() {
        let mut city = generate::city(&generate::CityRecipe::new("town", 20_000, 3)).unwrap();
        assert_eq!(found(&city), "");
        if let Some(roads) = &mut city.roads {
            roads.links[3].capacity_veh_h = 0.0;
            let cut = roads.zone_nodes[1];
            roads.links.retain(|l| l.to != cut);
        }
        if let Some(travel) = &mut city.travel {
            travel.profiles[1].weekday[8] += 0.5;
            travel.profiles[2].weekend.pop();
            travel.flows[7].car_trips = -1.0;
        }
        let text = found(&city);
        for part in [
            "capacity_veh_h",
            "sums to 1.5",
            "23 values",
            "car_trips",
            "no road leads from",
        ] {
            assert!(text.contains(part), "{part} missing in:\n{text}");
        }
        city.travel = None;
        assert!(found(&city).contains("needs travel demand"));
    }
}
