//! Transit -> people: how many of those who wait at a district's stops are carried.

use crate::city::people::inlets::TransitAccess;
use crate::city::transit::outlets::Access;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;

/// Hands the share carried to people on their way to a cooling centre, if the city has both.
pub fn transit_to_people(access: Option<Res<Access>>, people: Option<ResMut<TransitAccess>>) {
    if let (Some(access), Some(mut people)) = (access, people) {
        people.share.clone_from(&access.carried);
    }
}
