//! What narrows the roads: incidents, dark signals, rain. Applied in the Force stage (incidents) and before the physics.
//!
//! It moves no vehicles.

use crate::city::roads::fabric::Fabric;
use crate::city::roads::fabric::SharedFabric;
use crate::city::roads::inlets::SignalPower;
use crate::city::roads::inlets::Surface;
use crate::city::roads::state::Obstacles;
use crate::engine::clock::Clock;
use crate::engine::damage::DamageQueue;
use crate::engine::damage::Effect;
use crate::engine::record::EventId;
use crate::engine::record::Record;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;
use std::collections::BTreeMap;

/// Share of its capacity that an approach keeps when its signals go dark and the junction becomes an all-way stop: 375
/// of 855 veh/h (MODELS.md, dark signals).
pub const ALL_WAY_STOP: f64 = 0.44;
/// Rain from which it is light and heavy, millimetres an hour, and the capacity left (Highway Capacity Manual 2010,
/// table 10-15: light rain costs 2 to 4 %, over 6.4 mm/h 14 %; recalled, rounded).
const RAIN_MM_H: [f64; 2] = [0.25, 6.4];
const RAIN_SHARE: [f64; 3] = [1.0, 0.97, 0.86];

/// Applies blows and repairs of links.
pub fn strike(
    fabric: Res<SharedFabric>,
    clock: Res<Clock>,
    mut damage: ResMut<DamageQueue>,
    mut record: ResMut<Record>,
    mut obstacles: ResMut<Obstacles>,
) {
    if damage.damages.is_empty() && damage.repairs.is_empty() {
        return;
    }
    let fabric = &fabric.0;
    let name = |link: usize| &fabric.roads().links[link].id;
    let mut others = Vec::new();
    for blow in damage.damages.drain(..) {
        let Some(link) = fabric.link_of(blow.element) else {
            others.push(blow);
            continue;
        };
        let left = match blow.effect {
            Effect::Fail | Effect::Trip => 0.0,
            Effect::Derate(share) => share.clamp(0.0, 1.0),
            Effect::Limit(_) | Effect::ClearLimit | Effect::Crowd(_) => continue,
        };
        set(
            fabric,
            &mut obstacles,
            link,
            left,
            blow.cause,
            &mut record,
            clock.t_s(),
            name(link),
        );
    }
    damage.damages = others;
    let mut others = Vec::new();
    for repair in damage.repairs.drain(..) {
        match fabric.link_of(repair.element) {
            Some(link) => set(
                fabric,
                &mut obstacles,
                link,
                1.0,
                repair.cause,
                &mut record,
                clock.t_s(),
                name(link),
            ),
            None => others.push(repair),
        }
    }
    damage.repairs = others;
}

#[allow(clippy::too_many_arguments, reason = "one row of the record")]
fn set(
    fabric: &Fabric,
    obstacles: &mut Obstacles,
    link: usize,
    left: f64,
    cause: EventId,
    record: &mut Record,
    t_s: u64,
    name: &str,
) {
    if obstacles.open[link] == left {
        return;
    }
    obstacles.open[link] = left;
    let (kind, note) = if left >= 1.0 {
        ("road_opened", format!("{name} is open again"))
    } else if left > 0.0 {
        let per_cent = (100.0 * left).round();
        (
            "road_narrowed",
            format!("{name} keeps {per_cent} % of its capacity"),
        )
    } else {
        ("road_closed", format!("{name} is closed"))
    };
    let element = Some(fabric.link_ids[link]);
    let event = record.event(t_s, kind, element, Some(cause), 0.0, || note);
    obstacles.incident[link] = (left < 1.0).then_some(event);
}

/// Takes up the signals that lost or regained power and the rain, and works out what capacity is left.
pub fn look(
    fabric: Res<SharedFabric>,
    clock: Res<Clock>,
    power: Res<SignalPower>,
    surface: Res<Surface>,
    mut record: ResMut<Record>,
    mut obstacles: ResMut<Obstacles>,
) {
    let fabric = &fabric.0;
    signals(fabric, clock.t_s(), &power, &mut record, &mut obstacles);
    let rain = RAIN_MM_H
        .iter()
        .filter(|r| surface.rain_mm_h >= **r)
        .count() as u8;
    let changed = rain != obstacles.rain || {
        // Cheap enough to compare each step, and it keeps no flag that a restored world would lack.
        let links = fabric
            .roads()
            .links
            .iter()
            .zip(&obstacles.open)
            .zip(&obstacles.share);
        let base = RAIN_SHARE[usize::from(rain.min(2))];
        links.into_iter().any(|((link, open), share)| {
            *share != left(base, *open, obstacles.dark[link.to].is_some())
        })
    };
    if !changed {
        return;
    }
    let obstacles = &mut *obstacles;
    obstacles.rain = rain;
    let base = RAIN_SHARE[usize::from(rain.min(2))];
    for (l, link) in fabric.roads().links.iter().enumerate() {
        let dark = obstacles.dark[link.to].is_some();
        obstacles.share[l] = left(base, obstacles.open[l], dark);
    }
}

fn left(rain: f64, open: f64, dark: bool) -> f64 {
    rain * open * if dark { ALL_WAY_STOP } else { 1.0 }
}

/// Notes signals that went dark or came back: one event a cause and district.
fn signals(
    fabric: &Fabric,
    t_s: u64,
    power: &SignalPower,
    record: &mut Record,
    obstacles: &mut Obstacles,
) {
    let mut gone: BTreeMap<(Option<EventId>, usize), Vec<usize>> = BTreeMap::new();
    let mut back: BTreeMap<EventId, Vec<usize>> = BTreeMap::new();
    for (node, known) in obstacles.dark.iter().enumerate() {
        let is_dark = power.dark.get(node).copied().unwrap_or(false);
        match (known, is_dark) {
            (None, true) => {
                let cause = power.cause.get(node).copied().flatten();
                let district = fabric.roads().nodes[node].district;
                gone.entry((cause, district)).or_default().push(node);
            }
            (Some(event), false) => back.entry(*event).or_default().push(node),
            _ => {}
        }
    }
    let place = |nodes: &[usize]| match nodes {
        [node] => Some(fabric.node_ids[*node]),
        [node, ..] => fabric.district_of(*node),
        [] => None,
    };
    let names = |nodes: &[usize]| {
        let first = &fabric.roads().nodes[nodes[0]].id;
        match nodes.len() {
            1 => format!("the signals of junction {first}"),
            n => format!("the signals of {n} junctions, {first} among them,"),
        }
    };
    for ((cause, _), nodes) in gone {
        let event = record.event(t_s, "signals_dark", place(&nodes), cause, 0.0, || {
            format!("{} go dark: all-way stops", names(&nodes))
        });
        for node in nodes {
            obstacles.dark[node] = Some(event);
        }
    }
    for (event, nodes) in back {
        record.event(t_s, "signals_back", place(&nodes), Some(event), 0.0, || {
            format!("{} work again", names(&nodes))
        });
        for node in nodes {
            obstacles.dark[node] = None;
        }
    }
}
