//! The weather domain: reads the run's series at the time of each step, publishes it and what is forecast.
//!
//! It draws nothing: the series is drawn before the run. Others read the outlet [`Now`] through couplings.

pub mod forecast;

use crate::city::model::run::RunPlan;
use crate::city::model::weather::WeatherRecord;
use crate::city::model::weather::WeatherSeries;
use crate::city::model::weather_sample::at;
use crate::city::weather::forecast::forecast;
use crate::engine::chance::Chance;
use crate::engine::clock::Clock;
use crate::engine::points::Keep;
use crate::engine::points::PointId;
use crate::engine::points::Points;
use crate::engine::points::PointsBuilder;
use crate::engine::schedule::Stage;
use crate::engine::snapshot::StateRegistry;
use crate::solvers::sun::SunPosition;
use crate::solvers::sun::solar_hour;
use crate::solvers::sun::sun_position;
use crate::solvers::thermal::cable::soil_temp_c;
use crate::solvers::thermal::psychrometrics::heat_index_c;
use crate::solvers::thermal::psychrometrics::relative_humidity_pct;
use bevy_ecs::prelude::IntoScheduleConfigs;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;
use bevy_ecs::prelude::Schedule;
use bevy_ecs::prelude::SystemSet;
use bevy_ecs::resource::Resource;
use bevy_ecs::world::World;
use serde::Deserialize;
use serde::Serialize;
use std::sync::Arc;

/// Longest forecast lead that is published, hours.
pub const LONGEST_LEAD_H: u32 = 48;
/// Forecasts are issued anew this often, seconds.
const ISSUE_S: u32 = 3600;
/// Depth at which cables lie, metres.
const CABLE_DEPTH_M: f64 = 0.8;
/// Yearly swing of a mid-latitude continental city's ground surface about its mean, kelvin, and its coldest day
/// (Kusuda and Achenbach 1965; EPW ground temperatures of Chicago).
const SOIL_SWING_K: f64 = 13.0;
const COLDEST_DAY: f64 = 30.0;
/// Mean of the year below the mean of the run's weather, kelvin, when nothing else is known: runs are in summer.
const SUMMER_OVER_MEAN_K: f64 = 15.0;

/// This domain's systems, for the twin to order against those of others.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WeatherSet {
    /// In Force: the weather of the step.
    Read,
    /// In Monitor: points.
    Publish,
}

/// Outlet: the weather of this step at the city's reference station.
#[derive(Resource, Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Now {
    /// The observation.
    pub record: WeatherRecord,
    /// Relative humidity, per cent.
    pub humidity_pct: f64,
    /// Heat index, degrees Celsius.
    pub heat_index_c: f64,
    /// Sun's altitude, radians.
    pub sun_altitude_rad: f64,
    /// Sun's azimuth clockwise from north, radians.
    pub sun_azimuth_rad: f64,
    /// Undisturbed soil at cable depth, degrees Celsius.
    pub soil_c: f64,
}

/// Static data of the domain.
#[derive(Resource, Clone, Debug)]
struct Station {
    series: Arc<WeatherSeries>,
    latitude_deg: f64,
    longitude_deg: f64,
    utc_offset_h: f64,
    mean_c: f64,
    now: [PointId; 7],
    /// Temperature and irradiance by lead in hours, from 1.
    forecast: Vec<[PointId; 2]>,
}

/// Adds the domain to a world that is being built.
pub fn install(
    world: &mut World,
    schedules: &mut [Schedule; 2],
    state: &mut StateRegistry,
    points: &mut PointsBuilder,
    plan: &RunPlan,
) {
    let mut add = |name: &str, unit: &str, about: &str| {
        let range = [f64::NEG_INFINITY, f64::INFINITY];
        points
            .measured(format!("weather/{name}"), unit, range, "weather", about)
            .keep(Keep::City)
            .id()
    };
    let now = [
        add("temp_c", "degC", "Air temperature"),
        add("dew_point_c", "degC", "Dew point"),
        add("heat_index_c", "degC", "Heat index (NWS)"),
        add("relative_humidity_pct", "%", "Relative humidity"),
        add("wind_m_s", "m/s", "Mean wind at 10 m"),
        add("gust_m_s", "m/s", "Gust at 10 m"),
        add("ghi_w_m2", "W/m2", "Global horizontal irradiance"),
    ];
    let mut lead = |h: u32, name: &str, unit: &str, about: &str| {
        let range = [f64::NEG_INFINITY, f64::INFINITY];
        points
            .measured(
                format!("weather/forecast/{h}h/{name}"),
                unit,
                range,
                "weather",
                about,
            )
            .id()
    };
    let forecast = (1..=LONGEST_LEAD_H)
        .map(|h| {
            [
                lead(h, "temp_c", "degC", "Air temperature forecast"),
                lead(
                    h,
                    "ghi_w_m2",
                    "W/m2",
                    "Global horizontal irradiance forecast",
                ),
            ]
        })
        .collect();
    let records = &plan.weather.records;
    let mean_c = records.iter().map(|r| r.temp_c).sum::<f64>() / records.len().max(1) as f64;
    let site = &plan.city.site;
    world.insert_resource(Station {
        series: Arc::clone(&plan.weather),
        latitude_deg: site.latitude_deg,
        longitude_deg: site.longitude_deg,
        utc_offset_h: site.utc_offset_h,
        mean_c,
        now,
        forecast,
    });
    if let Some(record) = records.first() {
        world.insert_resource(Now {
            record: *record,
            humidity_pct: 50.0,
            heat_index_c: record.temp_c,
            sun_altitude_rad: 0.0,
            sun_azimuth_rad: 0.0,
            soil_c: 15.0,
        });
    }
    state.resource::<Now>("weather/now");
    let [before, _] = schedules;
    before.add_systems(read.in_set(Stage::Force).in_set(WeatherSet::Read));
    before.add_systems(publish.in_set(Stage::Monitor).in_set(WeatherSet::Publish));
}

/// Reads the weather in the middle of the step.
fn read(station: Res<Station>, clock: Res<Clock>, mut now: ResMut<Now>) {
    let middle_s = clock.t_s() as f64 + 0.5 * f64::from(clock.step_s());
    let Some(record) = at(&station.series, middle_s) else {
        return;
    };
    let day = f64::from(clock.day_of_year());
    let hour = solar_hour(
        clock.hour_of_day(),
        station.longitude_deg,
        station.utc_offset_h,
        day,
    );
    let SunPosition {
        altitude_rad,
        azimuth_rad,
    } = sun_position(station.latitude_deg, day, hour);
    let humidity_pct = relative_humidity_pct(record.temp_c, record.dew_point_c);
    *now = Now {
        record,
        humidity_pct,
        heat_index_c: heat_index_c(record.temp_c, humidity_pct),
        sun_altitude_rad: altitude_rad,
        sun_azimuth_rad: azimuth_rad,
        soil_c: soil_temp_c(
            station.mean_c - SUMMER_OVER_MEAN_K,
            SOIL_SWING_K,
            COLDEST_DAY,
            CABLE_DEPTH_M,
            day,
        ),
    };
}

fn publish(
    station: Res<Station>,
    clock: Res<Clock>,
    chance: Res<Chance>,
    now: Res<Now>,
    mut points: ResMut<Points>,
) {
    let values = [
        now.record.temp_c,
        now.record.dew_point_c,
        now.heat_index_c,
        now.humidity_pct,
        now.record.wind_m_s,
        now.record.gust_m_s,
        now.record.ghi_w_m2,
    ];
    for (id, value) in station.now.iter().zip(values) {
        points.publish(*id, value);
    }
    if clock.begins(ISSUE_S) {
        for (i, [temp, ghi]) in station.forecast.iter().enumerate() {
            let lead_s = 3600.0 * (i + 1) as f64;
            if let Some(record) =
                forecast(&station.series, clock.t_s() as f64, lead_s, chance.seed())
            {
                points.publish(*temp, record.temp_c);
                points.publish(*ghi, record.ghi_w_m2);
            }
        }
    }
}
