//! Keeping islands in balance: generation follows load within its limits, under-frequency relays shed the rest, and
//! under-voltage relays relieve what has no solution.

use crate::city::grid::events::Log;
use crate::city::grid::fabric::Fabric;
use crate::city::grid::flow::Elements;
use crate::city::grid::flow::FlowState;
use crate::city::grid::topology::Topology;
use crate::city::model::grid::Technology;
use crate::engine::record::EventId;

/// Share of its generators' capacity that an island may load before its frequency sags for good.
const USABLE: f64 = 0.99;
/// Frequency deviation at full load step, share of nominal (5 % droop; ENTSO-E practice 4 to 8 %).
const DROOP: f64 = 0.05;
/// Share of an island's demand that one stage of under-frequency or under-voltage relays sheds (EU 2017/2196: six or
/// more stages to 45 % in all).
const STAGE: f64 = 0.075;

/// Balances every island that no neighbour holds. Returns the last shedding, or none if nothing opened.
pub fn balance(
    fabric: &Fabric,
    state: &mut FlowState,
    topology: &Topology,
    all: &mut Elements,
    log: &mut Log,
) -> Option<EventId> {
    let grid = fabric.grid();
    let nominal_hz = grid.frequency_hz;
    state.frequency_hz = nominal_hz;
    let total_served: f64 = all.loads.iter().map(|l| l.served_mw).sum();
    let mut last = None;
    for (i, island) in topology.islands.iter().enumerate() {
        if island.external {
            continue;
        }
        let here = |bus: usize| topology.island_of_bus[bus] == Some(i);
        let mut served = 0.0;
        let mut fixed = 0.0;
        for (l, _) in grid.loads.iter().enumerate().filter(|(_, r)| here(r.bus)) {
            served += all.loads[l].served_mw;
            fixed += if all.loads[l].supplied > 0.0 {
                all.loads[l].pv_mw
            } else {
                0.0
            };
        }
        for (b, _) in grid
            .batteries
            .iter()
            .enumerate()
            .filter(|(_, r)| here(r.bus))
        {
            fixed += all.batteries[b].p_mw;
        }
        // Losses of the last step, shared by load: good enough to place generators, the slack takes what is left.
        let losses = if total_served > 0.0 {
            state.losses_mw * served / total_served
        } else {
            0.0
        };
        let mut scheduled = 0.0;
        let (mut up, mut down) = (0.0, 0.0);
        for (p, row) in grid.plants.iter().enumerate().filter(|(_, r)| here(r.bus)) {
            let plant = &all.plants[p];
            if row.technology.follows_load() {
                scheduled += plant.p_mw;
                up += (plant.available_mw * USABLE - plant.p_mw).max(0.0);
                down += plant.p_mw.max(0.0);
            } else {
                fixed += plant.p_mw;
            }
        }
        let needed = served + losses - fixed;
        let mut mismatch = needed - scheduled;
        if mismatch > up {
            mismatch -= stop_charging(fabric, &here, mismatch - up, all);
        }
        let capacity = scheduled + up;
        if capacity > 0.0 {
            let sag = DROOP * nominal_hz * (mismatch / capacity).clamp(-1.0, 1.0);
            state.frequency_hz = state.frequency_hz.min(nominal_hz - sag);
        }
        if mismatch > up + 1e-6 {
            let short = mismatch - up;
            if let Some(id) = shed(
                fabric,
                topology,
                i,
                short.max(STAGE * served * 0.2),
                "under-frequency",
                None,
                all,
                log,
            ) {
                last = Some(id);
                continue;
            }
        }
        if -mismatch > down {
            curtail(fabric, &here, -mismatch - down, all);
        }
        let (share, room) = if mismatch >= 0.0 {
            (mismatch.min(up), up)
        } else {
            (mismatch.max(-down), down)
        };
        for (p, row) in grid.plants.iter().enumerate().filter(|(_, r)| here(r.bus)) {
            let plant = &mut all.plants[p];
            if room > 0.0 && row.technology.follows_load() {
                let own = if share >= 0.0 {
                    (plant.available_mw * USABLE - plant.p_mw).max(0.0)
                } else {
                    plant.p_mw.max(0.0)
                };
                plant.p_mw += share * own / room;
            }
        }
    }
    last
}

/// Cuts the charging of an island's batteries by up to `short_mw`, as storage must before any customer is shed (EU
/// 2017/2196, article 15). Returns by how much.
fn stop_charging(
    fabric: &Fabric,
    here: &dyn Fn(usize) -> bool,
    short_mw: f64,
    all: &mut Elements,
) -> f64 {
    let mut left = short_mw;
    for (b, row) in fabric.grid().batteries.iter().enumerate() {
        if left > 0.0 && here(row.bus) {
            let cut = left.min((-all.batteries[b].p_mw).max(0.0));
            all.batteries[b].p_mw += cut;
            left -= cut;
        }
    }
    short_mw - left
}

/// Takes back what an island's followers cannot make room for: over-frequency lowers the sun and the wind together (EN
/// 50549-1, limited frequency-sensitive mode), and then the batteries' discharge.
fn curtail(fabric: &Fabric, here: &dyn Fn(usize) -> bool, surplus_mw: f64, all: &mut Elements) {
    let grid = fabric.grid();
    let variable =
        |technology: Technology| matches!(technology, Technology::Solar | Technology::Wind);
    let plants = (0..grid.plants.len())
        .filter(|&p| here(grid.plants[p].bus) && variable(grid.plants[p].technology));
    let plants: Vec<usize> = plants.collect();
    let roofs: Vec<usize> = (0..grid.loads.len())
        .filter(|&l| here(grid.loads[l].bus) && all.loads[l].supplied > 0.0)
        .collect();
    let made: f64 = plants.iter().map(|&p| all.plants[p].p_mw).sum::<f64>()
        + roofs.iter().map(|&l| all.loads[l].pv_mw).sum::<f64>();
    if made > 0.0 {
        let kept = (1.0 - surplus_mw / made).max(0.0);
        for p in plants {
            all.plants[p].p_mw *= kept;
        }
        for l in roofs {
            all.loads[l].pv_mw *= kept;
        }
    }
    let mut left = surplus_mw - made;
    for (b, row) in grid.batteries.iter().enumerate() {
        if left > 0.0 && here(row.bus) {
            let cut = left.min(all.batteries[b].p_mw.max(0.0));
            all.batteries[b].p_mw -= cut;
            left -= cut;
        }
    }
}

/// Below this an island serves nobody, megawatts.
const NOBODY_MW: f64 = 1e-6;

/// Sheds a stage in islands whose flow has no solution, or everything if it is hopeless.
pub fn relieve(
    fabric: &Fabric,
    topology: &Topology,
    islands: &[usize],
    hopeless: bool,
    state: &mut FlowState,
    all: &mut Elements,
    log: &mut Log,
) -> Option<EventId> {
    let mut last = None;
    for &island in islands {
        let served: f64 = fabric
            .grid()
            .loads
            .iter()
            .enumerate()
            .filter(|(_, row)| topology.island_of_bus[row.bus] == Some(island))
            .map(|(l, _)| all.loads[l].served_mw)
            .sum();
        if served < NOBODY_MW {
            // Machines that serve nobody and cannot hold their voltage shut down, and the island is dark.
            for (p, row) in fabric.grid().plants.iter().enumerate() {
                if topology.island_of_bus[row.bus] == Some(island) {
                    all.plants[p].p_mw = 0.0;
                    if let Some(live) = state.live.get_mut(row.bus) {
                        *live = false;
                    }
                }
            }
            continue;
        }
        let amount = if hopeless { served } else { STAGE * served };
        let id = log.event("voltage_collapse", None, None, 0.0, || {
            format!(
                "no solution of the flow with {served:.0} MW served; relays shed {amount:.0} MW"
            )
        });
        last = shed(
            fabric,
            topology,
            island,
            amount,
            "under-voltage",
            Some(id),
            all,
            log,
        )
        .or(Some(id));
    }
    last
}

/// Opens feeders of an island in order of priority until `amount_mw` of served load is off.
#[allow(
    clippy::too_many_arguments,
    reason = "a relay's order: where, how much, by whom, why"
)]
pub fn shed(
    fabric: &Fabric,
    topology: &Topology,
    island: usize,
    amount_mw: f64,
    relay: &str,
    cause: Option<EventId>,
    all: &mut Elements,
    log: &mut Log,
) -> Option<EventId> {
    let grid = fabric.grid();
    let mut order: Vec<usize> = (0..grid.feeders.len())
        .filter(|&f| {
            all.feeders[f].breaker.closed
                && topology.island_of_bus[grid.feeders[f].bus] == Some(island)
        })
        .collect();
    order.sort_by_key(|&f| (grid.feeders[f].priority, f));
    let mut left = amount_mw;
    let mut last = None;
    for f in order {
        if left <= 0.0 {
            break;
        }
        let served: f64 = fabric.loads_of_feeder[f]
            .iter()
            .map(|&l| all.loads[l].served_mw)
            .sum();
        if served <= 0.0 {
            continue;
        }
        last = Some(open(fabric, f, relay, cause, all, log));
        left -= served;
    }
    last
}

/// Opens a feeder by an automatic scheme.
fn open(
    fabric: &Fabric,
    feeder: usize,
    relay: &str,
    cause: Option<EventId>,
    all: &mut Elements,
    log: &mut Log,
) -> EventId {
    let customers = all.supplied_customers(fabric, feeder);
    let served: f64 = fabric.loads_of_feeder[feeder]
        .iter()
        .map(|&l| all.loads[l].served_mw)
        .sum();
    let id = log.event(
        "feeder_shed_auto",
        Some(fabric.feeder_ids[feeder]),
        cause,
        customers,
        || format!("{relay} relays took off {served:.1} MW"),
    );
    let breaker = &mut all.feeders[feeder].breaker;
    breaker.closed = false;
    breaker.tripped = true;
    breaker.commanded_open = false;
    breaker.cause = Some(id);
    breaker.overload = 0.0;
    id
}

#[cfg(test)]
mod tests {
    use crate::city::grid::fixture::Bench;
    use crate::city::grid::fixture::LOAD_MW;
    use crate::city::grid::fixture::city;
    use crate::city::grid::state::ExternalState;
    use crate::city::grid::state::FeederState;
    use crate::city::grid::state::LoadState;
    use crate::city::grid::state::PlantState;
    use crate::city::model::city::City;
    use crate::city::model::grid::Technology;
    use crate::engine::damage::Effect;

    /// The city cut off from its neighbour.
    fn island(city: City) -> Bench {
        let mut bench = Bench::new(city);
        bench.steps(2);
        bench.strike("line/L1", Effect::Trip);
        bench.strike("line/L2", Effect::Trip);
        bench.steps(1);
        bench
    }

    #[test]
    fn an_island_with_enough_generation_survives_at_lower_frequency() {
        let mut bench = island(city());
        assert_eq!(bench.point("grid/islands"), 2.0);
        assert_eq!(bench.point("grid/customers_out"), 0.0);
        assert!(bench.state::<ExternalState>("external/EXT").p_mw.abs() < 1e-6);
        let served = bench.point("grid/served_mw");
        let plant: PlantState = bench.state("plant/GT");
        assert!((served - 4.0 * LOAD_MW).abs() < 0.1, "{served}");
        assert!((plant.p_mw - served - bench.point("grid/losses_mw")).abs() < 0.02);
        // The plant stood at 5 MW of 9.9 usable: 50 Hz less 5 % of the step's share of capacity.
        let expected = 50.0 - 0.05 * 50.0 * (served - 5.0) / 9.9;
        assert!((bench.point("grid/frequency_hz") - expected).abs() < 0.02);
    }

    #[test]
    fn an_island_short_of_generation_sheds_by_priority() {
        let mut weak = city();
        weak.grid.plants[0].p_max_mw = 6.0;
        let mut bench = island(weak);
        assert!(!bench.state::<FeederState>("feeder/A").breaker.closed);
        assert!(bench.state::<FeederState>("feeder/B").breaker.closed);
        assert_eq!(bench.point("grid/customers_out"), 2000.0);
        assert_eq!(bench.events("feeder_shed_auto").len(), 1);
        assert!((bench.state::<PlantState>("plant/GT").p_mw - 2.0 * LOAD_MW).abs() < 0.1);
    }

    #[test]
    fn batteries_stop_charging_before_anybody_is_shed() {
        let mut tight = city();
        tight.grid.plants[0].p_max_mw = 9.0;
        let mut bench = Bench::new(tight);
        bench.command("grid/battery/BAT/p_set_mw", -2.0);
        bench.steps(3);
        assert_eq!(bench.point("grid/battery/BAT/p_mw"), -2.0);
        bench.strike("line/L1", Effect::Trip);
        bench.strike("line/L2", Effect::Trip);
        bench.steps(1);
        assert_eq!(bench.point("grid/customers_out"), 0.0);
        // What the plant's usable 8.91 MW leave above the customers.
        let left = 0.99 * 9.0 - bench.point("grid/served_mw");
        assert!((bench.point("grid/battery/BAT/p_mw") + left).abs() < 0.1);
        assert!(left > 0.5 && left < 1.5);
    }

    #[test]
    fn an_island_without_a_machine_is_dark() {
        let mut none = city();
        none.grid.plants.clear();
        let mut bench = island(none);
        assert_eq!(bench.point("grid/customers_out"), 4000.0);
        assert_eq!(bench.point("grid/served_mw"), 0.0);
        let (dark, _) = bench.events("island_dark").remove(0);
        assert_eq!(dark.customers, 4000.0);
        let trips = bench.events("line_trip");
        assert_eq!(
            dark.cause,
            Some(trips[1].0.id),
            "the opening that cut it off"
        );
        bench.command("grid/line/L1/closed", 1.0);
        bench.steps(2);
        assert_eq!(bench.point("grid/customers_out"), 0.0);
    }

    #[test]
    fn a_plant_on_a_dark_bus_makes_nothing_and_ramps_up_when_it_is_fed_again() {
        let mut sunny = city();
        sunny.grid.plants[0].technology = Technology::Hydro;
        let mut bench = island(sunny);
        bench.change("plant/GT", |p: &mut PlantState| p.derate = 0.0);
        // The bench checks the balance of power after each step.
        bench.steps(2);
        assert_eq!(bench.point("grid/customers_out"), 4000.0);
        bench.change("plant/GT", |p: &mut PlantState| p.derate = 1.0);
        bench.steps(5);
        assert_eq!(bench.state::<PlantState>("plant/GT").p_mw, 0.0);
        bench.command("grid/line/L1/closed", 1.0);
        bench.steps(3);
        let p_mw = bench.state::<PlantState>("plant/GT").p_mw;
        assert!(p_mw > 0.5 && p_mw < 3.5, "{p_mw}");
    }

    #[test]
    fn the_loss_of_the_neighbour_leaves_the_city_to_its_plants() {
        let mut bench = Bench::new(city());
        bench.steps(1);
        bench.strike("external/EXT", Effect::Fail);
        bench.steps(1);
        assert_eq!(bench.point("grid/external/EXT/limit_mw"), 0.0);
        assert_eq!(bench.point("grid/external/EXT/p_mw"), 0.0);
        assert_eq!(bench.point("grid/customers_out"), 0.0);
        assert!(bench.point("grid/frequency_hz") < 50.0);
        bench.mend("external/EXT");
        bench.steps(1);
        assert_eq!(bench.point("grid/external/EXT/limit_mw"), 20.0);
        assert!(bench.state::<ExternalState>("external/EXT").p_mw > 1.0);
        assert_eq!(bench.point("grid/frequency_hz"), 50.0);
    }

    #[test]
    fn a_sunny_island_lowers_the_sun_rather_than_motor_its_plant() {
        let mut sunny = city();
        let mut solar = sunny.grid.plants[0].clone();
        solar.id = "PV".to_owned();
        solar.technology = Technology::Solar;
        (solar.p_min_mw, solar.p_max_mw, solar.ramp_mw_min) = (0.0, 30.0, 30.0);
        sunny.grid.plants.push(solar);
        sunny.grid.loads[2].pv_mwp = 3.0;
        let mut bench = Bench::new(sunny);
        bench.weather(|air| {
            (air.ghi_w_m2, air.dni_w_m2, air.dhi_w_m2) = (900.0, 800.0, 150.0);
            (air.sun_altitude_rad, air.sun_azimuth_rad) = (1.1, 3.1);
        });
        bench.steps(2);
        let free: PlantState = bench.state("plant/PV");
        assert!(free.p_mw > 15.0, "{}", free.p_mw);
        let roof = bench.state::<LoadState>("load/c").pv_mw;
        bench.strike("line/L1", Effect::Trip);
        bench.strike("line/L2", Effect::Trip);
        bench.steps(1);
        let held: PlantState = bench.state("plant/PV");
        let turbine: PlantState = bench.state("plant/GT");
        let now = bench.state::<LoadState>("load/c").pv_mw;
        assert!(
            turbine.p_mw > -0.1,
            "the turbine motors at {}",
            turbine.p_mw
        );
        assert!((held.p_mw / free.p_mw - now / roof).abs() < 1e-6);
        assert!(held.p_mw < 0.6 * free.p_mw);
        // The lowest of the islands: the neighbour's stays at its nominal 50 Hz, this one is above.
        assert_eq!(bench.point("grid/frequency_hz"), 50.0);
    }
}
