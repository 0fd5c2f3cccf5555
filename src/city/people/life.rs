//! The step of the people domain: hospitals and centres every step, homes, visits, exposure and harm every few minutes.
//!
//! It only says what comes after what; what happens is in the files of its nouns.

use crate::city::people::centres::Centres;
use crate::city::people::centres::open_at;
use crate::city::people::day::discretionary;
use crate::city::people::day::whereabouts;
use crate::city::people::fabric::Fabric;
use crate::city::people::homes::Stock;
use crate::city::people::hospitals::Hospitals;
use crate::city::people::inlets::Air;
use crate::city::people::inlets::Power;
use crate::city::people::inlets::TransitAccess;
use crate::city::people::outlets::Activity;
use crate::city::people::outlets::CentreDemand;
use crate::city::people::publish::Tags;
use crate::city::people::toll::Hot;
use crate::city::people::toll::Moment;
use crate::city::people::toll::Toll;
use crate::engine::chance::Chance;
use crate::engine::clock::Clock;
use crate::engine::points::Points;
use crate::engine::record::Record;
use crate::solvers::thermal::building::latent_factor;
use crate::solvers::thermal::heat_island::district_temp_c;
use crate::solvers::thermal::psychrometrics::humidity_ratio;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;
use bevy_ecs::resource::Resource;
use serde::Deserialize;
use serde::Serialize;

/// Heat index at which a heat alert begins and below which it ends, degrees Celsius: 105 F, the weather service's
/// criterion for an excessive heat warning, and 90 F.
const ALERT_C: [f64; 2] = [40.6, 32.2];
/// Sea-level pressure, pascals.
const PRESSURE_PA: f64 = 101_325.0;

/// The heat over the city.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Spell {
    /// Whether a heat alert is on.
    pub alert: bool,
}

/// Announces heat and looks after hospitals and centres, every step.
#[allow(clippy::too_many_arguments, reason = "a system names what it touches")]
pub fn watch(
    clock: Res<Clock>,
    fabric: Res<Fabric>,
    air: Res<Air>,
    power: Res<Power>,
    points: Res<Points>,
    tags: Res<Tags>,
    chance: Res<Chance>,
    mut spell: ResMut<Spell>,
    mut hospitals: ResMut<Hospitals>,
    mut centres: ResMut<Centres>,
    mut record: ResMut<Record>,
) {
    let t_s = clock.t_s();
    let felt = air.heat_index_c;
    if !spell.alert && felt > ALERT_C[0] {
        spell.alert = true;
        record.event(t_s, "heat_alert", None, None, 0.0, || {
            format!("heat index {felt:.1} C")
        });
    } else if spell.alert && felt < ALERT_C[1] {
        spell.alert = false;
        record.event(t_s, "heat_alert_over", None, None, 0.0, || {
            format!("heat index {felt:.1} C")
        });
    }
    let dt_s = f64::from(clock.step_s());
    hospitals.watch(&fabric, &power, *chance, t_s, dt_s / 3600.0, &mut record);
    let open = open_at(clock.hour_of_day(), points.get(tags.extended) > 0.5);
    centres.watch(&fabric, &power, open, t_s, dt_s, &mut record);
}

/// Homes, visits, exposure and harm, at the border of an update.
#[allow(clippy::too_many_arguments, reason = "a system names what it touches")]
pub fn live(
    clock: Res<Clock>,
    fabric: Res<Fabric>,
    air: Res<Air>,
    power: Res<Power>,
    access: Res<TransitAccess>,
    points: Res<Points>,
    tags: Res<Tags>,
    mut stock: ResMut<Stock>,
    mut centres: ResMut<Centres>,
    mut toll: ResMut<Toll>,
    mut activity: ResMut<Activity>,
    mut demand: ResMut<CentreDemand>,
    mut record: ResMut<Record>,
) {
    if !clock.begins(fabric.period_s) {
        return;
    }
    let districts = &fabric.city.districts;
    let outdoor_c: Vec<f64> = districts
        .iter()
        .map(|d| district_temp_c(air.temp_c, d.heat_island_k, air.ghi_w_m2, air.wind_m_s))
        .collect();
    let (shut, shut_in_all) = shut(&fabric, &power);
    let active = discretionary(air.heat_index_c);
    let (hour, weekend) = (clock.hour_of_day(), clock.is_weekend());
    let moment = Moment {
        outdoor_c: &outdoor_c,
        dew_point_c: air.dew_point_c,
        whereabouts: std::array::from_fn(|h| whereabouts(h, hour, weekend, shut_in_all, active)),
    };
    stock.switch(&fabric, &power);
    let latent = latent_factor(humidity_ratio(air.dew_point_c, PRESSURE_PA));
    stock.step(&fabric, &outdoor_c, air.ghi_w_m2, latent);
    let hot = Hot::of(&fabric, &stock);
    let open = open_at(hour, points.get(tags.extended) > 0.5);
    let wanting = hot.wanting(&fabric, &moment);
    let t_s = clock.t_s();
    centres.visit(&fabric, &access, &wanting, open, t_s, &mut record);
    centres.draw(&fabric, open, &mut demand);
    let mut visitors = vec![0.0; districts.len()];
    for (row, n) in fabric.reach.iter().zip(&centres.visitors) {
        visitors[row.district] += n;
    }
    toll.expose(&fabric, &mut stock, &hot, &moment, &visitors);
    if clock.begins(fabric.harm_s) {
        toll.reckon(&fabric, &stock, f64::from(fabric.harm_s));
    }
    activity.trips.clear();
    if let Some(travel) = &fabric.city.travel {
        // Errands are put off in the heat, and for want of an open shop.
        let errands = active * (1.0 - shut_in_all);
        for profile in &travel.profiles {
            let made = 1.0 - profile.discretionary.clamp(0.0, 1.0) * (1.0 - errands);
            // In whole hundredths: a shop without power is no reason to work out all routes anew.
            let made = (made * 100.0).round() / 100.0;
            let row = activity.trips.len() + districts.len();
            activity.trips.resize(row, made);
        }
    }
    activity.shut = shut;
}

/// Share of the workplaces and shops without power, by district and in all.
fn shut(fabric: &Fabric, power: &Power) -> (Vec<f64>, f64) {
    let mut dark = vec![0.0; fabric.people.len()];
    let mut all = dark.clone();
    for (l, load) in fabric.city.grid.loads.iter().enumerate() {
        let n = f64::from(load.businesses);
        all[load.district] += n;
        dark[load.district] += n * (1.0 - power.share(l));
    }
    let (sum, of): (f64, f64) = (dark.iter().sum(), all.iter().sum());
    let share = |d: f64, n: f64| {
        if n > 0.0 {
            (d / n).clamp(0.0, 1.0)
        } else {
            0.0
        }
    };
    let by = dark.iter().zip(&all).map(|(d, n)| share(*d, *n)).collect();
    (by, share(sum, of))
}
