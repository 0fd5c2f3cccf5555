//! People -> transit: which trips of a normal day are made in spite of heat and outages.

use crate::city::people::outlets::Activity;
use crate::city::transit::inlets::Ridership;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;

/// Hands the trips made to public transport, as a mean over districts; nothing in a city without people or transit.
pub fn people_to_transit(activity: Option<Res<Activity>>, ridership: Option<ResMut<Ridership>>) {
    let (Some(activity), Some(mut ridership)) = (activity, ridership) else {
        return;
    };
    let profiles = activity.trips.len().checked_div(activity.shut.len());
    ridership.factor.clear();
    ridership
        .factor
        .extend((0..profiles.unwrap_or(0)).map(|p| activity.of_profile(p)));
}
