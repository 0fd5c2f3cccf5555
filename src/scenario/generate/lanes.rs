//! How many lanes the streets of a synthetic city have: as many as the busiest hours ask for, and no more.
//!
//! Planners size a road so that it is nearly full in its design hour; so the peak hours are assigned, full streets
//! widened and empty ones narrowed, a few times over. What is left is congestion like a real city's: main roads at 0.7
//! to 1.1 of capacity in the morning, wherever the city is and however large. Both directions get the same lanes.

use crate::city::model::roads::RoadClass;
use crate::city::model::roads::Roads;
use crate::city::model::travel::Travel;
use crate::scenario::generate::roads::standard;
use crate::solvers::assignment::demand::Demand;
use crate::solvers::assignment::equilibrium::AssignmentOptions;
use crate::solvers::assignment::gradient_projection;
use crate::solvers::assignment::gradient_projection::PathFlows;
use crate::solvers::assignment::network::RoadNetwork;
use crate::solvers::assignment::performance::LinkPerformance;

/// Rounds of assigning and widening: later ones move a lane here and there.
const ROUNDS: usize = 6;
/// A street is widened when its peak flow passes this share of its capacity.
const FULL: f64 = 1.08;
/// It is narrowed when one lane fewer would still stay below this.
const ROOMY: f64 = 1.0;
/// Flows within a hundredth decide about lanes well enough.
const DESIGN: AssignmentOptions = AssignmentOptions {
    gap: 1e-3,
    max_iterations: 60,
};

/// Gives every street its lanes; `ramps` says by link which join a motorway (links beyond are none).
pub fn size(roads: &mut Roads, travel: &Travel, ramps: &[bool]) {
    let ends: Vec<(usize, usize)> = roads.links.iter().map(|l| (l.from, l.to)).collect();
    let Ok(network) = RoadNetwork::new(roads.nodes.len(), roads.first_through, &ends) else {
        return;
    };
    let is_ramp = |link: usize| ramps.get(link).copied().unwrap_or(false);
    let peaks: Vec<Demand> = peak_hours(travel)
        .into_iter()
        .filter_map(|hour| Demand::new(roads.nodes.len(), hourly(roads, travel, hour)).ok())
        .collect();
    for (l, link) in roads.links.iter_mut().enumerate() {
        link.lanes = start_lanes(link.class);
        link.capacity_veh_h = link.lanes * standard(link.class, is_ramp(l)).lane_veh_h;
    }
    let mut starts = vec![PathFlows::default(); peaks.len()];
    for _ in 0..ROUNDS {
        let performance: Vec<LinkPerformance> = roads
            .links
            .iter()
            .map(|l| LinkPerformance {
                free_flow_time: l.free_flow_min,
                b: l.b,
                power: l.power,
                capacity: l.capacity_veh_h,
                fixed_cost: l.fixed_min,
                closed: false,
            })
            .collect();
        let mut most = vec![0.0_f64; roads.links.len()];
        for (demand, start) in peaks.iter().zip(&mut starts) {
            let solved = gradient_projection::solve(&network, &performance, demand, start, &DESIGN);
            if let Ok(found) = solved {
                for (m, flow) in most.iter_mut().zip(&found.flow) {
                    *m = m.max(*flow);
                }
            }
        }
        // Links come in pairs, one a direction.
        for pair in (0..roads.links.len()).step_by(2) {
            let link = &roads.links[pair];
            if link.class == RoadClass::Connector {
                continue;
            }
            let flow = most[pair].max(most.get(pair + 1).copied().unwrap_or(0.0));
            let lane = standard(link.class, is_ramp(pair)).lane_veh_h;
            let (least, widest) = bounds(link.class, is_ramp(pair));
            let mut lanes = link.lanes;
            if flow > FULL * lanes * lane {
                lanes += 1.0;
            } else if flow < ROOMY * (lanes - 1.0) * lane {
                lanes -= 1.0;
            }
            let lanes = lanes.clamp(least, widest);
            for l in [pair, pair + 1] {
                if let Some(link) = roads.links.get_mut(l) {
                    link.lanes = lanes;
                    link.capacity_veh_h = lanes * lane;
                }
            }
        }
    }
}

fn start_lanes(class: RoadClass) -> f64 {
    match class {
        RoadClass::Motorway | RoadClass::Arterial => 2.0,
        RoadClass::Collector | RoadClass::Connector => 1.0,
    }
}

/// Fewest and most lanes a direction. A street of the plan stands for its side streets, too, so six are possible.
fn bounds(class: RoadClass, ramp: bool) -> (f64, f64) {
    match class {
        RoadClass::Motorway => (2.0, 5.0),
        RoadClass::Arterial if ramp => (1.0, 4.0),
        RoadClass::Arterial => (1.0, 6.0),
        RoadClass::Collector => (1.0, 4.0),
        RoadClass::Connector => (1.0, 1.0),
    }
}

/// The busiest hour of a weekday's morning and of its afternoon.
fn peak_hours(travel: &Travel) -> [usize; 2] {
    let volume = |hour: usize| -> f64 {
        let profile = |p: usize| travel.profiles[p].weekday.get(hour).copied().unwrap_or(0.0);
        travel
            .flows
            .iter()
            .map(|f| f.car_trips * profile(f.profile))
            .sum()
    };
    let busiest = |hours: std::ops::Range<usize>| {
        let mut best = (hours.start, -1.0);
        for hour in hours {
            let v = volume(hour);
            if v > best.1 {
                best = (hour, v);
            }
        }
        best.0
    };
    [busiest(0..12), busiest(12..24)]
}

/// Vehicles of one hour of a weekday between nodes.
fn hourly<'a>(
    roads: &'a Roads,
    travel: &'a Travel,
    hour: usize,
) -> impl Iterator<Item = (usize, usize, f64)> + 'a {
    travel.flows.iter().map(move |f| {
        let share = travel.profiles[f.profile]
            .weekday
            .get(hour)
            .copied()
            .unwrap_or(0.0);
        (
            roads.zone_nodes[f.from],
            roads.zone_nodes[f.to],
            f.car_trips * share,
        )
    })
}
