//! Second methods for journeys, slower and simpler than RAPTOR: they know neither patterns nor rounds of marked stops nor
//! pruning, only the trips as they are.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use autopolis::solvers::journey::footpaths::Footpaths;
use autopolis::solvers::journey::itinerary::Journey;
use autopolis::solvers::journey::itinerary::Leg;
use autopolis::solvers::journey::timetable::Timetable;

/// Dijkstra's search on the time-expanded network: every departure and arrival is a node.
pub struct TimeExpanded<'a> {
    timetable: &'a Timetable,
    footpaths: &'a Footpaths,
    /// Departures one can board at each stop: time and call, in order.
    departures: Vec<Vec<(i32, usize)>>,
    /// Whether the vehicle goes on after a call.
    goes_on: Vec<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    /// Able to board at a stop.
    Ready(u32),
    /// At a stop when its nth departure leaves.
    Waiting(u32, usize),
    /// Aboard when the vehicle leaves a call.
    Leaving(usize),
    /// Aboard when it arrives at a call.
    Arriving(usize),
}

impl<'a> TimeExpanded<'a> {
    pub fn new(timetable: &'a Timetable, footpaths: &'a Footpaths) -> Self {
        let mut departures = vec![Vec::new(); timetable.stops.len()];
        let mut goes_on = vec![false; timetable.calls.len()];
        for trip in 0..timetable.trips.len() as u32 {
            let range = timetable.call_range(trip);
            let calls = range.clone().zip(timetable.calls_of(trip));
            for (at, call) in calls.take(range.len() - 1) {
                goes_on[at] = true;
                if call.boarding {
                    departures[call.stop as usize].push((call.departure_s, at));
                }
            }
        }
        departures.iter_mut().for_each(|list| list.sort_unstable());
        Self {
            timetable,
            footpaths,
            departures,
            goes_on,
        }
    }

    /// Earliest arrival at `to`.
    pub fn arrival(&self, from: u32, to: u32, depart_s: i32) -> Option<i32> {
        let walk_s = |a: u32, b: u32| self.footpaths.between(a, b).map(|s| s as i32);
        let mut best = walk_s(from, to).map(|seconds| depart_s + seconds);
        let mut is_ready = vec![false; self.timetable.stops.len()];
        let mut is_left = vec![false; self.timetable.calls.len()];
        let mut heap = BinaryHeap::new();
        heap.push(Reverse((depart_s, Node::Ready(from))));
        for path in self.footpaths.from(from) {
            heap.push(Reverse((
                depart_s + path.seconds as i32,
                Node::Ready(path.to),
            )));
        }
        while let Some(Reverse((time_s, node))) = heap.pop() {
            if best.is_some_and(|best| time_s >= best) {
                break;
            }
            match node {
                Node::Ready(stop) => {
                    if std::mem::replace(&mut is_ready[stop as usize], true) {
                        continue;
                    }
                    let list = &self.departures[stop as usize];
                    let next = list.partition_point(|(departure_s, _)| *departure_s < time_s);
                    if let Some(&(departure_s, _)) = list.get(next) {
                        heap.push(Reverse((departure_s, Node::Waiting(stop, next))));
                    }
                }
                Node::Waiting(stop, number) => {
                    let list = &self.departures[stop as usize];
                    heap.push(Reverse((time_s, Node::Leaving(list[number].1))));
                    if let Some(&(departure_s, _)) = list.get(number + 1) {
                        heap.push(Reverse((departure_s, Node::Waiting(stop, number + 1))));
                    }
                }
                Node::Leaving(call) => {
                    if !std::mem::replace(&mut is_left[call], true) {
                        let arrival_s = self.timetable.calls[call + 1].arrival_s;
                        heap.push(Reverse((arrival_s, Node::Arriving(call + 1))));
                    }
                }
                Node::Arriving(at) => {
                    let call = &self.timetable.calls[at];
                    if self.goes_on[at] {
                        heap.push(Reverse((call.departure_s, Node::Leaving(at))));
                    }
                    if !call.alighting {
                        continue;
                    }
                    if let Some(seconds) = walk_s(call.stop, to) {
                        let arrival_s = time_s + seconds;
                        best = Some(best.map_or(arrival_s, |best: i32| best.min(arrival_s)));
                    }
                    if let Some(seconds) = self.footpaths.change_s(call.stop) {
                        heap.push(Reverse((time_s + seconds as i32, Node::Ready(call.stop))));
                    }
                    for path in self.footpaths.from(call.stop) {
                        let ready_s = time_s + path.seconds as i32;
                        heap.push(Reverse((ready_s, Node::Ready(path.to))));
                    }
                }
            }
        }
        best
    }
}

/// Earliest arrival at `to` with at most so many rides, for 0, 1, 2, ... until nothing improves: every trip is ridden in every
/// round from the first stop where it can be caught.
pub fn arrivals_by_rides(
    timetable: &Timetable,
    footpaths: &Footpaths,
    from: u32,
    to: u32,
    depart_s: i32,
) -> Vec<i32> {
    const NEVER: i32 = i32::MAX;
    let mut ready = vec![NEVER; timetable.stops.len()];
    ready[from as usize] = depart_s;
    for path in footpaths.from(from) {
        let time = &mut ready[path.to as usize];
        *time = (*time).min(depart_s + path.seconds as i32);
    }
    let exits: Vec<Option<u32>> = (0..ready.len() as u32)
        .map(|stop| footpaths.between(stop, to))
        .collect();
    let walk = exits[from as usize];
    let mut arrivals = vec![walk.map_or(NEVER, |seconds| depart_s + seconds as i32)];
    loop {
        let mut next = ready.clone();
        let mut best = *arrivals.last().unwrap();
        for trip in 0..timetable.trips.len() as u32 {
            let mut is_aboard = false;
            for call in timetable.calls_of(trip) {
                if is_aboard && call.alighting {
                    if let Some(seconds) = exits[call.stop as usize] {
                        best = best.min(call.arrival_s + seconds as i32);
                    }
                    if let Some(seconds) = footpaths.change_s(call.stop) {
                        let time = &mut next[call.stop as usize];
                        *time = (*time).min(call.arrival_s + seconds as i32);
                    }
                    for path in footpaths.from(call.stop) {
                        let time = &mut next[path.to as usize];
                        *time = (*time).min(call.arrival_s + path.seconds as i32);
                    }
                }
                is_aboard |= call.boarding && ready[call.stop as usize] <= call.departure_s;
            }
        }
        if next == ready && best == *arrivals.last().unwrap() {
            return arrivals;
        }
        arrivals.push(best);
        ready = next;
    }
}

/// Walks through a journey and fails where it could not be travelled.
pub fn travel(
    timetable: &Timetable,
    footpaths: &Footpaths,
    (from, to, depart_s): (u32, u32, i32),
    journey: &Journey,
) {
    let (mut at, mut time_s) = (from, depart_s);
    let mut rode_last = false;
    for (number, leg) in journey.legs.iter().enumerate() {
        assert!(
            leg.depart_s() >= time_s,
            "leg {number} begins too early: {journey:?}"
        );
        match *leg {
            Leg::Walk {
                from,
                to,
                depart_s,
                arrive_s,
            } => {
                assert!(from == at && (rode_last || number == 0), "{journey:?}");
                assert_eq!(
                    footpaths.between(from, to),
                    Some((arrive_s - depart_s) as u32),
                    "{journey:?}"
                );
                (at, time_s, rode_last) = (to, arrive_s, false);
            }
            Leg::Ride {
                trip,
                board,
                alight,
                from,
                to,
                depart_s,
                arrive_s,
            } => {
                if rode_last {
                    let change_s = footpaths.change_s(at).unwrap();
                    assert!(time_s + change_s as i32 <= depart_s, "{journey:?}");
                }
                let calls = timetable.calls_of(trip);
                let (on, off) = (&calls[board as usize], &calls[alight as usize]);
                assert!(
                    board < alight && on.boarding && off.alighting,
                    "{journey:?}"
                );
                assert_eq!((at, on.stop, off.stop), (from, from, to), "{journey:?}");
                assert_eq!((on.departure_s, off.arrival_s), (depart_s, arrive_s));
                (at, time_s, rode_last) = (to, arrive_s, true);
            }
        }
    }
    assert_eq!(at, to, "{journey:?}");
    assert_eq!(
        journey.arrive_s,
        if journey.legs.is_empty() {
            depart_s
        } else {
            time_s
        }
    );
}
