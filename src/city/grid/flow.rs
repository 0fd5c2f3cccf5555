//! The flow of power in one step: switches -> islands -> balance -> power flow, repeated until nothing more opens.
//!
//! Faults are cleared, islands are balanced by shedding, and a network that has no solution is relieved, all within the
//! step (they take milliseconds to seconds). Overload relays, which take minutes, live in `protection`.

use crate::city::grid::balance;
use crate::city::grid::events::Log;
use crate::city::grid::fabric::Fabric;
use crate::city::grid::faults;
use crate::city::grid::network;
use crate::city::grid::network::Workspace;
use crate::city::grid::outlets::Supply;
use crate::city::grid::state::BatteryState;
use crate::city::grid::state::ExternalState;
use crate::city::grid::state::FeederState;
use crate::city::grid::state::LineState;
use crate::city::grid::state::LoadState;
use crate::city::grid::state::PlantState;
use crate::city::grid::state::Slot;
use crate::city::grid::state::TransformerState;
use crate::city::grid::topology::Topology;
use crate::city::grid::topology::connect;
use crate::engine::clock::Clock;
use crate::engine::record::EventId;
use crate::engine::record::Record;
use crate::solvers::power_flow::network::Voltages;
use bevy_ecs::prelude::Mut;
use bevy_ecs::prelude::Query;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;
use bevy_ecs::resource::Resource;
use serde::Deserialize;
use serde::Serialize;

/// Rounds of opening and solving again before the rest of a collapsing island is given up.
const MAX_ROUNDS: usize = 60;

/// What the flow remembers from step to step.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FlowState {
    /// Bus voltages, the warm start of the next solve.
    pub voltages: Voltages,
    /// Whether each bus was energised at the end of the last step.
    pub live: Vec<bool>,
    /// Losses of all islands, megawatts.
    pub losses_mw: f64,
    /// Energised islands.
    pub islands: u32,
    /// Lowest frequency of the islands, hertz.
    pub frequency_hz: f64,
    /// Newton iterations since the start.
    pub iterations: u64,
    /// Largest mismatch of the last solve, per unit.
    pub mismatch_pu: f64,
}

/// All mutable states of the grid in table order, for the loops that need any element at any time.
pub struct Elements<'w> {
    /// Lines.
    pub lines: Vec<Mut<'w, LineState>>,
    /// Transformers.
    pub transformers: Vec<Mut<'w, TransformerState>>,
    /// Feeders.
    pub feeders: Vec<Mut<'w, FeederState>>,
    /// Loads.
    pub loads: Vec<Mut<'w, LoadState>>,
    /// Plants.
    pub plants: Vec<Mut<'w, PlantState>>,
    /// Externals.
    pub externals: Vec<Mut<'w, ExternalState>>,
    /// Batteries.
    pub batteries: Vec<Mut<'w, BatteryState>>,
}

impl std::fmt::Debug for Elements<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Elements").finish_non_exhaustive()
    }
}

impl Elements<'_> {
    /// Whether each branch conducts: closed, and behind a closed feeder breaker if it is a feeder's first section.
    #[must_use]
    pub fn branches_on(&self, fabric: &Fabric) -> Vec<bool> {
        let lines = self.lines.iter().enumerate().map(|(i, line)| {
            let head = fabric.head_of_line[i];
            line.breaker.closed && head.is_none_or(|f| self.feeders[f].breaker.closed)
        });
        let transformers = self.transformers.iter().enumerate().map(|(i, t)| {
            let with_its_line = fabric.block[i].is_none_or(|line| self.lines[line].breaker.closed);
            t.breaker.closed && !t.wear.failed && with_its_line
        });
        lines.chain(transformers).collect()
    }

    /// Whether a load is switched to its bus (a feeder without lines switches its loads themselves).
    #[must_use]
    pub fn load_on(&self, fabric: &Fabric, load: usize) -> bool {
        let feeder = fabric.grid().loads[load].feeder;
        fabric.grid().feeders[feeder].head_line.is_some() || self.feeders[feeder].breaker.closed
    }

    /// Customers of a feeder that have supply, by the last solve.
    #[must_use]
    pub fn supplied_customers(&self, fabric: &Fabric, feeder: usize) -> f64 {
        fabric.loads_of_feeder[feeder]
            .iter()
            .map(|&l| fabric.customers[l] * self.loads[l].supplied)
            .sum()
    }
}

/// Sorts a query's rows into table order.
fn in_order<'w, S: bevy_ecs::component::Component<Mutability = bevy_ecs::component::Mutable>>(
    query: &'w mut Query<(&Slot, &mut S)>,
) -> Vec<Mut<'w, S>> {
    let mut rows: Vec<(usize, Mut<'w, S>)> = query
        .iter_mut()
        .map(|(slot, state)| (slot.0, state))
        .collect();
    if !rows.is_sorted_by_key(|(slot, _)| *slot) {
        rows.sort_by_key(|(slot, _)| *slot);
    }
    rows.into_iter().map(|(_, state)| state).collect()
}

/// The queries of all element states.
#[derive(bevy_ecs::system::SystemParam, Debug)]
pub struct ElementQueries<'w, 's> {
    lines: Query<'w, 's, (&'static Slot, &'static mut LineState)>,
    transformers: Query<'w, 's, (&'static Slot, &'static mut TransformerState)>,
    feeders: Query<'w, 's, (&'static Slot, &'static mut FeederState)>,
    loads: Query<'w, 's, (&'static Slot, &'static mut LoadState)>,
    plants: Query<'w, 's, (&'static Slot, &'static mut PlantState)>,
    externals: Query<'w, 's, (&'static Slot, &'static mut ExternalState)>,
    batteries: Query<'w, 's, (&'static Slot, &'static mut BatteryState)>,
}

impl ElementQueries<'_, '_> {
    /// All states in table order.
    pub fn all(&mut self) -> Elements<'_> {
        Elements {
            lines: in_order(&mut self.lines),
            transformers: in_order(&mut self.transformers),
            feeders: in_order(&mut self.feeders),
            loads: in_order(&mut self.loads),
            plants: in_order(&mut self.plants),
            externals: in_order(&mut self.externals),
            batteries: in_order(&mut self.batteries),
        }
    }
}

/// Solves the step's flow.
pub fn solve(
    fabric: Res<Fabric>,
    clock: Res<Clock>,
    mut state: ResMut<FlowState>,
    mut work: ResMut<Workspace>,
    mut outlet: ResMut<Supply>,
    mut record: ResMut<Record>,
    mut queries: ElementQueries,
) {
    let mut all = queries.all();
    let mut log = Log::new(&mut record, clock.t_s());
    let before: Vec<f64> = all.loads.iter().map(|l| l.supplied).collect();
    let mut last_cause = None;
    for round in 0..MAX_ROUNDS {
        connect_network(&fabric, &state, &mut work, &all);
        // No round is spent on faults: a storm may fell more lines in a step than there are rounds. It ends, since each
        // clearing opens something.
        while let Some(cause) = faults::clear(&fabric, &work.topology, &mut all, &mut log) {
            last_cause = Some(cause);
            connect_network(&fabric, &state, &mut work, &all);
        }
        supply_loads(&fabric, &work.topology, &mut all);
        if let Some(cause) =
            balance::balance(&fabric, &mut state, &work.topology, &mut all, &mut log)
        {
            last_cause = Some(cause);
            continue;
        }
        match network::solve(&fabric, &mut state, &mut work, &mut all) {
            Ok(()) => break,
            Err(islands) => {
                let hopeless = round + 10 >= MAX_ROUNDS;
                last_cause = balance::relieve(
                    &fabric,
                    &work.topology,
                    &islands,
                    hopeless,
                    &mut state,
                    &mut all,
                    &mut log,
                )
                .or(last_cause);
            }
        }
    }
    finish(&fabric, &mut state, &work.topology, &mut all);
    let dark = report_dark(&fabric, &work.topology, &before, last_cause, &all, &mut log);
    let cause = dark.or(last_cause).or_else(|| last_opening(&all));
    tell(&fabric, &state, &all, cause, &mut outlet);
}

/// Fills the outlet: what each load gets, and why it gets nothing.
fn tell(
    fabric: &Fabric,
    state: &FlowState,
    all: &Elements,
    last_cause: Option<EventId>,
    outlet: &mut Supply,
) {
    for (l, load) in all.loads.iter().enumerate() {
        let row = &fabric.grid().loads[l];
        outlet.share[l] = load.supplied;
        if load.supplied > 0.0 {
            outlet.voltage_pu[l] = state.voltages.vm_pu[row.bus];
            outlet.cause[l] = None;
        } else {
            // What a switch did in the Force stage is known to the feeder; the rest happened in this solve.
            let breaker = &all.feeders[row.feeder].breaker;
            let opened = breaker.cause.filter(|_| !breaker.closed);
            outlet.voltage_pu[l] = 0.0;
            outlet.cause[l] = outlet.cause[l].or(opened).or(last_cause);
        }
    }
}

/// Rebuilds the topology if a switch or a source has changed.
fn connect_network(fabric: &Fabric, state: &FlowState, work: &mut Workspace, all: &Elements) {
    let on = all.branches_on(fabric);
    let grid = fabric.grid();
    let mut sources: Vec<(usize, bool, f64)> = grid
        .externals
        .iter()
        .zip(&all.externals)
        .filter(|(_, external)| !external.out)
        .map(|(row, _)| (row.bus, true, f64::INFINITY))
        .collect();
    for (p, plant) in grid.plants.iter().enumerate() {
        // Only a machine that is running can hold an island; the sun, the wind and condensers cannot, and nothing is
        // started in the dark (no black start yet).
        let running = state.live.get(plant.bus).copied().unwrap_or(true);
        if plant.technology.follows_load() && running && all.plants[p].available_mw > 0.0 {
            sources.push((plant.bus, false, plant.p_max_mw));
        }
    }
    if work.on == on && work.sources == sources {
        return;
    }
    work.topology = connect(grid, &work.incidence, &on, &sources);
    work.on = on;
    work.sources = sources;
    work.solver = None;
}

/// What each load gets, given what is energised.
fn supply_loads(fabric: &Fabric, topology: &Topology, all: &mut Elements) {
    for l in 0..all.loads.len() {
        let row = &fabric.grid().loads[l];
        let on = topology.live(row.bus) && all.load_on(fabric, l);
        let load = &mut all.loads[l];
        let sound = if row.service_units == 0 {
            1.0
        } else {
            1.0 - f64::from(load.failed_units.min(row.service_units)) / f64::from(row.service_units)
        };
        load.supplied = if on { sound } else { 0.0 };
        load.served_mw = load.demand_mw * load.supplied;
        if !on {
            load.pv_mw = 0.0;
        }
    }
}

/// Notes what is energised now.
fn finish(fabric: &Fabric, state: &mut FlowState, topology: &Topology, all: &mut Elements) {
    let grid = fabric.grid();
    state.islands = topology.islands.len() as u32;
    state.live = topology.island_of_bus.iter().map(Option::is_some).collect();
    for (i, line) in all.lines.iter_mut().enumerate() {
        let row = &grid.lines[i];
        line.energised = line.breaker.closed && topology.live(row.from) && topology.live(row.to);
    }
    for (i, t) in all.transformers.iter_mut().enumerate() {
        let row = &grid.transformers[i];
        t.energised =
            t.breaker.closed && !t.wear.failed && topology.live(row.from) && topology.live(row.to);
    }
    for (p, plant) in all.plants.iter_mut().enumerate() {
        if !topology.live(grid.plants[p].bus) {
            plant.p_mw = 0.0;
        }
    }
    for (i, battery) in all.batteries.iter_mut().enumerate() {
        if !topology.live(grid.batteries[i].bus) {
            battery.p_mw = 0.0;
        }
    }
    for (f, feeder) in all.feeders.iter_mut().enumerate() {
        feeder.demand_mw = 0.0;
        feeder.customers_out = 0.0;
        for &l in &fabric.loads_of_feeder[f] {
            feeder.demand_mw += all.loads[l].demand_mw;
            feeder.customers_out += fabric.customers[l] * (1.0 - all.loads[l].supplied);
        }
    }
}

/// What opened last in the mesh or at a transformer: why a part of it is dark when this step opened nothing itself.
fn last_opening(all: &Elements) -> Option<EventId> {
    let lines = all.lines.iter().map(|l| l.breaker);
    let transformers = all.transformers.iter().map(|t| t.breaker);
    let open = lines.chain(transformers).filter(|b| !b.closed);
    open.filter_map(|b| b.cause).max()
}

/// One event for the customers who went dark by something other than their own feeder's breaker.
fn report_dark(
    fabric: &Fabric,
    topology: &Topology,
    before: &[f64],
    cause: Option<EventId>,
    all: &Elements,
    log: &mut Log,
) -> Option<EventId> {
    let lost: f64 = (0..before.len())
        .filter(|&l| {
            let row = &fabric.grid().loads[l];
            // A burnt-out service transformer has its own event; its bus is alive.
            all.feeders[row.feeder].breaker.closed && !topology.live(row.bus)
        })
        .map(|l| fabric.customers[l] * (before[l] - all.loads[l].supplied).max(0.0))
        .sum();
    if lost < 1.0 {
        return None;
    }
    let cause = cause.or_else(|| last_opening(all));
    Some(log.event("island_dark", None, cause, lost, || {
        format!("{lost:.0} customers lost supply with it")
    }))
}
