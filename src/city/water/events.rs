//! What is worth telling: stations that go dark, tanks that run empty, districts without pressure; each with its cause.

use crate::city::water::fabric::WaterFabric;
use crate::city::water::flow::FULL_SERVICE_M;
use crate::city::water::inlets::StationPower;
use crate::city::water::outlets::Service;
use crate::city::water::state::WaterState;
use crate::city::water::wear::SURGE_S;
use crate::engine::record::EventId;
use crate::engine::record::Record;

/// Share of a district's residents below the pressure of full service from which it has none to speak of, and below which
/// it has it again.
const LOW: [f64; 2] = [0.5, 0.2];
/// Share of a tank's depth below which it counts as empty, and above which it no longer does.
const EMPTY: [f64; 2] = [0.005, 0.1];
/// Pressure of a metre of water, bar.
pub const BAR_A_METRE: f64 = 0.098_07;

/// Notes stations that lost or regained supply.
pub fn stations(
    fabric: &WaterFabric,
    state: &mut WaterState,
    power: &StationPower,
    t_s: u64,
    record: &mut Record,
) {
    for (s, station) in fabric.water().stations.iter().enumerate() {
        let element = Some(fabric.ids.stations[s]);
        let on = power.is_on(s);
        match (state.dark[s], on) {
            (None, false) => {
                let id = record.event(
                    t_s,
                    "pump_station_dark",
                    element,
                    power.cause(s),
                    0.0,
                    || format!("{} has no power: its pumps stand", station.id),
                );
                state.dark[s] = Some(id);
            }
            (Some(id), true) => {
                record.event(t_s, "pump_station_live", element, Some(id), 0.0, || {
                    format!("{} has power again", station.id)
                });
                state.dark[s] = None;
            }
            _ => continue,
        }
        state.dirty = true;
        for &p in &fabric.pumps_of[s] {
            let zone = fabric.zone[fabric.water().pumps[p].to];
            state.surge_until_s[zone] = t_s + SURGE_S;
        }
    }
}

/// What stands behind a want of water in a zone: its pump station, any works, a burst, hydrants.
fn behind(fabric: &WaterFabric, state: &WaterState, zone: usize) -> Option<EventId> {
    let out = |s: usize| state.dark[s].or(state.failed[s]);
    let own = fabric.zone_station[zone].and_then(out);
    let works = || {
        let stations = fabric.water().stations.iter().enumerate();
        stations
            .filter(|(_, row)| row.tank.is_none())
            .find_map(|(s, _)| out(s))
    };
    let burst = || {
        let in_zone = |b: &&crate::city::water::state::Burst| fabric.zone[b.node] == zone;
        let open = state.bursts.iter().filter(in_zone);
        open.max_by(|a, b| a.coefficient.total_cmp(&b.coefficient))
            .map(|b| b.event)
    };
    let hydrants = || {
        let open = state.hydrants.iter().rev();
        open.into_iter()
            .find(|h| fabric.zone[h.node] == zone)
            .map(|h| h.event)
    };
    own.or_else(works).or_else(burst).or_else(hydrants)
}

/// Notes tanks that ran empty or fill again.
pub fn tanks(fabric: &WaterFabric, state: &mut WaterState, t_s: u64, record: &mut Record) {
    for (t, tank) in fabric.water().tanks.iter().enumerate() {
        let share = state.volume_m3[t] / (tank.area_m2 * tank.depth_m);
        let element = Some(fabric.ids.tanks[t]);
        match state.empty[t] {
            None if share < EMPTY[0] => {
                let cause = behind(fabric, state, fabric.zone[tank.node]);
                let note = || format!("tank {} is empty", tank.id);
                state.empty[t] = Some(record.event(t_s, "tank_empty", element, cause, 0.0, note));
            }
            Some(id) if share > EMPTY[1] => {
                let note = || format!("tank {} fills again", tank.id);
                record.event(t_s, "tank_refilling", element, Some(id), 0.0, note);
                state.empty[t] = None;
            }
            _ => {}
        }
    }
}

/// Works out the service of districts, and notes those that lost or regained pressure.
pub fn districts(
    fabric: &WaterFabric,
    state: &mut WaterState,
    asked: &[f64],
    service: &mut Service,
    t_s: u64,
    record: &mut Record,
) {
    let water = fabric.water();
    let count = fabric.people.len();
    let mut sums = vec![[0.0; 4]; count];
    let mut worst = vec![(f64::INFINITY, 0); count];
    for (n, node) in water.nodes.iter().enumerate() {
        if fabric.hole[n].is_none() {
            continue;
        }
        let pressure_m = (state.net.head_m[n] - node.elevation_m).max(0.0);
        let sum = &mut sums[node.district];
        sum[0] += node.people * pressure_m;
        sum[1] += asked[n];
        sum[2] += state.net.served_m3s[n];
        if pressure_m < FULL_SERVICE_M {
            sum[3] += node.people;
        }
        if node.people > 0.0 && pressure_m < worst[node.district].0 {
            worst[node.district] = (pressure_m, fabric.zone[n]);
        }
    }
    service.pressure_bar.resize(count, 0.0);
    service.share.resize(count, 1.0);
    for (d, sum) in sums.iter().enumerate() {
        let people = fabric.people[d].max(1e-9);
        service.pressure_bar[d] = BAR_A_METRE * sum[0] / people;
        service.share[d] = if sum[1] > 0.0 {
            (sum[2] / sum[1]).min(1.0)
        } else {
            1.0
        };
        let low = sum[3] / people;
        let element = fabric.ids.districts.get(d).copied();
        match state.low[d] {
            None if low > LOW[0] => {
                let zone = worst[d].1;
                let tank = fabric.zone_tank[zone].and_then(|t| state.empty[t]);
                let cause = tank.or_else(|| behind(fabric, state, zone));
                let people = sum[3];
                let note = || {
                    format!(
                        "{people:.0} people in {} below 2 bar",
                        fabric.city.districts[d].name
                    )
                };
                state.low[d] = Some(record.event(t_s, "pressure_low", element, cause, 0.0, note));
            }
            Some(id) if low < LOW[1] => {
                let note = || format!("{} has pressure again", fabric.city.districts[d].name);
                record.event(t_s, "pressure_restored", element, Some(id), 0.0, note);
                state.low[d] = None;
            }
            _ => {}
        }
    }
    service.cause.clone_from(&state.low);
}
