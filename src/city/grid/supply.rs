//! What plants, roofs and batteries can and do put in: derating, day-ahead schedules, ramps, state of charge.

use crate::city::grid::fabric::Fabric;
use crate::city::grid::inlets::Ambient;
use crate::city::grid::state::BatteryState;
use crate::city::grid::state::LoadState;
use crate::city::grid::state::PlantState;
use crate::city::grid::state::Slot;
use crate::city::model::grid::Plant;
use crate::city::model::grid::Technology;
use crate::engine::clock::Clock;
use crate::solvers::sun::Irradiance;
use crate::solvers::sun::SunPosition;
use crate::solvers::thermal::photovoltaic::typical_roof;
use bevy_ecs::prelude::Query;
use bevy_ecs::prelude::Res;

/// Air temperature at which capacity is stated, degrees Celsius (ISO 3977-2 for gas turbines).
const REFERENCE_C: f64 = 15.0;
/// Cut-in, rated and cut-out wind speed of a class II turbine at hub height, metres a second (IEC 61400-1 practice).
const WIND_M_S: [f64; 3] = [3.0, 12.5, 25.0];
/// Wind at a hub of 90 m against 10 m by the power law with exponent 1/7.
const HUB_FACTOR: f64 = 1.369;

/// Capacity of a sound plant in the present weather, megawatts.
#[must_use]
pub fn capacity_mw(plant: &Plant, ambient: &Ambient, latitude_deg: f64) -> f64 {
    match plant.technology {
        Technology::Solar => pv_share(ambient, latitude_deg) * plant.p_max_mw,
        Technology::Wind => wind_share(ambient.wind_m_s * HUB_FACTOR) * plant.p_max_mw,
        _ => {
            let over = (ambient.temp_c - REFERENCE_C).max(0.0);
            plant.p_max_mw * (1.0 - plant.derating_per_k * over).max(0.0)
        }
    }
}

/// Output of a typical fixed array as a share of its peak power.
#[must_use]
pub fn pv_share(ambient: &Ambient, latitude_deg: f64) -> f64 {
    if ambient.ghi_w_m2 <= 0.0 {
        return 0.0;
    }
    let array = typical_roof(1.0, latitude_deg);
    let sun = SunPosition {
        altitude_rad: ambient.sun_altitude_rad,
        azimuth_rad: ambient.sun_azimuth_rad,
    };
    let sky = Irradiance {
        ghi_w_m2: ambient.ghi_w_m2,
        dni_w_m2: ambient.dni_w_m2,
        dhi_w_m2: ambient.dhi_w_m2,
    };
    array.power_w(array.plane_irradiance_w_m2(sun, sky), ambient.temp_c)
}

/// Output of a wind turbine as a share of its rating: cubic between cut-in and rated speed.
fn wind_share(hub_m_s: f64) -> f64 {
    let [cut_in, rated, cut_out] = WIND_M_S;
    if hub_m_s < cut_in || hub_m_s >= cut_out {
        return 0.0;
    }
    let cube = |v: f64| v * v * v;
    ((cube(hub_m_s) - cube(cut_in)) / (cube(rated) - cube(cut_in))).min(1.0)
}

/// Moves plants towards their set-points, works out roofs and batteries.
pub fn supply(
    fabric: Res<Fabric>,
    ambient: Res<Ambient>,
    clock: Res<Clock>,
    mut plants: Query<(&Slot, &mut PlantState)>,
    mut batteries: Query<(&Slot, &mut BatteryState)>,
    mut loads: Query<(&Slot, &mut LoadState)>,
) {
    let grid = fabric.grid();
    let latitude = fabric.city.site.latitude_deg;
    let minutes = f64::from(clock.step_s()) / 60.0;
    let hour = clock.hour_of_day() as usize % 24;
    for (slot, mut state) in &mut plants {
        let plant = &grid.plants[slot.0];
        let sound = capacity_mw(plant, &ambient, latitude) * state.derate;
        state.available_mw = if state.wear.failed { 0.0 } else { sound };
        if !state.commanded {
            state.p_set_mw = plant.schedule.get(hour).copied().unwrap_or(0.0) * plant.p_max_mw;
        }
        let asked = match plant.technology {
            // The sun and the wind are taken as they come unless a command holds them lower.
            Technology::Solar | Technology::Wind if !state.commanded => state.available_mw,
            _ => state.p_set_mw,
        };
        let wanted = if asked < plant.p_min_mw * 0.5 {
            0.0
        } else {
            asked.max(plant.p_min_mw)
        };
        let most = plant.ramp_mw_min * minutes;
        let ramped = wanted.clamp(state.p_mw - most, state.p_mw + most);
        state.p_mw = ramped.clamp(0.0_f64.min(plant.p_min_mw), state.available_mw.max(0.0));
    }
    for (slot, mut state) in &mut batteries {
        let battery = &grid.batteries[slot.0];
        let hours = clock.step_h();
        // Losses are split evenly between charging and discharging.
        let one_way = battery.round_trip.sqrt();
        let power = state.p_set_mw.clamp(-battery.power_mw, battery.power_mw);
        let stored_mwh = state.soc * battery.energy_mwh;
        state.p_mw = if state.failed {
            0.0
        } else if power >= 0.0 {
            power.min(stored_mwh * one_way / hours)
        } else {
            power.max(-(battery.energy_mwh - stored_mwh) / (one_way * hours))
        };
    }
    let pv = pv_share(&ambient, latitude);
    for (slot, mut state) in &mut loads {
        state.pv_mw = grid.loads[slot.0].pv_mwp * pv;
    }
}

/// Moves the batteries' energy by what the step really took.
pub fn discharge(
    fabric: Res<Fabric>,
    clock: Res<Clock>,
    mut batteries: Query<(&Slot, &mut BatteryState)>,
) {
    for (slot, mut state) in &mut batteries {
        let battery = &fabric.grid().batteries[slot.0];
        let one_way = battery.round_trip.sqrt();
        let out_of_store = if state.p_mw >= 0.0 {
            state.p_mw / one_way
        } else {
            state.p_mw * one_way
        };
        state.soc = (state.soc - out_of_store * clock.step_h() / battery.energy_mwh.max(1e-9))
            .clamp(0.0, 1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::city::grid::fixture::Bench;
    use crate::city::grid::fixture::city;

    fn output(bench: &mut Bench) -> f64 {
        bench.state::<PlantState>("plant/GT").p_mw
    }

    #[test]
    fn a_plant_keeps_its_schedule_until_a_command_and_the_command_from_then_on() {
        let mut city = city();
        city.grid.plants[0].schedule[13] = 0.8;
        city.grid.plants[0].schedule[14] = 0.1;
        let mut bench = Bench::new(city);
        bench.steps(60);
        assert!((output(&mut bench) - 5.0).abs() < 1e-9);
        assert!((bench.point("grid/plant/GT/p_set_mw") - 5.0).abs() < 1e-9);
        bench.steps(2);
        assert!(
            (output(&mut bench) - 7.0).abs() < 1e-9,
            "a megawatt a minute"
        );
        assert!((bench.point("grid/plant/GT/p_set_mw") - 8.0).abs() < 1e-9);
        bench.command("grid/plant/GT/p_set_mw", 9.0);
        bench.steps(120);
        assert!((output(&mut bench) - 9.0).abs() < 1e-9, "hours later still");
        assert!((bench.point("grid/plant/GT/p_set_mw") - 9.0).abs() < 1e-9);
    }

    #[test]
    fn below_half_its_lowest_output_a_plant_stops() {
        let mut bench = Bench::new(city());
        // The lowest stable output is 2 MW.
        for (asked, given) in [(1.5, 2.0), (0.9, 0.0), (1.0, 2.0)] {
            bench.command("grid/plant/GT/p_set_mw", asked);
            bench.steps(12);
            assert!((output(&mut bench) - given).abs() < 1e-9, "{asked}");
        }
    }

    #[test]
    fn a_battery_loses_its_round_trip_and_stops_when_empty() {
        let mut bench = Bench::new(city());
        bench.command("grid/battery/BAT/p_set_mw", 1.8);
        bench.steps(1);
        bench.steps(30);
        // Half of 4 MWh less 0.9 MWh delivered at 0.9 one way.
        let soc = bench.state::<BatteryState>("battery/BAT").soc;
        assert!((soc - (2.0 - 1.0) / 4.0).abs() < 1e-9, "{soc}");
        bench.steps(60);
        let empty: BatteryState = bench.state("battery/BAT");
        assert!(empty.soc.abs() < 1e-9 && empty.p_mw.abs() < 1e-6);
    }

    #[test]
    fn wind_is_cubic_between_cut_in_and_rated() {
        assert!(wind_share(2.9).abs() < 1e-12);
        assert!((wind_share(12.5) - 1.0).abs() < 1e-12);
        assert!(wind_share(25.0).abs() < 1e-12);
        // (512 - 27) / (1953.125 - 27)
        assert!((wind_share(8.0) - 0.251_801).abs() < 1e-6);
    }
}
