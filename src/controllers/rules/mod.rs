//! `rules`: what a competent control room does, by written rules alone; the honest baseline of every comparison.
//!
//! One policy a file, in order of urgency: restoration, relief of overloads, supply, dispatch, batteries, voltage, transit. It
//! reads observed points and the static city only, remembers its own actions in a ledger, and predicts with nothing
//! but the published forecast and the standards' equations.

mod battery;
pub mod config;
mod desk;
mod dispatch;
#[cfg(test)]
mod fixture;
mod forecast;
mod ledger;
mod memory;
mod mesh;
mod orders;
pub mod parameters;
mod relief;
mod restoration;
mod room;
mod shedding;
mod situation;
mod supply;
mod tags;
#[cfg(test)]
mod tests;
mod topology;
mod transfer;
mod transit;
mod voltage;

use crate::city::model::city::City;
use crate::city::model::grid::Grid;
use crate::controllers::rules::config::RulesConfig;
use crate::controllers::rules::desk::Desk;
use crate::controllers::rules::forecast::Forecast;
use crate::controllers::rules::forecast::Prior;
use crate::controllers::rules::ledger::Ledger;
use crate::controllers::rules::mesh::Mesh;
use crate::controllers::rules::orders::Orders;
use crate::controllers::rules::room::Room;
use crate::controllers::rules::situation::Situation;
use crate::controllers::rules::tags::Tags;
use crate::controllers::rules::topology::Topology;
use crate::controllers::rules::transit::TransitDesk;
use crate::engine::command::Command;
use crate::engine::control::Controller;
use crate::engine::control::View;
use crate::engine::points::PointTable;

/// The rules of one world.
#[derive(Debug)]
pub struct Rules {
    grid: Grid,
    topology: Topology,
    mesh: Mesh,
    tags: Tags,
    prior: Prior,
    config: RulesConfig,
    ledger: Ledger,
    transit: Option<TransitDesk>,
}

impl Rules {
    /// Rules for a city whose points are in `table`.
    #[must_use]
    pub fn new(city: &City, table: &PointTable, config: RulesConfig) -> Self {
        let grid = city.grid.clone();
        let topology = Topology::new(&grid);
        Self {
            mesh: Mesh::new(&grid, &topology),
            tags: Tags::find(&grid, table),
            transit: TransitDesk::new(city, table),
            prior: Prior::new(city),
            ledger: Ledger::new(
                grid.feeders.len(),
                grid.transformers.len(),
                grid.plants.len(),
            ),
            config,
            topology,
            grid,
        }
    }
}

impl Controller for Rules {
    fn name(&self) -> &'static str {
        "rules"
    }

    fn decide(&mut self, view: &View<'_>) -> Vec<Command> {
        let now = Situation::observe(view, &self.grid, &self.tags, &self.topology, &self.ledger);
        memory::update(&mut self.ledger, &now);
        let forecast = Forecast::make(&self.prior, &mut self.ledger.learned, &now, view.now);
        let room = Room::new(&self.grid, &self.topology, &self.config, &now, &forecast);
        let mut desk = Desk {
            grid: &self.grid,
            topology: &self.topology,
            mesh: &self.mesh,
            tags: &self.tags,
            config: &self.config,
            now: &now,
            forecast: &forecast,
            ledger: &mut self.ledger,
            room,
            orders: Orders::default(),
        };
        restoration::act(&mut desk);
        relief::act(&mut desk);
        supply::act(&mut desk);
        transfer::undo_where_possible(&mut desk);
        dispatch::act(&mut desk);
        battery::act(&mut desk);
        voltage::act(&mut desk);
        if let Some(transit) = &self.transit {
            transit.act(view, &mut desk.orders);
        }
        desk.orders.finish()
    }

    fn capture(&self) -> Vec<u8> {
        // A ledger is plain data of finite size; should it ever not fit, the empty bytes are refused by `restore`.
        postcard::to_stdvec(&self.ledger).unwrap_or_default()
    }

    fn restore(&mut self, state: &[u8]) -> bool {
        let Ok((ledger, rest)) = postcard::take_from_bytes::<Ledger>(state) else {
            return false;
        };
        let fits = rest.is_empty()
            && ledger.feeders.len() == self.grid.feeders.len()
            && ledger.transformers.len() == self.grid.transformers.len()
            && ledger.plants.len() == self.grid.plants.len();
        if fits {
            self.ledger = ledger;
        }
        fits
    }
}
