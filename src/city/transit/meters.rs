//! What is counted: of the whole city and by route, since the start of the run. Sums alone; ratios are made on publishing.

use serde::Deserialize;
use serde::Serialize;

/// Longest headway that counts, seconds: nobody waits longer than his patience, so a gap of a night or of a long
/// outage is an hour's.
pub const LONGEST_HEADWAY_S: f64 = 3600.0;
/// Planned headway up to which a call belongs to a frequent service, for which excess wait is defined, seconds (Transport
/// for London: five or more an hour).
pub const FREQUENT_S: u16 = 720;
/// Share of the planned headway below which two vehicles run bunched (chosen; agencies use a quarter to a half).
pub const BUNCHED: f64 = 0.25;

/// Sums of headways.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Headways {
    /// Sum of actual headways, seconds.
    pub sum: f64,
    /// Sum of their squares.
    pub squares: f64,
    /// Sum of planned headways, those of cancelled calls included.
    pub planned: f64,
    /// Sum of their squares.
    pub planned_squares: f64,
    /// Actual headways.
    pub count: f64,
    /// Those much too short.
    pub bunched: f64,
}

impl Headways {
    /// Notes a departure.
    pub fn note(&mut self, headway_s: f64, planned_s: f64) {
        let h = headway_s.min(LONGEST_HEADWAY_S);
        self.sum += h;
        self.squares += h * h;
        self.count += 1.0;
        if h < BUNCHED * planned_s {
            self.bunched += 1.0;
        }
        self.plan(planned_s);
    }

    /// Notes a planned departure alone.
    pub fn plan(&mut self, planned_s: f64) {
        self.planned += planned_s;
        self.planned_squares += planned_s * planned_s;
    }

    /// Expected wait of one who comes at random less that of the timetable, minutes; none without departures.
    #[must_use]
    pub fn excess_wait_min(&self) -> Option<f64> {
        if self.sum <= 0.0 || self.planned <= 0.0 {
            return None;
        }
        let actual = self.squares / (2.0 * self.sum);
        Some((actual - self.planned_squares / (2.0 * self.planned)) / 60.0)
    }

    /// Adds another's sums.
    pub fn add(&mut self, other: &Self) {
        self.sum += other.sum;
        self.squares += other.squares;
        self.planned += other.planned;
        self.planned_squares += other.planned_squares;
        self.count += other.count;
        self.bunched += other.bunched;
    }
}

/// Sums of a route.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RouteMeters {
    /// Headways of its frequent calls.
    pub headways: Headways,
    /// Departures at time points and first stops, and those of them from a minute early to five late.
    pub timed: [u64; 2],
    /// Passengers who got on.
    pub boardings: u64,
    /// Passengers left behind.
    pub denied: u64,
    /// Passenger-seconds on board and vehicle-seconds, for the mean load.
    pub load_s: [f64; 2],
    /// Trips cancelled or cut short.
    pub lost_trips: u64,
}

/// Sums of the city.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Meters {
    /// By route.
    pub routes: Vec<RouteMeters>,
    /// Trips of the duties that have come due.
    pub trips_planned: u64,
    /// Trips run to their last stop.
    pub trips_operated: u64,
    /// Trips not run, or given up under way.
    pub trips_cancelled: u64,
    /// Trips turned back before their last stop.
    pub trips_turned: u64,
    /// Distance run with passengers, kilometres.
    pub vehicle_km: f64,
    /// Energy drawn by trams at the substations and by batteries at chargers, kilowatt-hours.
    pub energy_kwh: f64,
    /// Journeys ended: sum of their times, seconds.
    pub journey_s: f64,
    /// Waits ended by getting on: sum, seconds.
    pub wait_s: f64,
    /// Vehicles broken down.
    pub breakdowns: u64,
    /// Halts held to even out headways: sum, seconds.
    pub held_s: f64,
    /// Trips cancelled since the last event about them, and the cause known last.
    pub unreported: u64,
}
