//! Grid -> roads: whether traffic signals have power.

use crate::city::grid::outlets::Supply;
use crate::city::roads::fabric::SharedFabric;
use crate::city::roads::inlets::SignalPower;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;

/// A signal is one of the many customers of its load; it is taken to be dark when most of them are.
const MOST: f64 = 0.5;

/// Hands the supply of each signal's load to the roads.
pub fn grid_to_roads(
    fabric: Option<Res<SharedFabric>>,
    supply: Res<Supply>,
    mut power: ResMut<SignalPower>,
) {
    let Some(fabric) = fabric else {
        return;
    };
    let nodes = &fabric.0.roads().nodes;
    let dark = |load: Option<usize>| {
        load.is_some_and(|l| supply.share.get(l).is_some_and(|share| *share < MOST))
    };
    // Most steps nothing is dark and nothing was: nothing is written.
    if power.dark.is_empty() && !nodes.iter().any(|n| dark(n.signal_load)) {
        return;
    }
    let power = &mut *power;
    power.dark.clear();
    power.cause.clear();
    for node in nodes {
        let is_dark = dark(node.signal_load);
        power.dark.push(is_dark);
        let cause = node.signal_load.filter(|_| is_dark);
        power
            .cause
            .push(cause.and_then(|l| supply.cause.get(l).copied().flatten()));
    }
}
