//! Transit -> grid: what trams and charging batteries drew in the last step, as the demand of their loads.

use crate::city::grid::inlets::SiteDemand;
use crate::city::transit::outlets::ChargeDemand;
use crate::city::transit::outlets::Feeds;
use crate::city::transit::outlets::TractionDemand;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;

/// Hands the draw of substations and chargers to the grid, if the city has public transport.
pub fn transit_to_grid(
    feeds: Option<Res<Feeds>>,
    traction: Option<Res<TractionDemand>>,
    charge: Option<Res<ChargeDemand>>,
    mut demand: ResMut<SiteDemand>,
) {
    let (Some(feeds), Some(traction), Some(charge)) = (feeds, traction, charge) else {
        return;
    };
    // Before the first step nobody knows the draw: the loads follow their own steady demand.
    if traction.kw.is_empty() && charge.depot_kw.is_empty() {
        return;
    }
    let substations = feeds.traction.iter().copied().zip(&traction.kw);
    let depots = feeds.depots.iter().zip(&charge.depot_kw);
    let depots = depots.filter_map(|(load, kw)| load.map(|load| (load, kw)));
    let chargers = feeds.chargers.iter().copied().zip(&charge.charger_kw);
    // A load may feed several of them: cleared first, then summed.
    let all: Vec<(usize, f64)> = substations
        .chain(depots)
        .chain(chargers)
        .map(|(l, kw)| (l, *kw))
        .collect();
    for (load, _) in &all {
        demand.set(*load, 0.0);
    }
    for (load, kw) in all {
        let before = demand.of(load).unwrap_or(0.0);
        demand.set(load, before + kw / 1000.0);
    }
}
