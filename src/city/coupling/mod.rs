//! Where domains meet: one file a directed dependency. A coupling reads a domain's outlet and writes another's inlet,
//! nothing else.

pub mod grid_to_people;
pub mod grid_to_roads;
pub mod grid_to_transit;
pub mod grid_to_water;
pub mod people_to_grid;
pub mod people_to_roads;
pub mod people_to_transit;
pub mod roads_to_maintenance;
pub mod roads_to_transit;
pub mod transit_to_grid;
pub mod transit_to_people;
pub mod water_to_grid;
pub mod weather_to_grid;
pub mod weather_to_people;
pub mod weather_to_roads;
pub mod weather_to_transit;
pub mod weather_to_water;

use crate::city::coupling::grid_to_people::grid_to_people;
use crate::city::coupling::grid_to_roads::grid_to_roads;
use crate::city::coupling::grid_to_transit::grid_to_transit;
use crate::city::coupling::grid_to_water::grid_to_water;
use crate::city::coupling::people_to_grid::people_to_grid;
use crate::city::coupling::people_to_roads::people_to_roads;
use crate::city::coupling::people_to_transit::people_to_transit;
use crate::city::coupling::roads_to_maintenance::roads_to_maintenance;
use crate::city::coupling::roads_to_transit::roads_to_transit;
use crate::city::coupling::transit_to_grid::transit_to_grid;
use crate::city::coupling::transit_to_people::transit_to_people;
use crate::city::coupling::water_to_grid::water_to_grid;
use crate::city::coupling::weather_to_grid::weather_to_grid;
use crate::city::coupling::weather_to_people::weather_to_people;
use crate::city::coupling::weather_to_roads::weather_to_roads;
use crate::city::coupling::weather_to_transit::weather_to_transit;
use crate::city::coupling::weather_to_water::weather_to_water;
use crate::engine::schedule::Stage;
use bevy_ecs::prelude::IntoScheduleConfigs;
use bevy_ecs::prelude::Schedule;

/// How a dependency is closed in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// The outlet of the same step, worked out before.
    SameStep,
    /// The outlet of the last step.
    LastStep,
    /// Both sides are solved again until they agree.
    Iterated,
}

impl Timing {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::SameStep => "same step",
            Self::LastStep => "last step",
            Self::Iterated => "iterated",
        }
    }
}

/// One directed dependency.
#[derive(Clone, Copy, Debug)]
pub struct Coupling {
    /// Domain that acts.
    pub source: &'static str,
    /// Domain that is acted on.
    pub target: &'static str,
    /// What passes.
    pub carries: &'static str,
    /// How it is closed in time.
    pub timing: Timing,
}

/// All dependencies between domains.
pub const COUPLINGS: &[Coupling] = &[
    Coupling {
        source: "weather",
        target: "grid",
        carries: "air, humidity, sun, wind and soil temperature: demand, ratings, photovoltaics, wear",
        timing: Timing::SameStep,
    },
    Coupling {
        source: "weather",
        target: "roads",
        carries: "rain: capacity of the roads",
        timing: Timing::SameStep,
    },
    Coupling {
        source: "weather",
        target: "transit",
        carries: "air temperature: slow orders on rails, air conditioning, breakdowns",
        timing: Timing::SameStep,
    },
    Coupling {
        source: "weather",
        target: "people",
        carries: "air, humidity, sun and wind: heat in homes and out of doors",
        timing: Timing::SameStep,
    },
    Coupling {
        source: "grid",
        target: "roads",
        carries: "supply of traffic signals: a dark junction becomes an all-way stop",
        timing: Timing::LastStep,
    },
    Coupling {
        source: "grid",
        target: "transit",
        carries: "supply of traction substations, depots and chargers: trams stand, buses are not charged",
        timing: Timing::LastStep,
    },
    Coupling {
        source: "grid",
        target: "people",
        carries: "supply by load and what took it: dark homes, workplaces, cooling centres, hospitals",
        timing: Timing::LastStep,
    },
    Coupling {
        source: "roads",
        target: "maintenance",
        carries: "time on the streets over a normal day's, by district: crews' way to their work",
        timing: Timing::LastStep,
    },
    Coupling {
        source: "transit",
        target: "grid",
        carries: "draw of trams at the substations and of batteries at chargers: demand of their loads",
        timing: Timing::LastStep,
    },
    Coupling {
        source: "people",
        target: "grid",
        carries: "what cooling centres draw with the people in them",
        timing: Timing::LastStep,
    },
    Coupling {
        source: "roads",
        target: "transit",
        carries: "time on the links of each leg over a normal day's: running times",
        timing: Timing::LastStep,
    },
    Coupling {
        source: "transit",
        target: "people",
        carries: "wait and share of passengers carried, by district: who reaches a cooling centre",
        timing: Timing::LastStep,
    },
    Coupling {
        source: "people",
        target: "roads",
        carries: "trips put off in the heat or for want of an open shop: car traffic",
        timing: Timing::LastStep,
    },
    Coupling {
        source: "people",
        target: "transit",
        carries: "trips put off in the heat or for want of an open shop: passengers",
        timing: Timing::LastStep,
    },
    Coupling {
        source: "weather",
        target: "water",
        carries: "air temperature: demand of homes and firms, hydrants opened, wear of mains",
        timing: Timing::SameStep,
    },
    Coupling {
        source: "grid",
        target: "water",
        carries: "supply of works and pump stations and what took it: pumps stand",
        timing: Timing::LastStep,
    },
    Coupling {
        source: "water",
        target: "grid",
        carries: "power of works and pump stations: demand of their loads",
        timing: Timing::LastStep,
    },
];

/// Adds all couplings to a step, one after another: several may write the same inlet.
pub fn install(schedules: &mut [Schedule; 2]) {
    schedules[0].add_systems(
        (
            weather_to_grid,
            weather_to_roads,
            weather_to_transit,
            weather_to_people,
            grid_to_roads,
            grid_to_transit,
            grid_to_people,
            roads_to_maintenance,
            transit_to_grid,
            people_to_grid,
            roads_to_transit,
            transit_to_people,
            people_to_roads,
            people_to_transit,
            weather_to_water,
            grid_to_water,
            water_to_grid,
        )
            .chain()
            .in_set(Stage::Couple),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_for_users_shows_this_table() {
        let rows: String = COUPLINGS
            .iter()
            .map(|c| {
                format!(
                    "| {} | {} | {} | {} |\n",
                    c.source,
                    c.target,
                    c.carries,
                    c.timing.words()
                )
            })
            .collect();
        let page = include_str!("../../../docs/couplings.md");
        assert!(
            page.contains(&rows),
            "docs/couplings.md should hold\n{rows}"
        );
    }
}
