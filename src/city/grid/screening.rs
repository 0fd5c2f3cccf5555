//! Security screening: would the loss of any one mesh branch overload another? By line outage distribution factors.
//!
//! Screened are the lines between transmission buses and the power transformers; feeders are radial and covered by
//! ties. Linear and before anyone acts: it says how exposed the network stands, not what would happen.

use crate::city::grid::fabric::Fabric;
use crate::city::grid::state::LineState;
use crate::city::grid::state::Slot;
use crate::city::grid::state::TransformerState;
use crate::city::model::grid::BusRole;
use crate::engine::clock::Clock;
use crate::solvers::power_flow::dc::DcPowerFlow;
use crate::solvers::power_flow::islands::bridges;
use crate::solvers::power_flow::islands::islands;
use crate::solvers::power_flow::network::Branch;
use crate::solvers::power_flow::network::Bus;
use crate::solvers::power_flow::network::BusKind;
use crate::solvers::power_flow::network::Network;
use crate::solvers::power_flow::screening::screen as screen_outages;
use bevy_ecs::prelude::Query;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;
use bevy_ecs::resource::Resource;
use serde::Deserialize;
use serde::Serialize;

/// Loading after a contingency that counts as a violation, share of the present rating: emergency ratings for the time
/// it takes to redispatch are a fifth above continuous ones.
const EMERGENCY: f64 = 1.2;
/// Branches up to which the screening is done at the slow spacing; beyond, its square cost makes it hourly.
const OFTEN: usize = 500;
/// Spacing of the screening of larger meshes, seconds.
const SELDOM_S: u32 = 3600;

/// Result of the last screening.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Screening {
    /// Single outages that would overload something.
    pub violations: u32,
    /// Worst loading after any single outage, share of rating.
    pub worst: f64,
}

/// The mesh as the screening sees it; a cache over the static grid and the present switches.
#[derive(Resource, Debug, Default)]
pub struct Mesh {
    /// Lines of the mesh, then transformers, as (is a transformer, index).
    branches: Vec<(bool, usize)>,
    /// Mesh index of each bus; none outside.
    bus: Vec<Option<usize>>,
    buses: usize,
    every_s: u32,
    on: Vec<bool>,
    solver: Option<(DcPowerFlow, Vec<bool>)>,
}

impl Mesh {
    /// The mesh of a grid.
    #[must_use]
    pub fn new(fabric: &Fabric) -> Self {
        let grid = fabric.grid();
        let mut mesh = Self {
            bus: vec![None; grid.buses.len()],
            ..Self::default()
        };
        for (b, row) in grid.buses.iter().enumerate() {
            if row.role != BusRole::Feeder {
                mesh.bus[b] = Some(mesh.buses);
                mesh.buses += 1;
            }
        }
        let inside = |from: usize, to: usize| mesh.bus[from].is_some() && mesh.bus[to].is_some();
        let lines = (0..grid.lines.len())
            .filter(|&i| fabric.transmission[i])
            .map(|i| (false, i));
        let transformers = grid.transformers.iter().enumerate();
        let transformers = transformers
            .filter(|(_, t)| inside(t.from, t.to))
            .map(|(i, _)| (true, i));
        mesh.branches = lines.chain(transformers).collect();
        mesh.every_s = if mesh.branches.len() <= OFTEN {
            fabric.slow_s
        } else {
            fabric.slow_s * SELDOM_S.div_ceil(fabric.slow_s)
        };
        mesh
    }

    fn network(&self, fabric: &Fabric, on: &[bool]) -> Network {
        let grid = fabric.grid();
        let plain = Bus {
            kind: BusKind::Pq,
            gs_pu: 0.0,
            bs_pu: 0.0,
        };
        let branch = |(k, &(transformer, i)): (usize, &(bool, usize))| {
            let (from, to, x_pu, tap) = if transformer {
                let t = &grid.transformers[i];
                (t.from, t.to, t.x_pu, t.ratio)
            } else {
                let l = &grid.lines[i];
                (l.from, l.to, l.x_pu, 1.0)
            };
            Branch {
                from: self.bus[from].unwrap_or(0),
                to: self.bus[to].unwrap_or(0),
                r_pu: 0.0,
                x_pu,
                b_pu: 0.0,
                tap,
                shift_rad: 0.0,
                in_service: on[k],
            }
        };
        let mut network = Network {
            base_mva: grid.base_mva,
            buses: vec![plain; self.buses],
            branches: self.branches.iter().enumerate().map(branch).collect(),
        };
        // Outage factors do not depend on which bus takes the balance: the first of each connected part.
        let parts = islands(&network);
        let mut seen = vec![false; parts.count];
        for (b, part) in parts.of_bus.iter().enumerate() {
            // No bus is isolated here, so every one has a part.
            if let Some(seen) = seen.get_mut(*part as usize)
                && !std::mem::replace(seen, true)
            {
                network.buses[b].kind = BusKind::Slack;
            }
        }
        network
    }
}

/// Screens the mesh as it stands.
pub fn screen(
    fabric: Res<Fabric>,
    clock: Res<Clock>,
    mut mesh: ResMut<Mesh>,
    mut result: ResMut<Screening>,
    lines: Query<(&Slot, &LineState)>,
    transformers: Query<(&Slot, &TransformerState)>,
) {
    if !clock.begins(mesh.every_s) {
        return;
    }
    let base = fabric.grid().base_mva;
    let (n_lines, n_transformers) = (fabric.lines(), fabric.grid().transformers.len());
    let mut line_rows = vec![(false, 0.0, 0.0); n_lines];
    for (slot, line) in &lines {
        line_rows[slot.0] = (
            line.energised,
            line.p_mw / base,
            EMERGENCY * line.rating_mva / base,
        );
    }
    let mut transformer_rows = vec![(false, 0.0, 0.0); n_transformers];
    for (slot, t) in &transformers {
        let rating = fabric.grid().transformers[slot.0].rating_mva;
        transformer_rows[slot.0] = (t.energised, t.p_mw / base, EMERGENCY * rating / base);
    }
    let rows: Vec<(bool, f64, f64)> = mesh
        .branches
        .iter()
        .map(|&(t, i)| if t { transformer_rows[i] } else { line_rows[i] })
        .collect();
    let on: Vec<bool> = rows.iter().map(|r| r.0).collect();
    if mesh.solver.is_none() || mesh.on != on {
        let network = mesh.network(&fabric, &on);
        mesh.solver = DcPowerFlow::new(&network)
            .ok()
            .map(|dc| (dc, bridges(&network)));
        mesh.on = on;
    }
    let flows: Vec<f64> = rows.iter().map(|r| r.1).collect();
    let limits: Vec<f64> = rows.iter().map(|r| r.2).collect();
    let screened = mesh
        .solver
        .as_ref()
        .and_then(|(dc, bridges)| screen_outages(dc, bridges, &flows, &limits).ok());
    *result = screened.map_or_else(Screening::default, |found| Screening {
        violations: found
            .after_outage
            .iter()
            .filter(|w| w.loading > 1.0)
            .count() as u32,
        worst: EMERGENCY
            * found
                .after_outage
                .iter()
                .map(|w| w.loading)
                .fold(0.0, f64::max),
    });
}
