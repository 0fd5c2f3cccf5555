//! Public transport as planned: stops, routes, patterns, timetable, blocks, vehicles, depots, traction substations.
//!
//! Index fields point into the vectors of [`Transit`], or into those of the city's grid and roads where they say so. Nothing
//! here changes during a run. Times of day are seconds after midnight of the service day and may exceed 86,400.

use serde::Deserialize;
use serde::Serialize;

/// A place where vehicles stop.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stop {
    /// Stable id, such as `ST012`; a feed's own stop id.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Metres east of the city's origin.
    pub x_m: f64,
    /// Metres north of the city's origin.
    pub y_m: f64,
    /// District it lies in.
    pub district: usize,
    /// Number shared by the stops of one station, which are linked on foot whatever the distance.
    pub station: Option<u32>,
}

/// Kinds of vehicles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransitMode {
    /// Bus.
    Bus,
    /// Tram or light rail.
    Tram,
    /// Metro, underground.
    Metro,
    /// Railway.
    Rail,
    /// Ferry.
    Ferry,
    /// Cable car, funicular, monorail and the like.
    Other,
}

/// A route as passengers know it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Route {
    /// Stable id, such as `B07` or `T2`; a feed's own route id.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Kind of vehicles.
    pub mode: TransitMode,
}

/// The way between two stops that follow one another in a pattern; patterns share legs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Leg {
    /// Stop at which it begins.
    pub from: usize,
    /// Stop at which it ends.
    pub to: usize,
    /// Length along the way, metres.
    pub length_m: f64,
    /// Links of the city's roads that it runs on, in order; empty on a track of its own, or where roads are unknown.
    pub road_links: Vec<usize>,
    /// Traction substations that feed it, nearest first; empty where vehicles carry their energy.
    pub traction: Vec<usize>,
}

/// A sequence of stops that trips of one route and direction serve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pattern {
    /// Stable id, such as `B07-0`.
    pub id: String,
    /// Route.
    pub route: usize,
    /// 0 or 1.
    pub direction: u8,
    /// Stops in order; a stop may occur twice. At least two.
    pub stops: Vec<usize>,
    /// Legs between them, one fewer than stops.
    pub legs: Vec<usize>,
    /// Whether passengers may get on, by position.
    pub boarding: Vec<bool>,
    /// Whether passengers may get off, by position.
    pub alighting: Vec<bool>,
    /// Whether a vehicle waits for its time there, by position.
    pub timepoint: Vec<bool>,
}

/// Running times of a pattern: when a trip is at each stop, seconds after its departure from the first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timing {
    /// Pattern.
    pub pattern: usize,
    /// Planned arrival by position; the first may be negative or 0.
    pub arrival_s: Vec<i32>,
    /// Planned departure by position; the first is 0.
    pub departure_s: Vec<i32>,
}

/// On which days of the week something runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Stable id, such as `weekday`.
    pub id: String,
    /// Monday to Sunday.
    pub days: [bool; 7],
}

/// A planned run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trip {
    /// Stable id; a feed's own trip id (with a number where one row stands for several runs).
    pub id: String,
    /// Running times, and with them the pattern.
    pub timing: usize,
    /// Days on which it runs.
    pub service: usize,
    /// Departure from the first stop, seconds after midnight of the service day.
    pub start_s: i32,
    /// Block: the trips that one vehicle runs, one after another on one day.
    pub block: usize,
}

/// What drives a vehicle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Drive {
    /// Fuel: draws nothing from the grid.
    Diesel,
    /// Batteries, charged at depots and at terminals.
    Battery,
    /// Overhead line or third rail, fed by traction substations.
    Electric,
}

/// A type of vehicle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VehicleType {
    /// Stable id, such as `bus-12` or `tram-30`.
    pub id: String,
    /// Kind.
    pub mode: TransitMode,
    /// What drives it.
    pub drive: Drive,
    /// Seats.
    pub seats: u32,
    /// Most passengers, standing ones included.
    pub capacity: u32,
    /// Door channels by which passengers get on and off.
    pub doors: u32,
    /// Energy of driving, kilowatt-hours a kilometre, without heating or cooling; litres do not concern us.
    pub energy_kwh_km: f64,
    /// Air conditioning, kilowatts a kelvin of outdoor air above 22 C.
    pub cooling_kw_k: f64,
    /// Usable battery, kilowatt-hours; 0 without one.
    pub battery_kwh: f64,
    /// Highest charging power, kilowatts; 0 without a battery.
    pub charge_kw: f64,
}

/// A depot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Depot {
    /// Stable id, such as `DEP1`.
    pub id: String,
    /// Metres east of the city's origin.
    pub x_m: f64,
    /// Metres north of the city's origin.
    pub y_m: f64,
    /// District it lies in.
    pub district: usize,
    /// Load of the grid through which it charges, if any.
    pub load: Option<usize>,
    /// Charging points; 0 where nothing charges.
    pub chargers: u32,
}

/// Vehicles of one type at one depot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fleet {
    /// Depot.
    pub depot: usize,
    /// Type.
    pub vehicle_type: usize,
    /// Vehicles fit for service, spares included.
    pub vehicles: u32,
}

/// A vehicle's day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// Stable id, such as `BL012`.
    pub id: String,
    /// Type of vehicle that it needs.
    pub vehicle_type: usize,
    /// Depot from which it runs.
    pub depot: usize,
}

/// A traction substation: rectifiers between the grid and the overhead line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TractionSubstation {
    /// Stable id, such as `RECT-3`.
    pub id: String,
    /// Load of the grid that feeds it.
    pub load: usize,
    /// Rated power, kilowatts.
    pub rating_kw: f64,
    /// Metres east of the city's origin.
    pub x_m: f64,
    /// Metres north of the city's origin.
    pub y_m: f64,
}

/// A charger at a terminal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TerminalCharger {
    /// Stop at which vehicles charge between trips.
    pub stop: usize,
    /// Load of the grid that feeds it.
    pub load: usize,
    /// Power, kilowatts.
    pub power_kw: f64,
    /// Vehicles at once.
    pub places: u32,
}

/// Public transport of a city.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Transit {
    /// Stops.
    pub stops: Vec<Stop>,
    /// Routes.
    pub routes: Vec<Route>,
    /// Legs.
    pub legs: Vec<Leg>,
    /// Patterns.
    pub patterns: Vec<Pattern>,
    /// Running times.
    pub timings: Vec<Timing>,
    /// Days of service.
    pub services: Vec<Service>,
    /// Trips, ordered by block, then start.
    pub trips: Vec<Trip>,
    /// Blocks.
    pub blocks: Vec<Block>,
    /// Types of vehicles.
    pub vehicle_types: Vec<VehicleType>,
    /// Depots.
    pub depots: Vec<Depot>,
    /// Vehicles at depots.
    pub fleets: Vec<Fleet>,
    /// Traction substations.
    pub traction: Vec<TractionSubstation>,
    /// Chargers at terminals.
    pub chargers: Vec<TerminalCharger>,
    /// Rules of the source for changing on foot between two stops: from, to, seconds; none forbids it.
    pub transfers: Vec<(usize, usize, Option<u32>)>,
}
