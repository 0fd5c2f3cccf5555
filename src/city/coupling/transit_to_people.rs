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

#[cfg(test)]
mod tests {
    use super::*;
    use bevy_ecs::prelude::Schedule;
    use bevy_ecs::world::World;

    #[test]
    fn where_nobody_is_carried_nobody_rides_to_a_centre() {
        let mut world = World::new();
        let mut schedule = Schedule::default();
        schedule.add_systems(transit_to_people);
        // Without public transport, people keep what they had.
        world.insert_resource(TransitAccess::default());
        schedule.run(&mut world);
        assert_eq!(world.resource::<TransitAccess>().of(0), 1.0);
        world.insert_resource(Access {
            wait_min: vec![5.0, 30.0],
            carried: vec![0.0, 1.0],
        });
        schedule.run(&mut world);
        let access = world.resource::<TransitAccess>();
        assert_eq!([access.of(0), access.of(1)], [0.0, 0.5]);
    }
}
