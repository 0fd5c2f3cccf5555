//! Roads -> transit: how much longer than at this hour of a normal day vehicles are on the streets under each leg.

use crate::city::roads::outlets::LinkTimes;
use crate::city::transit::inlets::LegLinks;
use crate::city::transit::inlets::Traffic;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;

/// Hands the times on the links to the legs that run on them, if the city has public transport.
pub fn roads_to_transit(
    times: Option<Res<LinkTimes>>,
    links: Option<Res<LegLinks>>,
    traffic: Option<ResMut<Traffic>>,
) {
    let (Some(times), Some(links), Some(mut traffic)) = (times, links, traffic) else {
        return;
    };
    let time = |of: &[f64], way: &[usize]| {
        let minutes = way.iter().filter_map(|l| of.get(*l));
        minutes.sum::<f64>()
    };
    traffic.leg_factor.clear();
    traffic.leg_factor.extend(links.0.iter().map(|way| {
        let normal = time(&times.normal_min, way);
        if normal > 0.0 {
            time(&times.min, way) / normal
        } else {
            1.0
        }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy_ecs::schedule::Schedule;
    use bevy_ecs::world::World;

    #[test]
    fn a_jam_slows_the_leg_above_it_and_no_other() {
        let mut world = World::new();
        world.insert_resource(LinkTimes {
            min: vec![3.0, 1.0, 2.0],
            normal_min: vec![1.0, 1.0, 2.0],
        });
        world.insert_resource(LegLinks(vec![vec![0, 1], vec![2], Vec::new()]));
        world.insert_resource(Traffic::default());
        let mut schedule = Schedule::default();
        schedule.add_systems(roads_to_transit);
        schedule.run(&mut world);
        let factors = &world.resource::<Traffic>().leg_factor;
        assert_eq!(factors, &vec![2.0, 1.0, 1.0]);
    }
}
