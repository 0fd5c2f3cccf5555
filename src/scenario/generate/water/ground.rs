//! The lie of the land: a lake plain that rises gently from the shore, with low swells.
//!
//! It is used for water alone; nothing else in the city depends on heights.

use crate::city::model::city::City;
use crate::scenario::generate::draw::Draw;
use crate::scenario::generate::geometry::Point;

/// Rise from the shore inland, metres a metre: lake plains rise about a metre a kilometre.
const SLOPE: f64 = 0.9e-3;
/// Most that the far side of the city lies above the shore, metres: a larger city stands on a flatter plain.
const MOST_RISE_M: f64 = 18.0;
/// Height of the shore over the lake, metres.
const SHORE_M: f64 = 3.0;
/// Height of each of the swells, metres, and their lengths, metres.
const SWELL_M: f64 = 0.7;
const LENGTHS_M: [f64; 3] = [3_800.0, 5_600.0, 8_900.0];

/// Heights of a city's ground.
pub struct Ground {
    /// Level of the lake, metres above sea level.
    pub lake_m: f64,
    east_m: f64,
    slope: f64,
    /// Wave numbers by direction and phase.
    swells: [[f64; 3]; 3],
}

impl Ground {
    /// The ground of a city; the lake lies east and at the site's height.
    #[must_use]
    pub fn new(city: &City) -> Self {
        let of_loads = city.grid.loads.iter().map(|l| city.grid.buses[l.bus].x_m);
        let east_m = of_loads.clone().fold(f64::NEG_INFINITY, f64::max);
        let west_m = of_loads.fold(f64::INFINITY, f64::min);
        let mut draw = Draw::new(city.seed, "water/ground", 0);
        let swells = LENGTHS_M.map(|length| {
            let bearing = draw.uniform(0.0, std::f64::consts::TAU);
            let k = std::f64::consts::TAU / length;
            [
                k * libm::cos(bearing),
                k * libm::sin(bearing),
                draw.uniform(0.0, std::f64::consts::TAU),
            ]
        });
        Self {
            lake_m: city.site.elevation_m,
            east_m,
            slope: SLOPE.min(MOST_RISE_M / (east_m - west_m).max(1.0)),
            swells,
        }
    }

    /// Height of the ground, metres above sea level.
    #[must_use]
    pub fn elevation_m(&self, p: Point) -> f64 {
        let swells: f64 = self
            .swells
            .iter()
            .map(|[kx, ky, phase]| SWELL_M * libm::sin(kx * p[0] + ky * p[1] + phase))
            .sum();
        let rise = SHORE_M + self.slope * (self.east_m - p[0]) + swells;
        self.lake_m + rise.max(1.0)
    }
}
