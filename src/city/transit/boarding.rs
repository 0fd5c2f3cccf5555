//! Getting on and off: first come, first served, as long as there is room; and how long a halt takes for it.

use crate::city::model::transit::TransitMode;
use crate::city::transit::fabric::NO_PAIR;
use crate::city::transit::service::Work;
use crate::engine::chance::mix;
use crate::engine::chance::nearly_normal;

/// Opening, closing and starting, seconds: bus, tram (TCQSM: 2 to 5; trams' longer doors and checks at the upper end).
const OPEN_S: [f64; 2] = [4.0, 5.0];
/// Seconds of a passenger getting on at a bus (card at the driver) and a tram (ticket bought before) (MODELS.md).
const ON_S: [f64; 2] = [3.0, 2.5];
/// Seconds of a passenger getting off (MODELS.md: 1.75 to 2.5).
const OFF_S: f64 = 1.9;
/// More for each who gets on when people stand (MODELS.md).
const STANDING_S: f64 = 0.5;
/// Share of the passengers at the busiest door over an equal share: 1.3 (chosen; TCQSM gives 1.2 to 2).
const UNEVEN: f64 = 1.3;
/// Separates this stream from a trip's others.
const HALT_STREAM: u64 = 0x6861_6c74;

impl Work<'_> {
    /// Riders whose stop this is get off.
    pub fn alight(&mut self, v: usize, position: usize, at_ms: i64) {
        let now_s = at_ms.div_euclid(1000) as i32;
        let mut list = std::mem::take(&mut self.s.vehicles[v].lists[position]);
        let mut n = 0;
        while let Some(id) = self.s.riders.alight(&mut list) {
            n += 1;
            self.go_on(id, now_s);
        }
        let vehicle = &mut self.s.vehicles[v];
        vehicle.load -= n;
        vehicle.exchange[1] += n;
    }

    /// All riders get off before their stops, at a stop where they wait for another vehicle.
    pub fn turn_out(&mut self, v: usize, position: usize, at_ms: i64) {
        let now_s = at_ms.div_euclid(1000) as i32;
        let net = self.net();
        let (number, pattern) = net.pattern(self.s.vehicles[v].trip);
        for j in position + 1..pattern.stops.len() {
            let mut list = std::mem::take(&mut self.s.vehicles[v].lists[j]);
            while let Some(id) = self.s.riders.alight(&mut list) {
                let pair = net.pair(number, position, j);
                if pair == NO_PAIR {
                    // A loop has brought him where he wants to be.
                    self.go_on(id, now_s);
                } else {
                    let stop = pattern.stops[position] as u32;
                    self.s.riders.join(id, pair, stop, now_s);
                }
            }
        }
        self.s.vehicles[v].load = 0;
    }

    /// Those who wait get on, in the order in which they came, as long as there is room.
    pub fn board(&mut self, v: usize, position: usize, at_ms: i64) {
        let net = self.net();
        let (number, pattern) = net.pattern(self.s.vehicles[v].trip);
        let stop = pattern.stops[position];
        let waiting = self.s.riders.at_stop[stop];
        if waiting == 0 || !pattern.boarding[position] {
            return;
        }
        let now_s = at_ms.div_euclid(1000) as i32;
        let pairs = net.pairs_from(number, position);
        let room = net
            .type_of(v)
            .capacity
            .saturating_sub(u32::from(self.s.vehicles[v].load));
        let (mut boarded, mut waited_s) = (0_u32, 0_i64);
        let mut denied = 0;
        let riders = &mut self.s.riders;
        let lists = &mut self.s.vehicles[v].lists;
        let open = |j: usize| pattern.alighting[j];
        if waiting <= room {
            for (k, &pair) in pairs.iter().enumerate() {
                let j = position + 1 + k;
                if pair == NO_PAIR || !open(j) {
                    continue;
                }
                while let Some(id) = riders.board(pair, stop as u32, &mut lists[j]) {
                    boarded += 1;
                    waited_s += i64::from(now_s - riders.get(id).since_s);
                }
            }
        } else {
            // The longest waiting first, over all queues that this vehicle serves.
            let mut queues: Vec<(u32, usize)> = Vec::new();
            for (k, &pair) in pairs.iter().enumerate() {
                let j = position + 1 + k;
                if pair != NO_PAIR && open(j) && riders.first(pair).is_some() {
                    queues.push((pair, j));
                }
            }
            while boarded < room {
                let first = queues
                    .iter()
                    .filter_map(|&(pair, j)| {
                        let id = riders.first(pair)?;
                        Some((riders.get(id).since_s, id, pair, j))
                    })
                    .min();
                let Some((since_s, _, pair, j)) = first else {
                    break;
                };
                if riders.board(pair, stop as u32, &mut lists[j]).is_none() {
                    break;
                }
                boarded += 1;
                waited_s += i64::from(now_s - since_s);
            }
            // A stop may occur twice: its queue is counted once.
            queues.sort_unstable();
            queues.dedup_by_key(|q| q.0);
            denied = queues.iter().map(|q| riders.queue_length(q.0)).sum();
        }
        let vehicle = &mut self.s.vehicles[v];
        vehicle.load += boarded as u16;
        vehicle.exchange[0] += boarded as u16;
        vehicle.exchange[2] = denied.min(usize::from(u16::MAX)) as u16;
        let route = &mut self.s.meters.routes[pattern.route];
        route.boardings += u64::from(boarded);
        route.denied += denied as u64;
        self.s.meters.wait_s += waited_s as f64;
        let district = net.transit().stops[stop].district;
        if boarded > 0
            && let (Some(wait), Some(carried)) = (
                self.s.wait_min.get_mut(district),
                self.s.carried.get_mut(district),
            )
        {
            // Of late: a tenth for a vehicle's load of boarders, less for few.
            let weight = 0.1 * (boarded as f32 / 10.0).min(1.0);
            *wait += weight * (waited_s as f32 / 60.0 / boarded as f32 - *wait);
            *carried += weight * (1.0 - *carried);
        }
    }

    /// How long a vehicle halts, milliseconds: doors, and the busiest door's passengers (TCQSM). A bus at which nobody gets
    /// on or off passes by.
    #[must_use]
    pub fn halt_ms(&self, v: usize, position: usize) -> i64 {
        let net = self.net();
        let vehicle = &self.s.vehicles[v];
        let kind = net.type_of(v);
        let [on, off, _] = vehicle.exchange.map(f64::from);
        let bus = kind.mode == TransitMode::Bus;
        if bus && on + off < 0.5 {
            return 0;
        }
        let standing = u32::from(vehicle.load) > kind.seats;
        let extra = if standing { STANDING_S } else { 0.0 };
        let doors = f64::from(kind.doors.max(1));
        let k = usize::from(!bus);
        let busiest_s = if bus {
            // On at the front, off at the others.
            let off_doors = (doors - 1.0).max(1.0);
            let (on_s, off_s) = (on * (ON_S[k] + extra), off * OFF_S * UNEVEN / off_doors);
            if kind.doors > 1 {
                on_s.max(off_s)
            } else {
                on_s + off_s
            }
        } else {
            (on * (ON_S[k] + extra) + off * OFF_S) * UNEVEN.min(doors) / doors
        };
        let key = net.trip_keys[vehicle.trip as usize] ^ HALT_STREAM;
        let counter = (vehicle.duty.day as u64) << 16 | position as u64;
        let sigma = self.nature.halt_sigma;
        let z = nearly_normal(mix(self.chance.seed(), key, counter));
        let noise = libm::exp(sigma * z - 0.5 * sigma * sigma);
        ((OPEN_S[k] + busiest_s) * noise * 1000.0) as i64
    }
}
