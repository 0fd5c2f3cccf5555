//! Lakeside against the sizing sheet (docs/sizing.md): counts, peaks, lengths and shares within the bands that a
//! distribution planner would expect; and what holds for a city of any size.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)] // a test panics and tells

use autopolis::city::model::city::City;
use autopolis::city::model::grid::BusRole;
use autopolis::city::model::grid::Critical;
use autopolis::city::model::grid::Laying;
use autopolis::city::model::grid::Line;
use autopolis::city::model::grid::Load;
use autopolis::scenario::city_files::validate;
use autopolis::scenario::generate;
use autopolis::scenario::generate::CityRecipe;
use autopolis::scenario::generate::demand;
use std::collections::BTreeSet;

fn lakeside() -> City {
    generate::city(&CityRecipe::lakeside()).unwrap()
}

fn within(what: &str, value: f64, low: f64, high: f64) {
    println!("{what}: {value:.3} ({low} to {high})");
    assert!(
        (low..=high).contains(&value),
        "{what} is {value}, not {low} to {high}"
    );
}

fn sum(loads: &[Load], value: impl Fn(&Load) -> f64) -> f64 {
    loads.iter().map(value).sum()
}

fn kv(city: &City, line: &Line) -> f64 {
    city.grid.buses[line.from].base_kv
}

/// Peak at 41 C of each substation, MVA: each load's classes scale as the city's do.
fn peaks_41_mva(city: &City) -> Vec<f64> {
    let mut peaks = vec![0.0; city.grid.substations.len()];
    for load in &city.grid.loads {
        let p = load.home_mw * demand::HOMES_41_KW / demand::HOME_BASE_KW
            + load.commerce_mw * demand::COMMERCE_41_KW / demand::COMMERCE_BASE_KW
            + load.industry_mw
            + load.critical_mw;
        peaks[city.grid.feeders[load.feeder].substation.unwrap()] += p / load.power_factor;
    }
    peaks
}

fn firm_mva(city: &City) -> Vec<f64> {
    let mut firm = vec![0.0; city.grid.substations.len()];
    for t in &city.grid.transformers {
        if let Some(s) = t.substation {
            firm[s] = t.rating_mva;
        }
    }
    firm
}

#[test]
fn lakeside_has_the_customers_and_peaks_of_the_sheet() {
    let city = lakeside();
    let loads = &city.grid.loads;
    assert_eq!(city.population(), 240_000);
    assert_eq!(city.districts.len(), 24);
    within("customers", city.customers() as f64, 114_500.0, 115_500.0);
    within(
        "homes",
        sum(loads, |l| f64::from(l.homes)),
        103_500.0,
        104_500.0,
    );
    within(
        "peak at 35 C, MW",
        sum(loads, |l| l.design_peak_mw),
        443.0,
        445.0,
    );
    within(
        "peak at 41 C, MVA",
        peaks_41_mva(&city).iter().sum(),
        527.0,
        537.0,
    );
    within("industry, MW", sum(loads, |l| l.industry_mw), 59.5, 60.5);
    within("critical, MW", sum(loads, |l| l.critical_mw), 23.5, 24.5);
    within(
        "homes without cooling, MW",
        sum(loads, |l| l.home_mw),
        100.0,
        115.0,
    );
    within(
        "shops without cooling, MW",
        sum(loads, |l| l.commerce_mw),
        92.0,
        105.0,
    );
    within("photovoltaics, MWp", sum(loads, |l| l.pv_mwp), 60.0, 80.0);
    within(
        "photovoltaics of districts, MWp",
        city.districts.iter().map(|d| d.pv_mwp).sum(),
        60.0,
        80.0,
    );
    let people = |share: fn(&autopolis::city::model::district::District) -> f64| {
        city.districts
            .iter()
            .map(|d| share(d) * f64::from(d.population))
            .sum::<f64>()
            / 240_000.0
    };
    within(
        "homes with air conditioning",
        people(|d| d.ac_share),
        0.73,
        0.77,
    );
    within("over 65 alone", people(|d| d.alone_over_65), 0.055, 0.065);
}

#[test]
fn lakeside_has_the_network_of_the_sheet() {
    let city = lakeside();
    let grid = &city.grid;
    within("buses", grid.buses.len() as f64, 500.0, 800.0);
    assert_eq!(grid.substations.len(), 12);
    let firm = firm_mva(&city);
    let count = |mva: f64| firm.iter().filter(|f| **f == mva).count();
    assert_eq!((count(63.0), count(40.0), count(25.0)), (4, 6, 2));
    within("firm capacity, MVA", firm.iter().sum(), 541.0, 543.0);
    let peaks = peaks_41_mva(&city);
    within(
        "sites over firm at 41 C",
        peaks.iter().zip(&firm).filter(|(p, f)| p > f).count() as f64,
        2.0,
        4.0,
    );
    within("feeders", grid.feeders.len() as f64, 85.0, 95.0);
    let mut peak = vec![0.0; grid.feeders.len()];
    let mut customers = vec![0.0; grid.feeders.len()];
    for load in &grid.loads {
        peak[load.feeder] += load.design_peak_mw;
        customers[load.feeder] += f64::from(load.homes + load.businesses);
    }
    let middle = |values: &mut Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    // 5 to 7 MW at the record peak of 516 MW.
    within(
        "median feeder at 41 C, MW",
        middle(&mut peak) * 516.0 / 444.0,
        5.0,
        7.0,
    );
    within(
        "median feeder's customers",
        middle(&mut customers),
        1_200.0,
        1_400.0,
    );
    let length = |keep: &dyn Fn(&Line) -> bool| {
        grid.lines
            .iter()
            .filter(|l| keep(l))
            .map(|l| l.length_km)
            .sum::<f64>()
    };
    let high = |l: &Line| kv(&city, l) == 110.0;
    within(
        "110 kV lines",
        grid.lines.iter().filter(|l| high(l)).count() as f64,
        15.0,
        18.0,
    );
    within("110 kV, km", length(&high), 120.0, 160.0);
    for line in grid.lines.iter().filter(|l| high(l)) {
        within(&line.id, line.length_km, 3.5, 10.5);
    }
    let medium = |l: &Line| kv(&city, l) == 20.0;
    within("20 kV, km", length(&medium), 750.0, 950.0);
    let cable = |l: &Line| medium(l) && grid.conductors[l.conductor].laying == Laying::Cable;
    within(
        "share of cable",
        length(&cable) / length(&medium),
        0.75,
        0.85,
    );
    let units = sum(&grid.loads, |l| f64::from(l.service_units));
    within("service transformers", units, 1_500.0, 1_800.0);
    let mut loading: Vec<f64> = grid
        .loads
        .iter()
        .filter(|l| l.service_units > 0)
        .map(|l| {
            1e3 * l.design_peak_mw
                / l.power_factor
                / (f64::from(l.service_units) * l.service_unit_kva)
        })
        .collect();
    loading.sort_by(f64::total_cmp);
    let quantile = |q: f64| loading[(q * (loading.len() - 1) as f64) as usize];
    within(
        "service transformer loading, median",
        quantile(0.5),
        0.45,
        0.65,
    );
    within(
        "service transformer loading, 94th of 100",
        quantile(0.94),
        0.85,
        1.30,
    );
}

#[test]
fn lakeside_has_the_supply_and_services_of_the_sheet() {
    let city = lakeside();
    let grid = &city.grid;
    within(
        "imports, MW",
        grid.externals.iter().map(|e| e.limit_mw).sum(),
        330.0,
        400.0,
    );
    let ties = grid
        .lines
        .iter()
        .filter(|l| grid.buses[l.from].role == BusRole::External)
        .count();
    within("ties", ties as f64, 2.0, 3.0);
    within(
        "plants, MW",
        grid.plants.iter().map(|p| p.p_max_mw).sum(),
        210.0,
        210.0,
    );
    within(
        "batteries, MW",
        grid.batteries.iter().map(|b| b.power_mw).sum(),
        30.0,
        30.0,
    );
    within(
        "batteries, MWh",
        grid.batteries.iter().map(|b| b.energy_mwh).sum(),
        60.0,
        120.0,
    );
    // Planning margin over the record peak: imports, plants derated at 41 C, batteries.
    let plants: f64 = grid
        .plants
        .iter()
        .map(|p| p.p_max_mw * (1.0 - 26.0 * p.derating_per_k))
        .sum();
    within(
        "supply over the peak at 41 C",
        (390.0 + plants + 30.0) / 516.0,
        1.10,
        1.25,
    );
    let sites = |c: Critical| grid.loads.iter().filter(|l| l.critical == Some(c)).count() as f64;
    within("hospitals", sites(Critical::Hospital), 2.0, 3.0);
    within(
        "water works and pumps",
        sites(Critical::WaterPump),
        8.0,
        8.0,
    );
    within("rectifiers", sites(Critical::Traction), 18.0, 24.0);
    within("cooling centres", sites(Critical::CoolingCentre), 5.0, 20.0);
}

/// What must hold for a city of any size.
fn check(population: u32, seed: u64) {
    let recipe = CityRecipe::new("any", population, seed);
    let city = generate::city(&recipe).unwrap();
    assert_eq!(
        city,
        generate::city(&recipe).unwrap(),
        "the same recipe gives the same city"
    );
    assert_eq!(city.population(), u64::from(population));
    let found = validate::problems(&city, "", |_, _| None);
    assert_eq!(found.to_string(), "", "{population}/{seed}");
    let grid = &city.grid;
    let unique = |ids: Vec<&str>| {
        assert_eq!(
            ids.iter().collect::<BTreeSet<_>>().len(),
            ids.len(),
            "repeated ids"
        )
    };
    unique(grid.buses.iter().map(|b| b.id.as_str()).collect());
    unique(
        grid.lines
            .iter()
            .map(|l| l.id.as_str())
            .chain(grid.transformers.iter().map(|t| t.id.as_str()))
            .collect(),
    );
    unique(grid.loads.iter().map(|l| l.id.as_str()).collect());
    unique(city.districts.iter().map(|d| d.name.as_str()).collect());
    // With ties open every feeder bus has exactly one line towards its substation: as many closed 20 kV lines as
    // feeder buses, none of which is dark (validate saw to that).
    let closed: Vec<&Line> = grid
        .lines
        .iter()
        .filter(|l| kv(&city, l) == 20.0 && !l.normally_open)
        .collect();
    assert_eq!(
        closed.len(),
        grid.buses
            .iter()
            .filter(|b| b.role == BusRole::Feeder)
            .count()
    );
    let mut parent = vec![None; grid.buses.len()];
    for line in &closed {
        assert_eq!(
            parent[line.to].replace(line.from),
            None,
            "two lines feed one bus"
        );
    }
    for load in &grid.loads {
        let mut bus = load.bus;
        while let Some(next) = parent[bus] {
            bus = next;
        }
        let feeder = &grid.feeders[load.feeder];
        assert_eq!(bus, feeder.bus, "load {} is not on its feeder", load.id);
        assert_eq!(bus, grid.substations[feeder.substation.unwrap()].mv_bus);
    }
    // Every feeder has a tie, and none leads back to itself.
    let mut feeder_of = vec![usize::MAX; grid.buses.len()];
    grid.loads.iter().for_each(|l| feeder_of[l.bus] = l.feeder);
    let mut tied = vec![false; grid.feeders.len()];
    for tie in grid.lines.iter().filter(|l| l.normally_open) {
        let (a, b) = (feeder_of[tie.from], feeder_of[tie.to]);
        assert_ne!(a, b, "tie {} within a feeder", tie.id);
        tied[a] = true;
        tied[b] = true;
    }
    assert!(
        tied.iter().all(|t| *t),
        "{population}/{seed}: a feeder without tie"
    );
    // In proportion to population.
    let people = f64::from(population);
    within(
        "peak a person, kW",
        1e3 * sum(&grid.loads, |l| l.design_peak_mw) / people,
        1.84,
        1.86,
    );
    within(
        "people a feeder",
        people / grid.feeders.len() as f64,
        2_400.0,
        3_000.0,
    );
    if population > 50_000 {
        within(
            "people a substation",
            people / grid.substations.len() as f64,
            17_000.0,
            23_000.0,
        );
    }
}

#[test]
fn cities_of_any_size_hang_together() {
    for (population, seed) in [
        (20_000, 1),
        (23_456, 2),
        (50_000, 3),
        (110_000, 4),
        (240_000, 5),
        (700_000, 6),
    ] {
        check(population, seed);
    }
}

#[test]
fn the_largest_city_hangs_together() {
    check(3_000_000, 7);
}

#[test]
fn another_seed_gives_another_city() {
    let draw = |seed| generate::city(&CityRecipe::new("any", 60_000, seed)).unwrap();
    assert_ne!(draw(1).grid.substations, draw(2).grid.substations);
}

#[test]
fn recipes_out_of_range_are_refused() {
    assert!(generate::city(&CityRecipe::new("x", 19_999, 1)).is_err());
    assert!(generate::city(&CityRecipe::new("x", 3_000_001, 1)).is_err());
    let mut recipe = CityRecipe::new("x", 30_000, 1);
    recipe.site.latitude_deg = f64::NAN;
    assert!(
        generate::city(&recipe)
            .unwrap_err()
            .to_string()
            .contains("latitude_deg")
    );
}
