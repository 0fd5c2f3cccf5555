//! Grid -> people: which homes, hospitals and cooling centres have power, and why not.

use crate::city::grid::outlets::Supply;
use crate::city::people::inlets::Power;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;

/// Hands the supply of the last step to people; nothing in a city without.
pub fn grid_to_people(supply: Res<Supply>, power: Option<ResMut<Power>>) {
    let Some(mut power) = power else {
        return;
    };
    power.share.clone_from(&supply.share);
    power.cause.clone_from(&supply.cause);
}
