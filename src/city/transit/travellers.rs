//! Travellers set out, choose a way, walk, change, arrive or give up.
//!
//! Numbers and ends of journeys are drawn from the flows; the choice is a logit on generalised cost with the crowding of
//! late. A choice is made once: nobody replans under way.

use crate::city::transit::fabric::Shared;
use crate::city::transit::plans::EARLY_MIN;
use crate::city::transit::riders::CALENDAR_MIN;
use crate::city::transit::riders::Rider;
use crate::city::transit::service::Work;
use crate::engine::chance::mix;
use std::cmp::Reverse;

/// Weight of a minute of generalised cost in the logit (chosen: five minutes are e to 1).
const LOGIT_PER_MIN: f32 = 0.2;
/// Shortest and longest patience at a stop, seconds, evenly spread (30 to 45 min; chosen with the brief of this layer).
const PATIENCE_S: [i32; 2] = [1800, 2700];
/// Spacing of looking for those who give up, seconds.
const LOOK_S: u64 = 300;
/// Up to this mean, numbers are drawn by inversion of Poisson's law, above by its normal limit (error below 0.01 there).
const SMALL_MEAN: f64 = 30.0;
/// Streams.
const COUNT_STREAM: u64 = 0x636f_756e;
const RIDER_STREAM: u64 = 0x7269_6465;
const CHOICE_STREAM: u64 = 0x6368_6f69;
const CROWD_STREAM: u64 = 0x6372_6f77_0000_0000;

impl Work<'_> {
    /// Those set out whose time has come in this step.
    pub fn set_out(&mut self) {
        let demand = &self.shared.demand;
        let now_s = self.from_ms.div_euclid(1000);
        let step_s = (self.to_ms - self.from_ms) / 1000;
        let day = now_s.div_euclid(86_400);
        let weekday = (self.first_weekday as i64 + day).rem_euclid(7) as usize;
        let hour = (now_s.rem_euclid(86_400) / 3600) as usize;
        for (profile, draw) in demand.draws.iter().enumerate() {
            let factor = self
                .ridership
                .factor
                .get(profile)
                .copied()
                .unwrap_or(1.0)
                .max(0.0);
            let hourly = demand.hourly(profile, hour, weekday >= 5) * factor;
            let key = (profile as u64) << 8;
            let seed = self.chance.seed();
            let mean = hourly * step_s as f64 / 3600.0;
            let count = poisson(mean, mix(seed, key ^ COUNT_STREAM, self.tick));
            for k in 0..count {
                let bits = mix(seed, key ^ RIDER_STREAM, self.tick << 20 | k);
                let Some((from, to)) = draw.pick(bits) else {
                    continue;
                };
                let choice = mix(seed, key ^ CHOICE_STREAM, self.tick << 20 | k);
                let second = ((choice >> 48) as i64 * step_s) >> 16;
                let at_s = (now_s + second) as i32;
                self.choose(from, to, (weekday, hour), at_s, (choice & 0xff_ffff) as u32);
            }
        }
        self.set_out_in_crowds(now_s, step_s, weekday, hour);
    }

    /// Those who come to a place beyond the plan, or leave it, from and to where people live.
    fn set_out_in_crowds(&mut self, now_s: i64, step_s: i64, weekday: usize, hour: usize) {
        let seed = self.chance.seed();
        for crowd in self.s.crowds.clone() {
            let key = CROWD_STREAM ^ (u64::from(crowd.zone) << 8);
            let mean = crowd.per_hour.abs() * step_s as f64 / 3600.0;
            let count = poisson(mean, mix(seed, key ^ COUNT_STREAM, self.tick));
            for k in 0..count {
                let bits = mix(seed, key ^ RIDER_STREAM, self.tick << 20 | k);
                let choice = mix(seed, key ^ CHOICE_STREAM, self.tick << 20 | k);
                let home = self.shared.demand.home(bits);
                if home == crowd.zone {
                    continue;
                }
                let (from, to) = if crowd.per_hour > 0.0 {
                    (home, crowd.zone)
                } else {
                    (crowd.zone, home)
                };
                let second = ((choice >> 48) as i64 * step_s) >> 16;
                let at_s = (now_s + second) as i32;
                self.choose(from, to, (weekday, hour), at_s, (choice & 0xff_ffff) as u32);
            }
        }
    }

    /// One traveller chooses his way and sets out, or finds none.
    fn choose(
        &mut self,
        from: u32,
        to: u32,
        (weekday, hour): (usize, usize),
        at_s: i32,
        bits: u32,
    ) {
        let Shared { net, plans, .. } = self.shared;
        let number = plans.number(weekday, hour, from);
        let plan = plans.get(net, number);
        let (first, ways) = plan.to(to);
        if ways.is_empty() {
            self.s.riders.census.without_service += 1;
            return;
        }
        let best = ways[0].cost_min;
        let mut sums = [0.0_f32; 4];
        let mut sum = 0.0;
        for (k, way) in ways.iter().take(sums.len()).enumerate() {
            let hops = &plan.hops[way.first as usize..way.first as usize + usize::from(way.count)];
            let crowded: f32 = hops
                .iter()
                .map(|h| f32::from(h.ride_s) / 60.0 * (self.s.crowding[h.line as usize] - 1.0))
                .sum();
            // Who has not set out yet knows that a route is closed.
            let closed = hops
                .iter()
                .any(|h| self.s.closed[h.line as usize / 2].is_some());
            if !closed {
                sum += libm::expf(-LOGIT_PER_MIN * (way.cost_min - best + crowded));
            }
            sums[k] = sum;
        }
        if sum <= 0.0 {
            self.s.riders.census.without_service += 1;
            return;
        }
        let mark = bits as f32 / 16_777_216.0 * sum;
        let pick = sums[..ways.len().min(4)]
            .iter()
            .position(|s| mark < *s)
            .unwrap_or(0);
        let way = ways[pick];
        let Some(hop) = plan.hop(first + pick as u32, 0) else {
            return;
        };
        let mut there_s = at_s + i32::from(hop.walk_s);
        if way.timed {
            there_s = self.timed(hop.pair, hop.line, there_s);
        }
        // Who waits at home for his departure sets out later.
        let born_s = there_s - i32::from(hop.walk_s);
        let id = self.s.riders.create(Rider {
            plan: number,
            way: first + pick as u32,
            leg: 0,
            rides: way.count,
            pair: hop.pair,
            born_s,
            since_s: there_s,
            next: 0,
        });
        self.on_foot(id, there_s);
    }

    /// When one who has looked it up comes to the stop: some minutes before the next planned departure.
    fn timed(&self, pair: u32, line: u32, earliest_s: i32) -> i32 {
        let net = self.net();
        let stop = net.pairs[pair as usize].0;
        let day = earliest_s.div_euclid(86_400);
        let latest_s = earliest_s + (CALENDAR_MIN as i32 - 60) * 60;
        let mut best = latest_s;
        for day in [day - 1, day] {
            let row = net.day(self.first_weekday, day);
            let due = earliest_s - day * 86_400;
            if let Some(next) = row.next_departure(line, stop, due) {
                best = best.min(next + day * 86_400);
            }
        }
        if best == latest_s {
            return earliest_s;
        }
        earliest_s.max(best - (EARLY_MIN * 60.0) as i32)
    }

    /// A walker is entered for the end of his walk.
    fn on_foot(&mut self, id: u32, there_s: i32) {
        self.s.riders.get_mut(id).since_s = there_s;
        if i64::from(there_s) * 1000 < self.to_ms {
            self.soon.push(Reverse((there_s, id)));
        } else {
            self.s.riders.walk(id);
        }
    }

    /// One who has got off walks to his next stop or his destination.
    pub fn go_on(&mut self, id: u32, now_s: i32) {
        let Shared { net, plans, .. } = self.shared;
        let rider = self.s.riders.get_mut(id);
        rider.leg += 1;
        let plan = plans.get(net, rider.plan);
        let walk_s = match plan.hop(rider.way, rider.leg) {
            Some(hop) => {
                rider.pair = hop.pair;
                hop.walk_s
            }
            None => plan.ways.get(rider.way as usize).map_or(0, |w| w.egress_s),
        };
        self.on_foot(id, now_s + i32::from(walk_s));
    }

    /// Takes the walkers out of the calendar whose walk ends in this step.
    pub fn call_walkers(&mut self) {
        let (from_s, to_s) = (self.from_ms / 1000, self.to_ms / 1000);
        let mut due = Vec::new();
        for minute in from_s.div_euclid(60)..=(to_s - 1).div_euclid(60) {
            self.s.riders.walkers(minute, &mut due);
        }
        // A step may be shorter than a minute.
        let end = due.partition_point(|(t, _)| i64::from(*t) < to_s);
        for (_, id) in due.split_off(end) {
            self.s.riders.walk(id);
        }
        self.walkers = (due, 0);
    }

    /// Walkers whose walk has ended by a time join their queue, or are there.
    pub fn bring_walkers(&mut self, now_s: i32) {
        loop {
            let listed = self.walkers.0.get(self.walkers.1).copied();
            let soon = self.soon.peek().map(|Reverse(s)| *s);
            let listed_first = match (listed, soon) {
                (Some(a), Some(b)) => a <= b,
                (Some(_), None) => true,
                (None, _) => false,
            };
            let next = if listed_first { listed } else { soon };
            let Some((at_s, id)) = next.filter(|n| n.0 <= now_s) else {
                return;
            };
            if listed_first {
                self.walkers.1 += 1;
            } else {
                self.soon.pop();
            }
            self.end_walk(id, at_s);
        }
    }

    fn end_walk(&mut self, id: u32, at_s: i32) {
        let rider = *self.s.riders.get(id);
        if rider.leg < rider.rides {
            let stop = self.shared.net.pairs[rider.pair as usize].0;
            self.s.riders.join(id, rider.pair, stop, at_s);
        } else {
            self.s.meters.journey_s += f64::from(at_s - rider.born_s);
            self.s.riders.arrive(id);
        }
    }

    /// Those who have waited beyond their patience go.
    pub fn give_up(&mut self) {
        if !self.t_s.is_multiple_of(LOOK_S) {
            return;
        }
        let now_s = self.from_ms.div_euclid(1000) as i32;
        let net = self.net();
        let seed = self.chance.seed();
        let span = (PATIENCE_S[1] - PATIENCE_S[0]) as u64;
        let carried = &mut self.s.carried;
        self.s.riders.give_up(
            now_s,
            PATIENCE_S[0],
            |id, rider| {
                let bits = mix(seed, u64::from(id), rider.born_s as u64);
                PATIENCE_S[0] + (bits % span) as i32
            },
            |pair| net.pairs[pair as usize].0,
            |pair| {
                let stop = net.pairs[pair as usize].0 as usize;
                if let Some(c) = carried.get_mut(net.transit().stops[stop].district) {
                    *c -= 0.02 * *c;
                }
            },
        );
    }
}

/// A number of Poisson's law from 64 random bits; more bits never give fewer, and a larger mean never gives fewer.
#[must_use]
pub fn poisson(mean: f64, bits: u64) -> u64 {
    if mean <= 0.0 || !mean.is_finite() {
        return 0;
    }
    let u = (bits >> 11) as f64 * (1.0 / (1_u64 << 53) as f64);
    if mean > SMALL_MEAN {
        // Two uniforms of 32 bits make a normal number (Box and Muller).
        let a = ((bits >> 32) as f64 + 0.5) / 4_294_967_296.0;
        let b = (mix(bits, 1, 2) >> 32) as f64 / 4_294_967_296.0;
        let z = libm::sqrt(-2.0 * libm::log(a)) * libm::cos(2.0 * std::f64::consts::PI * b);
        return (mean + z * libm::sqrt(mean) + 0.5).max(0.0) as u64;
    }
    let mut p = libm::exp(-mean);
    let (mut sum, mut n) = (p, 0);
    while u >= sum && n < 200 {
        n += 1;
        p *= mean / n as f64;
        sum += p;
    }
    n
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_poissons_mean_and_variance() {
        for mean in [0.2, 5.0, 29.0, 400.0] {
            let n = 40_000_u64;
            let (mut sum, mut squares) = (0.0, 0.0);
            for k in 0..n {
                let x = poisson(mean, mix(3, 4, k)) as f64;
                sum += x;
                squares += x * x;
            }
            let m = sum / n as f64;
            let variance = squares / n as f64 - m * m;
            // Five standard errors of the mean; the variance's is about sqrt(2/n) of it, more where the mean is small.
            assert!(
                (m - mean).abs() < 5.0 * (mean / n as f64).sqrt(),
                "{mean}: {m}"
            );
            assert!((variance / mean - 1.0).abs() < 0.06, "{mean}: {variance}");
        }
        assert_eq!(poisson(0.0, 7), 0);
    }
}
