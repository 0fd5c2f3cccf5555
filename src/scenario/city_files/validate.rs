//! Whether a city makes sense: values in range, voltages that match, every load on an island with a source.
//!
//! It takes the city itself, so a generated or imported one can be judged the same way as one read from files.

use crate::city::model::city::City;
use crate::city::model::district::District;
use crate::city::model::grid::Battery;
use crate::city::model::grid::Bus;
use crate::city::model::grid::BusRole;
use crate::city::model::grid::Conductor;
use crate::city::model::grid::ExternalGrid;
use crate::city::model::grid::Feeder;
use crate::city::model::grid::Line;
use crate::city::model::grid::Load;
use crate::city::model::grid::Plant;
use crate::city::model::grid::Technology;
use crate::city::model::grid::Transformer;
use crate::scenario::city_files::validate_travel;
use crate::scenario::city_files::water_check;
use crate::scenario::problem::Problem;
use crate::scenario::problem::Problems;

/// Shares that should sum to 1 may miss it by this: they are written with four decimals by hand, too.
const SHARE_TOLERANCE: f64 = 1e-3;
/// Ends of a line may differ in nominal voltage by this share (imported cases round them).
const VOLTAGE_TOLERANCE: f64 = 0.02;

/// Collects problems of one row.
pub(super) struct Judge<'a> {
    pub(super) place: &'a str,
    pub(super) file: &'static str,
    pub(super) row: usize,
    pub(super) line: Option<usize>,
    pub(super) id: &'a str,
    pub(super) problems: &'a mut Problems,
}

impl Judge<'_> {
    pub(super) fn say(&mut self, field: &str, message: String) {
        let file = format!("{}{}", self.place, self.file);
        // Without lines (a city in memory) the id says which.
        let message = if self.line.is_some() {
            message
        } else {
            format!("`{}` (row {}): {message}", self.id, self.row + 1)
        };
        self.problems
            .push(Problem::new(file, message).at(self.line).field(field));
    }

    pub(super) fn within(&mut self, field: &str, value: f64, low: f64, high: f64) {
        if !(low..=high).contains(&value) {
            let message = if high.is_finite() {
                format!("{value} is out of range {low} to {high}")
            } else if low == 0.0 {
                format!("{value} is negative")
            } else {
                format!("{value} is below {low}")
            };
            self.say(field, message);
        }
    }

    pub(super) fn not_negative(&mut self, field: &str, value: f64) {
        self.within(field, value, 0.0, f64::INFINITY);
    }

    pub(super) fn positive(&mut self, field: &str, value: f64) {
        if value.is_nan() || value <= 0.0 {
            self.say(field, format!("{value} is not positive"));
        }
    }

    pub(super) fn ordered(&mut self, fields: (&str, &str), low: f64, high: f64) {
        if low.is_nan() || high.is_nan() || low > high {
            self.say(fields.0, format!("{low} is above {} of {high}", fields.1));
        }
    }
}

/// All problems of a city whose indices are in range. `line` gives the line of a row of a table, if it was read from one.
#[must_use]
pub fn problems(city: &City, place: &str, line: impl Fn(&str, usize) -> Option<usize>) -> Problems {
    let mut found = Problems::default();
    {
        let p = &mut found;
        site(city, place, p);
        if let Some(water) = &city.water {
            water_check::check(water, place, &line, p);
        }
        macro_rules! each {
            ($file:literal, $rows:expr, $judge:expr) => {
                for (row, item) in $rows.iter().enumerate() {
                    let mut judge = Judge {
                        place,
                        file: $file,
                        row,
                        line: line($file, row),
                        id: &item.id,
                        problems: &mut *p,
                    };
                    $judge(&mut judge, item);
                }
            };
        }
        each!("districts.csv", city.districts, district);
        each!("buses.csv", city.grid.buses, bus);
        each!("conductors.csv", city.grid.conductors, conductor);
        each!("lines.csv", city.grid.lines, |j: &mut Judge, l| line_row(
            j, city, l
        ));
        each!("transformers.csv", city.grid.transformers, transformer);
        each!("feeders.csv", city.grid.feeders, |j: &mut Judge, f| feeder(
            j, city, f
        ));
        each!("loads.csv", city.grid.loads, load);
        each!("plants.csv", city.grid.plants, plant);
        each!("externals.csv", city.grid.externals, |j: &mut Judge, e| {
            external(j, city, e)
        });
        each!("batteries.csv", city.grid.batteries, battery);
        let fed = fed(city);
        each!("loads.csv", city.grid.loads, |j: &mut Judge, l: &Load| {
            if !fed[l.bus] {
                let name = &city.grid.buses[l.bus].id;
                j.say("bus", format!("bus `{name}` is on an island without a source: no closed line leads to an external grid or plant"));
            }
        });
    }
    validate_travel::problems(city, place, &line, &mut found);
    if city.districts.is_empty() {
        found.push(Problem::new(
            format!("{place}districts.csv"),
            "a city needs a district",
        ));
    }
    if city.grid.loads.is_empty() {
        found.push(Problem::new(
            format!("{place}loads.csv"),
            "a city needs a load",
        ));
    }
    found
}

fn site(city: &City, place: &str, problems: &mut Problems) {
    let mut judge = Judge {
        place,
        file: "city.toml",
        row: 0,
        line: None,
        id: &city.name,
        problems,
    };
    judge.within("site.latitude_deg", city.site.latitude_deg, -90.0, 90.0);
    judge.within("site.longitude_deg", city.site.longitude_deg, -180.0, 180.0);
    judge.within("site.elevation_m", city.site.elevation_m, -450.0, 9_000.0);
    judge.within("site.utc_offset_h", city.site.utc_offset_h, -12.0, 14.0);
    judge.positive("base.base_mva", city.grid.base_mva);
    judge.positive("base.frequency_hz", city.grid.frequency_hz);
    if city.name.is_empty() {
        judge.say("name", "is empty".to_owned());
    }
}

fn district(j: &mut Judge, d: &District) {
    let m = &d.dwellings;
    let dwellings = [
        ("detached", m.detached),
        ("row", m.row),
        ("low_rise", m.low_rise),
        ("high_rise", m.high_rise),
        ("institutional", m.institutional),
    ];
    let a = &d.ages;
    let ages = [
        ("age_0_14", a.age_0_14),
        ("age_15_64", a.age_15_64),
        ("age_65_74", a.age_65_74),
        ("age_75_plus", a.age_75_plus),
    ];
    for (field, share) in dwellings
        .iter()
        .chain(&ages)
        .chain(&[("alone_over_65", d.alone_over_65), ("ac_share", d.ac_share)])
    {
        j.within(field, *share, 0.0, 1.0);
    }
    for (field, shares) in [("detached", &dwellings[..]), ("age_0_14", &ages[..])] {
        let sum: f64 = shares.iter().map(|s| s.1).sum();
        if (sum - 1.0).abs() > SHARE_TOLERANCE {
            let names: Vec<&str> = shares.iter().map(|s| s.0).collect();
            j.say(
                field,
                format!("{} sum to {sum:.4}, not 1", names.join(" + ")),
            );
        }
    }
    if d.boundary_m.len() < 3 {
        j.say(
            "boundary_m",
            format!("has {} corners; an outline needs three", d.boundary_m.len()),
        );
    }
    if !(1..=5).contains(&d.income_quintile) {
        j.say(
            "income_quintile",
            format!("{} is not 1 to 5", d.income_quintile),
        );
    }
    j.not_negative("median_income_kusd", d.median_income_kusd);
    j.not_negative("pv_mwp", d.pv_mwp);
    j.within("heat_island_k", d.heat_island_k, -5.0, 15.0);
}

fn bus(j: &mut Judge, b: &Bus) {
    j.positive("base_kv", b.base_kv);
    j.positive("v_min_pu", b.v_min_pu);
    j.ordered(("v_min_pu", "v_max_pu"), b.v_min_pu, b.v_max_pu);
}

fn conductor(j: &mut Judge, c: &Conductor) {
    j.not_negative("diameter_mm", c.diameter_mm);
    j.not_negative("r25_ohm_km", c.r25_ohm_km);
    j.not_negative("r75_ohm_km", c.r75_ohm_km);
    j.not_negative("x_ohm_km", c.x_ohm_km);
    j.not_negative("c_nf_km", c.c_nf_km);
    j.not_negative("heat_capacity_j_mk", c.heat_capacity_j_mk);
    j.positive("ampacity_a", c.ampacity_a);
    j.within("max_temp_c", c.max_temp_c, 30.0, 300.0);
}

fn impedance(j: &mut Judge, r_pu: f64, x_pu: f64, ends: (usize, usize)) {
    j.not_negative("r_pu", r_pu);
    if r_pu == 0.0 && x_pu == 0.0 {
        j.say(
            "x_pu",
            "impedance is zero; join the buses instead".to_owned(),
        );
    }
    if ends.0 == ends.1 {
        j.say("to_bus", "both ends are the same bus".to_owned());
    }
}

fn line_row(j: &mut Judge, city: &City, l: &Line) {
    impedance(j, l.r_pu, l.x_pu, (l.from, l.to));
    // Negative reactance occurs in published cases (series capacitors), but not in a line laid by length.
    if l.x_pu < 0.0 && !l.synthetic {
        j.say("x_pu", format!("{} is negative", l.x_pu));
    }
    if !l.synthetic {
        j.not_negative("b_pu", l.b_pu);
    }
    j.positive("length_km", l.length_km);
    j.positive("rating_mva", l.rating_mva);
    j.not_negative("age_y", l.age_y);
    if l.bundle == 0 {
        j.say("bundle", "0 conductors a phase".to_owned());
    }
    let (a, b) = (
        city.grid.buses[l.from].base_kv,
        city.grid.buses[l.to].base_kv,
    );
    if (a - b).abs() > VOLTAGE_TOLERANCE * a.max(b) {
        j.say(
            "to_bus",
            format!("a line joins {a} kV and {b} kV; that takes a transformer"),
        );
    }
}

fn transformer(j: &mut Judge, t: &Transformer) {
    impedance(j, t.r_pu, t.x_pu, (t.from, t.to));
    j.positive("ratio", t.ratio);
    j.positive("rating_mva", t.rating_mva);
    j.not_negative("tap_step", t.tap_step);
    j.not_negative("age_y", t.age_y);
    j.ordered(
        ("tap_min", "tap_max"),
        f64::from(t.tap_min),
        f64::from(t.tap_max),
    );
    if t.tap_step > 0.0 {
        j.within("v_set_pu", t.v_set_pu, 0.8, 1.2);
        if t.ratio + t.tap_step * f64::from(t.tap_min) <= 0.0 {
            j.say(
                "tap_min",
                "the lowest tap makes the ratio negative".to_owned(),
            );
        }
    }
    let c = &t.thermal;
    for (field, value) in [
        ("top_oil_rise_k", c.top_oil_rise_k),
        ("hot_spot_rise_k", c.hot_spot_rise_k),
        ("loss_ratio", c.loss_ratio),
        ("oil_exponent", c.n),
        ("winding_exponent", c.m),
        ("oil_time_min", c.oil_time_min),
        ("winding_time_min", c.winding_time_min),
    ] {
        j.positive(field, value);
    }
}

fn feeder(j: &mut Judge, city: &City, f: &Feeder) {
    j.positive("rating_mva", f.rating_mva);
    if !(1..=5).contains(&f.priority) {
        j.say(
            "priority",
            format!("{} is not 1 (shed first) to 5", f.priority),
        );
    }
    if let Some(head) = f.head_line {
        let line = &city.grid.lines[head];
        if line.from != f.bus && line.to != f.bus {
            j.say(
                "head_line",
                format!(
                    "line `{}` does not start at bus `{}`",
                    line.id, city.grid.buses[f.bus].id
                ),
            );
        }
    }
}

fn load(j: &mut Judge, l: &Load) {
    for (field, value) in [
        ("home_mw", l.home_mw),
        ("commerce_mw", l.commerce_mw),
        ("commerce_floor_m2", l.commerce_floor_m2),
        ("industry_mw", l.industry_mw),
        ("critical_mw", l.critical_mw),
        ("design_peak_mw", l.design_peak_mw),
        ("pv_mwp", l.pv_mwp),
        ("service_age_y", l.service_age_y),
    ] {
        j.not_negative(field, value);
    }
    if l.power_factor.is_nan() || l.power_factor <= 0.0 || l.power_factor > 1.0 {
        j.say(
            "power_factor",
            format!("{} is not above 0 and at most 1", l.power_factor),
        );
    }
    if l.service_units > 0 {
        j.positive("service_unit_kva", l.service_unit_kva);
    }
    if l.critical.is_none() && l.critical_mw > 0.0 {
        j.say(
            "critical_mw",
            "has critical demand but names no critical service".to_owned(),
        );
    }
}

fn plant(j: &mut Judge, p: &Plant) {
    // Published cases have dispatchable loads with negative output; capacity itself must be in order.
    j.ordered(("p_min_mw", "p_max_mw"), p.p_min_mw, p.p_max_mw);
    j.ordered(("q_min_mvar", "q_max_mvar"), p.q_min_mvar, p.q_max_mvar);
    j.within("v_set_pu", p.v_set_pu, 0.5, 1.5);
    j.not_negative("ramp_mw_min", p.ramp_mw_min);
    j.not_negative("co2_kg_mwh", p.co2_kg_mwh);
    j.within("derating_per_k", p.derating_per_k, 0.0, 0.05);
    j.not_negative("forced_outages_y", p.forced_outages_y);
    if p.schedule.len() != 24 {
        j.say(
            "schedule_share",
            format!(
                "has {} values, not one for each of 24 hours",
                p.schedule.len()
            ),
        );
    }
    for share in &p.schedule {
        j.within("schedule_share", *share, 0.0, 1.0);
    }
}

fn external(j: &mut Judge, city: &City, e: &ExternalGrid) {
    j.within("v_set_pu", e.v_set_pu, 0.5, 1.5);
    j.not_negative("limit_mw", e.limit_mw);
    j.not_negative("price_usd_mwh", e.price_usd_mwh);
    j.not_negative("co2_kg_mwh", e.co2_kg_mwh);
    if city
        .grid
        .externals
        .iter()
        .filter(|o| o.bus == e.bus)
        .count()
        > 1
    {
        j.say(
            "bus",
            format!(
                "bus `{}` has more than one external grid",
                city.grid.buses[e.bus].id
            ),
        );
    }
    if city.grid.buses[e.bus].role != BusRole::External {
        j.say(
            "bus",
            format!(
                "bus `{}` has not the role `external`",
                city.grid.buses[e.bus].id
            ),
        );
    }
}

fn battery(j: &mut Judge, b: &Battery) {
    j.positive("power_mw", b.power_mw);
    j.positive("energy_mwh", b.energy_mwh);
    if b.round_trip.is_nan() || b.round_trip <= 0.0 || b.round_trip > 1.0 {
        j.say(
            "round_trip",
            format!("{} is not above 0 and at most 1", b.round_trip),
        );
    }
    j.within("initial_soc", b.initial_soc, 0.0, 1.0);
}

/// Whether each bus is joined to an external grid or a plant with all normally closed lines and transformers.
#[must_use]
pub fn fed(city: &City) -> Vec<bool> {
    let grid = &city.grid;
    let mut neighbours: Vec<Vec<usize>> = vec![Vec::new(); grid.buses.len()];
    let lines = grid
        .lines
        .iter()
        .filter(|l| !l.normally_open)
        .map(|l| (l.from, l.to));
    for (a, b) in lines.chain(grid.transformers.iter().map(|t| (t.from, t.to))) {
        neighbours[a].push(b);
        neighbours[b].push(a);
    }
    let mut fed = vec![false; grid.buses.len()];
    let plants = grid
        .plants
        .iter()
        .filter(|p| p.technology != Technology::Condenser)
        .map(|p| p.bus);
    let mut open: Vec<usize> = grid.externals.iter().map(|e| e.bus).chain(plants).collect();
    while let Some(bus) = open.pop() {
        if !fed[bus] {
            fed[bus] = true;
            open.extend(neighbours[bus].iter().filter(|&&n| !fed[n]));
        }
    }
    fed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::generate;

    #[test]
    fn a_generated_city_has_no_problems() {
        let city = generate::city(&generate::CityRecipe::new("town", 20_000, 3)).unwrap();
        assert_eq!(problems(&city, "", |_, _| None).to_string(), "");
    }

    #[test]
    fn a_cut_off_feeder_and_bad_values_are_all_reported() {
        let mut city = generate::city(&generate::CityRecipe::new("town", 20_000, 3)).unwrap();
        let head = city.grid.feeders[0].head_line.unwrap();
        city.grid.lines[head].normally_open = true;
        city.grid.lines[0].r_pu = -0.1;
        city.grid.lines[1].rating_mva = -5.0;
        city.grid.plants[0].schedule.pop();
        let found = problems(&city, "", |_, _| None);
        let text = found.to_string();
        for part in ["r_pu", "rating_mva", "23 values", "island without a source"] {
            assert!(text.contains(part), "{part} missing in:\n{text}");
        }
        let dark = city.grid.loads.iter().filter(|l| l.feeder == 0).count();
        assert_eq!(
            found
                .0
                .iter()
                .filter(|p| p.message.contains("island"))
                .count(),
            dark
        );
    }
}
