//! A single line there and back for tests, and a bench that runs the domain alone: no grid, no roads, no weather, so that
//! a test can play each of them.
//!
//! Stops `0..n` lie on a straight, one zone at each; `n..2n` are their other sides on the way back.

use crate::city::model::city::City;
use crate::city::model::city::Site;
use crate::city::model::grid::Grid;
use crate::city::model::transit::Block;
use crate::city::model::transit::Depot;
use crate::city::model::transit::Drive;
use crate::city::model::transit::Fleet;
use crate::city::model::transit::Leg;
use crate::city::model::transit::Pattern;
use crate::city::model::transit::Route;
use crate::city::model::transit::Service as Days;
use crate::city::model::transit::Stop;
use crate::city::model::transit::Timing;
use crate::city::model::transit::TractionSubstation;
use crate::city::model::transit::Transit;
use crate::city::model::transit::TransitMode;
use crate::city::model::transit::Trip;
use crate::city::model::transit::VehicleType;
use crate::city::model::travel::Flow;
use crate::city::model::travel::Travel;
use crate::city::model::travel::TripProfile;
use crate::city::model::travel::Zone;
use crate::city::transit::fabric::Fabric;
use crate::city::transit::inlets::Air;
use crate::city::transit::inlets::ChargePower;
use crate::city::transit::inlets::Ridership;
use crate::city::transit::inlets::Staff;
use crate::city::transit::inlets::Traction;
use crate::city::transit::inlets::Traffic;
use crate::city::transit::laws::trips_accounted;
use crate::city::transit::outlets::ChargeDemand;
use crate::city::transit::outlets::TractionDemand;
use crate::city::transit::service::Nature;
use crate::city::transit::service::Service;
use crate::city::transit::service::Settings;
use crate::city::transit::service::Work;
use crate::engine::chance::Chance;
use crate::engine::element::Elements;
use crate::engine::record::Record;
use std::collections::BinaryHeap;
use std::sync::Arc;

/// What the line is like.
#[derive(Clone, Debug)]
pub struct Line {
    pub stops: usize,
    pub spacing_m: f64,
    /// Planned running time of a leg and halt at a stop, seconds.
    pub leg_s: i32,
    pub halt_s: i32,
    pub headway_s: i32,
    pub from_s: i32,
    pub until_s: i32,
    pub vehicles: u32,
    pub capacity: u32,
    pub mode: TransitMode,
    pub drive: Drive,
    pub battery_kwh: f64,
    /// Every so many stops is a time point.
    pub timepoint_every: usize,
    /// Substations, evenly along the line.
    pub substations: usize,
    /// Passengers a weekday from each stop to the last, evenly over 6 to 22 h.
    pub riders: f64,
}

impl Default for Line {
    fn default() -> Self {
        Self {
            stops: 12,
            spacing_m: 600.0,
            leg_s: 90,
            halt_s: 20,
            headway_s: 360,
            from_s: 6 * 3600,
            until_s: 22 * 3600,
            vehicles: 20,
            capacity: 90,
            mode: TransitMode::Bus,
            drive: Drive::Diesel,
            battery_kwh: 0.0,
            timepoint_every: 4,
            substations: 0,
            riders: 300.0,
        }
    }
}

impl Line {
    fn length(&self) -> i32 {
        let n = self.stops as i32;
        (n - 1) * self.leg_s + (n - 2) * self.halt_s
    }

    fn transit(&self) -> Transit {
        let n = self.stops;
        let mut t = Transit::default();
        for side in 0..2 {
            for k in 0..n {
                // The way back passes the stops in opposite order.
                let at = if side == 0 { k } else { n - 1 - k };
                t.stops.push(Stop {
                    id: format!("{side}-{at}"),
                    name: format!("Stop {at}"),
                    x_m: at as f64 * self.spacing_m,
                    y_m: 15.0 * side as f64,
                    district: 0,
                    station: None,
                });
            }
        }
        t.routes.push(Route {
            id: "R1".into(),
            name: "Line 1".into(),
            mode: self.mode,
        });
        for side in 0..2 {
            let first = t.legs.len();
            for k in 0..n - 1 {
                let mid = if side == 0 {
                    k as f64 + 0.5
                } else {
                    (n - 1 - k) as f64 - 0.5
                };
                let share = mid / (n - 1) as f64;
                let mut near: Vec<usize> = (0..self.substations).collect();
                near.sort_by(|a, b| {
                    let far = |s: usize| ((s as f64 + 0.5) / self.substations as f64 - share).abs();
                    far(*a).total_cmp(&far(*b))
                });
                near.truncate(2);
                t.legs.push(Leg {
                    from: side * n + k,
                    to: side * n + k + 1,
                    length_m: self.spacing_m,
                    road_links: Vec::new(),
                    traction: near,
                });
            }
            t.patterns.push(Pattern {
                id: format!("R1-{side}"),
                route: 0,
                direction: side as u8,
                stops: (side * n..side * n + n).collect(),
                legs: (first..first + n - 1).collect(),
                boarding: vec![true; n],
                alighting: vec![true; n],
                timepoint: (0..n).map(|k| k % self.timepoint_every == 0).collect(),
            });
            let cycle = self.leg_s + self.halt_s;
            t.timings.push(Timing {
                pattern: side,
                arrival_s: (0..n as i32)
                    .map(|k| (k * cycle - self.halt_s).max(0))
                    .collect(),
                departure_s: (0..n as i32).map(|k| k * cycle).collect(),
            });
        }
        t.services.push(Days {
            id: "daily".into(),
            days: [true; 7],
        });
        self.blocks(&mut t);
        t.vehicle_types.push(VehicleType {
            id: "v".into(),
            mode: self.mode,
            drive: self.drive,
            seats: self.capacity.div_ceil(3),
            capacity: self.capacity,
            doors: 2,
            energy_kwh_km: 1.2,
            cooling_kw_k: 0.6,
            battery_kwh: self.battery_kwh,
            charge_kw: 100.0,
        });
        t.depots.push(Depot {
            id: "D".into(),
            x_m: 0.0,
            y_m: 0.0,
            district: 0,
            load: None,
            chargers: 20,
        });
        t.fleets.push(Fleet {
            depot: 0,
            vehicle_type: 0,
            vehicles: self.vehicles,
        });
        for k in 0..self.substations {
            t.traction.push(TractionSubstation {
                id: format!("T{k}"),
                load: 0,
                rating_kw: 1000.0,
                x_m: 0.0,
                y_m: 0.0,
            });
        }
        t
    }

    /// Vehicles go there and back with a break of at least five minutes.
    fn blocks(&self, t: &mut Transit) {
        let half = self.length() + 300;
        let round = 2 * half;
        let count = (round + self.headway_s - 1) / self.headway_s;
        let round = count * self.headway_s;
        for b in 0..count {
            let mut start = self.from_s + b * self.headway_s;
            let block = t.blocks.len();
            let before = t.trips.len();
            while start < self.until_s {
                for side in 0..2_usize {
                    t.trips.push(Trip {
                        id: format!("{b}-{start}-{side}"),
                        timing: side,
                        service: 0,
                        start_s: start + side as i32 * round / 2,
                        block,
                    });
                }
                start += round;
            }
            if t.trips.len() > before {
                t.blocks.push(Block {
                    id: format!("B{b}"),
                    vehicle_type: 0,
                    depot: 0,
                });
            }
        }
    }

    fn travel(&self) -> Travel {
        let zones = (0..self.stops).map(|k| Zone {
            id: format!("Z{k}"),
            x_m: k as f64 * self.spacing_m,
            y_m: 0.0,
            district: 0,
            population: 1000.0,
            jobs: 100.0,
        });
        let mut shares = vec![0.0; 24];
        shares[6..22].fill(1.0 / 16.0);
        Travel {
            zones: zones.collect(),
            profiles: vec![TripProfile {
                id: "all".into(),
                weekday: shares.clone(),
                weekend: shares,
                discretionary: 0.0,
            }],
            flows: (0..self.stops - 1)
                .map(|from| Flow {
                    from,
                    to: self.stops - 1,
                    profile: 0,
                    car_trips: 0.0,
                    transit_trips: self.riders,
                })
                .collect(),
        }
    }

    /// A city of this line alone.
    pub fn city(&self) -> Arc<City> {
        Arc::new(City {
            name: "line".into(),
            description: String::new(),
            seed: 0,
            site: Site {
                latitude_deg: 0.0,
                longitude_deg: 0.0,
                elevation_m: 0.0,
                utc_offset_h: 0.0,
            },
            districts: Vec::new(),
            grid: Grid {
                base_mva: 100.0,
                frequency_hz: 50.0,
                buses: Vec::new(),
                conductors: Vec::new(),
                lines: Vec::new(),
                transformers: Vec::new(),
                substations: Vec::new(),
                feeders: Vec::new(),
                loads: Vec::new(),
                plants: Vec::new(),
                externals: Vec::new(),
                batteries: Vec::new(),
            },
            travel: Some(self.travel()),
            roads: None,
            transit: Some(self.transit()),
            water: None,
            provenance: Vec::new(),
        })
    }
}

/// The domain alone, with its inlets in the test's hand.
#[derive(Clone, Debug)]
pub struct Bench {
    pub fabric: Fabric,
    pub service: Service,
    pub record: Record,
    pub nature: Nature,
    pub settings: Settings,
    pub traffic: Traffic,
    pub traction: Traction,
    pub charging: ChargePower,
    pub air: Air,
    pub staff: Staff,
    pub drawn: TractionDemand,
    pub charged: ChargeDemand,
    pub seed: u64,
    pub start_s: i64,
    pub tick: u64,
}

/// Seconds of a step.
pub const STEP_S: i64 = 60;

impl Bench {
    pub fn new(city: &Arc<City>, start_h: i64, seed: u64) -> Self {
        let fabric = Fabric::new(city).unwrap();
        let routes = fabric.0.net.transit().routes.len();
        Self {
            service: Service::new(&fabric.0.net, city.districts.len()),
            fabric,
            record: Record::new(true),
            nature: Nature::default(),
            settings: Settings {
                holding: vec![0.0; routes],
                short_turn: vec![false; routes],
                spares: 0,
                heat_timetable: false,
            },
            traffic: Traffic::default(),
            traction: Traction::default(),
            charging: ChargePower::default(),
            air: Air::default(),
            staff: Staff::default(),
            drawn: TractionDemand::default(),
            charged: ChargeDemand::default(),
            seed,
            start_s: start_h * 3600,
            tick: 0,
        }
    }

    pub fn still(mut self) -> Self {
        self.nature = Nature {
            leg_sigma: 0.0,
            trip_sigma: [0.0; 2],
            halt_sigma: 0.0,
            running: 1.0,
            late_start_s: 0.0,
            breakdowns: false,
            hold_early: false,
        };
        self
    }

    pub fn now_s(&self) -> i64 {
        self.start_s + self.tick as i64 * STEP_S
    }

    pub fn with<T>(
        &mut self,
        act: impl FnOnce(&mut Work<'_>, &mut TractionDemand, &mut ChargeDemand) -> T,
    ) -> T {
        let from_ms = self.now_s() * 1000;
        let elements = Elements::default();
        let ridership = Ridership::default();
        let mut work = Work {
            shared: &self.fabric.0,
            s: &mut self.service,
            record: &mut self.record,
            elements: &elements,
            traffic: &self.traffic,
            traction: &self.traction,
            charging: &self.charging,
            air: self.air,
            ridership: &ridership,
            staff: self.staff,
            settings: &self.settings,
            nature: self.nature,
            chance: Chance::new(self.seed),
            tick: self.tick,
            t_s: self.tick * STEP_S as u64,
            from_ms,
            to_ms: from_ms + STEP_S * 1000,
            first_weekday: 0,
            moments: BinaryHeap::new(),
            walkers: (Vec::new(), 0),
            soon: BinaryHeap::new(),
        };
        act(&mut work, &mut self.drawn, &mut self.charged)
    }

    /// One step; every law holds after it.
    pub fn step(&mut self) {
        self.with(|w, traction, charge| w.step(traction, charge));
        self.tick += 1;
        assert_eq!(
            self.service.riders.census.gap(),
            0,
            "{:?}",
            self.service.riders.census
        );
    }

    pub fn run_h(&mut self, hours: f64) {
        let until = self.now_s() + (hours * 3600.0) as i64;
        while self.now_s() < until {
            self.step();
        }
        let open = self.with(|w, _, _| w.open_trips());
        assert!(
            trips_accounted(&self.service, open),
            "{:?}",
            self.service.meters
        );
    }

    pub fn on_time(&self) -> f64 {
        let route = &self.service.meters.routes[0];
        route.timed[1] as f64 / route.timed[0] as f64
    }
}
