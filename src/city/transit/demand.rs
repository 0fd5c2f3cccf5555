//! Who wants to travel when: the planned flows as tables from which single travellers are drawn.
//!
//! It draws nothing itself and knows no ways.

use crate::city::model::city::City;
use crate::city::model::travel::TripProfile;

/// Flows of one profile, for drawing one in constant time (Walker's alias method, Vose 1991).
#[derive(Clone, Debug, Default)]
pub struct Draw {
    /// Passengers a weekday.
    pub total: f64,
    /// From and to, by entry.
    pub ends: Vec<(u32, u32)>,
    /// Chance of staying with an entry.
    stay: Vec<f32>,
    /// The entry to go to otherwise.
    alias: Vec<u32>,
}

impl Draw {
    fn new(flows: &[(u32, u32, f64)]) -> Self {
        let n = flows.len();
        let total: f64 = flows.iter().map(|f| f.2).sum();
        let mut draw = Self {
            total,
            ends: flows.iter().map(|f| (f.0, f.1)).collect(),
            stay: vec![1.0; n],
            alias: (0..n as u32).collect(),
        };
        if total <= 0.0 {
            draw.total = 0.0;
            return draw;
        }
        let mut weight: Vec<f64> = flows.iter().map(|f| f.2 * n as f64 / total).collect();
        let (mut small, mut large): (Vec<usize>, Vec<usize>) =
            (0..n).partition(|&k| weight[k] < 1.0);
        while let (Some(s), Some(l)) = (small.pop(), large.last().copied()) {
            draw.stay[s] = weight[s] as f32;
            draw.alias[s] = l as u32;
            weight[l] -= 1.0 - weight[s];
            if weight[l] < 1.0 {
                large.pop();
                small.push(l);
            }
        }
        draw
    }

    /// The flow that 64 random bits name: from and to.
    #[must_use]
    pub fn pick(&self, bits: u64) -> Option<(u32, u32)> {
        let n = self.ends.len() as u64;
        if n == 0 {
            return None;
        }
        let entry = (((bits >> 32) * n) >> 32) as usize;
        let rest = (bits & 0xff_ffff) as f32 / 16_777_216.0;
        let entry = if rest < self.stay[entry] {
            entry
        } else {
            self.alias[entry] as usize
        };
        self.ends.get(entry).copied()
    }
}

/// Demand of a city.
#[derive(Clone, Debug, Default)]
pub struct Demand {
    /// By profile.
    pub draws: Vec<Draw>,
    profiles: Vec<TripProfile>,
    /// Residents of the zones before and in each, summed.
    residents: Vec<f64>,
}

impl Demand {
    /// Demand of a city's flows by public transport.
    #[must_use]
    pub fn new(city: &City) -> Self {
        let Some(travel) = &city.travel else {
            return Self::default();
        };
        let of_profile = |profile: usize| {
            let flows = travel
                .flows
                .iter()
                .filter(|f| f.profile == profile && f.transit_trips > 0.0 && f.from != f.to);
            flows
                .map(|f| (f.from as u32, f.to as u32, f.transit_trips))
                .collect::<Vec<_>>()
        };
        Self {
            draws: (0..travel.profiles.len())
                .map(|p| Draw::new(&of_profile(p)))
                .collect(),
            profiles: travel.profiles.clone(),
            residents: travel
                .zones
                .iter()
                .scan(0.0, |sum, zone| {
                    *sum += zone.population.max(0.0);
                    Some(*sum)
                })
                .collect(),
        }
    }

    /// A zone in proportion to its residents, by 64 random bits.
    #[must_use]
    pub fn home(&self, bits: u64) -> u32 {
        let all = self.residents.last().copied().unwrap_or(0.0);
        let mark = (bits >> 11) as f64 / (1_u64 << 53) as f64 * all;
        let zone = self.residents.partition_point(|sum| *sum <= mark);
        zone.min(self.residents.len().saturating_sub(1)) as u32
    }

    /// Passengers of a profile who set out in an hour of a day, on the plan.
    #[must_use]
    pub fn hourly(&self, profile: usize, hour: usize, weekend: bool) -> f64 {
        let row = &self.profiles[profile];
        let shares = if weekend { &row.weekend } else { &row.weekday };
        self.draws[profile].total * shares.get(hour).copied().unwrap_or(0.0)
    }

    /// Whether some flow by public transport leads from a zone to another.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.draws.iter().all(|d| d.total <= 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::chance::mix;

    #[test]
    fn flows_are_drawn_in_proportion() {
        let draw = Draw::new(&[(0, 1, 1.0), (0, 2, 2.0), (1, 2, 7.0)]);
        let mut seen = [0.0_f64; 3];
        let n = 100_000_u64;
        for k in 0..n {
            let ends = draw.pick(mix(5, 6, k)).unwrap();
            let entry = draw.ends.iter().position(|e| *e == ends).unwrap();
            seen[entry] += 1.0;
        }
        for (count, share) in seen.iter().zip([0.1_f64, 0.2, 0.7]) {
            // Five standard errors of a binomial share.
            let error = (share * (1.0 - share) / n as f64).sqrt();
            assert!((count / n as f64 - share).abs() < 5.0 * error, "{seen:?}");
        }
        assert_eq!(Draw::new(&[]).pick(3), None);
    }
}
