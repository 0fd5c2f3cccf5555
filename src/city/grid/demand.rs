//! What customers would draw: uncooled demand by class and hour, air conditioning by thermostat, cold-load pick-up.
//!
//! Demand is what would be drawn if all were supplied; whether it is served is the flow's business. Thermostats feel
//! the last step's supply (one step of lag).

use crate::city::grid::fabric::Fabric;
use crate::city::grid::flow::FlowState;
use crate::city::grid::inlets::Ambient;
use crate::city::grid::inlets::SiteDemand;
use crate::city::grid::profiles::Class;
use crate::city::grid::profiles::share;
use crate::city::grid::state::LoadState;
use crate::city::grid::state::Slot;
use crate::engine::chance::Chance;
use crate::engine::clock::Clock;
use crate::engine::element::key_of;
use crate::solvers::thermal::building::BuildingForcing;
use crate::solvers::thermal::building::BuildingState;
use crate::solvers::thermal::building::latent_factor;
use crate::solvers::thermal::psychrometrics::saturation_pressure_pa;
use bevy_ecs::prelude::Query;
use bevy_ecs::prelude::Res;

/// Thermostat of cooled homes, degrees Celsius: the mean of US homes in summer (EIA RECS 2020: 72 to 76 F).
const HOME_SET_C: f64 = 24.5;
/// Share of air-conditioned homes whose cooling is on when all are at home: some hold out or cool one room only.
const HOMES_COOLING: f64 = 0.88;
/// The same on a weekday between nine and five, when many leave it off.
const HOMES_COOLING_AWAY: f64 = 0.64;
/// Thermostat of shops and offices in business hours, degrees Celsius.
const SHOP_SET_C: f64 = 23.5;
/// Their night setback, degrees Celsius.
const SHOP_SETBACK_C: f64 = 27.0;
/// Fans, pumps and standing loads of air conditioning besides the compressors, share of compressor power.
const AUXILIARY: f64 = 0.08;
/// Standard deviation of the hour-to-hour noise of uncooled demand in a district, share.
const NOISE: f64 = 0.015;
/// Extra uncooled demand right after an outage of over half an hour: refrigerators, pumps and chargers all start at
/// once (1.5 of normal in all after the first seconds: GE F35 manual, cold load pick-up).
const PICKUP: f64 = 0.5;
/// Time constant with which it decays, seconds (30 to 45 min).
const PICKUP_DECAY_S: f64 = 2100.0;
/// Outage after which the whole extra is drawn, seconds.
const PICKUP_FULL_S: f64 = 1800.0;
/// Voltage dependence of uncooled demand as a ZIP model, shares of constant impedance, current and power (Bokhari et
/// al. 2014, residential mixes, rounded).
const ZIP: [f64; 3] = [0.45, 0.15, 0.40];
/// Air conditioners are motors: nearly constant power.
const ZIP_COOLING: [f64; 3] = [0.10, 0.10, 0.80];

/// Demand against nominal at a voltage, per unit.
fn zip(shares: [f64; 3], v_pu: f64) -> f64 {
    shares[0] * v_pu * v_pu + shares[1] * v_pu + shares[2]
}

/// Works out every load's demand for this step.
pub fn demand(
    fabric: Res<Fabric>,
    ambient: Res<Ambient>,
    sites: Res<SiteDemand>,
    clock: Res<Clock>,
    chance: Res<Chance>,
    flow: Res<FlowState>,
    mut loads: Query<(&Slot, &mut LoadState)>,
) {
    let hour = clock.hour_of_day();
    let weekend = clock.is_weekend();
    let dt_s = f64::from(clock.step_s());
    let decay = libm::exp(-dt_s / PICKUP_DECAY_S);
    let business = share(Class::Commerce, hour, weekend);
    let open = ((business - 0.5) / 0.35).clamp(0.0, 1.0);
    let away = if weekend || !(8.0..18.0).contains(&hour) {
        0.0
    } else {
        ((hour - 8.0).min(1.0) * (18.0 - hour).min(1.0)).clamp(0.0, 1.0)
    };
    let cooling_homes = HOMES_COOLING + (HOMES_COOLING_AWAY - HOMES_COOLING) * away;
    let home_share = share(Class::Home, hour, weekend);
    let industry_share = share(Class::Industry, hour, weekend);
    let critical_share = share(Class::Critical, hour, weekend);
    let vapour_pa = ambient.humidity * saturation_pressure_pa(ambient.temp_c);
    let latent = latent_factor(0.621_98 * vapour_pa / (101_325.0 - vapour_pa));

    let noise: Vec<f64> = fabric
        .city
        .districts
        .iter()
        .map(|d| {
            let (key, h) = (key_of(&d.id), clock.t_s() / 3600);
            let f = (clock.t_s() % 3600) as f64 / 3600.0;
            let at = |h| chance.normal("grid/load/noise", key, h);
            1.0 + NOISE * (at(h) * (1.0 - f) + at(h + 1) * f)
        })
        .collect();
    let outdoor: Vec<f64> = fabric
        .city
        .districts
        .iter()
        .map(|d| ambient.district_temp_c(d.heat_island_k))
        .collect();

    for (slot, mut state) in &mut loads {
        let load = &fabric.grid().loads[slot.0];
        let district = load.district;
        let supplied = state.supplied;
        let v_pu = flow.voltages.vm_pu[load.bus];
        // A dark bus has no voltage to depend on; its customers would draw nominal demand.
        let (zip_base, zip_cooling) = if v_pu > 0.5 {
            (zip(ZIP, v_pu), zip(ZIP_COOLING, v_pu))
        } else {
            (1.0, 1.0)
        };

        let home_forcing = BuildingForcing {
            outdoor_c: outdoor[district],
            ghi_w_m2: ambient.ghi_w_m2,
            internal_factor: if supplied > 0.0 {
                home_share * 1.4
            } else {
                0.3
            },
            latent_factor: latent,
            set_point_c: HOME_SET_C,
            cooling_available: cooling_homes,
        };
        let shop_forcing = BuildingForcing {
            internal_factor: if supplied > 0.0 { business * 1.4 } else { 0.2 },
            set_point_c: SHOP_SETBACK_C + (SHOP_SET_C - SHOP_SETBACK_C) * open,
            cooling_available: 1.0,
            ..home_forcing
        };
        let ac_homes = f64::from(load.homes) * fabric.city.districts[district].ac_share;
        let (home_w, air, mass) = cooled(
            &fabric.homes[district],
            state.home_air_c,
            state.home_mass_c,
            &home_forcing,
            supplied,
        );
        (state.home_air_c, state.home_mass_c) = (air, mass);
        let (shop_w, air, mass) = cooled(
            &fabric.shop,
            state.shop_air_c,
            state.shop_mass_c,
            &shop_forcing,
            supplied,
        );
        (state.shop_air_c, state.shop_mass_c) = (air, mass);
        let cooling_mw = (ac_homes * home_w + load.commerce_floor_m2 / 100.0 * shop_w)
            * 1e-6
            * (1.0 + AUXILIARY);

        // Pick-up builds up while all are dark and decays while some are supplied.
        state.pickup = if state.dark_s > 0.0 {
            PICKUP * (state.dark_s / PICKUP_FULL_S).min(1.0)
        } else {
            state.pickup * decay
        };
        let base_mw = (load.home_mw * home_share
            + load.commerce_mw * business
            + load.industry_mw * industry_share)
            * noise[district]
            + sites
                .of(slot.0)
                .unwrap_or(load.critical_mw * critical_share);
        state.cooling_mw = cooling_mw * zip_cooling;
        state.demand_mw = base_mw * zip_base * (1.0 + state.pickup) + state.cooling_mw;
    }
}

/// Compressor power that the fleet asks for (W a building) and the temperatures that follow from what it got.
fn cooled(
    stepper: &crate::solvers::thermal::building::BuildingStepper,
    air_c: f64,
    mass_c: f64,
    forcing: &BuildingForcing,
    supplied: f64,
) -> (f64, f64, f64) {
    let state = BuildingState { air_c, mass_c };
    let wanted = stepper.step(state, forcing);
    if supplied >= 1.0 {
        return (wanted.electric_w, wanted.state.air_c, wanted.state.mass_c);
    }
    let got = stepper.step(
        state,
        &BuildingForcing {
            cooling_available: forcing.cooling_available * supplied,
            ..*forcing
        },
    );
    (wanted.electric_w, got.state.air_c, got.state.mass_c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::city::grid::fixture::Bench;
    use crate::city::grid::fixture::LOAD_MW;
    use crate::city::grid::fixture::city;

    #[test]
    fn demand_is_shape_times_zip_and_adds_up() {
        let mut bench = Bench::new(city());
        bench.steps(1);
        bench.steps(1);
        // The voltage is that of the last step, which one step of a flat profile does not change.
        let v_pu = bench.point("grid/bus/b/voltage_pu");
        let expected = LOAD_MW * zip(ZIP, v_pu);
        let load: LoadState = bench.state("load/b");
        assert!(
            (load.demand_mw - expected).abs() < 1e-4,
            "{}",
            load.demand_mw
        );
        assert_eq!(load.served_mw, load.demand_mw);
        assert_eq!(load.cooling_mw, 0.0);
        let four: f64 = ["a", "b", "c", "d"]
            .iter()
            .map(|l| bench.state::<LoadState>(&format!("load/{l}")).demand_mw)
            .sum();
        assert!((bench.point("grid/demand_mw") - four).abs() < 1e-9);
        assert!((bench.point("grid/feeder/A/demand_mw") - 0.5 * four).abs() < 0.01);
    }

    /// The bench on a hot day, with homes to cool; not so hot that their air conditioners run without a pause already.
    fn hot() -> Bench {
        let mut city = city();
        city.districts[0].ac_share = 0.9;
        for load in &mut city.grid.loads {
            load.critical_mw = 0.0;
            load.home_mw = 1.0;
            load.service_unit_kva = 4000.0;
        }
        city.grid.externals[0].limit_mw = 200.0;
        let mut bench = Bench::new(city);
        bench.weather(|air| {
            air.temp_c = 31.0;
            (air.ghi_w_m2, air.dni_w_m2, air.dhi_w_m2) = (800.0, 700.0, 150.0);
        });
        bench
    }

    #[test]
    fn cold_load_pick_up_follows_an_outage_and_decays() {
        let (mut calm, mut struck) = (hot(), hot());
        let demand = |bench: &mut Bench| {
            let load: LoadState = bench.state("load/a");
            load.served_mw
        };
        calm.steps(120);
        struck.steps(120);
        assert_eq!(demand(&mut calm), demand(&mut struck));
        struck.command("grid/feeder/A/closed", 0.0);
        struck.steps(120);
        struck.command("grid/feeder/A/closed", 1.0);
        struck.steps(2);
        calm.steps(122);
        let mut ratios = vec![demand(&mut struck) / demand(&mut calm)];
        assert!((1.3..3.0).contains(&ratios[0]), "{ratios:?}");
        for _ in 0..6 {
            calm.steps(30);
            struck.steps(30);
            ratios.push(demand(&mut struck) / demand(&mut calm));
        }
        // Not quite monotone: people come home and shops close meanwhile.
        assert!(
            ratios[1..].iter().all(|r| *r < 0.9 * ratios[0]),
            "{ratios:?}"
        );
        assert!(ratios[6] < 1.1, "{ratios:?}");
    }

    #[test]
    fn a_single_burnt_out_unit_makes_nobody_pick_up() {
        let (mut calm, mut struck) = (hot(), hot());
        for bench in [&mut calm, &mut struck] {
            bench.steps(30);
        }
        struck.change("load/a", |l: &mut LoadState| l.failed_units = 1);
        for bench in [&mut calm, &mut struck] {
            bench.steps(60);
        }
        let pickup = struck.state::<LoadState>("load/a").pickup;
        assert_eq!(pickup, 0.0);
        let supplied = struck.state::<LoadState>("load/a").supplied;
        assert_eq!(supplied, 0.75);
    }

    #[test]
    fn demand_follows_voltage_as_zip_says() {
        assert!((zip(ZIP, 1.0) - 1.0).abs() < 1e-12);
        // 0.45 x 0.9025 + 0.15 x 0.95 + 0.4
        assert!((zip(ZIP, 0.95) - 0.948_625).abs() < 1e-12);
    }
}
