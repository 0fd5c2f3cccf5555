//! Where water is drawn: the grid's loads gathered into places of one district and one zone.
//!
//! A zone is what is nearest to a pump station.

use crate::city::model::city::City;
use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::nearest;

/// Places of a city of 240,000 (150 to 300), and how their number grows with the city.
const REFERENCE_COUNT: f64 = 200.0;
const COUNT_EXPONENT: f64 = 0.8;
/// What homes draw on a mild day, cubic metres a resident and day; with firms and losses 0.36 (SIZING.md section 5).
const HOMES_M3D: f64 = 0.214;
/// What shops, offices and industry draw, cubic metres a resident and day.
const OTHERS_M3D: f64 = 0.092;

/// A place.
#[derive(Clone, Debug)]
pub struct Place {
    /// Centre, metres.
    pub at: Point,
    /// District.
    pub district: usize,
    /// Zone: index of its pump station.
    pub zone: usize,
    /// Residents.
    pub people: f64,
    /// Mean demand of homes, cubic metres an hour.
    pub homes_m3h: f64,
    /// Mean demand of others, cubic metres an hour.
    pub others_m3h: f64,
}

impl Place {
    /// Mean demand, cubic metres an hour.
    #[must_use]
    pub fn mean_m3h(&self) -> f64 {
        self.homes_m3h + self.others_m3h
    }
}

#[derive(Clone, Copy)]
struct Share {
    at: Point,
    people: f64,
    others: f64,
}

impl Share {
    fn weight(&self) -> f64 {
        HOMES_M3D * self.people + OTHERS_M3D * self.others
    }
}

/// The places of a city, by zone and district.
#[must_use]
pub fn places(city: &City, stations: &[Point]) -> Vec<Place> {
    let population = city.population() as f64;
    let target = REFERENCE_COUNT * libm::pow(population / 240_000.0, COUNT_EXPONENT);
    let districts = city.districts.len();
    let mut homes = vec![0.0; districts];
    let mut trade = 0.0;
    let firms = |l: &crate::city::model::grid::Load| l.commerce_mw + l.industry_mw;
    for load in &city.grid.loads {
        homes[load.district] += f64::from(load.homes);
        trade += firms(load);
    }
    let mut groups: Vec<Vec<Share>> = vec![Vec::new(); stations.len() * districts];
    for load in city.grid.loads.iter().filter(|l| l.critical.is_none()) {
        let bus = &city.grid.buses[load.bus];
        let at = [bus.x_m, bus.y_m];
        let district = &city.districts[load.district];
        let share = f64::from(load.homes) / homes[load.district].max(1.0);
        let share = Share {
            at,
            people: share * f64::from(district.population),
            others: population * firms(load) / trade.max(1e-9),
        };
        if share.weight() > 0.0 {
            groups[nearest(stations, at) * districts + load.district].push(share);
        }
    }
    let total: f64 = groups.iter().flatten().map(Share::weight).sum();
    let mut places = Vec::new();
    for (g, mut group) in groups.into_iter().enumerate() {
        if group.is_empty() {
            continue;
        }
        let weight: f64 = group.iter().map(Share::weight).sum();
        let count = libm::round(target * weight / total.max(1e-9)) as usize;
        let count = count.clamp(1, group.len());
        halve(&mut group, count, &mut |part| {
            places.push(place(part, g % districts, g / districts));
        });
    }
    places
}

/// Cuts a group into `count` parts of like weight, each time across its longer side.
fn halve(group: &mut [Share], count: usize, out: &mut dyn FnMut(&[Share])) {
    if count <= 1 || group.len() <= 1 {
        out(group);
        return;
    }
    let spread = |c: usize| {
        let values = group.iter().map(|s| s.at[c]);
        values.clone().fold(f64::NEG_INFINITY, f64::max) - values.fold(f64::INFINITY, f64::min)
    };
    let axis = usize::from(spread(1) > spread(0));
    group.sort_by(|a, b| {
        a.at[axis]
            .total_cmp(&b.at[axis])
            .then(a.at[1 - axis].total_cmp(&b.at[1 - axis]))
    });
    let low = count / 2;
    let total: f64 = group.iter().map(Share::weight).sum();
    let wanted = total * low as f64 / count as f64;
    let mut sum = 0.0;
    let mut cut = 0;
    while cut < group.len() && sum < wanted {
        sum += group[cut].weight();
        cut += 1;
    }
    // Each side keeps at least a load for each of its parts.
    let cut = cut.clamp(low, group.len() - (count - low));
    let (left, right) = group.split_at_mut(cut);
    halve(left, low, out);
    halve(right, count - low, out);
}

fn place(part: &[Share], district: usize, zone: usize) -> Place {
    let weight: f64 = part.iter().map(Share::weight).sum();
    let mean = |c: usize| part.iter().map(|s| s.weight() * s.at[c]).sum::<f64>() / weight;
    let people: f64 = part.iter().map(|s| s.people).sum();
    let others: f64 = part.iter().map(|s| s.others).sum();
    Place {
        at: [mean(0), mean(1)],
        district,
        zone,
        people,
        homes_m3h: HOMES_M3D * people / 24.0,
        others_m3h: OTHERS_M3D * others / 24.0,
    }
}
