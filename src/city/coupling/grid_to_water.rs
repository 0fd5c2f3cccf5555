//! Grid -> water: whether works and pump stations have power, and what took it.

use crate::city::grid::outlets::Supply;
use crate::city::water::fabric::Shared;
use crate::city::water::inlets::StationPower;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;

/// Hands the supply of each station's load to the water net, if there is one.
pub fn grid_to_water(
    fabric: Option<Res<Shared>>,
    supply: Res<Supply>,
    power: Option<ResMut<StationPower>>,
) {
    let (Some(fabric), Some(mut power)) = (fabric, power) else {
        return;
    };
    let power = &mut *power;
    power.on.clear();
    power.cause.clear();
    for station in &fabric.0.water().stations {
        let on = supply.is_on(station.load);
        let cause = supply.cause.get(station.load).copied().flatten();
        power.on.push(on);
        power.cause.push(cause.filter(|_| !on));
    }
}
