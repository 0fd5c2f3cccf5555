//! From a network file and a file of trips to the input of the traffic assignment.
//!
//! Nodes keep their order, numbered from 0. It solves nothing.

use std::collections::BTreeSet;

use crate::scenario::import::tntp::links::TntpLink;
use crate::scenario::import::tntp::links::TntpNetwork;
use crate::scenario::import::tntp::problem_list::ProblemList;
use crate::scenario::import::tntp::problem_list::Spot;
use crate::scenario::import::tntp::trips::TntpTrips;
use crate::scenario::problem::Problem;
use crate::scenario::problem::Problems;
use crate::solvers::assignment::demand::Demand;
use crate::solvers::assignment::error::AssignmentError;
use crate::solvers::assignment::network::RoadNetwork;
use crate::solvers::assignment::performance::LinkPerformance;

/// What distance and money are worth in time: a link's generalised cost is its time, plus each factor times length or
/// toll. `None` takes the file's own factor, or 0 where it has none.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CostFactors {
    /// Units of time a unit of length.
    pub distance: Option<f64>,
    /// Units of time a unit of toll.
    pub toll: Option<f64>,
}

/// The input of an assignment.
#[derive(Clone, Debug, PartialEq)]
pub struct TntpAssignment {
    /// Nodes and links, in the order of the file.
    pub network: RoadNetwork,
    /// What each link costs.
    pub links: Vec<LinkPerformance>,
    /// The trips.
    pub demand: Demand,
    /// What the reader should know of the two files together.
    pub warnings: Vec<Problem>,
}

impl TntpNetwork {
    /// Joins the network with trips, whose flows are multiplied by `demand_factor`.
    ///
    /// # Errors
    /// When trips name nodes that the network does not have.
    pub fn to_assignment(
        &self,
        trips: &TntpTrips,
        demand_factor: f64,
        factors: CostFactors,
    ) -> Result<TntpAssignment, Problems> {
        let mut problems = ProblemList::new(&trips.file);
        if let (Some(here), Some(there)) = (self.zones, trips.zones)
            && here != there
        {
            problems.warning_of_file(
                "NUMBER OF ZONES",
                format!("{there} zones here and {here} in {}", self.file),
                "do the two files belong together?",
            );
        }
        // Each zone once: it may be named in every origin's trips.
        let mut missing: BTreeSet<u32> = BTreeSet::new();
        for trip in &trips.trips {
            for (field, node) in [("Origin", trip.from), ("destination", trip.to)] {
                if node as usize > self.nodes && missing.insert(node) && !problems.is_hopeless() {
                    problems.error(
                        Spot::line(trip.line as usize),
                        field,
                        format!(
                            "zone {node} is not among the {} nodes of {}",
                            self.nodes, self.file
                        ),
                        "do the two files belong together?",
                    );
                }
            }
        }
        let warnings = problems.finish()?;
        let distance = factors.distance.or(self.distance_factor).unwrap_or(0.0);
        let toll = factors.toll.or(self.toll_factor).unwrap_or(0.0);
        let ends: Vec<(usize, usize)> = self
            .links
            .iter()
            .map(|link| (link.from as usize - 1, link.to as usize - 1))
            .collect();
        let pairs = trips.trips.iter().map(|trip| {
            let (from, to) = (trip.from as usize - 1, trip.to as usize - 1);
            (from, to, trip.flow * demand_factor)
        });
        Ok(TntpAssignment {
            network: RoadNetwork::new(self.nodes, self.first_through - 1, &ends)
                .map_err(|error| of_file(&self.file, &error))?,
            links: self
                .links
                .iter()
                .map(|link| link.performance(distance, toll))
                .collect(),
            demand: Demand::new(self.nodes, pairs).map_err(|error| of_file(&trips.file, &error))?,
            warnings,
        })
    }
}

impl TntpLink {
    /// What the link costs, with distance and toll at the given factors. A link whose cost depends on its flow and whose
    /// capacity is 0 is closed.
    #[must_use]
    pub fn performance(&self, distance_factor: f64, toll_factor: f64) -> LinkPerformance {
        let open = LinkPerformance {
            free_flow_time: self.free_flow_time,
            b: self.b,
            power: self.power,
            capacity: self.capacity,
            fixed_cost: distance_factor * self.length + toll_factor * self.toll,
            closed: false,
        };
        LinkPerformance {
            closed: open.depends_on_flow() && self.capacity == 0.0,
            ..open
        }
    }
}

fn of_file(file: &str, error: &AssignmentError) -> Problems {
    Problem::new(file, error.to_string()).into()
}
