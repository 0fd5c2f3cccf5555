//! How well a set of transit routes serves a demand: average travel time, and who gets there with how many transfers.
//!
//! The measure of the transit network design literature (Mandl, 'Evaluation and optimization of urban public
//! transportation networks', European Journal of Operational Research 5, 1980, and after him Chakroborty, Mumford and others):
//! everyone takes a quickest way, a transfer costs a fixed time, no time is spent waiting, and vehicles are never full. It is
//! a first look at a route plan. Timetables, waiting and crowding are the journey planner's and the city's.

/// A street that routes may use, one way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TransitLink {
    /// Node it leaves.
    pub from: usize,
    /// Node it enters.
    pub to: usize,
    /// Time in the vehicle.
    pub time: f64,
}

/// Trips between two nodes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TransitTrips {
    /// Node they begin at.
    pub origin: usize,
    /// Node they end at.
    pub destination: usize,
    /// How many.
    pub trips: f64,
}

/// How a route set serves a demand. Shares are of all trips and add up to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RouteSetScore {
    /// Mean time of the trips that arrive, transfers included; NaN if none does.
    pub mean_time: f64,
    /// Share that needs no transfer.
    pub direct: f64,
    /// Share that needs one.
    pub one_transfer: f64,
    /// Share that needs two.
    pub two_transfers: f64,
    /// Share that needs more: it arrives, and counts as unsatisfied in the literature.
    pub more_transfers: f64,
    /// Share that no route takes there.
    pub unreachable: f64,
    /// Time of all routes one way, the operator's side.
    pub route_time: f64,
}

/// Why a route set cannot be scored.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RouteSetError {
    /// A link, route or trip names a node that does not exist.
    #[error("{element} {index} names node {node} beyond the {nodes} there are")]
    NoSuchNode {
        /// "link", "route" or "trip".
        element: &'static str,
        /// Its index.
        index: usize,
        /// The node.
        node: usize,
        /// Number of nodes.
        nodes: usize,
    },
    /// A route runs between two nodes that no link joins.
    #[error("route {route} runs from node {from} to node {to}, where there is no link")]
    NoLink {
        /// Route index.
        route: usize,
        /// Node left.
        from: usize,
        /// Node entered.
        to: usize,
    },
    /// A time or a number of trips that is negative or not finite.
    #[error("{element} {index} has the value {value}")]
    BadValue {
        /// "link", "trip" or "transfer penalty".
        element: &'static str,
        /// Its index.
        index: usize,
        /// The value.
        value: f64,
    },
}

/// Scores routes, each a list of nodes that is served in both directions, over `nodes` nodes.
///
/// A vehicle that passes a node twice may be left and kept alike: within a route the quickest way over its links counts.
/// Among equally quick ways the one with fewest transfers counts.
///
/// # Errors
/// When something does not exist or is negative.
pub fn score(
    nodes: usize,
    links: &[TransitLink],
    routes: &[Vec<usize>],
    trips: &[TransitTrips],
    transfer_penalty: f64,
) -> Result<RouteSetScore, RouteSetError> {
    check(nodes, links, routes, trips, transfer_penalty)?;
    let mut ride = Times::infinite(nodes);
    for link in links {
        ride.lower(link.from, link.to, link.time);
    }
    let mut direct = Times::infinite(nodes);
    let mut route_time = 0.0;
    for (route, stops) in routes.iter().enumerate() {
        for pair in stops.windows(2) {
            let (from, to) = (pair[0], pair[1]);
            let time = ride.get(from, to);
            if !time.is_finite() || !ride.get(to, from).is_finite() {
                return Err(RouteSetError::NoLink { route, from, to });
            }
            route_time += time;
        }
        direct.lower_by_route(&ride, stops);
    }
    // Least cost of each pair, with the transfers it takes.
    let mut best: Vec<(f64, usize)> = direct.0.iter().map(|time| (*time, 0)).collect();
    let mut reach = direct.clone();
    for transfers in 1..nodes.max(1) {
        let further = reach.then(&direct);
        if further == reach {
            break;
        }
        for (best, time) in best.iter_mut().zip(&further.0) {
            let cost = time + transfers as f64 * transfer_penalty;
            if cost < best.0 {
                *best = (cost, transfers);
            }
        }
        reach = further;
    }
    let mut by_transfers = [0.0; 4];
    let (mut unreachable, mut total, mut time) = (0.0, 0.0, 0.0);
    for trip in trips.iter().filter(|trip| trip.origin != trip.destination) {
        let (cost, transfers) = best[trip.origin * nodes + trip.destination];
        total += trip.trips;
        if cost.is_finite() {
            by_transfers[transfers.min(3)] += trip.trips;
            time += trip.trips * cost;
        } else {
            unreachable += trip.trips;
        }
    }
    let share = |part: f64| if total > 0.0 { part / total } else { 0.0 };
    Ok(RouteSetScore {
        mean_time: time / (total - unreachable),
        direct: share(by_transfers[0]),
        one_transfer: share(by_transfers[1]),
        two_transfers: share(by_transfers[2]),
        more_transfers: share(by_transfers[3]),
        unreachable: share(unreachable),
        route_time,
    })
}

/// Times between all nodes, by row; infinite where there is no way.
#[derive(Clone, Debug, PartialEq)]
struct Times(Vec<f64>, usize);

impl Times {
    fn infinite(nodes: usize) -> Self {
        let mut times = Self(vec![f64::INFINITY; nodes * nodes], nodes);
        for node in 0..nodes {
            times.lower(node, node, 0.0);
        }
        times
    }

    fn get(&self, from: usize, to: usize) -> f64 {
        self.0[from * self.1 + to]
    }

    fn lower(&mut self, from: usize, to: usize, time: f64) {
        let here = &mut self.0[from * self.1 + to];
        *here = here.min(time);
    }

    /// Takes up the rides of one route: shortest ways over its links (Floyd and Warshall on its stops).
    fn lower_by_route(&mut self, ride: &Self, stops: &[usize]) {
        let mut known = stops.to_vec();
        known.sort_unstable();
        known.dedup();
        let place = |node: usize| known.binary_search(&node).unwrap_or(0);
        let mut along = Self::infinite(known.len());
        for pair in stops.windows(2) {
            let (a, b) = (place(pair[0]), place(pair[1]));
            along.lower(a, b, ride.get(pair[0], pair[1]));
            along.lower(b, a, ride.get(pair[1], pair[0]));
        }
        let places = 0..known.len();
        for middle in places.clone() {
            for from in places.clone() {
                let first = along.get(from, middle);
                for to in places.clone() {
                    along.lower(from, to, first + along.get(middle, to));
                }
            }
        }
        for (a, from) in known.iter().enumerate() {
            for (b, to) in known.iter().enumerate() {
                self.lower(*from, *to, along.get(a, b));
            }
        }
    }

    /// Least times by one of these rides and then one of `next`.
    fn then(&self, next: &Self) -> Self {
        let nodes = self.1;
        let mut both = self.clone();
        for from in 0..nodes {
            for middle in 0..nodes {
                let first = self.get(from, middle);
                if first.is_finite() && middle != from {
                    for to in 0..nodes {
                        both.lower(from, to, first + next.get(middle, to));
                    }
                }
            }
        }
        both
    }
}

fn check(
    nodes: usize,
    links: &[TransitLink],
    routes: &[Vec<usize>],
    trips: &[TransitTrips],
    transfer_penalty: f64,
) -> Result<(), RouteSetError> {
    let exists = |element, index, named: &[usize]| match named.iter().find(|node| **node >= nodes) {
        Some(node) => Err(RouteSetError::NoSuchNode {
            element,
            index,
            node: *node,
            nodes,
        }),
        None => Ok(()),
    };
    let possible = |element, index, value: f64| {
        if value.is_finite() && value >= 0.0 {
            Ok(())
        } else {
            Err(RouteSetError::BadValue {
                element,
                index,
                value,
            })
        }
    };
    possible("transfer penalty", 0, transfer_penalty)?;
    for (index, link) in links.iter().enumerate() {
        exists("link", index, &[link.from, link.to])?;
        possible("link", index, link.time)?;
    }
    for (index, route) in routes.iter().enumerate() {
        exists("route", index, route)?;
    }
    for (index, trip) in trips.iter().enumerate() {
        exists("trip", index, &[trip.origin, trip.destination])?;
        possible("trip", index, trip.trips)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line 0 - 1 - 2 - 3 - 4 of 10 each, and a way round from 1 to 3 of 5.
    fn links() -> Vec<TransitLink> {
        let ways = [
            (0, 1, 10.0),
            (1, 2, 10.0),
            (2, 3, 10.0),
            (3, 4, 10.0),
            (1, 3, 5.0),
        ];
        let both = ways
            .iter()
            .flat_map(|&(from, to, time)| [(from, to, time), (to, from, time)]);
        both.map(|(from, to, time)| TransitLink { from, to, time })
            .collect()
    }

    fn trip(origin: usize, destination: usize, trips: f64) -> TransitTrips {
        TransitTrips {
            origin,
            destination,
            trips,
        }
    }

    #[test]
    fn transfers_by_hand() {
        let routes = vec![vec![0, 1, 2], vec![2, 3], vec![1, 3]];
        let trips = [
            trip(0, 2, 1.0),
            // 0-1 and 1-3 with one transfer: 15 + 5; over 2 it would be 30 + 5.
            trip(0, 3, 2.0),
            trip(3, 4, 1.0),
            trip(2, 2, 9.0),
        ];
        let found = score(5, &links(), &routes, &trips, 5.0).unwrap();
        assert_eq!(
            (found.direct, found.one_transfer, found.unreachable),
            (0.25, 0.5, 0.25)
        );
        assert_eq!(
            (found.mean_time, found.route_time),
            ((20.0 + 2.0 * 20.0) / 3.0, 35.0)
        );
        assert_eq!((found.two_transfers, found.more_transfers), (0.0, 0.0));
    }

    #[test]
    fn quick_beats_direct_and_equal_goes_to_fewer_transfers() {
        // Direct 1-2-3 takes 20; 1-3 on the other route takes 5 and needs no transfer; 0-3: 10 + 5 + 5 against 30.
        let routes = vec![vec![0, 1, 2, 3], vec![1, 3]];
        let quick = score(5, &links(), &routes, &[trip(0, 3, 1.0)], 5.0).unwrap();
        assert_eq!((quick.mean_time, quick.one_transfer), (20.0, 1.0));
        let equal = score(5, &links(), &routes, &[trip(0, 3, 1.0)], 15.0).unwrap();
        assert_eq!((equal.mean_time, equal.direct), (30.0, 1.0));
    }

    #[test]
    fn long_chains_count_as_more() {
        let routes = vec![vec![0, 1], vec![1, 2], vec![2, 3], vec![3, 4]];
        let found = score(5, &links(), &routes, &[trip(0, 4, 3.0)], 5.0).unwrap();
        assert_eq!((found.mean_time, found.more_transfers), (55.0, 1.0));
    }

    #[test]
    fn wrong_input_is_an_error() {
        let error = |routes: Vec<Vec<usize>>, trips: &[TransitTrips]| {
            score(5, &links(), &routes, trips, 5.0).unwrap_err()
        };
        assert_eq!(
            error(vec![vec![0, 2]], &[]),
            RouteSetError::NoLink {
                route: 0,
                from: 0,
                to: 2
            }
        );
        assert!(matches!(
            error(vec![vec![5]], &[]),
            RouteSetError::NoSuchNode {
                element: "route",
                ..
            }
        ));
        assert!(matches!(
            error(vec![], &[trip(0, 1, -1.0)]),
            RouteSetError::BadValue {
                element: "trip",
                ..
            }
        ));
    }
}
