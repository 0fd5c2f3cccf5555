//! People -> transit: which of the trips that can be put off are made, and which destinations are open.

use crate::city::people::outlets::Activity;
use crate::city::transit::inlets::Ridership;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;

/// Hands what people do to public transport, if the city has both.
pub fn people_to_transit(activity: Option<Res<Activity>>, ridership: Option<ResMut<Ridership>>) {
    let (Some(activity), Some(mut ridership)) = (activity, ridership) else {
        return;
    };
    ridership.made.clone_from(&activity.discretionary);
    ridership.shut.clone_from(&activity.shut);
}
