//! Puts a feed's layer onto a city: a case's, or one drawn to match the size of the service.
//!
//! The feed anchors the map; the city is stretched under it. The city's own transit, roads and travel give way.

use crate::city::model::city::City;
use crate::city::model::city::Provenance;
use crate::city::model::city::Site;
use crate::scenario::generate;
use crate::scenario::generate::CityRecipe;
use crate::scenario::generate::GenerateError;
use crate::scenario::generate::Ground;
use crate::scenario::generate::LEAST_POPULATION;
use crate::scenario::generate::MOST_POPULATION;
use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::land::Land;
use crate::scenario::generate::roads;
use crate::scenario::generate::transit::power;
use crate::scenario::generate::transit::ways;
use crate::scenario::import::city::feed::FeedLayer;
use crate::scenario::import::city::feed::demand;
use crate::scenario::import::city::feed::warp;
use crate::scenario::import::city::feed::warp::Reach;
use crate::scenario::import::epw::EpwFile;

/// Seed of what is drawn for imported cities, as for those of a case.
const SEED: u64 = 1;

/// Where a feed's city lies. Height above the sea and the clock are the weather file's; without one, sea level and the
/// nautical zone of its longitude (a feed names a zone, not an offset).
fn site(layer: &FeedLayer, weather: Option<&EpwFile>) -> Site {
    let longitude_deg = layer.projection.longitude_deg;
    Site {
        latitude_deg: layer.projection.latitude_deg,
        longitude_deg,
        elevation_m: weather.map_or(0.0, |w| w.elevation_m),
        utc_offset_h: weather.map_or_else(
            || libm::round(longitude_deg / 15.0).clamp(-12.0, 14.0),
            |w| w.utc_offset_h,
        ),
    }
}

/// Population of the city that is drawn for a feed.
#[must_use]
pub fn population(layer: &FeedLayer) -> u32 {
    let people = demand::population(&layer.supply);
    let rounded = 1_000.0 * libm::round(people / 1_000.0);
    (rounded as u32).clamp(LEAST_POPULATION, MOST_POPULATION)
}

/// A city drawn for a feed alone, `people` or as many as the feed's service suggests.
///
/// # Errors
/// When no city can be drawn with this population.
pub fn drawn(
    name: &str,
    layer: &FeedLayer,
    people: Option<u32>,
    weather: Option<&EpwFile>,
) -> Result<(City, Land), GenerateError> {
    let mut recipe = CityRecipe::new(name, people.unwrap_or_else(|| population(layer)), SEED);
    recipe.site = site(layer, weather);
    let Ground { mut city, land, .. } = generate::ground(&recipe)?;
    city.grid.frequency_hz = frequency_hz(&city.site);
    Ok((city, land))
}

/// The Americas run at 60 Hz, nearly all others at 50 (the southern half of South America too, save Brazil).
fn frequency_hz(site: &Site) -> f64 {
    if site.longitude_deg < -30.0 {
        60.0
    } else {
        50.0
    }
}

/// Lays a city under a feed's map and hangs the feed's layer on it. Says what was made up.
pub fn join(
    city: &mut City,
    land: &Land,
    mut layer: FeedLayer,
    feed_name: &str,
    weather: Option<&EpwFile>,
) {
    city.site = site(&layer, weather);
    let places: Vec<Point> = layer.transit.stops.iter().map(|s| [s.x_m, s.y_m]).collect();
    let reach = Reach::of(&places);
    let flat = (city.districts.clone(), city.grid.clone());
    warp::lay(city, land, &reach);
    let mut transit = layer.transit;
    for stop in &mut transit.stops {
        stop.district = demand::district_of(&city.districts, [stop.x_m, stop.y_m]);
    }
    for depot in &mut transit.depots {
        depot.district = demand::district_of(&city.districts, [depot.x_m, depot.y_m]);
    }
    power::feed(&mut transit, city);
    let travel = demand::demand(city, &transit.stops, &layer.supply);
    // Streets are drawn on the land as it was and stretched with everything else.
    let mut before = travel.clone();
    for zone in &mut before.zones {
        [zone.x_m, zone.y_m] = reach.back([zone.x_m, zone.y_m], land);
    }
    let people = city
        .population()
        .clamp(u64::from(LEAST_POPULATION), u64::from(MOST_POPULATION));
    let mut roads = roads::roads(land, &flat.0, &flat.1, &before, people as u32, SEED);
    warp::lay_roads(&mut roads, land, &reach);
    for node in &mut roads.nodes {
        node.district = demand::district_of(&city.districts, [node.x_m, node.y_m]);
    }
    city.travel = Some(travel);
    city.roads = Some(roads);
    if let Some(roads) = &city.roads {
        ways::lay(&mut transit, roads);
    }
    let passengers: f64 = city
        .travel
        .iter()
        .flat_map(|t| &t.flows)
        .map(|f| f.transit_trips)
        .sum();
    city.description = format!(
        "{} Public transport of the feed {feed_name}: {} stops, {} routes, {} runs and {:.0} vehicle-hours on the day asked \
         for.",
        city.description,
        transit.stops.len(),
        transit.routes.len(),
        layer.supply.runs,
        layer.supply.vehicle_h
    );
    city.transit = Some(transit);
    power::give_own_loads(city);
    let note = |item: &str, rule: String, synthetic: bool| Provenance {
        item: item.to_owned(),
        rule,
        synthetic,
    };
    city.provenance.push(note(
        "transit.stops, routes, patterns, timings, trips, transfers",
        format!("GTFS feed {feed_name}"),
        false,
    ));
    for text in layer.notes.drain(..) {
        city.provenance
            .push(note("transit.trips, blocks", text, true));
    }
    for (item, rule) in [
        (
            "transit.vehicle_types",
            "by the route's mode: 12 m diesel bus, 30 m tram, six-car metro, eight-car train ...; trams and \
             trolleybuses hang on the grid's rectifiers, metros and railways on no load of the city".to_owned(),
        ),
        (
            "transit.depots, fleets",
            "depots among the places where blocks begin, one for 120 vehicles; vehicles at the peak and 20 % (rail 25 %) \
             of spares"
                .to_owned(),
        ),
        (
            "travel",
            format!(
                "zones of clustered stops; people by their number, jobs by what runs there; gravity; {passengers:.0} \
                 passengers a weekday: 0.4 boardings for each place and vehicle-hour, 1.25 boardings a trip"
            ),
        ),
        (
            "roads",
            "street grid drawn for the zones on the generator's land and stretched with it; lanes by assigning the peak hours"
                .to_owned(),
        ),
        (
            "places",
            "the grid and the districts are stretched under the feed's map along each bearing from its core; impedances \
             and ratings stay as they were sized"
                .to_owned(),
        ),
    ] {
        city.provenance.push(note(item, rule, true));
    }
}
