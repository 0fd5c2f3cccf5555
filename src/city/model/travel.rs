//! Who travels from where to where on a normal day: zones, daily flows by mode, and how they spread over the hours.
//!
//! Trips as planned, before heat, outages or delays change minds. It knows no roads, no timetable and no people one by one.

use serde::Deserialize;
use serde::Serialize;

/// A place where trips begin and end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Zone {
    /// Stable id, such as `Z014`.
    pub id: String,
    /// Metres east of the city's origin.
    pub x_m: f64,
    /// Metres north of the city's origin.
    pub y_m: f64,
    /// District it lies in.
    pub district: usize,
    /// Residents.
    pub population: f64,
    /// Jobs and school places.
    pub jobs: f64,
}

/// How the trips of one purpose and direction spread over a day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TripProfile {
    /// Stable id, such as `to_work`, `from_work` or `errands`.
    pub id: String,
    /// Share of a weekday's trips that begins in each hour; 24 values that sum to 1.
    pub weekday: Vec<f64>,
    /// Trips of each hour of a weekend day, as shares of a weekday's trips; 24 values.
    pub weekend: Vec<f64>,
    /// Share of these trips that people may put off (heat, storm, no power at the destination).
    pub discretionary: f64,
}

/// Trips from one zone to another that share a profile.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Flow {
    /// Zone of origin.
    pub from: usize,
    /// Zone of destination.
    pub to: usize,
    /// Profile.
    pub profile: usize,
    /// Vehicles a weekday by road (already divided by the persons in a car).
    pub car_trips: f64,
    /// Passengers a weekday by public transport.
    pub transit_trips: f64,
}

/// Travel demand of a city.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Travel {
    /// Zones.
    pub zones: Vec<Zone>,
    /// Profiles.
    pub profiles: Vec<TripProfile>,
    /// Flows, ordered by (from, to, profile).
    pub flows: Vec<Flow>,
}
