//! Roads -> public transport: how much longer buses and trams on the street take between stops than the timetable allows.
//!
//! The timetable has a normal day's congestion in it, so a leg's factor compares the time of its links now with that at
//! the same hour of a normal day. Tracks of their own have no links and keep their time.

use crate::city::roads::fabric::SharedFabric;
use crate::city::roads::outlets::LinkTimes;
use crate::city::transit::inlets::Traffic;
use bevy_ecs::prelude::DetectChanges;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;

/// Hands the slowdown of the links of each leg to public transport.
pub fn roads_to_transit(
    fabric: Option<Res<SharedFabric>>,
    times: Res<LinkTimes>,
    mut traffic: ResMut<Traffic>,
) {
    let Some(transit) = fabric.as_ref().and_then(|f| f.0.transit()) else {
        return;
    };
    // Link times change when drivers choose anew and while something is in the way; most steps do neither.
    if !times.is_changed() || times.min.is_empty() {
        return;
    }
    let factors = transit.legs.iter().map(|leg| {
        let sum = |min: &[f64]| -> f64 {
            let links = leg.road_links.iter();
            links.filter_map(|l| min.get(*l)).sum()
        };
        let normal = sum(&times.normal_min);
        if normal > 0.0 {
            sum(&times.min) / normal
        } else {
            1.0
        }
    });
    traffic.leg_factor.clear();
    traffic.leg_factor.extend(factors);
}
