//! Types of vehicles and their figures, by kind; imported feeds take them from here too.
//!
//! It counts no vehicles.

use crate::city::model::transit::Drive;
use crate::city::model::transit::TransitMode;
use crate::city::model::transit::VehicleType;

/// Kinds of vehicles that cities have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// 12 m bus with a diesel engine.
    DieselBus,
    /// 12 m bus on batteries.
    BatteryBus,
    /// 18 m trolleybus.
    Trolleybus,
    /// 14 m coach.
    Coach,
    /// 30 m tram.
    Tram,
    /// Six-car metro train.
    Metro,
    /// Suburban train of eight cars.
    Rail,
    /// Passenger ferry.
    Ferry,
    /// Anything else: cable cars, funiculars, monorails.
    Other,
}

/// Figures of a kind.
struct Figures {
    id: &'static str,
    mode: TransitMode,
    drive: Drive,
    seats: u32,
    capacity: u32,
    doors: u32,
    energy_kwh_km: f64,
    cooling_kw_k: f64,
    battery_kwh: f64,
    charge_kw: f64,
}

impl Kind {
    /// Figures: buses 1.15 kWh/km (12 m) and 1.63 (18 m) without cooling and packs of 350 to 480 kWh, of which some 85 %
    /// are used, trams 90 to 130 kW mean with air conditioning at 20 km/h (docs/sizing.md, section 4); cooling 0.4 to
    /// 0.9 kW/K for a bus (MODELS.md), others by their floor. Crush loads and doors by common makes; metro and railway
    /// 2.5 to 3 kWh a car-kilometre. recalled throughout.
    fn figures(self) -> Figures {
        let base = Figures {
            id: "bus-12",
            mode: TransitMode::Bus,
            drive: Drive::Diesel,
            seats: 36,
            capacity: 75,
            doors: 3,
            energy_kwh_km: 0.0,
            cooling_kw_k: 0.7,
            battery_kwh: 0.0,
            charge_kw: 0.0,
        };
        match self {
            Self::DieselBus => base,
            Self::BatteryBus => Figures {
                id: "bus-12-battery",
                drive: Drive::Battery,
                capacity: 70,
                energy_kwh_km: 1.15,
                battery_kwh: 350.0,
                charge_kw: 150.0,
                ..base
            },
            Self::Trolleybus => Figures {
                id: "trolley-18",
                drive: Drive::Electric,
                seats: 45,
                capacity: 120,
                doors: 4,
                energy_kwh_km: 1.63,
                cooling_kw_k: 0.9,
                ..base
            },
            Self::Coach => Figures {
                id: "coach-14",
                seats: 55,
                capacity: 65,
                doors: 1,
                ..base
            },
            Self::Tram => Figures {
                id: "tram-30",
                mode: TransitMode::Tram,
                drive: Drive::Electric,
                seats: 66,
                capacity: 180,
                doors: 6,
                energy_kwh_km: 4.2,
                cooling_kw_k: 1.8,
                ..base
            },
            Self::Metro => Figures {
                id: "metro-6",
                mode: TransitMode::Metro,
                drive: Drive::Electric,
                seats: 270,
                capacity: 1_200,
                doors: 48,
                energy_kwh_km: 15.0,
                cooling_kw_k: 10.0,
                ..base
            },
            Self::Rail => Figures {
                id: "rail-8",
                mode: TransitMode::Rail,
                drive: Drive::Electric,
                seats: 480,
                capacity: 1_600,
                doors: 64,
                energy_kwh_km: 20.0,
                cooling_kw_k: 14.0,
                ..base
            },
            Self::Ferry => Figures {
                id: "ferry",
                mode: TransitMode::Ferry,
                seats: 150,
                capacity: 250,
                doors: 2,
                ..base
            },
            Self::Other => Figures {
                id: "other",
                mode: TransitMode::Other,
                seats: 20,
                capacity: 40,
                doors: 2,
                ..base
            },
        }
    }

    /// Whether it runs on roads among other traffic.
    #[must_use]
    pub fn is_on_roads(self) -> bool {
        matches!(
            self,
            Self::DieselBus | Self::BatteryBus | Self::Trolleybus | Self::Coach
        )
    }

    /// Its type of vehicle.
    #[must_use]
    pub fn vehicle_type(self) -> VehicleType {
        let f = self.figures();
        VehicleType {
            id: f.id.to_owned(),
            mode: f.mode,
            drive: f.drive,
            seats: f.seats,
            capacity: f.capacity,
            doors: f.doors,
            energy_kwh_km: f.energy_kwh_km,
            cooling_kw_k: f.cooling_kw_k,
            battery_kwh: f.battery_kwh,
            charge_kw: f.charge_kw,
        }
    }
}

/// The kinds in use, each once, in order.
fn distinct(kinds: &[Kind]) -> Vec<Kind> {
    let mut distinct = kinds.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    distinct
}

/// Types of the kinds in use.
#[must_use]
pub fn types(kinds: &[Kind]) -> Vec<VehicleType> {
    distinct(kinds)
        .into_iter()
        .map(Kind::vehicle_type)
        .collect()
}

/// Position of a kind among the types of the kinds in use.
#[must_use]
pub fn position(kinds: &[Kind], kind: Kind) -> usize {
    distinct(kinds).binary_search(&kind).unwrap_or(0)
}
