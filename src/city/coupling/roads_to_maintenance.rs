//! Roads -> maintenance: how much longer crews are under way than on a normal day.

use crate::city::maintenance::inlets::Streets;
use crate::city::roads::outlets::DistrictTraffic;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;

/// Hands the slowdown of each district's streets to the crews.
pub fn roads_to_maintenance(traffic: Res<DistrictTraffic>, mut streets: ResMut<Streets>) {
    if streets.slowdown != traffic.slowdown {
        streets.slowdown.clone_from(&traffic.slowdown);
    }
}
