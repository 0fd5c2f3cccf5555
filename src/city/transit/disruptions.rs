//! What is done to public transport from outside: routes closed and opened again, crowds for one stop.
//!
//! A closed route's vehicles run to the end of their trips; that is where they would be emptied. Who has not set out yet knows
//! of it and takes another way, if there is one; nobody replans under way.

use crate::city::transit::fabric::Fabric;
use crate::city::transit::service::Service;
use crate::engine::clock::Clock;
use crate::engine::damage::Damage;
use crate::engine::damage::DamageQueue;
use crate::engine::damage::Effect;
use crate::engine::damage::Repair;
use crate::engine::element::ElementId;
use crate::engine::element::Elements;
use crate::engine::record::EventId;
use crate::engine::record::Record;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;
use serde::Deserialize;
use serde::Serialize;

/// People who come to a place beyond the plan.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Crowd {
    /// Stop that they come to or leave, as an element.
    pub stop: ElementId,
    /// Zone of travel nearest to it.
    pub zone: u32,
    /// People an hour; negative for those who leave.
    pub per_hour: f64,
}

/// Applies blows and repairs of routes and stops.
pub fn strike(
    fabric: Res<Fabric>,
    elements: Res<Elements>,
    clock: Res<Clock>,
    mut damage: ResMut<DamageQueue>,
    mut record: ResMut<Record>,
    mut service: ResMut<Service>,
) {
    if damage.damages.is_empty() && damage.repairs.is_empty() {
        return;
    }
    let net = &fabric.0.net;
    let t_s = clock.t_s();
    let id_of = |element: ElementId, table: &str| -> Option<&str> {
        elements.get(element).name.strip_prefix(table)
    };
    let route_of = |element: ElementId| -> Option<usize> {
        let id = id_of(element, "transit/route/")?;
        net.transit().routes.iter().position(|r| r.id == id)
    };
    let zone_of = |element: ElementId| -> Option<u32> {
        let id = id_of(element, "transit/stop/")?;
        let stop = net.transit().stops.iter().find(|s| s.id == id)?;
        net.zone_at([stop.x_m, stop.y_m])
    };
    let blows: Vec<Damage> = damage.damages.drain(..).collect();
    for blow in blows {
        let (route, zone) = (route_of(blow.element), zone_of(blow.element));
        match (route, zone, blow.effect) {
            (Some(route), _, Effect::Fail | Effect::Trip) if service.closed[route].is_none() => {
                let (element, cause) = (Some(blow.element), Some(blow.cause));
                let event = record.event(t_s, "route_closed", element, cause, 0.0, || {
                    "trips that come due are cancelled".to_owned()
                });
                service.closed[route] = Some(event);
            }
            (_, Some(zone), Effect::Crowd(per_hour)) => {
                service.crowds.retain(|c| c.stop != blow.element);
                if per_hour != 0.0 {
                    service.crowds.push(Crowd {
                        stop: blow.element,
                        zone,
                        per_hour,
                    });
                }
            }
            (None, None, _) => damage.damages.push(blow),
            _ => {}
        }
    }
    let repairs: Vec<Repair> = damage.repairs.drain(..).collect();
    for repair in repairs {
        match route_of(repair.element) {
            Some(route) => open(&mut service, &mut record, t_s, route, repair),
            None => damage.repairs.push(repair),
        }
    }
}

fn open(service: &mut Service, record: &mut Record, t_s: u64, route: usize, repair: Repair) {
    if service.closed[route].take().is_some() {
        let element = Some(repair.element);
        let cause: Option<EventId> = Some(repair.cause);
        record.event(t_s, "route_opened", element, cause, 0.0, || {
            "trips run again from now on".to_owned()
        });
    }
}
