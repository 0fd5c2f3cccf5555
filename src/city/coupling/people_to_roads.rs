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

#[cfg(test)]
mod tests {
    use super::*;
    use bevy_ecs::prelude::Schedule;
    use bevy_ecs::world::World;

    #[test]
    fn trips_put_off_are_not_driven() {
        let mut world = World::new();
        let mut schedule = Schedule::default();
        schedule.add_systems(people_to_roads);
        world.insert_resource(TripFactor::default());
        schedule.run(&mut world);
        assert_eq!(world.resource::<TripFactor>().of(1, 1), 1.0);
        // Two profiles in two districts.
        world.insert_resource(Activity {
            trips: vec![1.0, 1.0, 0.8, 0.6],
            shut: vec![0.0; 2],
        });
        schedule.run(&mut world);
        let factor = world.resource::<TripFactor>();
        assert_eq!([factor.of(0, 1), factor.of(1, 1)], [1.0, 0.6]);
    }
}
