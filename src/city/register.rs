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
    all.finish()
}
