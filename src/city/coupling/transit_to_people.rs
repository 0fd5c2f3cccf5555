//! Transit -> people: whether those who would ride to a cooling centre get there.

use crate::city::people::inlets::TransitAccess;
use crate::city::transit::outlets::Access;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;

/// Hands wait and share carried to people; nothing in a city without people or transit.
pub fn transit_to_people(service: Option<Res<Access>>, access: Option<ResMut<TransitAccess>>) {
    let (Some(service), Some(mut access)) = (service, access) else {
        return;
    };
    access.carried.clone_from(&service.carried);
    access.wait_min.clone_from(&service.wait_min);
}
