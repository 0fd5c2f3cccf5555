//! The grid's city-wide and district points: sums, extremes and meters, published every step.

use crate::city::grid::fabric::Fabric;
use crate::city::grid::flow::ElementQueries;
use crate::city::grid::flow::FlowState;
use crate::city::grid::meters::Meters;
use crate::city::grid::screening::Screening;
use crate::city::model::grid::Technology;
use crate::engine::element::ElementId;
use crate::engine::element::Elements;
use crate::engine::points::Keep;
use crate::engine::points::PointId;
use crate::engine::points::Points;
use crate::engine::points::PointsBuilder;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;
use bevy_ecs::resource::Resource;

const OWNER: &str = "grid";

/// Present state: name, unit, meaning.
const NOW: [(&str, &str, &str); 25] = [
    ("demand_mw", "MW", "What customers would draw now"),
    ("served_mw", "MW", "What they draw"),
    ("unserved_mw", "MW", "Demand that is not served"),
    (
        "shed_mw",
        "MW",
        "Part of it behind feeders that a command opened",
    ),
    ("cooling_mw", "MW", "Air conditioning in the demand"),
    ("losses_mw", "MW", "Losses of lines and transformers"),
    ("import_mw", "MW", "Import from the neighbouring system"),
    ("import_limit_mw", "MW", "Most that may be imported"),
    ("rooftop_pv_mw", "MW", "Roof photovoltaics"),
    ("battery_mw", "MW", "Batteries; discharge is positive"),
    ("battery_soc_pct", "%", "State of charge of all batteries"),
    (
        "available_mw",
        "MW",
        "Capacity of sound plants in the present weather, and the import limit",
    ),
    (
        "reserve_mw",
        "MW",
        "Available capacity less what is generated and imported",
    ),
    ("customers_out", "customers", "Customers without supply"),
    ("critical_out", "sites", "Critical sites without supply"),
    (
        "max_line_loading_pct",
        "%",
        "Highest loading of a line against its present rating",
    ),
    (
        "max_transformer_loading_pct",
        "%",
        "Highest loading of a power transformer",
    ),
    ("min_voltage_pu", "pu", "Lowest voltage of a live bus"),
    ("max_voltage_pu", "pu", "Highest voltage of a live bus"),
    (
        "max_hot_spot_c",
        "degC",
        "Hottest winding of a power transformer",
    ),
    (
        "max_service_hot_spot_c",
        "degC",
        "Hottest winding of a service transformer",
    ),
    (
        "max_conductor_c",
        "degC",
        "Hottest conductor of an energised line",
    ),
    ("islands", "", "Energised parts of the network"),
    ("frequency_hz", "Hz", "Lowest frequency of the islands"),
    (
        "n1_violations",
        "",
        "Single outages in the mesh that would overload something",
    ),
];

/// Meters: name, unit, meaning.
const METERS: [(&str, &str, &str); 18] = [
    ("demand_mwh", "MWh", "Demand since the start"),
    ("served_mwh", "MWh", "Served since the start"),
    ("unserved_mwh", "MWh", "Not served since the start"),
    (
        "shed_mwh",
        "MWh",
        "Not served behind feeders that a command opened, since the start",
    ),
    ("losses_mwh", "MWh", "Losses since the start"),
    ("import_mwh", "MWh", "Imports since the start"),
    (
        "renewable_mwh",
        "MWh",
        "Solar, wind and hydro since the start",
    ),
    (
        "customer_out_h",
        "h",
        "Customer-hours without supply since the start",
    ),
    (
        "customer_out_sustained_h",
        "h",
        "Customer-hours without supply in interruptions of over five minutes, since the start",
    ),
    (
        "longest_outage_h",
        "h",
        "Longest interruption of any customer since the start",
    ),
    (
        "customers_interrupted",
        "customers",
        "Customers interrupted for over five minutes since the start",
    ),
    (
        "interruptions_momentary",
        "customers",
        "Customers interrupted for less since the start",
    ),
    (
        "critical_out_h",
        "h",
        "Site-hours of critical services without supply since the start",
    ),
    (
        "n1_violation_h",
        "h",
        "Hours that were not secure against any single outage, since the start",
    ),
    ("energy_cost_usd", "USD", "Fuel and imports since the start"),
    ("co2_t", "t", "Carbon dioxide since the start"),
    (
        "overload_branch_h",
        "h",
        "Branch-hours over the present rating since the start",
    ),
    (
        "loss_of_life_h",
        "h",
        "Transformer insulation life used since the start",
    ),
];

/// Technologies that have a point of their own where the city has them.
const TECHNOLOGIES: [(Technology, &str); 7] = [
    (Technology::CombinedCycle, "combined_cycle_mw"),
    (Technology::GasTurbine, "gas_turbine_mw"),
    (Technology::Diesel, "diesel_mw"),
    (Technology::Steam, "steam_mw"),
    (Technology::Hydro, "hydro_mw"),
    (Technology::Solar, "solar_mw"),
    (Technology::Wind, "wind_mw"),
];

/// Ids of the totals.
#[derive(Resource, Clone, Debug, Default)]
pub struct TotalPoints {
    now: Vec<PointId>,
    meters: Vec<PointId>,
    technologies: Vec<(Technology, PointId)>,
    voltage_violation: Option<PointId>,
    /// Demand, unserved power, customers out; unserved energy, customer-hours out, customers interrupted.
    districts: Vec<[PointId; 6]>,
}

/// Registers the totals.
pub fn register(fabric: &Fabric, elements: &Elements, points: &mut PointsBuilder) -> TotalPoints {
    let plain = |points: &mut PointsBuilder, (name, unit, about): (&str, &str, &str)| {
        points
            .measured(
                format!("grid/{name}"),
                unit,
                [f64::NEG_INFINITY, f64::INFINITY],
                OWNER,
                about,
            )
            .keep(Keep::City)
            .id()
    };
    let mut ids = TotalPoints {
        now: NOW.iter().map(|row| plain(points, *row)).collect(),
        meters: METERS.iter().map(|row| plain(points, *row)).collect(),
        ..TotalPoints::default()
    };
    let about = "Bus-hours outside the voltage limits since the start";
    ids.voltage_violation = Some(plain(points, ("voltage_violation_bus_h", "h", about)));
    for (technology, name) in TECHNOLOGIES {
        if fabric
            .grid()
            .plants
            .iter()
            .any(|p| p.technology == technology)
        {
            ids.technologies.push((
                technology,
                plain(points, (name, "MW", "Output of all such plants")),
            ));
        }
    }
    for district in &fabric.city.districts {
        let element = elements.find(&format!("district/{}", district.id));
        ids.districts
            .push(district_points(&district.id, element, points));
    }
    ids
}

fn district_points(
    id: &str,
    element: Option<ElementId>,
    points: &mut PointsBuilder,
) -> [PointId; 6] {
    let mut add = |quantity: &str, unit: &str, about: &str, keep: Keep| {
        let entry = points
            .measured(
                format!("district/{id}/{quantity}"),
                unit,
                [0.0, 1e9],
                OWNER,
                about,
            )
            .keep(keep);
        match element {
            Some(element) => entry.of(element).id(),
            None => entry.id(),
        }
    };
    [
        add(
            "demand_mw",
            "MW",
            "What its customers would draw",
            Keep::Element,
        ),
        add(
            "unserved_mw",
            "MW",
            "Demand that is not served",
            Keep::Element,
        ),
        add(
            "customers_out",
            "customers",
            "Customers without supply",
            Keep::Element,
        ),
        add(
            "unserved_mwh",
            "MWh",
            "Not served since the start",
            Keep::No,
        ),
        add(
            "customer_out_h",
            "h",
            "Customer-hours without supply since the start",
            Keep::No,
        ),
        add(
            "customers_interrupted",
            "customers",
            "Customers interrupted for over five minutes since the start",
            Keep::No,
        ),
    ]
}

/// Publishes all totals.
pub fn publish(
    fabric: Res<Fabric>,
    flow: Res<FlowState>,
    meters: Res<Meters>,
    screening: Res<Screening>,
    ids: Res<TotalPoints>,
    mut points: ResMut<Points>,
    mut queries: ElementQueries,
) {
    let all = queries.all();
    let grid = fabric.grid();
    let mut districts = vec![[0.0; 3]; fabric.city.districts.len()];
    let (mut demand, mut served, mut shed, mut cooling, mut pv, mut out, mut critical) =
        (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    let mut max_service_c = f64::NEG_INFINITY;
    for (l, load) in all.loads.iter().enumerate() {
        let row = &grid.loads[l];
        let unserved = load.demand_mw - load.served_mw;
        let dark = fabric.customers[l] * (1.0 - load.supplied);
        demand += load.demand_mw;
        served += load.served_mw;
        cooling += load.cooling_mw;
        pv += load.pv_mw;
        out += dark;
        let breaker = &all.feeders[row.feeder].breaker;
        if load.supplied <= 0.0 && !breaker.closed && breaker.commanded_open {
            shed += unserved;
        }
        if row.critical.is_some() && load.supplied <= 0.0 {
            critical += 1.0;
        }
        if row.service_units > 0 {
            max_service_c = max_service_c.max(load.heat.hot_spot_c());
        }
        let d = &mut districts[row.district];
        d[0] += load.demand_mw;
        d[1] += unserved;
        d[2] += dark;
    }
    let import: f64 = all.externals.iter().map(|e| e.p_mw).sum();
    let limit: f64 = all.externals.iter().map(|e| e.importable_mw()).sum();
    let generated: f64 = all.plants.iter().map(|p| p.p_mw).sum();
    let available: f64 = all.plants.iter().map(|p| p.available_mw).sum::<f64>() + limit;
    let battery: f64 = all.batteries.iter().map(|b| b.p_mw).sum();
    let energy: f64 = grid.batteries.iter().map(|b| b.energy_mwh).sum();
    let stored: f64 = all
        .batteries
        .iter()
        .zip(&grid.batteries)
        .map(|(b, row)| b.soc * row.energy_mwh)
        .sum();
    let soc = if energy > 0.0 {
        100.0 * stored / energy
    } else {
        0.0
    };
    let live_lines = || all.lines.iter().filter(|l| l.energised);
    let line_loading = live_lines()
        .filter(|l| l.rating_mva > 0.0)
        .map(|l| 100.0 * l.s_mva / l.rating_mva);
    let conductors = live_lines().map(|l| l.conductor_c);
    let t_loading = all
        .transformers
        .iter()
        .zip(&grid.transformers)
        .filter(|(t, _)| t.energised)
        .map(|(t, r)| 100.0 * t.s_mva / r.rating_mva);
    let hot_spots = all.transformers.iter().map(|t| t.heat.hot_spot_c());
    let volts = || flow.voltages.vm_pu.iter().copied().filter(|v| *v > 0.1);
    let values = [
        demand,
        served,
        demand - served,
        shed,
        cooling,
        flow.losses_mw,
        import,
        limit,
        pv,
        battery,
        soc,
        available,
        available - generated - import.max(0.0),
        out,
        critical,
        largest(line_loading),
        largest(t_loading),
        // Nothing is energised: there is no voltage, not a voltage of 0.
        volts().reduce(f64::min).unwrap_or(f64::NAN),
        volts().reduce(f64::max).unwrap_or(f64::NAN),
        largest(hot_spots),
        if max_service_c.is_finite() {
            max_service_c
        } else {
            0.0
        },
        largest(conductors),
        f64::from(flow.islands),
        flow.frequency_hz,
        f64::from(screening.violations),
    ];
    for (id, value) in ids.now.iter().zip(values) {
        points.publish(*id, value);
    }
    let life: f64 = all.transformers.iter().map(|t| t.life_used_h).sum();
    let totals = [
        meters.demand_mwh,
        meters.served_mwh,
        meters.unserved_mwh,
        meters.shed_mwh,
        meters.losses_mwh,
        meters.import_mwh,
        meters.renewable_mwh,
        meters.customer_out_h,
        meters.customer_out_sustained_h,
        meters.longest_outage_h,
        meters.customers_interrupted,
        meters.interruptions_momentary,
        meters.critical_out_h,
        meters.n1_violation_h,
        meters.energy_cost_usd,
        meters.co2_t,
        meters.overload_branch_h,
        life,
    ];
    for (id, value) in ids.meters.iter().zip(totals) {
        points.publish(*id, value);
    }
    if let Some(id) = ids.voltage_violation {
        points.publish(id, meters.voltage_violation_bus_h);
    }
    for (technology, id) in &ids.technologies {
        let of = all
            .plants
            .iter()
            .zip(&grid.plants)
            .filter(|(_, row)| row.technology == *technology);
        points.publish(*id, of.map(|(p, _)| p.p_mw).sum());
    }
    for (d, own) in ids.districts.iter().enumerate() {
        let [demand, unserved, out] = districts[d];
        let values = [
            demand,
            unserved,
            out,
            meters.district_unserved_mwh[d],
            meters.district_out_h[d],
            meters.district_interrupted[d],
        ];
        for (id, value) in own.iter().zip(values) {
            points.publish(*id, value);
        }
    }
}

/// Largest of some values; 0 if there are none.
fn largest(values: impl Iterator<Item = f64>) -> f64 {
    values.reduce(f64::max).unwrap_or(0.0)
}
