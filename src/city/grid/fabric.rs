//! What never changes during a run, made ready for the grid's systems: the city, element ids, thermal models.

use crate::city::model::city::City;
use crate::city::model::district::DwellingMix;
use crate::city::model::grid::BusRole;
use crate::city::model::grid::Grid;
use crate::city::model::grid::Laying;
use crate::city::model::grid::Transformer as TransformerRow;
use crate::engine::element::ElementId;
use crate::engine::element::Elements;
use crate::engine::element::key_of;
use crate::solvers::thermal::building::Building;
use crate::solvers::thermal::building::BuildingStepper;
use crate::solvers::thermal::building_kind::BuildingKind;
use crate::solvers::thermal::cable::Cable;
use crate::solvers::thermal::cable::CableDecay;
use crate::solvers::thermal::conductor::Conductor;
use crate::solvers::thermal::transformer::Transformer;
use crate::solvers::thermal::transformer::TransformerDecay;
use bevy_ecs::resource::Resource;
use std::sync::Arc;

/// Thermal model of a line.
#[derive(Clone, Copy, Debug)]
pub enum LineHeat {
    /// In air.
    Overhead {
        /// Conductor.
        conductor: Conductor,
        /// Direction of the line clockwise from north, radians.
        azimuth_rad: f64,
    },
    /// In the ground.
    Cable {
        /// Cable, one of the bundle.
        cable: Cable,
        /// Its decays over a step.
        decay: CableDecay,
    },
}

/// Static data of the grid's systems.
#[derive(Resource, Clone, Debug)]
pub struct Fabric {
    /// The city.
    pub city: Arc<City>,
    /// Element ids of lines, in table order.
    pub line_ids: Vec<ElementId>,
    /// Element ids of transformers.
    pub transformer_ids: Vec<ElementId>,
    /// Element ids of feeders.
    pub feeder_ids: Vec<ElementId>,
    /// Element ids of loads.
    pub load_ids: Vec<ElementId>,
    /// Element ids of plants.
    pub plant_ids: Vec<ElementId>,
    /// Element ids of externals.
    pub external_ids: Vec<ElementId>,
    /// Element ids of batteries.
    pub battery_ids: Vec<ElementId>,
    /// Feeder whose breaker feeds a line, by line.
    pub head_of_line: Vec<Option<usize>>,
    /// Line that a transformer is in one block with: it hangs on the line's far end with nothing else there, so that the
    /// line's breakers switch both (a tie and its transformer). By transformer.
    pub block: Vec<Option<usize>>,
    /// Transformers of a lower index between the same two buses and with the same taps, by transformer.
    pub parallel: Vec<Vec<usize>>,
    /// Whether a line belongs to the transmission mesh, by line.
    pub transmission: Vec<bool>,
    /// Loads of each feeder.
    pub loads_of_feeder: Vec<Vec<usize>>,
    /// Thermal models of lines.
    pub line_heat: Vec<LineHeat>,
    /// Thermal models of transformers.
    pub transformer_heat: Vec<(Transformer, TransformerDecay)>,
    /// Thermal model of service transformers.
    pub service_heat: (Transformer, TransformerDecay),
    /// Mean cooled dwelling by district.
    pub homes: Vec<BuildingStepper>,
    /// A hundred square metres of shop or office.
    pub shop: BuildingStepper,
    /// Customers of each load.
    pub customers: Vec<f64>,
    /// Spacing of what changes slowly (feeder conductors, ratings, screening), seconds; a multiple of the step.
    pub slow_s: u32,
    /// Seed-independent random-stream keys of lines, transformers, loads and plants.
    pub keys: Keys,
}

/// Random-stream keys by table.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    /// Of lines.
    pub lines: Vec<u64>,
    /// Of transformers.
    pub transformers: Vec<u64>,
    /// Of loads.
    pub loads: Vec<u64>,
    /// Of plants.
    pub plants: Vec<u64>,
}

/// Feeder conductors, ratings and the security screening follow weather and load within this time, seconds: short
/// against a cable's 40 min and the weather's 10 min, and a twentieth of the work of doing them every minute.
const SLOW_S: u32 = 300;

impl Fabric {
    /// Makes a city ready for steps of `step_s` seconds.
    #[must_use]
    pub fn new(city: &Arc<City>, elements: &Elements, step: u32) -> Self {
        let grid = &city.grid;
        let step_s = f64::from(step);
        let slow_s = step * SLOW_S.div_ceil(step);
        let ids = |table: &str, names: Vec<&str>| -> Vec<ElementId> {
            names
                .iter()
                .filter_map(|n| elements.find(&format!("grid/{table}/{n}")))
                .collect()
        };
        let mut head_of_line = vec![None; grid.lines.len()];
        for (f, feeder) in grid.feeders.iter().enumerate() {
            if let Some(line) = feeder.head_line {
                head_of_line[line] = Some(f);
            }
        }
        let mut loads_of_feeder = vec![Vec::new(); grid.feeders.len()];
        for (l, load) in grid.loads.iter().enumerate() {
            loads_of_feeder[load.feeder].push(l);
        }
        let mesh = |bus: usize| {
            matches!(
                grid.buses[bus].role,
                BusRole::Transmission | BusRole::External
            )
        };
        let service = Transformer::IEC_ONAN_DISTRIBUTION;
        let transmission: Vec<bool> = grid
            .lines
            .iter()
            .map(|l| mesh(l.from) && mesh(l.to))
            .collect();
        let keys = |table: &str, names: Vec<&str>| -> Vec<u64> {
            names
                .iter()
                .map(|n| key_of(&format!("grid/{table}/{n}")))
                .collect()
        };
        Self {
            keys: Keys {
                lines: keys("line", grid.lines.iter().map(|x| x.id.as_str()).collect()),
                transformers: keys(
                    "transformer",
                    grid.transformers.iter().map(|x| x.id.as_str()).collect(),
                ),
                loads: keys("load", grid.loads.iter().map(|x| x.id.as_str()).collect()),
                plants: keys("plant", grid.plants.iter().map(|x| x.id.as_str()).collect()),
            },
            slow_s,
            city: Arc::clone(city),
            line_ids: ids("line", grid.lines.iter().map(|x| x.id.as_str()).collect()),
            transformer_ids: ids(
                "transformer",
                grid.transformers.iter().map(|x| x.id.as_str()).collect(),
            ),
            feeder_ids: ids(
                "feeder",
                grid.feeders.iter().map(|x| x.id.as_str()).collect(),
            ),
            load_ids: ids("load", grid.loads.iter().map(|x| x.id.as_str()).collect()),
            plant_ids: ids("plant", grid.plants.iter().map(|x| x.id.as_str()).collect()),
            external_ids: ids(
                "external",
                grid.externals.iter().map(|x| x.id.as_str()).collect(),
            ),
            battery_ids: ids(
                "battery",
                grid.batteries.iter().map(|x| x.id.as_str()).collect(),
            ),
            block: blocks(grid),
            parallel: parallel(grid),
            head_of_line,
            loads_of_feeder,
            line_heat: (0..grid.lines.len())
                .map(|i| {
                    line_heat(
                        grid,
                        i,
                        if transmission[i] {
                            step_s
                        } else {
                            f64::from(slow_s)
                        },
                    )
                })
                .collect(),
            transmission,
            transformer_heat: grid
                .transformers
                .iter()
                .map(|t| {
                    let model = Transformer {
                        top_oil_rise_k: t.thermal.top_oil_rise_k,
                        hot_spot_rise_k: t.thermal.hot_spot_rise_k,
                        loss_ratio: t.thermal.loss_ratio,
                        oil_exponent: t.thermal.n,
                        winding_exponent: 2.0 * t.thermal.m,
                        oil_time_s: 60.0 * t.thermal.oil_time_min,
                        winding_time_s: 60.0 * t.thermal.winding_time_min,
                        k11: 1.0,
                        k21: 1.0,
                        k22: 1.0,
                    };
                    (model, model.decay(step_s))
                })
                .collect(),
            service_heat: (service, service.decay(f64::from(slow_s))),
            homes: city
                .districts
                .iter()
                .map(|d| mean_dwelling(&d.dwellings).stepper(step_s))
                .collect(),
            shop: BuildingKind::Commercial.typical().stepper(step_s),
            customers: grid
                .loads
                .iter()
                .map(|l| f64::from(l.homes) + f64::from(l.businesses))
                .collect(),
        }
    }

    /// Number of lines: branches with a lower index are lines, the others transformers.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.city.grid.lines.len()
    }

    /// The grid.
    #[must_use]
    pub fn grid(&self) -> &Grid {
        &self.city.grid
    }

    /// Current of one megavolt-ampere at a bus's nominal voltage, amperes.
    #[must_use]
    pub fn amperes_per_mva(&self, bus: usize) -> f64 {
        1000.0 / (3.0_f64.sqrt() * self.city.grid.buses[bus].base_kv.max(0.1))
    }
}

/// The block line of each transformer: the only other branch at its high-voltage bus, where no load or source is.
fn blocks(grid: &Grid) -> Vec<Option<usize>> {
    let mut occupied = vec![false; grid.buses.len()];
    let loads = grid.loads.iter().map(|l| l.bus);
    let sources = grid.plants.iter().map(|p| p.bus);
    let externals = grid.externals.iter().map(|e| e.bus);
    let batteries = grid.batteries.iter().map(|b| b.bus);
    for bus in loads.chain(sources).chain(externals).chain(batteries) {
        occupied[bus] = true;
    }
    let mut lines_at: Vec<Vec<usize>> = vec![Vec::new(); grid.buses.len()];
    for (i, line) in grid.lines.iter().enumerate() {
        lines_at[line.from].push(i);
        lines_at[line.to].push(i);
    }
    let mut transformers_at = vec![0; grid.buses.len()];
    for t in &grid.transformers {
        transformers_at[t.from] += 1;
        transformers_at[t.to] += 1;
    }
    let alone =
        |bus: usize| !occupied[bus] && transformers_at[bus] == 1 && lines_at[bus].len() == 1;
    let block = |t: &TransformerRow| alone(t.from).then(|| lines_at[t.from][0]);
    grid.transformers.iter().map(block).collect()
}

/// The transformers before each one that run in parallel with it.
fn parallel(grid: &Grid) -> Vec<Vec<usize>> {
    let rows = &grid.transformers;
    let of = |i: usize| {
        let alike = |j: &usize| {
            (rows[*j].from, rows[*j].to) == (rows[i].from, rows[i].to)
                && rows[*j].tap_step == rows[i].tap_step
        };
        (0..i).filter(alike).collect()
    };
    (0..rows.len()).map(of).collect()
}

fn line_heat(grid: &Grid, line: usize, step_s: f64) -> LineHeat {
    let row = &grid.lines[line];
    let kind = &grid.conductors[row.conductor];
    match kind.laying {
        Laying::Overhead => {
            let (from, to) = (&grid.buses[row.from], &grid.buses[row.to]);
            LineHeat::Overhead {
                conductor: Conductor {
                    diameter_m: kind.diameter_mm * 1e-3,
                    resistance_low_ohm_m: kind.r25_ohm_km * 1e-3,
                    temp_low_c: 25.0,
                    resistance_high_ohm_m: kind.r75_ohm_km * 1e-3,
                    temp_high_c: 75.0,
                    // Weathered for decades in city air: IEEE 738's own example values.
                    emissivity: 0.8,
                    absorptivity: 0.8,
                    heat_capacity_j_mk: kind.heat_capacity_j_mk,
                },
                azimuth_rad: libm::atan2(to.x_m - from.x_m, to.y_m - from.y_m),
            }
        }
        Laying::Cable => {
            let cable = Cable::xlpe(kind.ampacity_a);
            LineHeat::Cable {
                cable,
                decay: cable.decay(step_s),
            }
        }
    }
}

/// The mean dwelling of a district: parameters weighted by the building stock. Institutions are built like towers.
fn mean_dwelling(mix: &DwellingMix) -> Building {
    let shares = [
        (mix.detached, BuildingKind::Detached),
        (mix.row, BuildingKind::Row),
        (mix.low_rise, BuildingKind::LowRise),
        (mix.high_rise + mix.institutional, BuildingKind::HighRise),
    ];
    let total: f64 = shares.iter().map(|(s, _)| s).sum();
    let mean = |f: fn(&Building) -> f64| -> f64 {
        shares
            .iter()
            .map(|(s, kind)| s * f(&kind.typical()))
            .sum::<f64>()
            / total.max(1e-9)
    };
    let mut building = BuildingKind::LowRise.typical();
    building.ua_w_k = mean(|b| b.ua_w_k);
    building.mass_coupling_w_k = mean(|b| b.mass_coupling_w_k);
    building.air_capacity_j_k = mean(|b| b.air_capacity_j_k);
    building.mass_capacity_j_k = mean(|b| b.mass_capacity_j_k);
    building.solar_aperture_m2 = mean(|b| b.solar_aperture_m2);
    building.internal_gain_w = mean(|b| b.internal_gain_w);
    building.air_conditioner.capacity_w = mean(|b| b.air_conditioner.capacity_w);
    building
}
