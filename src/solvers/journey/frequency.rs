//! Journeys by headway: rounds as in RAPTOR, from one origin to all stops, with expected waits instead of a clock.
//!
//! Who decides how to travel in a network that runs late knows how often lines run, not when today's next one comes. A
//! label is a generalised cost in minutes, what counts for how much is said by the caller in waits, walks and the price
//! of a change. It knows no names, no timetable and no crowding, and keeps one way to each stop and round.
//!
//! Rounds: Delling, Pajor and Werneck, Transportation Science 49 (2015) 591; here on expected costs.

/// No way.
pub const NO_WAY: f32 = f32::INFINITY;

/// A line in one direction as it runs in a period.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FrequentLine {
    /// Stops in order.
    pub stops: Vec<u32>,
    /// Minutes from the first stop, by position.
    pub minutes: Vec<f32>,
    /// Cost of waiting there for a first ride, by position; [`NO_WAY`] where nobody gets on.
    pub first_wait: Vec<f32>,
    /// Cost of waiting there after a change, by position.
    pub later_wait: Vec<f32>,
    /// Whether one gets off, by position.
    pub alighting: Vec<bool>,
}

/// How a stop was reached by a ride.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ride {
    /// The line.
    pub line: u32,
    /// Position of getting on.
    pub board: u16,
    /// Position of getting off.
    pub alight: u16,
}

/// A round: what exactly so many rides reach.
#[derive(Clone, Debug, Default)]
struct Round {
    /// Cost of being ready to board at a stop before this round's ride.
    ready: Vec<f32>,
    /// Where one got off before walking there; the stop itself if one did not walk, or began there.
    ready_via: Vec<u32>,
    /// Cost of having got off at a stop by this round's ride.
    arrived: Vec<f32>,
    /// That ride.
    ride: Vec<Ride>,
}

/// Room for searches, and the labels of the last one.
#[derive(Clone, Debug, Default)]
pub struct FrequencySearch {
    rounds: Vec<Round>,
}

impl FrequencySearch {
    /// Finds the cheapest way to every stop by 1 to `rides` rides. `access` gives stops and the cost of getting there;
    /// `paths(stop)` the stops that can be walked to after a ride and the cost, the price of a change included (the stop
    /// itself is one of them).
    pub fn run<'a, P>(
        &mut self,
        lines: &[FrequentLine],
        stops: usize,
        access: &[(u32, f32)],
        rides: usize,
        paths: P,
    ) where
        P: Fn(u32) -> &'a [(u32, f32)],
    {
        self.rounds.resize_with(rides, Round::default);
        for k in 0..rides {
            let (before, rest) = self.rounds.split_at_mut(k);
            let Some(round) = rest.first_mut() else {
                return;
            };
            for labels in [&mut round.ready, &mut round.arrived] {
                labels.clear();
                labels.resize(stops, NO_WAY);
            }
            round.ready_via.clear();
            round.ready_via.resize(stops, u32::MAX);
            round.ride.clear();
            round.ride.resize(stops, Ride::default());
            match before.last() {
                None => {
                    for &(stop, cost) in access {
                        if cost < round.ready[stop as usize] {
                            round.ready[stop as usize] = cost;
                            round.ready_via[stop as usize] = stop;
                        }
                    }
                }
                Some(last) => {
                    for from in 0..stops {
                        let cost = last.arrived[from];
                        if cost == NO_WAY {
                            continue;
                        }
                        for &(to, walk) in paths(from as u32) {
                            if cost + walk < round.ready[to as usize] {
                                round.ready[to as usize] = cost + walk;
                                round.ready_via[to as usize] = from as u32;
                            }
                        }
                    }
                }
            }
            for (number, line) in (0_u32..).zip(lines) {
                scan(line, number, k > 0, round);
            }
        }
    }

    /// Cost of getting off at a stop after `rides` rides (1 or more); [`NO_WAY`] if one cannot.
    #[must_use]
    pub fn cost(&self, rides: usize, stop: u32) -> f32 {
        let round = rides.checked_sub(1).and_then(|k| self.rounds.get(k));
        round
            .and_then(|r| r.arrived.get(stop as usize).copied())
            .unwrap_or(NO_WAY)
    }

    /// The rides to a stop, first one first.
    #[must_use]
    pub fn rides(&self, rides: usize, stop: u32, lines: &[FrequentLine]) -> Vec<Ride> {
        let mut way = Vec::with_capacity(rides);
        let mut at = stop;
        for k in (0..rides).rev() {
            let round = &self.rounds[k];
            let ride = round.ride[at as usize];
            way.push(ride);
            let board = lines[ride.line as usize].stops[usize::from(ride.board)];
            at = round.ready_via[board as usize];
        }
        way.reverse();
        way
    }
}

fn scan(line: &FrequentLine, number: u32, later: bool, round: &mut Round) {
    let waits = if later {
        &line.later_wait
    } else {
        &line.first_wait
    };
    // The best place to have got on so far: cost less the time at which the line is there.
    let (mut best, mut board) = (NO_WAY, 0_usize);
    for (position, &stop) in line.stops.iter().enumerate() {
        let stop = stop as usize;
        if line.alighting[position] && best < NO_WAY {
            let cost = best + line.minutes[position];
            if cost < round.arrived[stop] {
                round.arrived[stop] = cost;
                round.ride[stop] = Ride {
                    line: number,
                    board: board as u16,
                    alight: position as u16,
                };
            }
        }
        let cost = round.ready[stop] + waits[position] - line.minutes[position];
        if cost < best {
            best = cost;
            board = position;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(stops: &[u32], wait: f32) -> FrequentLine {
        let n = stops.len();
        FrequentLine {
            stops: stops.to_vec(),
            minutes: (0..n).map(|k| 5.0 * k as f32).collect(),
            first_wait: vec![wait; n],
            later_wait: vec![wait; n],
            alighting: vec![true; n],
        }
    }

    #[test]
    fn costs_add_up_along_the_way() {
        // 0-1-2 every so often (wait 4), 2-3 (wait 6); a change costs 5.
        let lines = [line(&[0, 1, 2], 4.0), line(&[2, 3], 6.0)];
        let paths: Vec<Vec<(u32, f32)>> = (0..4).map(|s| vec![(s, 5.0)]).collect();
        let mut search = FrequencySearch::default();
        search.run(&lines, 4, &[(0, 3.0)], 3, |s| &paths[s as usize]);
        assert!((search.cost(1, 2) - 17.0).abs() < 1e-6);
        assert_eq!(search.cost(1, 3), NO_WAY);
        assert!((search.cost(2, 3) - (17.0 + 5.0 + 6.0 + 5.0)).abs() < 1e-6);
        let way = search.rides(2, 3, &lines);
        assert_eq!(way.len(), 2);
        assert_eq!((way[0].line, way[0].board, way[0].alight), (0, 0, 2));
        assert_eq!((way[1].line, way[1].board, way[1].alight), (1, 0, 1));
    }

    #[test]
    fn the_cheaper_of_two_lines_is_taken_and_nobody_gets_on_where_it_is_forbidden() {
        let mut slow = line(&[0, 1], 1.0);
        slow.minutes[1] = 20.0;
        let mut lines = [slow, line(&[0, 1], 8.0)];
        let none: [(u32, f32); 0] = [];
        let mut search = FrequencySearch::default();
        search.run(&lines, 2, &[(0, 0.0)], 1, |_| &none);
        assert!((search.cost(1, 1) - 13.0).abs() < 1e-6);
        lines[1].first_wait[0] = NO_WAY;
        search.run(&lines, 2, &[(0, 0.0)], 1, |_| &none);
        assert!((search.cost(1, 1) - 21.0).abs() < 1e-6);
    }
}
