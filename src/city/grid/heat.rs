//! Temperatures of what carries current: conductors in air (IEEE 738), cables in soil, transformers (IEEE C57.91), and
//! the ratings that follow from the weather.

use crate::city::grid::fabric::Fabric;
use crate::city::grid::fabric::LineHeat;
use crate::city::grid::inlets::Ambient;
use crate::city::grid::state::LineState;
use crate::city::grid::state::LoadState;
use crate::city::grid::state::OilHeat;
use crate::city::grid::state::Slot;
use crate::city::grid::state::TransformerState;
use crate::engine::clock::Clock;
use crate::solvers::sun::Irradiance;
use crate::solvers::sun::SunPosition;
use crate::solvers::thermal::cable::CableState;
use crate::solvers::thermal::conductor::ConductorAir;
use crate::solvers::thermal::conductor::measured_gain_w_m;
use crate::solvers::thermal::transformer::Ageing;
use crate::solvers::thermal::transformer::Transformer;
use crate::solvers::thermal::transformer::TransformerDecay;
use crate::solvers::thermal::transformer::TransformerState as OilState;
use bevy_ecs::prelude::Query;
use bevy_ecs::prelude::Res;

/// Wind that ratings assume across the conductor, metres a second: ambient-adjusted ratings (FERC Order 881) take air
/// temperature and sun as they are, but not the wind, which differs from span to span.
const RATING_WIND_M_S: f64 = 0.61;
/// Wind at the conductor against the station's 10 m wind, in a city's roughness.
const SHELTER: f64 = 0.5;
/// Least wind at a conductor that is warmer than the air, metres a second.
const CALM_M_S: f64 = 0.3;
/// Thermal resistivity of trench soil against the rating's, after dry weeks of load.
const DRY_SOIL: f64 = 1.2;
/// Air in a kiosk over the air outside at rated load, kelvin (IEC 62271-202: half of class 10,
/// since old kiosks are ventilated well and half of the units hang on poles).
const KIOSK_K: f64 = 5.0;
/// Warms lines: mesh lines every step, feeders at the slow spacing; sets all ratings at the slow spacing.
pub fn lines(
    fabric: Res<Fabric>,
    ambient: Res<Ambient>,
    clock: Res<Clock>,
    mut lines: Query<(&Slot, &mut LineState)>,
) {
    let slow = clock.begins(fabric.slow_s);
    let elevation_m = fabric.city.site.elevation_m;
    let sun = SunPosition {
        altitude_rad: ambient.sun_altitude_rad,
        azimuth_rad: ambient.sun_azimuth_rad,
    };
    let sky = Irradiance {
        ghi_w_m2: ambient.ghi_w_m2,
        dni_w_m2: ambient.dni_w_m2,
        dhi_w_m2: ambient.dhi_w_m2,
    };
    let wind = (ambient.wind_m_s * SHELTER).max(CALM_M_S);
    let crosswind = ConductorAir::new(
        ambient.temp_c,
        RATING_WIND_M_S,
        std::f64::consts::FRAC_PI_2,
        elevation_m,
    );
    let dt_s = f64::from(clock.step_s());
    for (slot, mut line) in &mut lines {
        let mesh = fabric.transmission[slot.0];
        if !slow && !mesh {
            continue;
        }
        let row = &fabric.grid().lines[slot.0];
        let kind = &fabric.grid().conductors[row.conductor];
        let bundle = f64::from(row.bundle.max(1));
        let current_a = line.current_a / bundle;
        match &fabric.line_heat[slot.0] {
            LineHeat::Overhead {
                conductor,
                azimuth_rad,
            } => {
                let gain = measured_gain_w_m(conductor, sun, *azimuth_rad, sky);
                let angle = ambient.wind_dir_deg.to_radians() - azimuth_rad;
                let air = ConductorAir::new(ambient.temp_c, wind, angle, elevation_m);
                let dt_s = if mesh { dt_s } else { f64::from(fabric.slow_s) };
                line.conductor_c =
                    conductor.step_temp_c(&air, gain, current_a, line.conductor_c, dt_s);
                if slow {
                    let ampacity = conductor.rating_a(&crosswind, gain, kind.max_temp_c) * bundle;
                    // What terminal equipment and relays allow caps a cool day's rating (static rating plus a fifth).
                    line.rating_mva =
                        (ampacity / fabric.amperes_per_mva(row.from)).min(row.rating_mva * 1.2);
                }
            }
            LineHeat::Cable { cable, decay } => {
                let now = CableState {
                    cable_rise_k: line.cable_rise_k,
                    soil_rise_k: line.soil_rise_k,
                };
                let next = cable.step(decay, now, current_a, ambient.soil_c, DRY_SOIL);
                line.cable_rise_k = next.cable_rise_k;
                line.soil_rise_k = next.soil_rise_k;
                line.conductor_c = next.conductor_c(ambient.soil_c);
                if slow {
                    line.rating_mva =
                        row.rating_mva * cable.rating_factor(ambient.soil_c, DRY_SOIL);
                }
            }
        }
    }
}

/// Warms and ages power transformers every step.
pub fn transformers(
    fabric: Res<Fabric>,
    ambient: Res<Ambient>,
    clock: Res<Clock>,
    mut transformers: Query<(&Slot, &mut TransformerState)>,
) {
    let dt_s = f64::from(clock.step_s());
    for (slot, mut state) in &mut transformers {
        let row = &fabric.grid().transformers[slot.0];
        let district = fabric.grid().buses[row.to].district;
        let air_c = ambient.district_temp_c(
            fabric
                .city
                .districts
                .get(district)
                .map_or(0.0, |d| d.heat_island_k),
        );
        let load_pu = if state.energised {
            state.s_mva / row.rating_mva
        } else {
            0.0
        };
        let (model, decay) = &fabric.transformer_heat[slot.0];
        state.heat = warmed(model, decay, state.heat, load_pu, air_c);
        state.life_used_h += Ageing::C57_91.life_used_h(state.heat.hot_spot_c(), dt_s);
    }
}

/// Warms service transformers at the slow spacing (their oil takes three hours).
pub fn service(
    fabric: Res<Fabric>,
    ambient: Res<Ambient>,
    clock: Res<Clock>,
    mut loads: Query<(&Slot, &mut LoadState)>,
) {
    if !clock.begins(fabric.slow_s) {
        return;
    }
    let (model, decay) = &fabric.service_heat;
    let air: Vec<f64> = fabric
        .city
        .districts
        .iter()
        .map(|d| ambient.district_temp_c(d.heat_island_k) + KIOSK_K)
        .collect();
    for (slot, mut state) in &mut loads {
        let row = &fabric.grid().loads[slot.0];
        if row.service_units == 0 {
            continue;
        }
        let sound = row.service_units - state.failed_units.min(row.service_units);
        let capacity_mva = f64::from(row.service_units) * row.service_unit_kva * 1e-3;
        let load_pu = if sound == 0 {
            0.0
        } else {
            // Net of roof photovoltaics, which sit behind the same transformers.
            (state.served_mw - state.pv_mw).abs() / row.power_factor.max(0.1) / capacity_mva
        };
        state.heat = warmed(model, decay, state.heat, load_pu, air[row.district]);
    }
}

fn warmed(
    model: &Transformer,
    decay: &TransformerDecay,
    heat: OilHeat,
    load_pu: f64,
    air_c: f64,
) -> OilHeat {
    let now = OilState {
        top_oil_c: heat.top_oil_c,
        winding_rise_k: heat.winding_rise_k,
        oil_lag_k: heat.oil_lag_k,
    };
    let next = model.step(decay, now, load_pu, air_c);
    OilHeat {
        top_oil_c: next.top_oil_c,
        winding_rise_k: next.winding_rise_k,
        oil_lag_k: next.oil_lag_k,
    }
}
