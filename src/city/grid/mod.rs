//! The electricity domain: demand, supply, AC power flow, protection, heat, wear, restoration, meters.
//!
//! It deliberately has no market, no controller and no crews: set-points come as commands, work is asked for on the
//! work board, and money is only metered.

pub mod balance;
pub mod demand;
pub mod events;
pub mod fabric;
pub mod faults;
pub mod field_work;
#[cfg(test)]
pub mod fixture;
pub mod flow;
pub mod handles;
pub mod heat;
pub mod inlets;
pub mod laws;
pub mod meters;
pub mod network;
pub mod outlets;
pub mod profiles;
pub mod protection;
pub mod publish;
pub mod relays;
pub mod screening;
pub mod state;
pub mod supply;
pub mod switching;
pub mod taps;
pub mod topology;
pub mod totals;
pub mod wear;

use crate::city::grid::fabric::Fabric;
use crate::city::grid::flow::FlowState;
use crate::city::grid::handles::Targets;
use crate::city::grid::inlets::Ambient;
use crate::city::grid::inlets::SiteDemand;
use crate::city::grid::meters::Meters;
use crate::city::grid::network::Workspace;
use crate::city::grid::outlets::Supply;
use crate::city::grid::screening::Screening;
use crate::city::grid::state::BatteryState;
use crate::city::grid::state::Breaker;
use crate::city::grid::state::ExternalState;
use crate::city::grid::state::FeederState;
use crate::city::grid::state::LineState;
use crate::city::grid::state::LoadState;
use crate::city::grid::state::OilHeat;
use crate::city::grid::state::PlantState;
use crate::city::grid::state::Slot;
use crate::city::grid::state::TransformerState;
use crate::city::grid::topology::Incidence;
use crate::city::model::run::RunPlan;
use crate::engine::element::Elements;
use crate::engine::points::PointsBuilder;
use crate::engine::schedule::Stage;
use crate::engine::snapshot::StateRegistry;
use crate::solvers::power_flow::network::Voltages;
use bevy_ecs::prelude::IntoScheduleConfigs;
use bevy_ecs::prelude::Schedule;
use bevy_ecs::prelude::SystemSet;
use bevy_ecs::world::World;

/// This domain's systems by stage, for the twin to order against others that share the record and the work board.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GridSet {
    /// In Force: damage, work and commands.
    Switch,
    /// In Solve: everything physical.
    Physics,
    /// In Monitor: points.
    Publish,
}

/// Adds the domain to a world that is being built.
pub fn install(
    world: &mut World,
    schedules: &mut [Schedule; 2],
    state: &mut StateRegistry,
    points: &mut PointsBuilder,
    elements: &Elements,
    plan: &RunPlan,
) {
    let fabric = Fabric::new(&plan.city, elements, plan.step_s);
    let mut targets = Targets::new(&fabric);
    world.insert_resource(publish::register(&fabric, plan, &mut targets, points));
    world.insert_resource(totals::register(&fabric, elements, points));
    world.insert_resource(targets);
    world.insert_resource(Ambient::default());
    world.insert_resource(SiteDemand::default());
    world.insert_resource(Supply {
        share: vec![1.0; fabric.grid().loads.len()],
        voltage_pu: vec![1.0; fabric.grid().loads.len()],
        cause: vec![None; fabric.grid().loads.len()],
    });
    world.insert_resource(Screening::default());
    world.insert_resource(screening::Mesh::new(&fabric));
    world.insert_resource(Meters::new(plan.city.districts.len()));
    let buses = fabric.grid().buses.len();
    let branches = fabric.grid().lines.len() + fabric.grid().transformers.len();
    world.insert_resource(FlowState {
        voltages: Voltages {
            vm_pu: vec![0.0; buses],
            va_rad: vec![0.0; buses],
        },
        frequency_hz: fabric.grid().frequency_hz,
        ..FlowState::default()
    });
    world.insert_resource(Workspace {
        incidence: Incidence::new(fabric.grid()),
        flows: vec![Default::default(); branches],
        ..Workspace::default()
    });
    spawn(world, &fabric, plan);
    world.insert_resource(fabric);

    state.component::<LineState>("grid/lines");
    state.component::<TransformerState>("grid/transformers");
    state.component::<FeederState>("grid/feeders");
    state.component::<LoadState>("grid/loads");
    state.component::<PlantState>("grid/plants");
    state.component::<ExternalState>("grid/externals");
    state.component::<BatteryState>("grid/batteries");
    state.resource::<FlowState>("grid/flow");
    state.resource::<Meters>("grid/meters");
    state.resource::<Screening>("grid/screening");
    state.resource::<Ambient>("grid/ambient");
    state.resource::<SiteDemand>("grid/sites");
    state.resource::<Supply>("grid/supply");

    let [before, _] = schedules;
    before.add_systems(
        switching::switching
            .in_set(Stage::Force)
            .in_set(GridSet::Switch),
    );
    before.add_systems(
        (
            supply::supply,
            demand::demand,
            flow::solve,
            supply::discharge,
            heat::lines,
            heat::transformers,
            heat::service,
            screening::screen,
            meters::meter,
            protection::protect,
            taps::tap,
            wear::wear,
        )
            .chain()
            .in_set(Stage::Solve)
            .in_set(GridSet::Physics),
    );
    before.add_systems(
        (totals::publish, publish::publish)
            .chain()
            .in_set(Stage::Monitor)
            .in_set(GridSet::Publish),
    );
}

/// Spawns an entity an element, in table order, as it stands at the start of a run.
fn spawn(world: &mut World, fabric: &Fabric, plan: &RunPlan) {
    let grid = fabric.grid();
    let first = plan.weather.records.first();
    let air_c = first.map_or(20.0, |r| r.temp_c);
    let closed = |on: bool| Breaker {
        closed: on,
        ..Breaker::default()
    };
    for (i, row) in grid.lines.iter().enumerate() {
        let state = LineState {
            breaker: closed(!row.normally_open),
            rating_mva: row.rating_mva,
            conductor_c: air_c,
            ..LineState::default()
        };
        world.spawn((fabric.line_ids[i], Slot(i), state));
    }
    for (i, row) in grid.transformers.iter().enumerate() {
        // A run starts after a normal night: oil as a third of rated load leaves it.
        let heat = fabric.transformer_heat[i].0.steady(START_LOAD_PU, air_c);
        let state = TransformerState {
            breaker: closed(true),
            v_set_pu: row.v_set_pu,
            heat: OilHeat {
                top_oil_c: heat.top_oil_c,
                winding_rise_k: heat.winding_rise_k,
                oil_lag_k: heat.oil_lag_k,
            },
            ..TransformerState::default()
        };
        world.spawn((fabric.transformer_ids[i], Slot(i), state));
    }
    for (f, _) in grid.feeders.iter().enumerate() {
        let state = FeederState {
            breaker: closed(true),
            ..FeederState::default()
        };
        world.spawn((fabric.feeder_ids[f], Slot(f), state));
    }
    let service = fabric.service_heat.0.steady(START_LOAD_PU, air_c);
    for (l, _) in grid.loads.iter().enumerate() {
        let state = LoadState {
            home_air_c: START_INDOOR_C,
            home_mass_c: START_INDOOR_C,
            shop_air_c: START_INDOOR_C,
            shop_mass_c: START_INDOOR_C,
            heat: OilHeat {
                top_oil_c: service.top_oil_c,
                winding_rise_k: service.winding_rise_k,
                oil_lag_k: service.oil_lag_k,
            },
            supplied: 1.0,
            ..LoadState::default()
        };
        world.spawn((fabric.load_ids[l], Slot(l), state));
    }
    let hour = usize::from(plan.start.hour().unsigned_abs());
    for (p, row) in grid.plants.iter().enumerate() {
        let scheduled = row.schedule.get(hour).copied().unwrap_or(0.0) * row.p_max_mw;
        let state = PlantState {
            derate: 1.0,
            p_set_mw: scheduled,
            p_mw: scheduled,
            available_mw: row.p_max_mw,
            v_set_pu: row.v_set_pu,
            ..PlantState::default()
        };
        world.spawn((fabric.plant_ids[p], Slot(p), state));
    }
    for (e, row) in grid.externals.iter().enumerate() {
        let state = ExternalState {
            limit_mw: row.limit_mw,
            ..ExternalState::default()
        };
        world.spawn((fabric.external_ids[e], Slot(e), state));
    }
    for (b, row) in grid.batteries.iter().enumerate() {
        let state = BatteryState {
            soc: row.initial_soc,
            ..BatteryState::default()
        };
        world.spawn((fabric.battery_ids[b], Slot(b), state));
    }
}

/// Load that transformers have come from when a run starts, per unit of rating.
const START_LOAD_PU: f64 = 0.35;
/// Indoor temperature of cooled buildings when a run starts, degrees Celsius.
const START_INDOOR_C: f64 = 24.5;
