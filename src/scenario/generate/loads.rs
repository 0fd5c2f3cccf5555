//! Loads: the customers of each block with their service transformers and roofs, and the critical sites.

use crate::city::model::district::District;
use crate::city::model::grid::Load;
use crate::scenario::generate::blocks::Block;
use crate::scenario::generate::critical::Site;
use crate::scenario::generate::demand;
use crate::scenario::generate::demand::POWER_FACTOR;
use crate::scenario::generate::draw::Draw;
use crate::scenario::generate::geometry::rounded;

/// Service transformer ratings, kilovolt-amperes.
const UNITS_KVA: [f64; 3] = [250.0, 400.0, 630.0];
/// Most service transformers behind one bus.
const MOST_UNITS: u32 = 8;
/// Peak loading of a service transformer on the design day: 45 to 65 % (SIZING.md section 2).
const USUAL_LOADING: (f64, f64) = (0.45, 0.65);
/// Share of blocks that have outgrown theirs, and their loading: the worst tenth at 90 to 130 %.
const OUTGROWN_SHARE: f64 = 0.1;
const OUTGROWN_LOADING: (f64, f64) = (0.92, 1.25);
/// Customers that one service transformer should serve; whole numbers and ratings bring the mean to 60 to 70 (SIZING.md:
/// 60 to 80).
const CUSTOMERS_A_UNIT: f64 = 85.0;
/// Mean age of service transformers and its spread, years (SIZING.md section 6).
const SERVICE_AGE_Y: (f64, f64) = (28.0, 10.0);
/// Share of roof photovoltaics on shops; the rest is on homes.
const PV_ON_SHOPS: f64 = 0.2;

/// The load of one block, with `bus` and `feeder` yet to be set.
#[must_use]
pub fn block_load(
    id: &str,
    block: &Block,
    district: usize,
    index: usize,
    population: u32,
    seed: u64,
) -> Load {
    let people = f64::from(population) * 1e-3;
    let peak = block.shares.peak_35_mw(f64::from(population));
    let mut draw = Draw::new(seed, "loads/service", index as u64);
    let (low, high) = if draw.unit() < OUTGROWN_SHARE {
        OUTGROWN_LOADING
    } else {
        USUAL_LOADING
    };
    let wanted_kva = 1e3 * peak / POWER_FACTOR / draw.uniform(low, high);
    let (service_units, service_unit_kva) =
        service(wanted_kva, f64::from(block.homes + block.businesses));
    Load {
        id: id.to_owned(),
        bus: 0,
        district,
        feeder: 0,
        homes: block.homes,
        businesses: block.businesses,
        home_mw: rounded(people * demand::HOME_BASE_KW * block.shares.people, 5),
        commerce_mw: rounded(people * demand::COMMERCE_BASE_KW * block.shares.commerce, 5),
        commerce_floor_m2: rounded(
            1e3 * people * demand::COMMERCE_FLOOR_M2 * block.shares.commerce,
            0,
        ),
        industry_mw: rounded(people * demand::INDUSTRY_KW * block.shares.industry, 5),
        critical_mw: 0.0,
        critical: None,
        design_peak_mw: rounded(peak, 5),
        power_factor: POWER_FACTOR,
        pv_mwp: 0.0,
        service_units,
        service_unit_kva,
        service_age_y: rounded(
            (SERVICE_AGE_Y.0 + SERVICE_AGE_Y.1 * draw.normal()).clamp(1.0, 58.0),
            1,
        ),
    }
}

/// The pair of number and rating nearest to the capacity wanted; of nearly equal ones, that with the usual number of customers.
fn service(wanted_kva: f64, customers: f64) -> (u32, f64) {
    let mut best = (f64::INFINITY, 1, UNITS_KVA[0]);
    for count in 1..=MOST_UNITS {
        for kva in UNITS_KVA {
            let miss = libm::log(f64::from(count) * kva / wanted_kva).abs();
            let crowd = libm::log(customers.max(1.0) / f64::from(count) / CUSTOMERS_A_UNIT).abs();
            let cost = miss + 0.2 * crowd;
            if cost < best.0 {
                best = (cost, count, kva);
            }
        }
    }
    (best.1, best.2)
}

/// The load of a critical site, with `bus` and `feeder` yet to be set. It has its own transformers, which are not modelled.
#[must_use]
pub fn critical_load(site: &Site, district: usize) -> Load {
    Load {
        id: site.id.clone(),
        bus: 0,
        district,
        feeder: 0,
        homes: 0,
        businesses: 1,
        home_mw: 0.0,
        commerce_mw: 0.0,
        commerce_floor_m2: 0.0,
        industry_mw: 0.0,
        critical_mw: site.mw,
        critical: Some(site.critical),
        design_peak_mw: site.mw,
        power_factor: 0.95,
        pv_mwp: 0.0,
        service_units: 0,
        service_unit_kva: 0.0,
        service_age_y: 0.0,
    }
}

/// Puts photovoltaics on the roofs: more on houses than on towers, more where people have means; sets districts' sums.
pub fn give_roofs(loads: &mut [Load], districts: &mut [District], population: u32) {
    let total = 1e-3 * f64::from(population) * demand::PV_KWP;
    let roof = |l: &Load| {
        let d = &districts[l.district];
        let houses = d.dwellings.detached + 0.7 * d.dwellings.row + 0.15 * d.dwellings.low_rise;
        f64::from(l.homes) * houses * (0.4 + 0.3 * f64::from(d.income_quintile))
    };
    let homes: Vec<f64> = loads.iter().map(roof).collect();
    let (all_homes, all_shops) = (
        homes.iter().sum::<f64>().max(1e-9),
        loads.iter().map(|l| l.commerce_mw).sum::<f64>().max(1e-9),
    );
    for (load, home) in loads.iter_mut().zip(&homes) {
        let share =
            (1.0 - PV_ON_SHOPS) * home / all_homes + PV_ON_SHOPS * load.commerce_mw / all_shops;
        load.pv_mwp = rounded(total * share, 4);
    }
    for (i, district) in districts.iter_mut().enumerate() {
        district.pv_mwp = rounded(
            loads
                .iter()
                .filter(|l| l.district == i)
                .map(|l| l.pv_mwp)
                .sum(),
            4,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn service_units_fit_the_load() {
        // 0.73 MW at 55 %: 1.37 MVA, for 190 customers.
        let (count, kva) = service(1370.0, 190.0);
        assert!(
            (f64::from(count) * kva / 1370.0 - 1.0).abs() < 0.15,
            "{count} x {kva}"
        );
        assert!((2..=5).contains(&count));
    }
}
