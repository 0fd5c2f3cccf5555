//! People -> grid: what cooling centres draw with the people in them.

use crate::city::grid::inlets::SiteDemand;
use crate::city::people::outlets::CentreDemand;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;

/// Hands the demand of the centres to the grid; nothing in a city without people.
pub fn people_to_grid(demand: Option<Res<CentreDemand>>, mut sites: ResMut<SiteDemand>) {
    let Some(demand) = demand else {
        return;
    };
    for (load, mw) in &demand.mw {
        sites.set(*load, *mw);
    }
}
