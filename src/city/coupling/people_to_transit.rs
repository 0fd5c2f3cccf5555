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

#[cfg(test)]
mod tests {
    use super::*;
    use bevy_ecs::prelude::Schedule;
    use bevy_ecs::world::World;

    #[test]
    fn trips_put_off_are_not_ridden() {
        let mut world = World::new();
        let mut schedule = Schedule::default();
        schedule.add_systems(people_to_transit);
        world.insert_resource(Ridership::default());
        schedule.run(&mut world);
        assert!(world.resource::<Ridership>().factor.is_empty());
        // Two profiles in two districts.
        world.insert_resource(Activity {
            trips: vec![1.0, 1.0, 0.8, 0.6],
            shut: vec![0.0; 2],
        });
        schedule.run(&mut world);
        assert_eq!(world.resource::<Ridership>().factor, [1.0, 0.7]);
    }
}
