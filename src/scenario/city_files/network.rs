//! Tables of the network: buses, conductors, lines and transformers.
//!
//! Each table has its columns, a writer and a reader side by side. Values are judged in `validate`, not here.

use crate::city::model::city::City;
use crate::city::model::grid::Bus;
use crate::city::model::grid::BusRole;
use crate::city::model::grid::Conductor;
use crate::city::model::grid::Laying;
use crate::city::model::grid::Line;
use crate::city::model::grid::Transformer;
use crate::city::model::grid::TransformerThermal;
use crate::scenario::city_files::References;
use crate::scenario::city_files::table::Row;
use crate::scenario::city_files::table::TableText;
use crate::scenario::city_files::table::name_of;

/// Names of roles in files.
const ROLES: [(&str, BusRole); 4] = [
    ("external", BusRole::External),
    ("transmission", BusRole::Transmission),
    ("busbar", BusRole::Busbar),
    ("feeder", BusRole::Feeder),
];
/// Names of layings in files.
const LAYINGS: [(&str, Laying); 2] = [("overhead", Laying::Overhead), ("cable", Laying::Cable)];

/// Columns of `buses.csv`.
pub const BUSES: [&str; 10] = [
    "id", "role", "base_kv", "district", "x_m", "y_m", "gs_mw", "bs_mvar", "v_min_pu", "v_max_pu",
];

/// Text of `buses.csv`.
///
/// # Errors
/// When the CSV writer fails.
pub fn write_buses(city: &City) -> Result<String, csv::Error> {
    let mut table = TableText::new(&BUSES)?;
    for bus in &city.grid.buses {
        table.row(&[
            bus.id.clone(),
            name_of(bus.role, &ROLES),
            bus.base_kv.to_string(),
            city.districts[bus.district].id.clone(),
            bus.x_m.to_string(),
            bus.y_m.to_string(),
            bus.gs_mw.to_string(),
            bus.bs_mvar.to_string(),
            bus.v_min_pu.to_string(),
            bus.v_max_pu.to_string(),
        ])?;
    }
    table.text()
}

/// One row of `buses.csv`.
pub fn read_bus(row: &mut Row, ids: &References) -> Bus {
    Bus {
        id: row.text("id"),
        role: row.choice("role", &ROLES),
        base_kv: row.number("base_kv"),
        district: row.reference("district", &ids.districts),
        x_m: row.number("x_m"),
        y_m: row.number("y_m"),
        gs_mw: row.number("gs_mw"),
        bs_mvar: row.number("bs_mvar"),
        v_min_pu: row.number("v_min_pu"),
        v_max_pu: row.number("v_max_pu"),
    }
}

/// Columns of `conductors.csv`.
pub const CONDUCTORS: [&str; 10] = [
    "id",
    "laying",
    "diameter_mm",
    "r25_ohm_km",
    "r75_ohm_km",
    "x_ohm_km",
    "c_nf_km",
    "heat_capacity_j_mk",
    "max_temp_c",
    "ampacity_a",
];

/// Text of `conductors.csv`.
///
/// # Errors
/// When the CSV writer fails.
pub fn write_conductors(city: &City) -> Result<String, csv::Error> {
    let mut table = TableText::new(&CONDUCTORS)?;
    for conductor in &city.grid.conductors {
        table.row(&[
            conductor.id.clone(),
            name_of(conductor.laying, &LAYINGS),
            conductor.diameter_mm.to_string(),
            conductor.r25_ohm_km.to_string(),
            conductor.r75_ohm_km.to_string(),
            conductor.x_ohm_km.to_string(),
            conductor.c_nf_km.to_string(),
            conductor.heat_capacity_j_mk.to_string(),
            conductor.max_temp_c.to_string(),
            conductor.ampacity_a.to_string(),
        ])?;
    }
    table.text()
}

/// One row of `conductors.csv`.
pub fn read_conductor(row: &mut Row) -> Conductor {
    Conductor {
        id: row.text("id"),
        laying: row.choice("laying", &LAYINGS),
        diameter_mm: row.number("diameter_mm"),
        r25_ohm_km: row.number("r25_ohm_km"),
        r75_ohm_km: row.number("r75_ohm_km"),
        x_ohm_km: row.number("x_ohm_km"),
        c_nf_km: row.number("c_nf_km"),
        heat_capacity_j_mk: row.number("heat_capacity_j_mk"),
        max_temp_c: row.number("max_temp_c"),
        ampacity_a: row.number("ampacity_a"),
    }
}

/// Columns of `lines.csv`.
pub const LINES: [&str; 14] = [
    "id",
    "from_bus",
    "to_bus",
    "r_pu",
    "x_pu",
    "b_pu",
    "length_km",
    "conductor",
    "bundle",
    "rating_mva",
    "normally_open",
    "remote_controlled",
    "age_y",
    "synthetic",
];

/// Text of `lines.csv`.
///
/// # Errors
/// When the CSV writer fails.
pub fn write_lines(city: &City) -> Result<String, csv::Error> {
    let mut table = TableText::new(&LINES)?;
    for line in &city.grid.lines {
        table.row(&[
            line.id.clone(),
            city.grid.buses[line.from].id.clone(),
            city.grid.buses[line.to].id.clone(),
            line.r_pu.to_string(),
            line.x_pu.to_string(),
            line.b_pu.to_string(),
            line.length_km.to_string(),
            city.grid.conductors[line.conductor].id.clone(),
            line.bundle.to_string(),
            line.rating_mva.to_string(),
            line.normally_open.to_string(),
            line.remote_controlled.to_string(),
            line.age_y.to_string(),
            line.synthetic.to_string(),
        ])?;
    }
    table.text()
}

/// One row of `lines.csv`.
pub fn read_line(row: &mut Row, ids: &References) -> Line {
    Line {
        id: row.text("id"),
        from: row.reference("from_bus", &ids.buses),
        to: row.reference("to_bus", &ids.buses),
        r_pu: row.number("r_pu"),
        x_pu: row.number("x_pu"),
        b_pu: row.number("b_pu"),
        length_km: row.number("length_km"),
        conductor: row.reference("conductor", &ids.conductors),
        bundle: row.whole("bundle"),
        rating_mva: row.number("rating_mva"),
        normally_open: row.flag("normally_open"),
        remote_controlled: row.flag("remote_controlled"),
        age_y: row.number("age_y"),
        synthetic: row.flag("synthetic"),
    }
}

/// Columns of `transformers.csv`.
pub const TRANSFORMERS: [&str; 23] = [
    "id",
    "from_bus",
    "to_bus",
    "r_pu",
    "x_pu",
    "b_pu",
    "ratio",
    "shift_deg",
    "tap_step",
    "tap_min",
    "tap_max",
    "v_set_pu",
    "rating_mva",
    "top_oil_rise_k",
    "hot_spot_rise_k",
    "loss_ratio",
    "oil_exponent",
    "winding_exponent",
    "oil_time_min",
    "winding_time_min",
    "substation",
    "age_y",
    "synthetic",
];

/// Text of `transformers.csv`.
///
/// # Errors
/// When the CSV writer fails.
pub fn write_transformers(city: &City) -> Result<String, csv::Error> {
    let mut table = TableText::new(&TRANSFORMERS)?;
    for transformer in &city.grid.transformers {
        table.row(&[
            transformer.id.clone(),
            city.grid.buses[transformer.from].id.clone(),
            city.grid.buses[transformer.to].id.clone(),
            transformer.r_pu.to_string(),
            transformer.x_pu.to_string(),
            transformer.b_pu.to_string(),
            transformer.ratio.to_string(),
            transformer.shift_deg.to_string(),
            transformer.tap_step.to_string(),
            transformer.tap_min.to_string(),
            transformer.tap_max.to_string(),
            transformer.v_set_pu.to_string(),
            transformer.rating_mva.to_string(),
            transformer.thermal.top_oil_rise_k.to_string(),
            transformer.thermal.hot_spot_rise_k.to_string(),
            transformer.thermal.loss_ratio.to_string(),
            transformer.thermal.n.to_string(),
            transformer.thermal.m.to_string(),
            transformer.thermal.oil_time_min.to_string(),
            transformer.thermal.winding_time_min.to_string(),
            transformer
                .substation
                .map_or_else(String::new, |i| city.grid.substations[i].id.clone()),
            transformer.age_y.to_string(),
            transformer.synthetic.to_string(),
        ])?;
    }
    table.text()
}

/// One row of `transformers.csv`.
pub fn read_transformer(row: &mut Row, ids: &References) -> Transformer {
    Transformer {
        id: row.text("id"),
        from: row.reference("from_bus", &ids.buses),
        to: row.reference("to_bus", &ids.buses),
        r_pu: row.number("r_pu"),
        x_pu: row.number("x_pu"),
        b_pu: row.number("b_pu"),
        ratio: row.number("ratio"),
        shift_deg: row.number("shift_deg"),
        tap_step: row.number("tap_step"),
        tap_min: row.whole("tap_min"),
        tap_max: row.whole("tap_max"),
        v_set_pu: row.number("v_set_pu"),
        rating_mva: row.number("rating_mva"),
        thermal: TransformerThermal {
            top_oil_rise_k: row.number("top_oil_rise_k"),
            hot_spot_rise_k: row.number("hot_spot_rise_k"),
            loss_ratio: row.number("loss_ratio"),
            n: row.number("oil_exponent"),
            m: row.number("winding_exponent"),
            oil_time_min: row.number("oil_time_min"),
            winding_time_min: row.number("winding_time_min"),
        },
        substation: row.optional_reference("substation", &ids.substations),
        age_y: row.number("age_y"),
        synthetic: row.flag("synthetic"),
    }
}
