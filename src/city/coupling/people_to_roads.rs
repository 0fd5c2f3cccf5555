//! People -> roads: which trips of a normal day are made in spite of heat and outages.

use crate::city::people::outlets::Activity;
use crate::city::roads::inlets::TripFactor;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;

/// Hands the trips made to the roads; nothing in a city without people or roads.
pub fn people_to_roads(activity: Option<Res<Activity>>, factor: Option<ResMut<TripFactor>>) {
    let (Some(activity), Some(mut factor)) = (activity, factor) else {
        return;
    };
    factor.districts = activity.shut.len();
    factor.share.clone_from(&activity.trips);
}
