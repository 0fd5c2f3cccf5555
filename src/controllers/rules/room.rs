//! How much more load transformers, feeders and the supply can take, and how much is already too much.
//!
//! Transformers by the IEEE C57.91 clause 7 equations with the load held from now on; it forecasts limits, it does not
//! simulate the fleet.

use crate::city::model::grid::Grid;
use crate::city::model::grid::TransformerThermal;
use crate::controllers::rules::config::RulesConfig;
use crate::controllers::rules::forecast::Forecast;
use crate::controllers::rules::situation::Situation;
use crate::controllers::rules::topology::Topology;

/// Power factor by which megawatts of feeders become megavolt-amperes of transformers: feeders compensated to 0.95.
pub const POWER_FACTOR: f64 = 0.95;
/// Highest loading considered, share of the rating; beyond it relays act in seconds.
const MOST_LOADING: f64 = 2.0;

/// Hot spot after `minutes` at constant loading `k` (share of rating), Celsius. IEEE C57.91-2011 equations 8 to 19,
/// with the winding taken as settled (its time constant is one decision).
#[must_use]
pub fn hot_spot_after(
    thermal: &TransformerThermal,
    k: f64,
    ambient_c: f64,
    top_oil_c: Option<f64>,
    minutes: f64,
) -> f64 {
    let ratio = (k * k * thermal.loss_ratio + 1.0) / (thermal.loss_ratio + 1.0);
    let ultimate = ambient_c + thermal.top_oil_rise_k * libm::pow(ratio, thermal.n);
    let oil = match top_oil_c {
        Some(now) => {
            ultimate + (now - ultimate) * libm::exp(-minutes / thermal.oil_time_min.max(1.0))
        }
        None => ultimate,
    };
    oil + thermal.hot_spot_rise_k * libm::pow(k, 2.0 * thermal.m)
}

/// Highest constant loading, share of rating, that keeps the hot spot at or below a limit for `minutes`.
#[must_use]
pub fn permissible(
    thermal: &TransformerThermal,
    ambient_c: f64,
    top_oil_c: Option<f64>,
    minutes: f64,
    limit_c: f64,
) -> f64 {
    let (mut low, mut high) = (0.0, MOST_LOADING);
    // Twelve halvings: a two-thousandth of the rating, far below the sensors' noise.
    for _ in 0..12 {
        let k = 0.5 * (low + high);
        if hot_spot_after(thermal, k, ambient_c, top_oil_c, minutes) <= limit_c {
            low = k;
        } else {
            high = k;
        }
    }
    low
}

/// Room left, drawn down as a decision spends it.
#[derive(Clone, Debug)]
pub struct Room {
    /// Supply beyond the load of the next quarter of an hour, megawatts; negative if short.
    pub supply_mw: f64,
    /// Load that each substation can still take, megawatts; negative if restored load would be too much.
    pub substation_mw: Vec<f64>,
    /// Load that each feeder head can still take in normal operation, megawatts.
    pub feeder_mw: Vec<f64>,
    /// Whether a substation's transformers have taken a feeder back in this decision.
    pub restored: Vec<bool>,
    /// Whether a substation is whole: all its transformers in service.
    pub whole: Vec<bool>,
}

impl Room {
    /// Computes all of it.
    #[must_use]
    pub fn new(
        grid: &Grid,
        topology: &Topology,
        config: &RulesConfig,
        now: &Situation,
        forecast: &Forecast,
    ) -> Self {
        let growth = forecast.growth(config.transfer_horizon_min / 60.0);
        let substation_mw = topology
            .transformers_of
            .iter()
            .map(|of| {
                margin_mva(
                    grid,
                    now,
                    of,
                    growth,
                    config.transfer_horizon_min,
                    config.restore_hot_spot_c,
                    config.receive_loading,
                ) * POWER_FACTOR
            })
            .collect();
        let feeder_mw = now
            .feeders
            .iter()
            .zip(&grid.feeders)
            .map(|(f, feeder)| {
                (config.feeder_loading / growth - f.loading) * feeder.rating_mva * POWER_FACTOR
            })
            .collect();
        let whole = topology
            .transformers_of
            .iter()
            .map(|of| of.iter().all(|&t| now.transformers[t].in_service))
            .collect();
        Self {
            supply_mw: supply_margin(grid, config, now, forecast)
                - config.release_margin * now.load_mw,
            restored: vec![false; grid.substations.len()],
            substation_mw,
            feeder_mw,
            whole,
        }
    }
}

/// Load, megavolt-amperes, by which the transformers of a group may still grow before the first of them reaches a
/// limit; negative if one is beyond. They share load as now; an idle group may take its whole permissible load.
#[must_use]
pub fn margin_mva(
    grid: &Grid,
    now: &Situation,
    group: &[usize],
    growth: f64,
    minutes: f64,
    limit_c: f64,
    most_loading: f64,
) -> f64 {
    let mut load_mva = 0.0;
    let mut idle_mva = 0.0;
    let mut least = f64::INFINITY;
    for &t in group {
        let seen = &now.transformers[t];
        if !seen.in_service {
            continue;
        }
        let transformer = &grid.transformers[t];
        let k = permissible(
            &transformer.thermal,
            now.temp_c,
            seen.top_oil_c,
            minutes,
            limit_c,
        )
        .min(most_loading);
        load_mva += seen.loading * transformer.rating_mva;
        idle_mva += k * transformer.rating_mva;
        if seen.loading > 0.05 {
            least = least.min(k / (growth * seen.loading));
        }
    }
    if least.is_finite() {
        (least - 1.0) * load_mva
    } else {
        idle_mva
    }
}

/// Battery power that can be held for half an hour above its reserve, megawatts.
#[must_use]
pub fn battery_mw(grid: &Grid, now: &Situation, floor: f64) -> f64 {
    grid.batteries
        .iter()
        .zip(&now.batteries)
        .map(|(b, seen)| {
            let energy = (seen.soc - floor).max(0.0) * b.energy_mwh;
            b.power_mw.min(energy / 0.5)
        })
        .sum()
}

/// Supply that can be had within a quarter of an hour less the load expected then, megawatts. Load that is shed
/// now is not counted. The last of a battery is not counted either.
#[must_use]
pub fn supply_margin(
    grid: &Grid,
    config: &RulesConfig,
    now: &Situation,
    forecast: &Forecast,
) -> f64 {
    margin_without_batteries(grid, config, now, forecast)
        + battery_mw(grid, now, config.battery_reserve)
}

/// The same of plants and imports alone: what is missing here is the batteries' to give.
#[must_use]
pub fn margin_without_batteries(
    grid: &Grid,
    config: &RulesConfig,
    now: &Situation,
    forecast: &Forecast,
) -> f64 {
    /// A quarter of an hour, the time after which the import limit is enforced.
    const WITHIN_MIN: f64 = 15.0;
    let plants: f64 = grid
        .plants
        .iter()
        .zip(&now.plants)
        .map(|(plant, seen)| {
            let reach = seen.p_mw.max(0.0) + plant.ramp_mw_min.max(0.0) * WITHIN_MIN;
            seen.available_mw.min(reach)
        })
        .sum();
    let imports: f64 = now.externals.iter().map(|e| e.1).sum::<f64>() * config.import_use;
    plants + imports - now.load_mw * forecast.growth(WITHIN_MIN / 60.0)
}

#[cfg(test)]
mod tests {
    use crate::city::model::grid::TransformerThermal;
    use crate::controllers::rules::room::hot_spot_after;
    use crate::controllers::rules::room::permissible;

    const THERMAL: TransformerThermal = TransformerThermal {
        top_oil_rise_k: 55.0,
        hot_spot_rise_k: 25.0,
        loss_ratio: 5.0,
        n: 0.8,
        m: 0.8,
        oil_time_min: 150.0,
        winding_time_min: 5.0,
    };

    #[test]
    fn rated_load_at_thirty_degrees_settles_at_110() {
        let settled = hot_spot_after(&THERMAL, 1.0, 30.0, None, 0.0);
        assert!((settled - 110.0).abs() < 1e-12);
        // From oil at 60 C, one time constant brings 63.2 % of the way to 85 C.
        let one = hot_spot_after(&THERMAL, 1.0, 30.0, Some(60.0), 150.0);
        let expected = 85.0 - 25.0 * libm::exp(-1.0) + 25.0;
        assert!((one - expected).abs() < 1e-12);
    }

    #[test]
    fn permissible_load_falls_with_ambient_and_with_hot_oil() {
        let mild = permissible(&THERMAL, 30.0, None, 60.0, 110.0);
        assert!((mild - 1.0).abs() < 1e-3);
        let hot = permissible(&THERMAL, 40.0, None, 60.0, 110.0);
        // IEEE C57.91 table: about 1 % of rating a kelvin.
        assert!((0.88..0.94).contains(&hot), "{hot}");
        let cool_oil = permissible(&THERMAL, 40.0, Some(60.0), 60.0, 110.0);
        let hot_oil = permissible(&THERMAL, 40.0, Some(95.0), 60.0, 110.0);
        assert!(cool_oil > hot && hot > hot_oil);
    }
}
