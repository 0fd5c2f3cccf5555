//! Conservation laws of public transport, checked on demand after a step.

use crate::city::transit::service::Service;
use crate::engine::world::Breach;
use bevy_ecs::world::World;

/// The laws that do not hold; none without public transport.
#[must_use]
pub fn breaches(world: &mut World) -> Vec<Breach> {
    let Some(service) = world.get_resource::<Service>() else {
        return Vec::new();
    };
    let mut breaches = Vec::new();
    let mut fails = |law: &'static str, detail: String| breaches.push(Breach { law, detail });
    let riders = &service.riders;
    let census = riders.census;
    if census.gap() != 0 {
        fails("transit/passengers_conserved", format!("{census:?}"));
    }
    let at_stops: u64 = riders.at_stop.iter().map(|n| u64::from(*n)).sum();
    if at_stops != census.waiting {
        let detail = format!("{at_stops} at stops, {} waiting", census.waiting);
        fails("transit/stops_hold_those_who_wait", detail);
    }
    let mut aboard = 0;
    for (v, vehicle) in service.vehicles.iter().enumerate() {
        let listed: usize = vehicle.lists.iter().map(|l| riders.length(*l)).sum();
        aboard += listed as u64;
        if listed != usize::from(vehicle.load) {
            let detail = format!("vehicle {v}: {listed} on its lists, load {}", vehicle.load);
            fails("transit/vehicles_hold_their_load", detail);
        }
    }
    if aboard != census.riding {
        let detail = format!("{aboard} in vehicles, {} riding", census.riding);
        fails("transit/vehicles_hold_those_who_ride", detail);
    }
    breaches
}

/// Whether every trip of the duties that have come due is accounted for: planned, and those operated, turned, cancelled,
/// open.
#[must_use]
pub fn trips_accounted(service: &Service, open: u64) -> bool {
    let m = &service.meters;
    m.trips_planned == m.trips_operated + m.trips_turned + m.trips_cancelled + open
}
