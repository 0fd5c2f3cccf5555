//! Power on tracks and in batteries: which legs have traction, what trams draw, what chargers draw.
//!
//! A leg is fed by its nearest substation, at reduced speed by a farther one, or not at all; there is no traction power
//! flow and no braking energy given back. What the grid does with the draw is not known here.

use crate::city::model::transit::Drive;
use crate::city::transit::movement::speed_of;
use crate::city::transit::outlets::ChargeDemand;
use crate::city::transit::outlets::TractionDemand;
use crate::city::transit::service::Work;
use crate::city::transit::vehicle::NEVER_MS;
use crate::city::transit::vehicle::Phase;
use crate::engine::element::ElementId;

/// Air above which vehicles cool, Celsius (model: `cooling_kw_k`).
const COOL_FROM_C: f64 = 22.0;
/// Share of what rectifiers draw that reaches the tram: rectifier 0.97, line 0.95.
const TRACTION_EFFICIENCY: f64 = 0.92;
/// Share of what a charger draws that the battery gives back: charger 0.95, battery 0.96.
const CHARGE_EFFICIENCY: f64 = 0.91;
/// What a tram draws in service without moving or cooling, kilowatts: lights, fans, control (chosen).
const IDLE_KW: f64 = 8.0;

impl Work<'_> {
    /// What a vehicle's air conditioning draws, kilowatts.
    #[must_use]
    pub fn cooling_kw(&self, v: usize) -> f64 {
        self.net().type_of(v).cooling_kw_k * (self.air.temp_c - COOL_FROM_C).max(0.0)
    }

    /// Takes up which substations and chargers have power; vehicles slow down, stop and start.
    pub fn switch_power(&mut self) {
        self.note_chargers();
        let transit = self.net().transit();
        let mut changed = false;
        for (k, substation) in transit.traction.iter().enumerate() {
            let on = self.traction.is_on(k);
            if on == self.s.dark[k].is_none() {
                continue;
            }
            changed = true;
            let element = self.traction_element(k);
            let (t_s, id) = (self.t_s, &substation.id);
            if on {
                let cause = self.s.dark[k].take();
                self.record
                    .event(t_s, "traction_restored", element, cause, 0.0, || {
                        format!("traction substation {id} has supply again")
                    });
            } else {
                let cause = self.traction.cause(k);
                let event = self
                    .record
                    .event(t_s, "traction_dark", element, cause, 0.0, || {
                        format!("traction substation {id} is without supply")
                    });
                self.s.dark[k] = Some(event);
                self.s.last_cause = Some(event);
            }
        }
        if changed {
            self.feed_legs();
            self.note_routes();
        }
    }

    fn feed_legs(&mut self) {
        let net = self.net();
        let before = self.s.feed.clone();
        for (leg, row) in net.transit().legs.iter().enumerate() {
            let lit = row.traction.iter().position(|&k| self.s.dark[k].is_none());
            self.s.feed[leg] = match lit {
                _ if row.traction.is_empty() => 2,
                Some(0) => 2,
                Some(_) => 1,
                None => 0,
            };
        }
        for v in 0..self.s.vehicles.len() {
            let vehicle = &self.s.vehicles[v];
            let moving = matches!(vehicle.phase, Phase::Running | Phase::Stopped);
            let Some(leg) = vehicle.leg.checked_sub(1).filter(|_| moving) else {
                continue;
            };
            let (old, new) = (before[leg as usize], self.s.feed[leg as usize]);
            if old == new || net.type_of(v).drive != Drive::Electric {
                continue;
            }
            let rest_ms = match vehicle.phase {
                Phase::Stopped => vehicle.rest_ms as f64,
                _ => (vehicle.at_ms - self.from_ms).max(0) as f64 * speed_of(old),
            };
            let speed = speed_of(new);
            let vehicle = &mut self.s.vehicles[v];
            vehicle.rest_ms = rest_ms as i64;
            if speed > 0.0 {
                vehicle.phase = Phase::Running;
                self.due(v, self.from_ms + (rest_ms / speed) as i64);
            } else {
                vehicle.phase = Phase::Stopped;
                self.due(v, NEVER_MS);
            }
        }
    }

    /// Events of routes that lost power on some leg, or have it on all again.
    fn note_routes(&mut self) {
        let transit = self.net().transit();
        for (route, row) in transit.routes.iter().enumerate() {
            let patterns = transit.patterns.iter().filter(|p| p.route == route);
            let mut legs: Vec<usize> = patterns.flat_map(|p| p.legs.iter().copied()).collect();
            legs.sort_unstable();
            legs.dedup();
            let dead: Vec<usize> = legs
                .iter()
                .copied()
                .filter(|l| self.s.feed[*l] == 0)
                .collect();
            let element = self.route_element(route);
            let (t_s, id, all) = (self.t_s, &row.id, legs.len());
            match (self.s.route_dark[route], dead.first()) {
                (None, Some(&leg)) => {
                    let nearest = transit.legs[leg].traction.first();
                    let cause = nearest.and_then(|k| self.s.dark[*k]);
                    let n = dead.len();
                    let event = self.record.event(t_s, "tram_line_dark", element, cause, 0.0, || {
                        format!("route {id}: no traction power on {n} of {all} sections; trams stand")
                    });
                    self.s.route_dark[route] = Some(event);
                    self.s.last_cause = Some(event);
                }
                (Some(event), None) => {
                    self.s.route_dark[route] = None;
                    self.record
                        .event(t_s, "trams_running", element, Some(event), 0.0, || {
                            format!("route {id}: traction power on all sections again")
                        });
                }
                _ => {}
            }
        }
    }

    fn note_chargers(&mut self) {
        let transit = self.net().transit();
        for (k, row) in transit.chargers.iter().enumerate() {
            let on = self.charging.charger_on.get(k).copied().unwrap_or(true);
            if on == self.s.charger_dark[k].is_none() {
                continue;
            }
            let stop = &transit.stops[row.stop].id;
            let element = self.record_element(&format!("transit/stop/{stop}"));
            if on {
                let cause = self.s.charger_dark[k].take();
                self.record
                    .event(self.t_s, "charger_restored", element, cause, 0.0, || {
                        format!("the charger at stop {stop} has supply again")
                    });
            } else {
                let cause = self.charging.charger_cause.get(k).copied().flatten();
                let event =
                    self.record
                        .event(self.t_s, "charger_dark", element, cause, 0.0, || {
                            format!("the charger at stop {stop} is without supply")
                        });
                self.s.charger_dark[k] = Some(event);
            }
        }
    }

    /// What is drawn in this step: trams at substations, batteries at chargers.
    pub fn draw(&mut self, traction: &mut TractionDemand, charge: &mut ChargeDemand) {
        let net = self.net();
        let transit = net.transit();
        let hours = (self.to_ms - self.from_ms) as f64 / 3.6e6;
        let mut kw = vec![0.0; transit.traction.len()];
        charge.depot_kw.clear();
        charge.depot_kw.resize(transit.depots.len(), 0.0);
        charge.charger_kw.clear();
        charge.charger_kw.resize(transit.chargers.len(), 0.0);
        let mut plugs: Vec<u32> = transit.depots.iter().map(|d| d.chargers).collect();
        let mut places: Vec<u32> = transit.chargers.iter().map(|c| c.places).collect();
        for v in 0..self.s.vehicles.len() {
            let kind = net.type_of(v);
            let phase = self.s.vehicles[v].phase;
            match kind.drive {
                Drive::Diesel => {}
                Drive::Electric => {
                    if let Some((k, drawn)) = self.tram_kw(v) {
                        kw[k] += drawn / TRACTION_EFFICIENCY;
                    }
                }
                Drive::Battery if phase == Phase::Depot => {
                    let depot = net.units[v].depot as usize;
                    let on = self.charging.depot_on.get(depot).copied().unwrap_or(true);
                    if on && plugs[depot] > 0 {
                        let power = self.charge(v, kind.charge_kw, hours);
                        if power > 0.0 {
                            plugs[depot] -= 1;
                            charge.depot_kw[depot] += power;
                        }
                    }
                }
                Drive::Battery => {
                    let used = self.cooling_kw(v) * hours;
                    self.s.vehicles[v].battery_kwh -= used as f32;
                    if let Some(c) = self.s.vehicles[v].charger.checked_sub(1) {
                        let c = c as usize;
                        if self.s.charger_dark[c].is_none() && places[c] > 0 {
                            places[c] -= 1;
                            let most = kind.charge_kw.min(transit.chargers[c].power_kw);
                            charge.charger_kw[c] += self.charge(v, most, hours);
                        }
                    }
                }
            }
        }
        let drawn = kw.iter().chain(&charge.depot_kw).chain(&charge.charger_kw);
        self.s.meters.energy_kwh += drawn.sum::<f64>() * hours;
        // A dark substation goes on asking for what it drew last: its trams want to run.
        traction.kw.resize(kw.len(), 0.0);
        for (k, power) in kw.into_iter().enumerate() {
            if self.s.dark[k].is_none() {
                traction.kw[k] = power;
            }
        }
    }

    /// Charges a battery for a step; what the charger draws, kilowatts.
    fn charge(&mut self, v: usize, most_kw: f64, hours: f64) -> f64 {
        let full = self.net().type_of(v).battery_kwh;
        let vehicle = &mut self.s.vehicles[v];
        let missing = full - f64::from(vehicle.battery_kwh);
        if missing <= 1e-3 {
            return 0.0;
        }
        let power = most_kw.min(missing / hours);
        vehicle.battery_kwh += (power * hours) as f32;
        power / CHARGE_EFFICIENCY
    }

    /// What a tram draws and the substation from which it does, kilowatts; none without power.
    fn tram_kw(&self, v: usize) -> Option<(usize, f64)> {
        let net = self.net();
        let vehicle = &self.s.vehicles[v];
        if matches!(vehicle.phase, Phase::Depot | Phase::Broken) {
            return None;
        }
        let leg = match vehicle.leg.checked_sub(1) {
            Some(leg) => leg as usize,
            None => {
                let (_, pattern) = net.pattern(vehicle.trip);
                *pattern.legs.get(usize::from(vehicle.position))?
            }
        };
        let near = &net.transit().legs[leg].traction;
        let k = near.iter().copied().find(|k| self.s.dark[*k].is_none())?;
        let running = vehicle.phase == Phase::Running;
        let driving = if running {
            f64::from(vehicle.drive_kw) * speed_of(self.s.feed[leg])
        } else {
            0.0
        };
        Some((k, IDLE_KW + driving + self.cooling_kw(v)))
    }

    /// A vehicle that has ended its trip stands at a charger, if its stop has one.
    pub fn plug_in(&mut self, v: usize) {
        let net = self.net();
        let vehicle = &mut self.s.vehicles[v];
        let (_, pattern) = net.pattern(vehicle.trip);
        let stop = pattern.stops[usize::from(vehicle.position)];
        let battery = net.type_of(v).drive == Drive::Battery;
        vehicle.charger = net.charger_at[stop]
            .filter(|_| battery)
            .map_or(0, |c| c + 1);
    }

    /// Element of a route.
    #[must_use]
    pub fn route_element(&self, route: usize) -> Option<ElementId> {
        self.record_element(&format!(
            "transit/route/{}",
            self.net().transit().routes[route].id
        ))
    }

    fn traction_element(&self, substation: usize) -> Option<ElementId> {
        let id = &self.net().transit().traction[substation].id;
        self.record_element(&format!("transit/traction/{id}"))
    }

    fn record_element(&self, name: &str) -> Option<ElementId> {
        self.elements.find(name)
    }
}
