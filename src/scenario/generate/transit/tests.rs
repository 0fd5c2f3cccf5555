//! The generated timetable against the sizes that it should have, and against itself.

use crate::city::model::city::City;
use crate::city::model::transit::Drive;
use crate::city::model::transit::Transit;
use crate::city::model::transit::TransitMode;
use crate::scenario::generate;
use crate::scenario::generate::CityRecipe;
use crate::scenario::generate::transit::fleet;

fn lakeside() -> (City, Transit) {
    let mut city = generate::city(&CityRecipe::lakeside()).unwrap();
    let transit = city.transit.take().unwrap();
    (city, transit)
}

fn vehicles(transit: &Transit, fits: impl Fn(Drive) -> bool) -> (u32, u32) {
    let drive = |t: usize| transit.vehicle_types[t].drive;
    let fleet = transit
        .fleets
        .iter()
        .filter(|f| fits(drive(f.vehicle_type)));
    let peak = fleet::peaks(transit).into_iter();
    (
        fleet.map(|f| f.vehicles).sum(),
        peak.filter(|((_, t), _)| fits(drive(*t)))
            .map(|p| p.1)
            .sum(),
    )
}

#[test]
fn val_lakeside_has_the_network_of_the_sizing_sheet() {
    let (_, transit) = lakeside();
    let trams = transit
        .routes
        .iter()
        .filter(|r| r.mode == TransitMode::Tram);
    assert_eq!(trams.count(), 3);
    let buses = transit
        .routes
        .iter()
        .filter(|r| r.mode == TransitMode::Bus)
        .count();
    let track_km: f64 = transit
        .patterns
        .iter()
        .filter(|p| transit.routes[p.route].mode == TransitMode::Tram && p.direction == 0)
        .flat_map(|p| &p.legs)
        .map(|&leg| 1e-3 * transit.legs[leg].length_m)
        .sum();
    let (bus_fleet, bus_peak) = vehicles(&transit, |d| d != Drive::Electric);
    let (battery, _) = vehicles(&transit, |d| d == Drive::Battery);
    let (tram_fleet, tram_peak) = vehicles(&transit, |d| d == Drive::Electric);
    let weekday = transit
        .trips
        .iter()
        .filter(|t| transit.services[t.service].days[0])
        .count();
    let figures = [
        ("bus routes", buses as f64, 18.0, 0.12),
        ("stops", transit.stops.len() as f64, 260.0, 0.20),
        ("km of tramway", track_km, 45.0, 0.12),
        ("buses", f64::from(bus_fleet), 120.0, 0.15),
        ("buses out", f64::from(bus_peak), 100.0, 0.15),
        ("battery buses", f64::from(battery), 40.0, 0.25),
        ("trams", f64::from(tram_fleet), 40.0, 0.15),
        ("trams out", f64::from(tram_peak), 32.0, 0.18),
    ];
    println!("{weekday} trips a weekday, {} blocks", transit.blocks.len());
    for (what, found, wanted, tolerance) in figures {
        println!("{what}: {found} (wanted {wanted})");
        assert!(
            (found / wanted - 1.0).abs() <= tolerance,
            "{found} {what}, wanted {wanted}"
        );
    }
}

#[test]
fn timetabled_speeds_are_those_of_the_sizing_sheet() {
    let (_, transit) = lakeside();
    for timing in &transit.timings {
        let pattern = &transit.patterns[timing.pattern];
        let km: f64 = pattern
            .legs
            .iter()
            .map(|&l| 1e-3 * transit.legs[l].length_m)
            .sum();
        let h = f64::from(*timing.arrival_s.last().unwrap()) / 3600.0;
        let range = match transit.routes[pattern.route].mode {
            TransitMode::Tram => 16.5..24.0,
            _ => 14.0..20.5,
        };
        assert!(range.contains(&(km / h)), "{}: {} km/h", pattern.id, km / h);
    }
}

#[test]
fn no_vehicle_is_in_two_places_and_all_trips_have_one() {
    let (_, transit) = lakeside();
    for pair in transit.trips.windows(2) {
        if pair[0].block == pair[1].block {
            let (a, b) = (
                &transit.timings[pair[0].timing],
                &transit.timings[pair[1].timing],
            );
            let end_s = pair[0].start_s + a.arrival_s.last().unwrap();
            assert!(end_s + 180 <= pair[1].start_s, "{}", pair[1].id);
            let stops = |timing: usize| &transit.patterns[timing].stops;
            assert_eq!(stops(a.pattern).last(), stops(b.pattern).first());
        } else {
            assert!(pair[0].block < pair[1].block);
        }
    }
}

#[test]
fn most_people_have_a_stop_near() {
    use crate::scenario::generate::blocks;
    use crate::scenario::generate::geometry::distance;
    use crate::scenario::generate::land::Land;
    let (city, transit) = lakeside();
    let land = Land::new(240_000, city.seed);
    let mut near = 0;
    for block in blocks::blocks(&land, 240_000) {
        let d = |s: &crate::city::model::transit::Stop| distance([s.x_m, s.y_m], block.at);
        if transit.stops.iter().any(|s| d(s) < 800.0) {
            near += block.people;
        }
    }
    println!("{near} of 240,000 within 800 m");
    assert!(near > 140_000, "{near}");
}

#[test]
fn tram_legs_hang_on_two_substations_and_chargers_on_loads_of_their_own() {
    let (city, transit) = lakeside();
    for pattern in &transit.patterns {
        let tram = transit.routes[pattern.route].mode == TransitMode::Tram;
        for &leg in &pattern.legs {
            assert_eq!(transit.legs[leg].traction.len(), if tram { 2 } else { 0 });
        }
    }
    let mut loads: Vec<usize> = transit.chargers.iter().map(|c| c.load).collect();
    loads.extend(transit.depots.iter().filter_map(|d| d.load));
    loads.extend(transit.traction.iter().map(|t| t.load));
    let all = loads.len();
    loads.sort_unstable();
    loads.dedup();
    assert_eq!(loads.len(), all);
    assert_eq!(transit.traction.len(), 20);
    assert!(transit.chargers.len() >= 3);
    // Every substation feeds some leg.
    for number in 0..transit.traction.len() {
        let feeds = transit.legs.iter().any(|l| l.traction.contains(&number));
        if !feeds {
            println!(
                "{} feeds nothing",
                city.grid.loads[transit.traction[number].load].id
            );
        }
    }
}

#[test]
fn the_network_grows_with_the_city() {
    let sizes = [20_000, 100_000, 600_000].map(|population| {
        let city = generate::city(&CityRecipe::new("town", population, 3)).unwrap();
        let transit = city.transit.unwrap();
        let (buses, _) = vehicles(&transit, |d| d != Drive::Electric);
        let (trams, _) = vehicles(&transit, |d| d == Drive::Electric);
        println!(
            "{population}: {} routes, {} stops, {buses} buses, {trams} trams, {} trips",
            transit.routes.len(),
            transit.stops.len(),
            transit.trips.len()
        );
        f64::from(buses + trams) / f64::from(population)
    });
    // Vehicles go with the people: 160 for 240,000.
    for ratio in sizes {
        assert!(
            (ratio * 240_000.0 / 160.0 - 1.0).abs() < 0.6,
            "{}",
            ratio * 240_000.0
        );
    }
}
