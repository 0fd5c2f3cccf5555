//! Grid -> transit: which traction substations, depots and chargers had supply after the last step, and what darkened
//! those that had none.

use crate::city::grid::outlets::Supply;
use crate::city::transit::inlets::ChargePower;
use crate::city::transit::inlets::Traction;
use crate::city::transit::outlets::Feeds;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;

/// Hands the supply of their loads to substations and chargers, if the city has public transport.
pub fn grid_to_transit(
    supply: Res<Supply>,
    feeds: Option<Res<Feeds>>,
    traction: Option<ResMut<Traction>>,
    charging: Option<ResMut<ChargePower>>,
) {
    let (Some(feeds), Some(mut traction), Some(mut charging)) = (feeds, traction, charging) else {
        return;
    };
    let share = |load: usize| supply.share.get(load).copied().unwrap_or(1.0);
    let cause = |load: usize| supply.cause.get(load).copied().flatten();
    traction.share.clear();
    traction
        .share
        .extend(feeds.traction.iter().map(|l| share(*l)));
    traction.cause.clear();
    traction
        .cause
        .extend(feeds.traction.iter().map(|l| cause(*l)));
    charging.depot_on.clear();
    let depots = feeds.depots.iter();
    charging
        .depot_on
        .extend(depots.map(|l| l.is_none_or(|l| share(l) > 0.0)));
    charging.charger_on.clear();
    charging
        .charger_on
        .extend(feeds.chargers.iter().map(|l| share(*l) > 0.0));
    charging.charger_cause.clear();
    charging
        .charger_cause
        .extend(feeds.chargers.iter().map(|l| cause(*l)));
}
