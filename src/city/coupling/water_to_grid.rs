//! Water -> grid: what works and pump stations drew in the last step, as the demand of their loads.

use crate::city::grid::inlets::SiteDemand;
use crate::city::water::fabric::Shared;
use crate::city::water::outlets::PumpDemand;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;

/// Hands the draw of stations to the grid, if the city has a water net. Before its first step nobody knows it: the loads
/// follow their own steady demand.
pub fn water_to_grid(
    fabric: Option<Res<Shared>>,
    demand: Option<Res<PumpDemand>>,
    mut sites: ResMut<SiteDemand>,
) {
    let (Some(fabric), Some(demand)) = (fabric, demand) else {
        return;
    };
    for (station, kw) in fabric.0.water().stations.iter().zip(&demand.kw) {
        sites.set(station.load, kw / 1000.0);
    }
}
