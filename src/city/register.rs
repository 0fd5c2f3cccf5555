//! The register of all elements of a city: their stable names, in the order of the model's tables.

use crate::city::model::city::City;
use crate::engine::element::Elements;
use crate::engine::element::ElementsBuilder;

/// Names every element of a city.
#[must_use]
pub fn register(city: &City) -> Elements {
    let mut all = ElementsBuilder::default();
    let grid = &city.grid;
    for (d, district) in city.districts.iter().enumerate() {
        all.add(
            format!("district/{}", district.id),
            Some(d),
            [district.x_m, district.y_m],
        );
    }
    let place = |bus: usize| [grid.buses[bus].x_m, grid.buses[bus].y_m];
    let of = |bus: usize| Some(grid.buses[bus].district);
    for bus in &grid.buses {
        all.add(
            format!("grid/bus/{}", bus.id),
            Some(bus.district),
            [bus.x_m, bus.y_m],
        );
    }
    for line in &grid.lines {
        let ([x0, y0], [x1, y1]) = (place(line.from), place(line.to));
        all.add(
            format!("grid/line/{}", line.id),
            of(line.to),
            [0.5 * (x0 + x1), 0.5 * (y0 + y1)],
        );
    }
    for t in &grid.transformers {
        all.add(format!("grid/transformer/{}", t.id), of(t.to), place(t.to));
    }
    for s in &grid.substations {
        all.add(
            format!("grid/substation/{}", s.id),
            Some(s.district),
            [s.x_m, s.y_m],
        );
    }
    for feeder in &grid.feeders {
        all.add(
            format!("grid/feeder/{}", feeder.id),
            of(feeder.bus),
            place(feeder.bus),
        );
    }
    for load in &grid.loads {
        all.add(
            format!("grid/load/{}", load.id),
            Some(load.district),
            place(load.bus),
        );
    }
    for plant in &grid.plants {
        all.add(
            format!("grid/plant/{}", plant.id),
            of(plant.bus),
            place(plant.bus),
        );
    }
    for external in &grid.externals {
        all.add(
            format!("grid/external/{}", external.id),
            of(external.bus),
            place(external.bus),
        );
    }
    for battery in &grid.batteries {
        all.add(
            format!("grid/battery/{}", battery.id),
            of(battery.bus),
            place(battery.bus),
        );
    }
    if let Some(roads) = &city.roads {
        for node in &roads.nodes {
            all.add(
                format!("road/node/{}", node.id),
                Some(node.district),
                [node.x_m, node.y_m],
            );
        }
        for link in &roads.links {
            let (a, b) = (&roads.nodes[link.from], &roads.nodes[link.to]);
            all.add(
                format!("road/link/{}", link.id),
                Some(b.district),
                [0.5 * (a.x_m + b.x_m), 0.5 * (a.y_m + b.y_m)],
            );
        }
    }
    if let Some(transit) = &city.transit {
        for stop in &transit.stops {
            all.add(
                format!("transit/stop/{}", stop.id),
                Some(stop.district),
                [stop.x_m, stop.y_m],
            );
        }
        for route in &transit.routes {
            all.add(format!("transit/route/{}", route.id), None, [0.0, 0.0]);
        }
        for depot in &transit.depots {
            all.add(
                format!("transit/depot/{}", depot.id),
                Some(depot.district),
                [depot.x_m, depot.y_m],
            );
        }
        for substation in &transit.traction {
            all.add(
                format!("transit/traction/{}", substation.id),
                Some(grid.loads[substation.load].district),
                [substation.x_m, substation.y_m],
            );
        }
    }
    if let Some(water) = &city.water {
        let at = |n: usize| [water.nodes[n].x_m, water.nodes[n].y_m];
        let district = |n: usize| Some(water.nodes[n].district);
        for node in &water.nodes {
            all.add(
                format!("water/node/{}", node.id),
                Some(node.district),
                [node.x_m, node.y_m],
            );
        }
        for main in &water.mains {
            let ([x0, y0], [x1, y1]) = (at(main.from), at(main.to));
            all.add(
                format!("water/main/{}", main.id),
                district(main.to),
                [0.5 * (x0 + x1), 0.5 * (y0 + y1)],
            );
        }
        for station in &water.stations {
            let load = &grid.loads[station.load];
            all.add(
                format!("water/station/{}", station.id),
                Some(load.district),
                place(load.bus),
            );
        }
        for tank in &water.tanks {
            all.add(
                format!("water/tank/{}", tank.id),
                district(tank.node),
                at(tank.node),
            );
        }
    }
    all.finish()
}
