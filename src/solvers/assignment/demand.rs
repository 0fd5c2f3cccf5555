//! How many vehicles go from where to where in one period.
//!
//! Trips within a zone use no link of the network: they are counted and left out.

use crate::solvers::assignment::error::AssignmentError;

/// Trips by origin, each origin's destinations in ascending order (compressed sparse rows).
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Demand {
    origins: Vec<u32>,
    /// First pair of each origin, and one past the last.
    first_pair: Vec<u32>,
    destinations: Vec<u32>,
    trips: Vec<f64>,
    intrazonal: f64,
}

impl Demand {
    /// Demand of `(origin node, destination node, vehicles)` in any order; the same pair again adds up, and pairs
    /// without vehicles are left out.
    ///
    /// # Errors
    /// When a node does not exist among `nodes`, or vehicles are negative or not finite.
    pub fn new(
        nodes: usize,
        trips: impl IntoIterator<Item = (usize, usize, f64)>,
    ) -> Result<Self, AssignmentError> {
        let mut rows: Vec<(u32, u32, f64)> = Vec::new();
        let mut intrazonal = 0.0;
        for (index, (origin, destination, vehicles)) in trips.into_iter().enumerate() {
            if let Some(node) = [origin, destination]
                .into_iter()
                .find(|node| *node >= nodes)
            {
                return Err(AssignmentError::NoSuchNode {
                    element: "trip",
                    index,
                    node,
                    nodes,
                });
            }
            if !vehicles.is_finite() || vehicles < 0.0 {
                return Err(AssignmentError::BadTrips {
                    index,
                    trips: vehicles,
                });
            }
            if origin == destination {
                intrazonal += vehicles;
            } else if vehicles > 0.0 {
                rows.push((origin as u32, destination as u32, vehicles));
            }
        }
        AssignmentError::count("nodes", nodes)?;
        AssignmentError::count("trips", rows.len())?;
        // Stable, so that repeated pairs add up in the order given.
        rows.sort_by_key(|(origin, destination, _)| (*origin, *destination));
        let mut demand = Self {
            intrazonal,
            ..Self::default()
        };
        for (origin, destination, vehicles) in rows {
            let is_new = demand.origins.last() != Some(&origin);
            if is_new {
                demand.origins.push(origin);
                demand.first_pair.push(demand.trips.len() as u32);
            }
            match demand.trips.last_mut() {
                Some(last) if !is_new && demand.destinations.last() == Some(&destination) => {
                    *last += vehicles;
                }
                _ => {
                    demand.destinations.push(destination);
                    demand.trips.push(vehicles);
                }
            }
        }
        demand.first_pair.push(demand.trips.len() as u32);
        Ok(demand)
    }

    /// The same trips times a factor that is not negative.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        Self {
            trips: self.trips.iter().map(|trips| trips * factor).collect(),
            intrazonal: self.intrazonal * factor,
            ..self.clone()
        }
    }

    /// Number of pairs of different nodes with trips between them.
    #[must_use]
    pub fn pairs(&self) -> usize {
        self.trips.len()
    }

    /// Vehicles of each pair, in the order of origins and destinations.
    #[must_use]
    pub fn trips(&self) -> &[f64] {
        &self.trips
    }

    /// Vehicles in all, intrazonal ones left out.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.trips.iter().sum()
    }

    /// Vehicles that stay within their zone, which are not assigned.
    #[must_use]
    pub fn intrazonal(&self) -> f64 {
        self.intrazonal
    }

    /// Each pair as (origin node, destination node, vehicles), in order.
    pub fn iter(&self) -> impl Iterator<Item = (usize, usize, f64)> + '_ {
        self.by_origin().flat_map(move |(origin, pairs)| {
            pairs.map(move |pair| (origin, self.destinations[pair] as usize, self.trips[pair]))
        })
    }

    /// Origins with the range of their pairs.
    pub(super) fn by_origin(&self) -> impl Iterator<Item = (usize, std::ops::Range<usize>)> + '_ {
        self.origins
            .iter()
            .zip(self.first_pair.windows(2))
            .map(|(origin, ends)| (*origin as usize, ends[0] as usize..ends[1] as usize))
    }

    /// Destination node of each pair.
    pub(super) fn destinations(&self) -> &[u32] {
        &self.destinations
    }

    /// Whether the pairs are the same, whatever their trips.
    pub(super) fn has_pairs_of(&self, other: &Self) -> bool {
        self.origins == other.origins
            && self.first_pair == other.first_pair
            && self.destinations == other.destinations
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_sorted_and_added_up() {
        let given = [
            (2, 0, 5.0),
            (0, 2, 1.0),
            (1, 1, 7.0),
            (0, 1, 2.0),
            (0, 2, 3.0),
            (2, 1, 0.0),
        ];
        let demand = Demand::new(3, given).unwrap();
        let pairs: Vec<_> = demand.iter().collect();
        assert_eq!(pairs, [(0, 1, 2.0), (0, 2, 4.0), (2, 0, 5.0)]);
        assert_eq!((demand.total(), demand.intrazonal()), (11.0, 7.0));
        assert_eq!(demand.scaled(2.0).total(), 22.0);
    }

    #[test]
    fn wrong_trips_are_named() {
        assert!(matches!(
            Demand::new(2, [(0, 1, 1.0), (0, 2, 1.0)]),
            Err(AssignmentError::NoSuchNode {
                index: 1,
                node: 2,
                ..
            })
        ));
        assert!(matches!(
            Demand::new(2, [(0, 1, f64::NAN)]),
            Err(AssignmentError::BadTrips { index: 0, .. })
        ));
    }
}
