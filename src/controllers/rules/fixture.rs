//! A hand-made city for tests: two substations, four feeders, one tie, two plants, an import and a battery, and a
//! stand-in for its physics that does no more than remember what points were set to.

use crate::city::model::city::City;
use crate::city::model::city::Site;
use crate::city::model::grid::Battery;
use crate::city::model::grid::Bus;
use crate::city::model::grid::BusRole;
use crate::city::model::grid::ExternalGrid;
use crate::city::model::grid::Feeder;
use crate::city::model::grid::Grid;
use crate::city::model::grid::Line;
use crate::city::model::grid::Load;
use crate::city::model::grid::Plant;
use crate::city::model::grid::Substation;
use crate::city::model::grid::Technology;
use crate::city::model::grid::Transformer;
use crate::city::model::grid::TransformerThermal;
use crate::controllers::rules::Rules;
use crate::controllers::rules::config::RulesConfig;
use crate::engine::control::Controller;
use crate::engine::control::View;
use crate::engine::points::Points;
use crate::engine::points::PointsBuilder;
use crate::engine::sensors::Observation;
use crate::engine::sensors::Quality;

/// Buses: 0 external, 1 and 2 transmission, 3 and 4 busbars, then A1 A2 (F1), B1 (F2), C1 C2 (F3), D1 (F4).
pub fn city() -> City {
    let bus = |id: &str, role: BusRole| Bus {
        id: id.to_owned(),
        role,
        base_kv: 110.0,
        district: 0,
        x_m: 0.0,
        y_m: 0.0,
        gs_mw: 0.0,
        bs_mvar: 0.0,
        v_min_pu: 0.9,
        v_max_pu: 1.1,
    };
    let line = |id: &str, from: usize, to: usize, rating_mva: f64| Line {
        id: id.to_owned(),
        from,
        to,
        r_pu: 0.01,
        x_pu: 0.02,
        b_pu: 0.0,
        length_km: 3.0,
        conductor: 0,
        bundle: 1,
        rating_mva,
        normally_open: id == "TIE",
        remote_controlled: true,
        age_y: 10.0,
        synthetic: false,
    };
    let transformer = |id: &str, from: usize, to: usize, substation: usize| Transformer {
        id: id.to_owned(),
        from,
        to,
        r_pu: 0.0,
        x_pu: 0.4,
        b_pu: 0.0,
        ratio: 1.0,
        shift_deg: 0.0,
        tap_step: 0.015,
        tap_min: -9,
        tap_max: 9,
        v_set_pu: 1.0,
        rating_mva: 12.0,
        thermal: TransformerThermal {
            top_oil_rise_k: 55.0,
            hot_spot_rise_k: 25.0,
            loss_ratio: 5.0,
            n: 0.8,
            m: 0.8,
            oil_time_min: 150.0,
            winding_time_min: 5.0,
        },
        substation: Some(substation),
        age_y: 30.0,
        synthetic: false,
    };
    let feeder = |id: &str, substation: usize, head: usize, priority: u8| Feeder {
        id: id.to_owned(),
        substation: Some(substation),
        bus: 3 + substation,
        head_line: Some(head),
        priority,
        rating_mva: 12.0,
    };
    let load = |id: &str, bus: usize, feeder: usize, design_peak_mw: f64| Load {
        id: id.to_owned(),
        bus,
        district: 0,
        feeder,
        homes: 1000,
        businesses: 100,
        home_mw: 2.0,
        commerce_mw: 1.0,
        commerce_floor_m2: 0.0,
        industry_mw: 0.5,
        critical_mw: 0.0,
        critical: None,
        design_peak_mw,
        power_factor: 0.95,
        pv_mwp: 0.0,
        service_units: 4,
        service_unit_kva: 630.0,
        service_age_y: 20.0,
    };
    let plant = |id: &str, cost: f64, p_min_mw: f64, p_max_mw: f64, ramp_mw_min: f64| Plant {
        id: id.to_owned(),
        name: id.to_owned(),
        bus: 1,
        technology: Technology::GasTurbine,
        p_min_mw,
        p_max_mw,
        q_min_mvar: -10.0,
        q_max_mvar: 10.0,
        v_set_pu: 1.0,
        ramp_mw_min,
        cost_usd_h: [0.0, cost, 0.0],
        co2_kg_mwh: 500.0,
        derating_per_k: 0.0,
        forced_outages_y: 1.0,
        schedule: vec![0.0; 24],
    };
    City {
        name: "bench".to_owned(),
        description: String::new(),
        seed: 0,
        site: Site {
            latitude_deg: 42.0,
            longitude_deg: -87.0,
            elevation_m: 180.0,
            utc_offset_h: -6.0,
        },
        districts: Vec::new(),
        travel: None,
        roads: None,
        transit: None,
        water: None,
        provenance: Vec::new(),
        grid: Grid {
            base_mva: 100.0,
            frequency_hz: 50.0,
            buses: vec![
                bus("EXT", BusRole::External),
                bus("H1", BusRole::Transmission),
                bus("H2", BusRole::Transmission),
                bus("M1", BusRole::Busbar),
                bus("M2", BusRole::Busbar),
                bus("A1", BusRole::Feeder),
                bus("A2", BusRole::Feeder),
                bus("B1", BusRole::Feeder),
                bus("C1", BusRole::Feeder),
                bus("C2", BusRole::Feeder),
                bus("D1", BusRole::Feeder),
            ],
            conductors: Vec::new(),
            lines: vec![
                line("L1", 0, 1, 100.0),
                line("L2", 0, 2, 100.0),
                line("L3", 1, 2, 100.0),
                line("F1-0", 3, 5, 12.0),
                line("F1-1", 5, 6, 12.0),
                line("F2-0", 3, 7, 12.0),
                line("F3-0", 4, 8, 12.0),
                line("F3-1", 8, 9, 12.0),
                line("F4-0", 4, 10, 12.0),
                line("TIE", 6, 9, 12.0),
            ],
            transformers: vec![
                transformer("S01-T1", 1, 3, 0),
                transformer("S02-T1", 2, 4, 1),
            ],
            substations: vec![
                Substation {
                    id: "S01".to_owned(),
                    name: "One".to_owned(),
                    hv_bus: 1,
                    mv_bus: 3,
                    district: 0,
                    x_m: 0.0,
                    y_m: 0.0,
                },
                Substation {
                    id: "S02".to_owned(),
                    name: "Two".to_owned(),
                    hv_bus: 2,
                    mv_bus: 4,
                    district: 0,
                    x_m: 0.0,
                    y_m: 0.0,
                },
            ],
            feeders: vec![
                feeder("F1", 0, 3, 1),
                feeder("F2", 0, 5, 5),
                feeder("F3", 1, 6, 2),
                feeder("F4", 1, 8, 3),
            ],
            loads: vec![
                load("A1", 5, 0, 2.0),
                load("A2", 6, 0, 2.0),
                load("B1", 7, 1, 4.0),
                load("C1", 8, 2, 2.0),
                load("C2", 9, 2, 2.0),
                load("D1", 10, 3, 4.0),
            ],
            plants: vec![
                plant("CC1", 50.0, 2.0, 6.0, 0.1),
                plant("GT1", 120.0, 1.0, 6.0, 2.0),
            ],
            externals: vec![ExternalGrid {
                id: "EXT".to_owned(),
                bus: 0,
                v_set_pu: 1.0,
                limit_mw: 20.0,
                price_usd_mwh: 65.0,
                co2_kg_mwh: 400.0,
            }],
            batteries: vec![Battery {
                id: "BAT1".to_owned(),
                bus: 3,
                power_mw: 1.0,
                energy_mwh: 2.0,
                round_trip: 0.86,
                initial_soc: 0.5,
            }],
        },
    }
}

/// Publishes the points of the contract for a city, at values of an easy hour: 3 MW a feeder.
pub fn points(city: &City, without: &[&str]) -> Points {
    let mut builder = PointsBuilder::default();
    let mut add = |path: String, controllable: bool, range: [f64; 2], value: f64| {
        if without.iter().any(|w| path.contains(w)) {
            return;
        }
        // A measured point starts at zero, so its value comes by the list below.
        if controllable {
            builder.controllable(path, "", range, "grid", "", value);
        } else {
            builder.measured(path, "", range, "grid", "");
        }
    };
    let wide = [-1e4, 1e4];
    let flag = [0.0, 1.0];
    let grid = &city.grid;
    for path in ["weather/temp_c", "weather/ghi_w_m2", "grid/unserved_mw"] {
        add(path.to_owned(), false, wide, 0.0);
    }
    for lead in 1..=48 {
        add(format!("weather/forecast/{lead}h/temp_c"), false, wide, 0.0);
        add(
            format!("weather/forecast/{lead}h/ghi_w_m2"),
            false,
            wide,
            0.0,
        );
    }
    for b in &grid.buses {
        add(format!("grid/bus/{}/voltage_pu", b.id), false, wide, 0.0);
    }
    for l in &grid.lines {
        for q in ["loading_pct", "p_mw", "rating_mva", "failed"] {
            add(format!("grid/line/{}/{q}", l.id), false, wide, 0.0);
        }
        let closed = if l.normally_open { 0.0 } else { 1.0 };
        add(format!("grid/line/{}/closed", l.id), true, flag, closed);
    }
    for t in &grid.transformers {
        for q in [
            "loading_pct",
            "p_mw",
            "hot_spot_c",
            "top_oil_c",
            "energised",
            "failed",
        ] {
            add(format!("grid/transformer/{}/{q}", t.id), false, wide, 0.0);
        }
        add(format!("grid/transformer/{}/closed", t.id), true, flag, 1.0);
        add(
            format!("grid/transformer/{}/v_set_pu", t.id),
            true,
            [0.95, 1.06],
            1.0,
        );
    }
    for f in &grid.feeders {
        for q in ["p_mw", "loading_pct", "demand_mw", "tripped"] {
            add(format!("grid/feeder/{}/{q}", f.id), false, wide, 0.0);
        }
        add(format!("grid/feeder/{}/closed", f.id), true, flag, 1.0);
    }
    for p in &grid.plants {
        for q in ["p_mw", "available_mw"] {
            add(format!("grid/plant/{}/{q}", p.id), false, wide, 0.0);
        }
        add(
            format!("grid/plant/{}/p_set_mw", p.id),
            true,
            [0.0, p.p_max_mw],
            0.0,
        );
    }
    for e in &grid.externals {
        for q in ["p_mw", "limit_mw"] {
            add(format!("grid/external/{}/{q}", e.id), false, wide, 0.0);
        }
    }
    for b in &grid.batteries {
        for q in ["p_mw", "soc_pct"] {
            add(format!("grid/battery/{}/{q}", b.id), false, wide, 0.0);
        }
        add(
            format!("grid/battery/{}/p_set_mw", b.id),
            true,
            [-b.power_mw, b.power_mw],
            0.0,
        );
    }
    builder.finish()
}

/// Rules at work on values that a test sets.
#[derive(Debug)]
pub struct Bench {
    pub city: City,
    pub points: Points,
    pub rules: Rules,
    pub t_s: u64,
}

/// A command in words: path, value, reason.
pub type Said = (String, f64, String);

impl Bench {
    /// The easy hour of the hand-made city.
    pub fn new() -> Self {
        Self::of(city(), &[])
    }

    /// Any city, without the points whose paths contain one of the words.
    pub fn of(city: City, without: &[&str]) -> Self {
        let points = points(&city, without);
        let rules = Rules::new(&city, points.table(), RulesConfig::default());
        let mut bench = Self {
            city,
            points,
            rules,
            t_s: 0,
        };
        bench.set("weather/temp_c", 30.0);
        for lead in 1..=48 {
            bench.set(&format!("weather/forecast/{lead}h/temp_c"), 30.0);
        }
        let grid = bench.city.grid.clone();
        for b in &grid.buses {
            bench.set(&format!("grid/bus/{}/voltage_pu", b.id), 1.0);
        }
        for l in &grid.lines {
            bench.set(&format!("grid/line/{}/loading_pct", l.id), 30.0);
            bench.set(&format!("grid/line/{}/rating_mva", l.id), l.rating_mva);
        }
        for t in &grid.transformers {
            bench.transformer(&t.id, 50.0, 75.0, 60.0);
            bench.set(&format!("grid/transformer/{}/energised", t.id), 1.0);
        }
        for f in &grid.feeders {
            bench.feeder(&f.id, 3.0);
        }
        for p in &grid.plants {
            bench.set(&format!("grid/plant/{}/available_mw", p.id), p.p_max_mw);
        }
        for e in &grid.externals {
            bench.set(&format!("grid/external/{}/limit_mw", e.id), e.limit_mw);
            bench.set(&format!("grid/external/{}/p_mw", e.id), 12.0);
        }
        for b in &grid.batteries {
            bench.set(&format!("grid/battery/{}/soc_pct", b.id), 50.0);
        }
        bench
    }

    /// Sets a point's value; a point that was left out stays out.
    pub fn set(&mut self, path: &str, value: f64) {
        if let Some(id) = self.points.table().find(path) {
            self.points.publish(id, value);
        }
    }

    /// A point's value.
    pub fn get(&self, path: &str) -> f64 {
        self.points.get(self.points.table().find(path).unwrap())
    }

    /// A transformer's loading, hot spot and top oil.
    pub fn transformer(&mut self, id: &str, loading_pct: f64, hot_spot_c: f64, top_oil_c: f64) {
        self.set(&format!("grid/transformer/{id}/loading_pct"), loading_pct);
        self.set(&format!("grid/transformer/{id}/hot_spot_c"), hot_spot_c);
        self.set(&format!("grid/transformer/{id}/top_oil_c"), top_oil_c);
        let mw = loading_pct / 100.0 * 12.0 * 0.95;
        self.set(&format!("grid/transformer/{id}/p_mw"), mw);
    }

    /// A feeder's flow and demand.
    pub fn feeder(&mut self, id: &str, mw: f64) {
        self.set(&format!("grid/feeder/{id}/p_mw"), mw);
        self.set(&format!("grid/feeder/{id}/demand_mw"), mw);
        let pct = mw / 12.0 / 0.95 * 100.0;
        self.set(&format!("grid/feeder/{id}/loading_pct"), pct);
    }

    /// What the rules say now; commands take effect and five minutes pass.
    pub fn decide(&mut self) -> Vec<Said> {
        let seen = Observation {
            tick: self.t_s / 60,
            values: self.points.values().to_vec(),
            quality: vec![Quality::Good; self.points.values().len()],
        };
        let start = jiff::civil::date(2026, 7, 14).at(12, 0, 0, 0);
        let now = start + jiff::SignedDuration::from_secs(self.t_s as i64);
        let table = self.points.table().clone();
        let commands = self.rules.decide(&View {
            table: &table,
            seen: &seen,
            t_s: self.t_s,
            now,
            interval_s: 300,
        });
        self.t_s += 300;
        commands
            .into_iter()
            .map(|c| {
                let path = table.spec(c.point).path.clone();
                self.points.publish(c.point, c.value);
                // A breaker that opens takes its flow away.
                if let Some(feeder) = path
                    .strip_prefix("grid/feeder/")
                    .and_then(|p| p.strip_suffix("/closed"))
                {
                    let mw = self.get(&format!("grid/feeder/{feeder}/demand_mw"));
                    self.set(&format!("grid/feeder/{feeder}/p_mw"), mw * c.value);
                }
                (path, c.value, c.reason)
            })
            .collect()
    }
}

/// Whether something was said about a point, with this value.
pub fn says(said: &[Said], path: &str, value: f64) -> bool {
    said.iter()
        .any(|(p, v, _)| p == path && (v - value).abs() < 1e-9)
}
