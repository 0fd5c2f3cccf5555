//! Roles: names by which a scenario means an element of whatever city it runs on, such as `largest_substation`.
//!
//! A role is a function of the city and, for the random ones, of the seed; never of the controller.

use crate::city::model::city::City;
use crate::city::model::grid::BusRole;
use crate::city::model::grid::Critical;
use crate::city::model::grid::Laying;
use crate::city::model::transit::Transit;
use crate::city::model::transit::TransitMode;
use crate::engine::chance::Chance;

/// A role.
#[derive(Clone, Copy, Debug)]
pub struct Role {
    /// Name in scenario files.
    pub name: &'static str,
    /// What it picks, for people.
    pub summary: &'static str,
    /// Picks an element's name; the counter tells the picks of several events apart.
    pick: fn(&City, Chance, u64) -> Option<String>,
}

impl Role {
    /// The element of a city that has the role; none if the city has no such element. `counter` tells the random
    /// picks of several events apart.
    #[must_use]
    pub fn pick(&self, city: &City, chance: Chance, counter: u64) -> Option<String> {
        (self.pick)(city, chance, counter)
    }
}

/// All roles.
pub const ROLES: &[Role] = &[
    Role {
        name: "largest_substation",
        summary: "substation whose feeders have the highest design peak",
        pick: |city, _, _| {
            largest_substation(city)
                .map(|i| format!("grid/substation/{}", city.grid.substations[i].id))
        },
    },
    Role {
        name: "largest_substation_transformer",
        summary: "transformer of the highest rating in the largest substation; of the whole city where there are none",
        pick: |city, _, _| {
            let substation = largest_substation(city);
            largest_transformer(city, |t| {
                substation.is_none() || city.grid.transformers[t].substation == substation
            })
        },
    },
    Role {
        name: "largest_transformer",
        summary: "power transformer of the highest rating",
        pick: |city, _, _| largest_transformer(city, |_| true),
    },
    Role {
        name: "largest_tie",
        summary: "line of the highest rating among those to a neighbouring system",
        pick: |city, _, _| {
            let external = |bus: usize| city.grid.buses[bus].role == BusRole::External;
            line_where(city, |i| {
                let line = &city.grid.lines[i];
                (external(line.from) || external(line.to)).then_some(line.rating_mva)
            })
        },
    },
    Role {
        name: "longest_line",
        summary: "longest line or cable that is normally closed",
        pick: |city, _, _| {
            line_where(city, |i| {
                closed(city, i).then(|| city.grid.lines[i].length_km)
            })
        },
    },
    Role {
        name: "longest_overhead_line",
        summary: "longest overhead line that is normally closed",
        pick: |city, _, _| {
            line_where(city, |i| {
                let line = &city.grid.lines[i];
                let overhead = city.grid.conductors[line.conductor].laying == Laying::Overhead;
                (closed(city, i) && overhead).then_some(line.length_km)
            })
        },
    },
    Role {
        name: "largest_feeder",
        summary: "feeder with the highest design peak",
        pick: |city, _, _| {
            let peaks = feeder_peaks(city);
            best(peaks.len(), |i| Some(peaks[i]))
                .map(|i| format!("grid/feeder/{}", city.grid.feeders[i].id))
        },
    },
    Role {
        name: "hospital_feeder",
        summary: "feeder of the hospital with the highest demand",
        pick: |city, _, _| {
            let loads = &city.grid.loads;
            let hospital = |i: usize| {
                (loads[i].critical == Some(Critical::Hospital)).then_some(loads[i].critical_mw)
            };
            best(loads.len(), hospital)
                .map(|i| format!("grid/feeder/{}", city.grid.feeders[loads[i].feeder].id))
        },
    },
    Role {
        name: "busiest_tram_route",
        summary: "tram route with most trips in the timetable",
        pick: |city, _, _| {
            let transit = city.transit.as_ref()?;
            let trips = trips_by_route(transit);
            best(trips.len(), |r| {
                (transit.routes[r].mode == TransitMode::Tram).then_some(trips[r])
            })
            .map(|r| format!("transit/route/{}", transit.routes[r].id))
        },
    },
    Role {
        name: "busiest_stop",
        summary: "stop of public transport with most departures in the timetable",
        pick: |city, _, _| {
            let transit = city.transit.as_ref()?;
            let mut departures = vec![0.0; transit.stops.len()];
            for trip in &transit.trips {
                let pattern = &transit.patterns[transit.timings[trip.timing].pattern];
                for stop in &pattern.stops {
                    departures[*stop] += 1.0;
                }
            }
            best(departures.len(), |s| Some(departures[s]))
                .map(|s| format!("transit/stop/{}", transit.stops[s].id))
        },
    },
    Role {
        name: "largest_plant",
        summary: "generating unit of the highest capacity",
        pick: |city, _, _| {
            let plants = &city.grid.plants;
            best(plants.len(), |i| {
                (plants[i].p_max_mw > 0.0).then_some(plants[i].p_max_mw)
            })
            .map(|i| format!("grid/plant/{}", plants[i].id))
        },
    },
    Role {
        name: "largest_external",
        summary: "neighbouring system from which most may be imported",
        pick: |city, _, _| {
            let externals = &city.grid.externals;
            best(externals.len(), |i| Some(externals[i].limit_mw))
                .map(|i| format!("grid/external/{}", externals[i].id))
        },
    },
    Role {
        name: "largest_pump_station",
        summary: "pump station of the water net with the most power",
        pick: |city, _, _| {
            let water = city.water.as_ref()?;
            let kw = |s: usize| -> f64 {
                let pumps = water.pumps.iter().filter(|p| p.station == s);
                pumps.map(|p| p.flow_m3h * p.head_m / p.efficiency).sum()
            };
            let booster = |s: usize| (water.stations[s].tank.is_some()).then(|| kw(s));
            best(water.stations.len(), booster)
                .map(|s| format!("water/station/{}", water.stations[s].id))
        },
    },
    Role {
        name: "largest_main",
        summary: "water main of the widest diameter that leads to customers",
        pick: |city, _, _| {
            let water = city.water.as_ref()?;
            let drawn = |n: usize| water.nodes[n].people > 0.0;
            let wide = |m: usize| {
                let main = &water.mains[m];
                (drawn(main.from) || drawn(main.to)).then_some(main.diameter_mm)
            };
            best(water.mains.len(), wide).map(|m| format!("water/main/{}", water.mains[m].id))
        },
    },
    Role {
        name: "largest_battery",
        summary: "battery of the highest energy",
        pick: |city, _, _| {
            let batteries = &city.grid.batteries;
            best(batteries.len(), |i| Some(batteries[i].energy_mwh))
                .map(|i| format!("grid/battery/{}", batteries[i].id))
        },
    },
    Role {
        name: "random_line",
        summary: "a line or cable that is normally closed, drawn with the seed",
        pick: |city, chance, counter| {
            let lines: Vec<usize> = (0..city.grid.lines.len())
                .filter(|&i| closed(city, i))
                .collect();
            drawn(chance, "scenario/role/line", counter, lines.len())
                .map(|k| format!("grid/line/{}", city.grid.lines[lines[k]].id))
        },
    },
    Role {
        name: "random_transformer",
        summary: "a power transformer, drawn with the seed",
        pick: |city, chance, counter| {
            let list = &city.grid.transformers;
            drawn(chance, "scenario/role/transformer", counter, list.len())
                .map(|k| format!("grid/transformer/{}", list[k].id))
        },
    },
    Role {
        name: "random_feeder",
        summary: "a feeder, drawn with the seed",
        pick: |city, chance, counter| {
            let list = &city.grid.feeders;
            drawn(chance, "scenario/role/feeder", counter, list.len())
                .map(|k| format!("grid/feeder/{}", list[k].id))
        },
    },
    Role {
        name: "random_plant",
        summary: "a generating unit with real power, drawn with the seed",
        pick: |city, chance, counter| {
            let list: Vec<_> = city
                .grid
                .plants
                .iter()
                .filter(|p| p.p_max_mw > 0.0)
                .collect();
            drawn(chance, "scenario/role/plant", counter, list.len())
                .map(|k| format!("grid/plant/{}", list[k].id))
        },
    },
];

/// The role of a name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Role> {
    ROLES.iter().find(|r| r.name == name)
}

/// The first of those with the highest value.
fn best(count: usize, value: impl Fn(usize) -> Option<f64>) -> Option<usize> {
    let mut found: Option<(usize, f64)> = None;
    for i in 0..count {
        if let Some(v) = value(i)
            && found.is_none_or(|(_, most)| v > most)
        {
            found = Some((i, v));
        }
    }
    found.map(|(i, _)| i)
}

/// Trips of each route in the timetable.
fn trips_by_route(transit: &Transit) -> Vec<f64> {
    let mut trips = vec![0.0; transit.routes.len()];
    for trip in &transit.trips {
        trips[transit.patterns[transit.timings[trip.timing].pattern].route] += 1.0;
    }
    trips
}

fn drawn(chance: Chance, process: &str, counter: u64, count: usize) -> Option<usize> {
    let share = chance.uniform(process, 0, counter);
    (count > 0).then(|| ((share * count as f64) as usize).min(count - 1))
}

fn closed(city: &City, line: usize) -> bool {
    !city.grid.lines[line].normally_open
}

fn line_where(city: &City, value: impl Fn(usize) -> Option<f64>) -> Option<String> {
    best(city.grid.lines.len(), value).map(|i| format!("grid/line/{}", city.grid.lines[i].id))
}

fn largest_transformer(city: &City, of: impl Fn(usize) -> bool) -> Option<String> {
    let list = &city.grid.transformers;
    best(list.len(), |t| of(t).then_some(list[t].rating_mva))
        .map(|t| format!("grid/transformer/{}", list[t].id))
}

/// Design peak of each feeder, megawatts.
fn feeder_peaks(city: &City) -> Vec<f64> {
    let mut peaks = vec![0.0; city.grid.feeders.len()];
    for load in &city.grid.loads {
        peaks[load.feeder] += load.design_peak_mw;
    }
    peaks
}

fn largest_substation(city: &City) -> Option<usize> {
    let mut peaks = vec![0.0; city.grid.substations.len()];
    for (feeder, peak) in city.grid.feeders.iter().zip(feeder_peaks(city)) {
        if let Some(substation) = feeder.substation {
            peaks[substation] += peak;
        }
    }
    best(peaks.len(), |i| Some(peaks[i]))
}
