//! The net load of the next two days as the control room sees it coming.
//!
//! A prior from the city's connected load and the forecast weather, scaled by a daily shape that is learned hour by
//! hour, and by persistence of the present deviation. It knows no future but the published weather forecast.

use crate::city::model::city::City;
use crate::city::model::grid::Load;
use crate::controllers::rules::ledger::Learned;
use crate::controllers::rules::situation::Situation;
use crate::controllers::rules::tags::LEADS;
use jiff::civil::DateTime;
use jiff::civil::Weekday;

/// Household load without cooling by hour, share of its daily peak: a summer weekday in the form of BDEW's H0.
const HOME: [f64; 24] = [
    0.47, 0.40, 0.37, 0.36, 0.37, 0.42, 0.55, 0.66, 0.70, 0.71, 0.72, 0.75, 0.79, 0.76, 0.72, 0.70,
    0.74, 0.84, 0.94, 1.00, 0.99, 0.93, 0.80, 0.62,
];
/// Shops and offices, BDEW G0 likewise.
const COMMERCE: [f64; 24] = [
    0.36, 0.34, 0.33, 0.33, 0.34, 0.38, 0.48, 0.66, 0.84, 0.95, 1.00, 1.00, 0.97, 0.95, 0.95, 0.93,
    0.91, 0.88, 0.80, 0.70, 0.60, 0.52, 0.45, 0.40,
];
/// Industry, two shifts.
const INDUSTRY: [f64; 24] = [
    0.62, 0.60, 0.60, 0.60, 0.62, 0.70, 0.86, 0.95, 1.00, 1.00, 1.00, 0.98, 0.96, 0.98, 0.98, 0.96,
    0.93, 0.88, 0.82, 0.80, 0.78, 0.75, 0.70, 0.66,
];
/// Commerce and industry at weekends, share of a weekday.
const WEEKEND: f64 = 0.65;
/// Outdoor temperature at which cooling begins, Celsius: the balance point of the sizing sheet's slope (22 C), less
/// the internal gains of a humid night.
const COOLING_FROM_C: f64 = 21.0;
/// Design day of the network, Celsius.
const DESIGN_C: f64 = 35.0;
/// Hour of the design peak.
const DESIGN_HOUR: usize = 17;
/// AC output of a roof array at 1000 W/m2 of horizontal irradiance, share of its peak: orientation, heat, inverter.
const PV_YIELD: f64 = 0.75;
/// Weight of one observation in the smoothed present ratio: about three intervals.
const SMOOTH: f64 = 0.4;
/// Weight of one observation in the ratio of its hour: half within one pass of an hour at 5 min.
const LEARN: f64 = 0.08;
/// Hours over which the present deviation fades.
const FADE_H: f64 = 6.0;

/// What the city's connected load says before anything is observed.
#[derive(Clone, Debug)]
pub struct Prior {
    home_mw: f64,
    commerce_mw: f64,
    industry_mw: f64,
    steady_mw: f64,
    cooling_mw_k: f64,
    pv_mwp: f64,
}

impl Prior {
    /// Sums a city's loads.
    #[must_use]
    pub fn new(city: &City) -> Self {
        let sum = |of: fn(&Load) -> f64| -> f64 { city.grid.loads.iter().map(of).sum() };
        let mut prior = Self {
            home_mw: sum(|l| l.home_mw),
            commerce_mw: sum(|l| l.commerce_mw),
            industry_mw: sum(|l| l.industry_mw),
            steady_mw: sum(|l| l.critical_mw),
            cooling_mw_k: 0.0,
            pv_mwp: sum(|l| l.pv_mwp),
        };
        let design = sum(|l| l.design_peak_mw);
        let base = prior.at(DESIGN_HOUR as f64, false, COOLING_FROM_C, 0.0);
        prior.cooling_mw_k = (design - base).max(0.0) / (DESIGN_C - COOLING_FROM_C);
        prior
    }

    /// Net load, megawatts, at an hour of day (fractional), air temperature and irradiance.
    fn at(&self, hour: f64, weekend: bool, temp_c: f64, ghi_w_m2: f64) -> f64 {
        let work = if weekend { WEEKEND } else { 1.0 };
        let load = self.home_mw * shape(&HOME, hour)
            + work
                * (self.commerce_mw * shape(&COMMERCE, hour)
                    + self.industry_mw * shape(&INDUSTRY, hour))
            + self.steady_mw
            + self.cooling_mw_k * (temp_c - COOLING_FROM_C).max(0.0);
        let net = load - PV_YIELD * self.pv_mwp * ghi_w_m2.max(0.0) / 1000.0;
        // Roofs may carry a small city at noon; the ratio below needs a positive base.
        net.max(0.05 * load).max(1e-3)
    }
}

fn shape(values: &[f64; 24], hour: f64) -> f64 {
    let whole = hour.floor();
    let share = hour - whole;
    let i = (whole as usize) % 24;
    values[i] * (1.0 - share) + values[(i + 1) % 24] * share
}

/// Net load now and at whole hours ahead.
#[derive(Clone, Debug)]
pub struct Forecast {
    mw: Vec<f64>,
}

impl Forecast {
    /// Learns from what is observed and looks ahead.
    #[must_use]
    pub fn make(prior: &Prior, learned: &mut Learned, now: &Situation, at: DateTime) -> Self {
        let hour = f64::from(at.hour()) + f64::from(at.minute()) / 60.0;
        let weekend = |ahead_h: usize| {
            let days = (usize::from(at.hour().unsigned_abs()) + ahead_h) / 24;
            let mut day = at.weekday();
            for _ in 0..days {
                day = day.next();
            }
            matches!(day, Weekday::Saturday | Weekday::Sunday)
        };
        let here = prior.at(hour, weekend(0), now.temp_c, now.ghi_w_m2);
        let ratio = (now.load_mw + now.unserved_mw).max(0.0) / here;
        learned.now = if learned.now > 0.0 {
            learned.now + SMOOTH * (ratio - learned.now)
        } else {
            ratio
        };
        let slot = (hour as usize) % 24;
        learned.ratio[slot] = if learned.ratio[slot] > 0.0 {
            learned.ratio[slot] + LEARN * (ratio - learned.ratio[slot])
        } else {
            learned.now
        };
        let known = |slot: usize| {
            if learned.ratio[slot] > 0.0 {
                learned.ratio[slot]
            } else {
                learned.now
            }
        };
        let deviation = learned.now - known(slot);
        let mut mw = Vec::with_capacity(LEADS + 1);
        mw.push(now.load_mw + now.unserved_mw);
        for lead in 1..=LEADS {
            let (temp_c, ghi_w_m2) = now.ahead[lead - 1];
            let base = prior.at((hour + lead as f64) % 24.0, weekend(lead), temp_c, ghi_w_m2);
            let fade = libm::exp(-(lead as f64) / FADE_H);
            mw.push((base * (known((slot + lead) % 24) + fade * deviation)).max(0.0));
        }
        Self { mw }
    }

    /// Net load at a lead, megawatts; beyond the last lead, the last.
    #[must_use]
    pub fn at(&self, lead_h: f64) -> f64 {
        let last = self.mw.len() - 1;
        let lead = lead_h.clamp(0.0, last as f64);
        let i = lead.floor() as usize;
        let share = lead - i as f64;
        self.mw[i] * (1.0 - share) + self.mw[(i + 1).min(last)] * share
    }

    /// Highest net load from now to a lead, megawatts.
    #[must_use]
    pub fn peak(&self, until_h: f64) -> f64 {
        let whole = (until_h.floor() as usize).min(self.mw.len() - 1);
        self.mw[..=whole]
            .iter()
            .copied()
            .fold(self.at(until_h), f64::max)
    }

    /// Growth of the load until a lead, at least 1.
    #[must_use]
    pub fn growth(&self, until_h: f64) -> f64 {
        if self.mw[0] > 0.0 {
            (self.peak(until_h) / self.mw[0]).clamp(1.0, 1.5)
        } else {
            1.0
        }
    }
}
