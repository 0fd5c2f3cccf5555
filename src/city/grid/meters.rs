//! Meters: what a step adds to the totals that metrics are made of, by zero-order hold.

use crate::city::grid::fabric::Fabric;
use crate::city::grid::flow::ElementQueries;
use crate::city::grid::flow::Elements;
use crate::city::grid::flow::FlowState;
use crate::city::model::grid::Technology;
use crate::engine::clock::Clock;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;
use bevy_ecs::resource::Resource;
use serde::Deserialize;
use serde::Serialize;

/// Outage from which an interruption is sustained, seconds (IEEE 1366-2012, 3.2: more than five minutes).
const SUSTAINED_S: f64 = 300.0;

/// Totals since the start.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Meters {
    /// Demand, megawatt-hours.
    pub demand_mwh: f64,
    /// Served, megawatt-hours.
    pub served_mwh: f64,
    /// Not served, megawatt-hours.
    pub unserved_mwh: f64,
    /// Not served behind feeders that a command opened, megawatt-hours.
    pub shed_mwh: f64,
    /// Losses, megawatt-hours.
    pub losses_mwh: f64,
    /// Imports, megawatt-hours.
    pub import_mwh: f64,
    /// Solar, wind and hydro, megawatt-hours.
    pub renewable_mwh: f64,
    /// Customer-hours without supply.
    pub customer_out_h: f64,
    /// The part of it in interruptions of over five minutes.
    pub customer_out_sustained_h: f64,
    /// Longest interruption of any customer so far, hours.
    pub longest_outage_h: f64,
    /// Customers interrupted for over five minutes, each interruption counted.
    pub customers_interrupted: f64,
    /// Customers interrupted for less.
    pub interruptions_momentary: f64,
    /// Site-hours of critical services without supply.
    pub critical_out_h: f64,
    /// Hours with at least one contingency that would overload something.
    pub n1_violation_h: f64,
    /// Fuel and imports, dollars.
    pub energy_cost_usd: f64,
    /// Carbon dioxide, tonnes.
    pub co2_t: f64,
    /// Branch-hours over the present rating.
    pub overload_branch_h: f64,
    /// Bus-hours outside the voltage limits.
    pub voltage_violation_bus_h: f64,
    /// Unserved energy by district, megawatt-hours.
    pub district_unserved_mwh: Vec<f64>,
    /// Customer-hours without supply by district.
    pub district_out_h: Vec<f64>,
    /// Customers interrupted for over five minutes by district.
    pub district_interrupted: Vec<f64>,
}

impl Meters {
    /// All zero, for a number of districts.
    #[must_use]
    pub fn new(districts: usize) -> Self {
        Self {
            district_unserved_mwh: vec![0.0; districts],
            district_out_h: vec![0.0; districts],
            district_interrupted: vec![0.0; districts],
            ..Self::default()
        }
    }
}

/// Adds the step that has just been solved.
pub fn meter(
    fabric: Res<Fabric>,
    clock: Res<Clock>,
    flow: Res<FlowState>,
    screening: Res<crate::city::grid::screening::Screening>,
    mut meters: ResMut<Meters>,
    mut queries: ElementQueries,
) {
    let mut all = queries.all();
    let hours = clock.step_h();
    let dt_s = f64::from(clock.step_s());
    loads(&fabric, dt_s, hours, &mut meters, &mut all);
    meters.losses_mwh += flow.losses_mw * hours;
    if screening.violations > 0 {
        meters.n1_violation_h += hours;
    }
    for (e, external) in all.externals.iter().enumerate() {
        let row = &fabric.grid().externals[e];
        let import = external.p_mw.max(0.0) * hours;
        meters.import_mwh += import;
        meters.energy_cost_usd += import * row.price_usd_mwh;
        meters.co2_t += import * row.co2_kg_mwh * 1e-3;
    }
    for (p, plant) in all.plants.iter().enumerate() {
        let row = &fabric.grid().plants[p];
        let p_mw = plant.p_mw.max(0.0);
        if p_mw > 0.0 {
            let [c0, c1, c2] = row.cost_usd_h;
            meters.energy_cost_usd += (c0 + c1 * p_mw + c2 * p_mw * p_mw) * hours;
            meters.co2_t += p_mw * hours * row.co2_kg_mwh * 1e-3;
            if matches!(
                row.technology,
                Technology::Solar | Technology::Wind | Technology::Hydro
            ) {
                meters.renewable_mwh += p_mw * hours;
            }
        }
    }
    let over_lines = all
        .lines
        .iter()
        .filter(|l| l.energised && l.s_mva > l.rating_mva && l.rating_mva > 0.0)
        .count();
    let rows = &fabric.grid().transformers;
    let over_transformers = all
        .transformers
        .iter()
        .enumerate()
        .filter(|(i, t)| t.energised && t.s_mva > rows[*i].rating_mva)
        .count();
    meters.overload_branch_h += (over_lines + over_transformers) as f64 * hours;
    let outside = fabric
        .grid()
        .buses
        .iter()
        .enumerate()
        .filter(|(b, row)| {
            let vm = flow.voltages.vm_pu[*b];
            vm > 0.1 && (vm < row.v_min_pu || vm > row.v_max_pu)
        })
        .count();
    meters.voltage_violation_bus_h += outside as f64 * hours;
}

fn loads(fabric: &Fabric, dt_s: f64, hours: f64, meters: &mut Meters, all: &mut Elements) {
    for l in 0..all.loads.len() {
        let row = &fabric.grid().loads[l];
        let commanded = {
            let breaker = &all.feeders[row.feeder].breaker;
            !breaker.closed && breaker.commanded_open
        };
        let load = &mut all.loads[l];
        let customers = fabric.customers[l];
        let unserved = (load.demand_mw - load.served_mw) * hours;
        let out = customers * (1.0 - load.supplied);
        meters.demand_mwh += load.demand_mw * hours;
        meters.served_mwh += load.served_mw * hours;
        meters.unserved_mwh += unserved;
        meters.renewable_mwh += load.pv_mw * hours;
        meters.customer_out_h += out * hours;
        meters.district_unserved_mwh[row.district] += unserved;
        meters.district_out_h[row.district] += out * hours;
        if commanded && load.supplied <= 0.0 {
            meters.shed_mwh += unserved;
        }
        if row.critical.is_some() && load.supplied <= 0.0 {
            meters.critical_out_h += hours;
        }
        // Customers of a burnt-out service transformer wait hours for a new one: theirs is a sustained interruption from
        // the start, whatever else befalls the load.
        let units = f64::from(row.service_units.max(1));
        let behind_failed = f64::from(load.failed_units.min(row.service_units)) / units;
        let newly = load.failed_units.saturating_sub(load.counted_units);
        if newly > 0 && load.dark_s <= 0.0 {
            let interrupted = customers * f64::from(newly) / units;
            meters.customers_interrupted += interrupted;
            meters.district_interrupted[row.district] += interrupted;
        }
        load.counted_units = load.failed_units;
        load.units_out_s = if load.failed_units > 0 {
            load.units_out_s + dt_s
        } else {
            0.0
        };
        if load.supplied <= 0.0 {
            let sound = 1.0 - behind_failed;
            load.dark_share = if load.dark_s > 0.0 {
                load.dark_share.min(sound)
            } else {
                sound
            };
            load.dark_s += dt_s;
        } else if load.dark_s > 0.0 {
            if !load.counted {
                meters.interruptions_momentary += customers * load.dark_share;
            }
            load.dark_s = 0.0;
            load.dark_share = 0.0;
            load.counted = false;
        }
        let longest_s = load.dark_s.max(load.units_out_s);
        meters.longest_outage_h = meters.longest_outage_h.max(longest_s / 3600.0);
        if load.counted {
            meters.customer_out_sustained_h += out * hours;
            continue;
        }
        meters.customer_out_sustained_h += customers * behind_failed * hours;
        if load.dark_s > SUSTAINED_S {
            load.counted = true;
            let interrupted = customers * load.dark_share;
            // What passed before it was known to be a sustained one belongs to it.
            meters.customer_out_sustained_h += interrupted * load.dark_s / 3600.0;
            meters.customers_interrupted += interrupted;
            meters.district_interrupted[row.district] += interrupted;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::city::grid::fixture::Bench;
    use crate::city::grid::fixture::LOAD_MW;
    use crate::city::grid::fixture::city;
    use crate::city::grid::state::LoadState;

    /// Feeder A, two thousand customers, dark for a number of minutes.
    fn outage(bench: &mut Bench, minutes: u32) {
        bench.command("grid/feeder/A/closed", 0.0);
        bench.steps(minutes);
        bench.command("grid/feeder/A/closed", 1.0);
        bench.steps(2);
    }

    #[test]
    fn five_minutes_are_momentary_and_more_is_sustained() {
        let mut bench = Bench::new(city());
        outage(&mut bench, 5);
        let meters = bench.resource::<Meters>().clone();
        assert_eq!(meters.interruptions_momentary, 2000.0);
        assert_eq!(meters.customers_interrupted, 0.0);
        assert!((meters.customer_out_h - 2000.0 * 5.0 / 60.0).abs() < 1e-9);
        assert_eq!(meters.customer_out_sustained_h, 0.0);
        outage(&mut bench, 6);
        let meters = bench.resource::<Meters>().clone();
        assert_eq!(meters.interruptions_momentary, 2000.0);
        assert_eq!(meters.customers_interrupted, 2000.0);
        assert_eq!(meters.district_interrupted, [2000.0]);
        assert!((meters.customer_out_h - 2000.0 * 11.0 / 60.0).abs() < 1e-9);
        assert!((meters.customer_out_sustained_h - 200.0).abs() < 1e-9);
        assert!((meters.longest_outage_h - 0.1).abs() < 1e-12);
    }

    #[test]
    fn energy_adds_up_and_shedding_is_told_from_failure() {
        let mut bench = Bench::new(city());
        outage(&mut bench, 12);
        bench.steps(46);
        let meters = bench.resource::<Meters>().clone();
        let together = meters.served_mwh + meters.unserved_mwh;
        assert!((meters.demand_mwh - together).abs() < 1e-9);
        // Two loads, twelve minutes, at nominal voltage since they are dark; a little pick-up builds up in them.
        let nominal = 2.0 * LOAD_MW * 0.2;
        assert!(meters.unserved_mwh > nominal && meters.unserved_mwh < 1.2 * nominal);
        assert!((meters.shed_mwh - meters.unserved_mwh).abs() < 1e-12);
        let hour: f64 = 4.0 * LOAD_MW;
        assert!((meters.demand_mwh / hour - 1.0).abs() < 0.05, "{meters:?}");
    }

    #[test]
    fn a_burnt_out_service_unit_interrupts_its_own_customers_and_nobody_twice() {
        let mut bench = Bench::new(city());
        bench.steps(1);
        bench.change("load/a", |l: &mut LoadState| l.failed_units = 1);
        bench.steps(10);
        let meters = bench.resource::<Meters>().clone();
        assert_eq!(meters.customers_interrupted, 250.0);
        assert!((meters.customer_out_h - 250.0 * 10.0 / 60.0).abs() < 1e-9);
        assert!((meters.customer_out_sustained_h - meters.customer_out_h).abs() < 1e-9);
        // The feeder takes the other three quarters, and the other load.
        outage(&mut bench, 10);
        let meters = bench.resource::<Meters>().clone();
        assert_eq!(meters.customers_interrupted, 2000.0);
        assert!((meters.customer_out_sustained_h - meters.customer_out_h).abs() < 1e-9);
    }
}
