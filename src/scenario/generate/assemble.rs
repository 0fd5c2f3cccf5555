//! Puts the plans together: buses, lines, transformers and loads of the grid, in per unit, with ids and indices.
//!
//! It decides nothing about where things are; only conductor types, ages and priorities are chosen here.

use crate::city::model::district::District;
use crate::city::model::grid::Bus;
use crate::city::model::grid::BusRole;
use crate::city::model::grid::Critical;
use crate::city::model::grid::ExternalGrid;
use crate::city::model::grid::Feeder;
use crate::city::model::grid::Grid;
use crate::city::model::grid::Line;
use crate::city::model::grid::Substation;
use crate::city::model::grid::Transformer;
use crate::scenario::generate::blocks::Block;
use crate::scenario::generate::conductors;
use crate::scenario::generate::critical::Site;
use crate::scenario::generate::draw::Draw;
use crate::scenario::generate::feeders::Plan as FeederPlan;
use crate::scenario::generate::feeders::ROUTE_FACTOR;
use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::distance;
use crate::scenario::generate::geometry::nearest;
use crate::scenario::generate::geometry::rounded;
use crate::scenario::generate::loads;
use crate::scenario::generate::mesh::Kind;
use crate::scenario::generate::mesh::Mesh;
use crate::scenario::generate::substations::Plan as SubstationPlan;
use crate::scenario::generate::ties::Tie;

/// Nominal medium voltage, kilovolts.
const MV_KV: f64 = 20.0;
/// Voltage that tap changers hold on the medium-voltage busbars: high enough for the far ends at peak.
const BUSBAR_PU: f64 = 1.03;
/// Voltage that 380/110 kV transformers hold at 110 kV.
const SUPPLY_PU: f64 = 1.03;
/// Tap changers: nine steps of 1.5 % each way (pandapower's standard types).
const TAP_STEP: f64 = 0.015;
const TAPS: i32 = 9;
/// Those of 380/110 kV transformers are finer (16 steps of 5/8 %): a step of 1.5 % between two supply points that a
/// short cable joins would drive more reactive power round than their load takes.
const SUPPLY_TAP_STEP: f64 = 0.00625;
const SUPPLY_TAPS: i32 = 16;
/// Share of 20 kV length that is overhead: SIZING.md has 75 to 85 % cable.
const OVERHEAD_SHARE: f64 = 0.2;
/// Shortest 20 kV section, kilometres: two switches and the street between.
const SHORTEST_KM: f64 = 0.08;
/// Mean age and spread, years: power transformers, cables and lines (SIZING.md section 6).
const TRANSFORMER_AGE_Y: (f64, f64) = (35.0, 11.0);
const LINE_AGE_Y: (f64, f64) = (30.0, 12.0);
/// Ties that the control room can close; the rest need a crew.
const REMOTE_TIES: f64 = 0.35;

/// Everything that was planned.
pub struct Plans<'a> {
    /// Residents.
    pub population: u32,
    /// Seed.
    pub seed: u64,
    /// Districts.
    pub districts: &'a [District],
    /// Blocks.
    pub blocks: &'a [Block],
    /// District of each block.
    pub home: &'a [usize],
    /// Critical sites.
    pub critical: &'a [Site],
    /// Substations.
    pub substations: &'a [SubstationPlan],
    /// Feeders.
    pub feeders: &'a [FeederPlan],
    /// Ties.
    pub ties: &'a [Tie],
    /// Mesh.
    pub mesh: &'a Mesh,
}

/// The id of the i-th (from 0) of `count` elements: a prefix and a number of fixed width.
#[must_use]
pub fn id(prefix: &str, i: usize, count: usize, least_width: usize) -> String {
    let width = least_width.max(count.to_string().len());
    format!("{prefix}{:0width$}", i + 1)
}

fn age(seed: u64, process: &str, i: usize, mean: (f64, f64)) -> f64 {
    rounded(
        (mean.0 + mean.1 * Draw::new(seed, process, i as u64).normal()).clamp(1.0, 65.0),
        1,
    )
}

/// Builds the grid without plants, batteries and roofs.
#[must_use]
pub fn grid(plans: &Plans) -> Grid {
    let mut grid = Grid {
        base_mva: conductors::BASE_MVA,
        frequency_hz: conductors::FREQUENCY_HZ,
        buses: Vec::new(),
        conductors: conductors::conductors(),
        lines: Vec::new(),
        transformers: Vec::new(),
        substations: Vec::new(),
        feeders: Vec::new(),
        loads: Vec::new(),
        plants: Vec::new(),
        externals: Vec::new(),
        batteries: Vec::new(),
    };
    let mesh_bus = add_mesh_buses(&mut grid, plans);
    add_substations(&mut grid, plans, &mesh_bus);
    add_mesh_links(&mut grid, plans, &mesh_bus);
    let block_bus = add_feeders(&mut grid, plans);
    add_ties(&mut grid, plans, &block_bus);
    add_loads(&mut grid, plans, &block_bus);
    grid
}

fn bus(id: String, role: BusRole, kv: f64, district: usize, at: Point) -> Bus {
    Bus {
        id,
        role,
        base_kv: kv,
        district,
        x_m: at[0],
        y_m: at[1],
        gs_mw: 0.0,
        bs_mvar: 0.0,
        v_min_pu: 0.95,
        v_max_pu: 1.05,
    }
}

fn add_mesh_buses(grid: &mut Grid, plans: &Plans) -> Vec<usize> {
    let centres: Vec<Point> = plans.districts.iter().map(|d| [d.x_m, d.y_m]).collect();
    let count = plans.substations.len();
    let mesh = plans.mesh;
    for (node, &at) in mesh.nodes.iter().enumerate() {
        let district = nearest(&centres, at);
        let made = if node < count {
            bus(
                format!("{}-HV", id("S", node, count, 2)),
                BusRole::Transmission,
                110.0,
                district,
                at,
            )
        } else if node == mesh.external() {
            bus(
                "EXT".to_owned(),
                BusRole::External,
                if mesh.extra_high() { 380.0 } else { 110.0 },
                district,
                at,
            )
        } else {
            let supply = node - count - 1;
            bus(
                format!("{}-EHV", id("G", supply, mesh.supply.len(), 1)),
                BusRole::Transmission,
                380.0,
                district,
                at,
            )
        };
        grid.buses.push(made);
    }
    grid.externals.push(ExternalGrid {
        id: "EXT".to_owned(),
        bus: mesh.external(),
        v_set_pu: 1.02,
        limit_mw: 0.0,
        price_usd_mwh: 62.0,
        co2_kg_mwh: 400.0,
    });
    (0..mesh.nodes.len()).collect()
}

fn transformer(
    id: String,
    from: usize,
    to: usize,
    rating_mva: f64,
    v_set_pu: f64,
    age_y: f64,
) -> Transformer {
    let [r_pu, x_pu, b_pu] = conductors::transformer_pu(rating_mva);
    Transformer {
        id,
        from,
        to,
        r_pu,
        x_pu,
        b_pu,
        ratio: 1.0,
        shift_deg: 0.0,
        tap_step: TAP_STEP,
        tap_min: -TAPS,
        tap_max: TAPS,
        v_set_pu,
        rating_mva,
        thermal: conductors::THERMAL,
        substation: None,
        age_y,
        synthetic: false,
    }
}

fn add_substations(grid: &mut Grid, plans: &Plans, mesh_bus: &[usize]) {
    let count = plans.substations.len();
    let mut used: Vec<usize> = vec![0; plans.districts.len()];
    for (s, plan) in plans.substations.iter().enumerate() {
        let name = id("S", s, count, 2);
        let hv_bus = mesh_bus[s];
        let district = grid.buses[hv_bus].district;
        let mv_bus = grid.buses.len();
        grid.buses.push(bus(
            format!("{name}-MV"),
            BusRole::Busbar,
            MV_KV,
            district,
            plan.at,
        ));
        for t in 0..2 {
            let mut unit = transformer(
                format!("{name}-T{}", t + 1),
                hv_bus,
                mv_bus,
                plan.unit_mva,
                BUSBAR_PU,
                age(plans.seed, "transformers/age", 2 * s + t, TRANSFORMER_AGE_Y),
            );
            unit.substation = Some(s);
            grid.transformers.push(unit);
        }
        used[district] += 1;
        let place = &plans.districts[district].name;
        let people_name = if used[district] == 1 {
            place.clone()
        } else {
            format!("{place} {}", used[district])
        };
        grid.substations.push(Substation {
            id: name,
            name: people_name,
            hv_bus,
            mv_bus,
            district,
            x_m: plan.at[0],
            y_m: plan.at[1],
        });
    }
}

fn add_mesh_links(grid: &mut Grid, plans: &Plans, mesh_bus: &[usize]) {
    let links = &plans.mesh.links;
    let count = |ehv: bool| {
        links
            .iter()
            .filter(|l| l.kind != Kind::Supply && (l.kind == Kind::ExtraHigh) == ehv)
            .count()
    };
    let (high, extra_high) = (count(false), count(true));
    let (mut h, mut e) = (0, 0);
    let mut units = vec![0; plans.mesh.nodes.len()];
    for (i, link) in links.iter().enumerate() {
        let (from, to) = (mesh_bus[link.from], mesh_bus[link.to]);
        if link.kind == Kind::Supply {
            units[link.from] += 1;
            let name = grid.buses[from]
                .id
                .replace("-EHV", &format!("-T{}", units[link.from]));
            let years = age(plans.seed, "supply/age", i, TRANSFORMER_AGE_Y);
            let mut unit = transformer(name, from, to, link.rating_mva(), SUPPLY_PU, years);
            (unit.tap_step, unit.tap_min, unit.tap_max) =
                (SUPPLY_TAP_STEP, -SUPPLY_TAPS, SUPPLY_TAPS);
            grid.transformers.push(unit);
            continue;
        }
        let name = if link.kind == Kind::ExtraHigh {
            e += 1;
            id("E", e - 1, extra_high, 1)
        } else {
            h += 1;
            id("L", h - 1, high, 2)
        };
        let (conductor, bundle) = link.conductor();
        grid.lines.push(line(
            grid,
            name,
            (from, to),
            link.km,
            (conductor, bundle),
            link.kv(),
            age(plans.seed, "mesh/age", i, LINE_AGE_Y),
        ));
    }
}

fn line(
    grid: &Grid,
    id: String,
    ends: (usize, usize),
    km: f64,
    build: (usize, u32),
    kv: f64,
    age_y: f64,
) -> Line {
    let kind = &grid.conductors[build.0];
    let [r_pu, x_pu, b_pu] = conductors::impedance_pu(kind, build.1, kv, km);
    Line {
        id,
        from: ends.0,
        to: ends.1,
        r_pu,
        x_pu,
        b_pu,
        length_km: km,
        conductor: build.0,
        bundle: build.1,
        rating_mva: conductors::rating_mva(kind, build.1, kv),
        normally_open: false,
        remote_controlled: kv > 100.0,
        age_y,
        synthetic: false,
    }
}

fn section_km(a: Point, b: Point) -> f64 {
    rounded(1e-3 * ROUTE_FACTOR * distance(a, b), 3).max(SHORTEST_KM)
}

/// Positions on trunks: every block between the substation and a tie, along which a neighbour can be fed.
fn trunks(plans: &Plans) -> Vec<Vec<bool>> {
    let mut trunk: Vec<Vec<bool>> = plans
        .feeders
        .iter()
        .map(|f| vec![false; f.blocks.len()])
        .collect();
    let mut mark = |(f, mut i): (usize, usize)| loop {
        trunk[f][i] = true;
        match plans.feeders[f].parent[i] {
            Some(p) => i = p,
            None => break,
        }
    };
    for (f, feeder) in plans.feeders.iter().enumerate() {
        mark((f, 0));
        let deepest = (0..feeder.blocks.len())
            .max_by(|&a, &b| feeder.depth_m[a].total_cmp(&feeder.depth_m[b]));
        mark((f, deepest.unwrap_or(0)));
    }
    for tie in plans.ties {
        mark(tie.a);
        mark(tie.b);
    }
    trunk
}

/// Feeders built overhead: the sparsest, up to their share of the length.
fn overhead(plans: &Plans) -> Vec<bool> {
    let ground = |f: &FeederPlan| {
        f.blocks
            .iter()
            .map(|&b| plans.blocks[b].area_km2)
            .sum::<f64>()
            / f.blocks.len() as f64
    };
    let length = |f: &FeederPlan| {
        (0..f.blocks.len())
            .map(|i| f.depth_m[i] - f.parent[i].map_or(0.0, |p| f.depth_m[p]))
            .sum::<f64>()
    };
    let mut order: Vec<(f64, usize)> = plans
        .feeders
        .iter()
        .enumerate()
        .map(|(i, f)| (ground(f), i))
        .collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let all: f64 = plans.feeders.iter().map(length).sum();
    let mut built = 0.0;
    let mut overhead = vec![false; plans.feeders.len()];
    for (_, f) in order {
        if built + length(&plans.feeders[f]) > OVERHEAD_SHARE * all {
            break;
        }
        built += length(&plans.feeders[f]);
        overhead[f] = true;
    }
    overhead
}

fn section_build(trunk: bool, overhead: bool) -> (usize, u32) {
    match (overhead, trunk) {
        (true, _) => (conductors::OVERHEAD_94, 1),
        (false, true) => (conductors::CABLE_240, 1),
        (false, false) => (conductors::CABLE_150, 1),
    }
}

/// Adds feeder buses and sections; returns the bus of every block.
fn add_feeders(grid: &mut Grid, plans: &Plans) -> Vec<usize> {
    let mut block_bus = vec![0; plans.blocks.len()];
    let trunk = trunks(plans);
    let overhead = overhead(plans);
    let mut served = vec![None; plans.blocks.len()];
    plans
        .critical
        .iter()
        .for_each(|site| served[site.block] = Some(site.critical));
    let mut section = 0;
    let mut node = 0;
    for (f, plan) in plans.feeders.iter().enumerate() {
        let name = id("F", f, plans.feeders.len(), 3);
        let busbar = grid.substations[plan.substation].mv_bus;
        let head_line = grid.lines.len();
        for (i, &block) in plan.blocks.iter().enumerate() {
            let at = plans.blocks[block].at;
            block_bus[block] = grid.buses.len();
            grid.buses.push(bus(
                id("B", node, plans.blocks.len(), 4),
                BusRole::Feeder,
                MV_KV,
                plans.home[block],
                at,
            ));
            node += 1;
            let from = plan.parent[i].map_or(busbar, |p| block_bus[plan.blocks[p]]);
            let start = [grid.buses[from].x_m, grid.buses[from].y_m];
            let years = age(plans.seed, "sections/age", section, LINE_AGE_Y);
            let build = section_build(trunk[f][i], overhead[f]);
            let mut made = line(
                grid,
                format!("{name}-{}", i + 1),
                (from, block_bus[block]),
                section_km(start, at),
                build,
                MV_KV,
                years,
            );
            made.remote_controlled = i == 0;
            grid.lines.push(made);
            section += 1;
        }
        let critical =
            |c: fn(Critical) -> bool| plan.blocks.iter().any(|&b| served[b].is_some_and(c));
        let priority = if critical(|c| matches!(c, Critical::Hospital | Critical::WaterPump)) {
            5
        } else if critical(|_| true) {
            4
        } else {
            1 + Draw::new(plans.seed, "feeders/priority", f as u64).below(3) as u8
        };
        grid.feeders.push(Feeder {
            id: name,
            substation: Some(plan.substation),
            bus: busbar,
            head_line: Some(head_line),
            priority,
            rating_mva: grid.lines[head_line].rating_mva,
        });
    }
    block_bus
}

fn add_ties(grid: &mut Grid, plans: &Plans, block_bus: &[usize]) {
    let overhead = overhead(plans);
    for (t, tie) in plans.ties.iter().enumerate() {
        let block = |(f, i): (usize, usize)| plans.feeders[f].blocks[i];
        let (a, b) = (block(tie.a), block(tie.b));
        let build = section_build(true, overhead[tie.a.0] && overhead[tie.b.0]);
        let km = section_km(plans.blocks[a].at, plans.blocks[b].at);
        let years = age(plans.seed, "ties/age", t, LINE_AGE_Y);
        let mut made = line(
            grid,
            id("T", t, plans.ties.len(), 3),
            (block_bus[a], block_bus[b]),
            km,
            build,
            MV_KV,
            years,
        );
        made.normally_open = true;
        made.remote_controlled =
            Draw::new(plans.seed, "ties/remote", t as u64).unit() < REMOTE_TIES;
        grid.lines.push(made);
    }
}

fn add_loads(grid: &mut Grid, plans: &Plans, block_bus: &[usize]) {
    let mut feeder_of = vec![0; plans.blocks.len()];
    for (f, plan) in plans.feeders.iter().enumerate() {
        plan.blocks.iter().for_each(|&b| feeder_of[b] = f);
        for &b in &plan.blocks {
            let name = grid.buses[block_bus[b]].id.clone();
            let mut load = loads::block_load(
                &name,
                &plans.blocks[b],
                plans.home[b],
                b,
                plans.population,
                plans.seed,
            );
            load.bus = block_bus[b];
            load.feeder = f;
            grid.loads.push(load);
        }
    }
    for site in plans.critical {
        let mut load = loads::critical_load(site, plans.home[site.block]);
        load.bus = block_bus[site.block];
        load.feeder = feeder_of[site.block];
        grid.loads.push(load);
    }
}
