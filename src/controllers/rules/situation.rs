//! The network as observed at one decision, element by element; missing points take a neutral value.
//!
//! It holds readings and what follows from them at once, no judgement.

use crate::city::model::grid::Grid;
use crate::controllers::rules::ledger::Ledger;
use crate::controllers::rules::tags::LEADS;
use crate::controllers::rules::tags::Tags;
use crate::controllers::rules::topology::Feeding;
use crate::controllers::rules::topology::NONE;
use crate::controllers::rules::topology::Topology;
use crate::engine::control::View;
use crate::engine::points::PointId;
use crate::engine::sensors::Quality;

/// Air temperature assumed where none is observed, Celsius: the design day's.
const TEMP_UNKNOWN_C: f64 = 35.0;
/// Voltage under which a busbar counts as dead, per unit; relays have long shed what hangs on it.
const DEAD_PU: f64 = 0.3;

/// A feeder as observed.
#[derive(Clone, Copy, Debug, Default)]
pub struct FeederNow {
    /// Through its head, megawatts.
    pub p_mw: f64,
    /// Through its head, share of its rating.
    pub loading: f64,
    /// What its own customers would draw, megawatts.
    pub demand_mw: f64,
    /// Whether its breaker is closed.
    pub closed: bool,
    /// Whether a relay opened it.
    pub tripped: bool,
    /// Whether its busbar has voltage.
    pub live: bool,
}

/// A transformer as observed.
#[derive(Clone, Copy, Debug, Default)]
pub struct TransformerNow {
    /// Carries or could carry load.
    pub in_service: bool,
    /// Its breakers are closed.
    pub closed: bool,
    /// Damaged.
    pub failed: bool,
    /// Into its from side, megawatts.
    pub p_mw: f64,
    /// Share of its rating.
    pub loading: f64,
    /// Hottest spot, Celsius.
    pub hot_spot_c: f64,
    /// Top oil, Celsius; none if not measured.
    pub top_oil_c: Option<f64>,
}

/// A transmission line as observed.
#[derive(Clone, Copy, Debug, Default)]
pub struct LineNow {
    /// Share of its present rating.
    pub loading: f64,
    /// From -> to, megawatts.
    pub p_mw: f64,
    /// Present rating, megavolt-amperes.
    pub rating_mva: f64,
}

/// A plant as observed.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlantNow {
    /// Output, megawatts.
    pub p_mw: f64,
    /// Most it could give, megawatts.
    pub available_mw: f64,
    /// Set-point in force, megawatts.
    pub p_set_mw: f64,
    /// Voltage that it holds while it runs, per unit.
    pub v_set_pu: f64,
}

/// A battery as observed.
#[derive(Clone, Copy, Debug, Default)]
pub struct BatteryNow {
    /// Discharge, megawatts.
    pub p_mw: f64,
    /// State of charge, share.
    pub soc: f64,
    /// Set-point in force, megawatts.
    pub p_set_mw: f64,
}

/// Everything observed at one decision.
#[derive(Clone, Debug, Default)]
pub struct Situation {
    /// Seconds since the start.
    pub t_s: u64,
    /// Air temperature, Celsius.
    pub temp_c: f64,
    /// Global horizontal irradiance, watts a square metre.
    pub ghi_w_m2: f64,
    /// Forecast temperature and irradiance; index 0 for one hour ahead.
    pub ahead: Vec<(f64, f64)>,
    /// Generation, import and discharge together: load served plus losses, megawatts.
    pub load_mw: f64,
    /// Demand not served, megawatts.
    pub unserved_mw: f64,
    /// Import by external grid, megawatts, and its limit.
    pub externals: Vec<(f64, f64)>,
    /// Lines: closed.
    pub line_closed: Vec<bool>,
    /// Lines: known to be damaged.
    pub line_failed: Vec<bool>,
    /// Lines of the mesh; others stay at zero.
    pub lines: Vec<LineNow>,
    /// Feeders.
    pub feeders: Vec<FeederNow>,
    /// Transformers.
    pub transformers: Vec<TransformerNow>,
    /// Plants.
    pub plants: Vec<PlantNow>,
    /// Batteries.
    pub batteries: Vec<BatteryNow>,
    /// Who feeds whom.
    pub feeding: Feeding,
    /// Demand at each medium-voltage bus as its feeder's demand implies, megawatts.
    pub bus_mw: Vec<f64>,
    /// Load behind each fed medium-voltage bus, itself included, megawatts.
    pub down_mw: Vec<f64>,
    /// Voltage set-point of each transformer, per unit.
    pub v_set_pu: Vec<f64>,
    /// Voltage of each bus, per unit; 1 where it is not measured.
    pub bus_voltage_pu: Vec<f64>,
}

impl Situation {
    /// Reads all that the rules need.
    #[must_use]
    pub fn observe(
        view: &View<'_>,
        grid: &Grid,
        tags: &Tags,
        topology: &Topology,
        ledger: &Ledger,
    ) -> Self {
        let read = |point: Option<PointId>| read(view, point);
        let flag = |point: Option<PointId>, otherwise: bool| {
            read(point).map_or(otherwise, |value| value >= 0.5)
        };
        let temp_c = read(tags.temp).unwrap_or(TEMP_UNKNOWN_C);
        let ghi_w_m2 = read(tags.ghi).unwrap_or(0.0);
        let line_closed: Vec<bool> = grid
            .lines
            .iter()
            .zip(&tags.lines)
            .map(|(line, tag)| flag(tag.closed, !line.normally_open))
            .collect();
        let line_failed: Vec<bool> = tags.lines.iter().map(|t| flag(t.failed, false)).collect();
        let bus_voltage_pu: Vec<f64> = tags
            .bus_voltage
            .iter()
            .map(|&point| read(point).unwrap_or(1.0))
            .collect();
        let lines = grid
            .lines
            .iter()
            .zip(&tags.lines)
            .map(|(line, tag)| LineNow {
                loading: read(tag.loading).unwrap_or(0.0) / 100.0,
                p_mw: read(tag.p).unwrap_or(0.0),
                rating_mva: read(tag.rating).unwrap_or(line.rating_mva),
            })
            .collect();
        let feeders: Vec<FeederNow> = grid
            .feeders
            .iter()
            .zip(&tags.feeders)
            .enumerate()
            .map(|(i, (feeder, tag))| {
                let p_mw = read(tag.p).unwrap_or(0.0);
                let tripped = flag(tag.tripped, false);
                FeederNow {
                    p_mw,
                    loading: read(tag.loading)
                        .map_or(p_mw / feeder.rating_mva.max(1e-6), |pct| pct / 100.0),
                    demand_mw: read(tag.demand)
                        .unwrap_or(ledger.feeders[i].last_mw)
                        .max(0.0),
                    closed: flag(tag.closed, true) && !tripped,
                    tripped,
                    live: bus_voltage_pu[feeder.bus] > DEAD_PU,
                }
            })
            .collect();
        let transformers = tags
            .transformers
            .iter()
            .map(|tag| {
                let closed = flag(tag.closed, true);
                let failed = flag(tag.failed, false);
                TransformerNow {
                    in_service: closed && !failed && flag(tag.energised, true),
                    closed,
                    failed,
                    p_mw: read(tag.p).unwrap_or(0.0),
                    loading: read(tag.loading).unwrap_or(0.0) / 100.0,
                    hot_spot_c: read(tag.hot_spot).unwrap_or(temp_c),
                    top_oil_c: read(tag.top_oil),
                }
            })
            .collect();
        let plants: Vec<PlantNow> = grid
            .plants
            .iter()
            .zip(&tags.plants)
            .map(|(plant, tag)| PlantNow {
                p_mw: read(tag.p).unwrap_or(0.0),
                available_mw: read(tag.available).unwrap_or(plant.p_max_mw).max(0.0),
                p_set_mw: read(tag.p_set).unwrap_or(0.0),
                v_set_pu: read(tag.v_set).unwrap_or(plant.v_set_pu),
            })
            .collect();
        let externals: Vec<(f64, f64)> = grid
            .externals
            .iter()
            .zip(&tags.externals)
            .map(|(e, tag)| {
                (
                    read(tag.p).unwrap_or(0.0),
                    read(tag.limit).unwrap_or(e.limit_mw),
                )
            })
            .collect();
        let batteries: Vec<BatteryNow> = grid
            .batteries
            .iter()
            .zip(&tags.batteries)
            .map(|(b, tag)| BatteryNow {
                p_mw: read(tag.p).unwrap_or(0.0),
                soc: read(tag.soc).map_or(b.initial_soc, |pct| pct / 100.0),
                p_set_mw: read(tag.p_set).unwrap_or(0.0),
            })
            .collect();
        let load_mw = plants.iter().map(|p| p.p_mw).sum::<f64>()
            + externals.iter().map(|e| e.0).sum::<f64>()
            + batteries.iter().map(|b| b.p_mw).sum::<f64>();
        let feeding = topology.trace(
            |f| feeders[f].closed && grid.feeders[f].head_line.is_none_or(|l| line_closed[l]),
            |l| line_closed[l],
        );
        let bus_mw: Vec<f64> = topology
            .home
            .iter()
            .zip(&topology.share)
            .map(|(&home, share)| {
                if home == NONE {
                    0.0
                } else {
                    share * feeders[home as usize].demand_mw
                }
            })
            .collect();
        let down_mw = feeding.downstream(&bus_mw);
        Self {
            t_s: view.t_s,
            temp_c,
            ghi_w_m2,
            ahead: (0..LEADS)
                .map(|i| {
                    (
                        read(tags.temp_ahead[i]).unwrap_or(temp_c),
                        read(tags.ghi_ahead[i]).unwrap_or(0.0),
                    )
                })
                .collect(),
            load_mw,
            unserved_mw: read(tags.unserved).unwrap_or(0.0).max(0.0),
            externals,
            line_closed,
            line_failed,
            lines,
            feeders,
            transformers,
            plants,
            batteries,
            feeding,
            bus_mw,
            down_mw,
            v_set_pu: grid
                .transformers
                .iter()
                .zip(&tags.transformers)
                .map(|(t, tag)| read(tag.v_set).unwrap_or(t.v_set_pu))
                .collect(),
            bus_voltage_pu,
        }
    }
}

/// A reading that can be used: implausible ones are brought to the edge of their range, since noise around zero is.
fn read(view: &View<'_>, point: Option<PointId>) -> Option<f64> {
    let point = point?;
    let value = view.seen.get(point);
    if !value.is_finite() {
        return None;
    }
    Some(match view.seen.quality(point) {
        Quality::Good | Quality::Stale => value,
        Quality::Implausible => {
            let range = view.table.spec(point).range;
            value.clamp(range[0], range[1])
        }
    })
}
