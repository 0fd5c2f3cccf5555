//! The run told in a dozen lines: weather, peak, what failed and what came of it, who was hit, what was done, the end.
//!
//! Each paragraph is a function that returns a line or nothing; none prints. Local standard times.

pub mod chain;
pub mod health;
pub mod passengers;
pub mod response;
pub mod shedding;
mod streets;
pub mod water;
pub mod words;

use crate::results::calendar::stamp;
use crate::results::metrics::equity::quintile_min;
use crate::results::metrics::find;
use crate::results::outcome::RunOutcome;
use crate::results::story::words::amount;
use crate::results::story::words::count;
use crate::results::story::words::duration;
use crate::results::story::words::list;
use crate::results::story::words::whole;

/// Outage minutes a customer from which a ratio to them is worth telling.
const RATIO_FROM_MIN: f64 = 5.0;

/// The story, a line a paragraph.
#[must_use]
pub fn tell(o: &RunOutcome) -> Vec<String> {
    let lines: [fn(&RunOutcome) -> Option<String>; 18] = [
        opening,
        weather,
        imposed,
        peak,
        shedding::shedding,
        chain::first_failure,
        chain::gravest,
        worst_moment,
        toll,
        fairness,
        health::heat_at_home,
        health::care,
        streets::streets,
        passengers::passengers,
        water::water,
        response::control_room,
        response::crews,
        ending,
    ];
    lines.iter().filter_map(|line| line(o)).collect()
}

fn metric(o: &RunOutcome, key: &str) -> Option<f64> {
    (find(key)?.compute)(o).filter(|v| v.is_finite())
}

fn opening(o: &RunOutcome) -> Option<String> {
    let plan = &o.plan;
    let hours = amount(o.finished_s as f64 / 3600.0);
    let short = if o.finished_s < plan.horizon_s {
        format!(
            ", stopped before the {} h planned",
            amount(plan.horizon_s as f64 / 3600.0)
        )
    } else {
        String::new()
    };
    Some(format!(
        "{}, {} people: {hours} h from {}{short}, in the scenario {} (seed {}), with {}.",
        words::city_name(&plan.city.name),
        whole(plan.city.population() as f64),
        stamp(plan.start, 0),
        plan.scenario,
        plan.seed,
        match plan.controller.as_str() {
            "none" => "nobody in the control room".to_owned(),
            name => format!("the controller {name} in the control room"),
        },
    ))
}

fn weather(o: &RunOutcome) -> Option<String> {
    let hot = o.highest("weather/temp_c")?;
    let cool = o.lowest("weather/temp_c")?;
    let mut line = format!(
        "The air reached {:.1} C on {}",
        hot.value,
        stamp(o.plan.start, hot.t_s)
    );
    if let Some(felt) = o
        .highest("weather/heat_index_c")
        .filter(|h| h.value > hot.value + 0.5)
    {
        line += &format!(", felt like {:.0} C (heat index)", felt.value);
    }
    line += &format!(", and never fell below {:.1} C.", cool.value);
    Some(line)
}

/// What the scenario did to the city.
fn imposed(o: &RunOutcome) -> Option<String> {
    const NAMED: usize = 3;
    let hazards: Vec<String> = o
        .record
        .events
        .iter()
        .filter(|e| e.kind == "hazard_started")
        .map(|e| {
            let note = e.note.trim_end_matches('.');
            let what = match e.element {
                _ if !note.is_empty() => words::with_things(o, note),
                Some(element) => words::thing(o, o.name(element)),
                None => "a hazard".to_owned(),
            };
            format!("{what} (from {})", stamp(o.plan.start, e.t_s))
        })
        .collect();
    if hazards.is_empty() {
        return None;
    }
    let mut named: Vec<String> = hazards.iter().take(NAMED).cloned().collect();
    if hazards.len() > NAMED {
        named.push(format!("{} more", hazards.len() - NAMED));
    }
    Some(format!("The scenario imposed {}.", list(&named)))
}

fn peak(o: &RunOutcome) -> Option<String> {
    let peak = o.highest("grid/demand_mw")?;
    let mut line = format!(
        "Demand peaked at {} MW on {}",
        amount(peak.value),
        stamp(o.plan.start, peak.t_s)
    );
    let at_peak = |path: &str| {
        let row = o.times_s().iter().position(|t| *t == peak.t_s)?;
        o.series(path)?.get(row).copied()
    };
    if let Some(cooling) = at_peak("grid/cooling_mw").filter(|c| *c > 0.05 * peak.value) {
        line += &format!(", {:.0} % of it for cooling", 100.0 * cooling / peak.value);
    }
    let ens = metric(o, "ens_mwh")?;
    line += &if ens < 0.005 {
        "; every megawatt-hour was served.".to_owned()
    } else {
        let whole = ens + metric(o, "energy_mwh").unwrap_or(0.0);
        let share = if whole > 0.0 {
            100.0 * ens / whole
        } else {
            0.0
        };
        let worst = o
            .highest("grid/unserved_mw")
            .filter(|e| e.value >= 0.05)
            .map_or_else(String::new, |e| {
                format!(
                    ", {} MW at the worst moment, {}",
                    amount(e.value),
                    stamp(o.plan.start, e.t_s)
                )
            });
        format!(
            "; {} MWh of the demand ({} %) were not served{worst}.",
            amount(ens),
            amount(share)
        )
    };
    Some(line)
}

fn worst_moment(o: &RunOutcome) -> Option<String> {
    let worst = o.highest("grid/customers_out")?;
    if worst.value < 0.5 {
        return None;
    }
    let share = metric(o, "max_customers_out_pct").unwrap_or(0.0);
    let row = o.times_s().iter().position(|t| *t == worst.t_s)?;
    let mut hit: Vec<(f64, &str)> = Vec::new();
    for d in &o.plan.city.districts {
        let out = o.series(&format!("district/{}/customers_out", d.id));
        let n = out.and_then(|s| s.get(row).copied()).unwrap_or(0.0);
        if n >= 0.5 {
            hit.push((n, &d.name));
        }
    }
    hit.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (where_, verb) = match hit.len() {
        0 => (
            String::new(),
            if worst.value < 1.5 { "was" } else { "were" },
        ),
        n => {
            let named: Vec<String> = hit
                .iter()
                .take(3)
                .map(|(n, d)| format!("{d} ({})", whole(*n)))
                .collect();
            let lead = if n > 3 { "most of them in" } else { "in" };
            (
                format!(", {lead} {}", list(&named)),
                if worst.value < 1.5 { "was" } else { "were" },
            )
        }
    };
    Some(format!(
        "At the worst moment, {}, {} ({} %) {verb} without power{where_}.",
        stamp(o.plan.start, worst.t_s),
        count(worst.value, "customer", "customers"),
        amount(share),
    ))
}

fn toll(o: &RunOutcome) -> Option<String> {
    let saidi = metric(o, "saidi_min")?;
    if nobody_out(o)? {
        return Some("No customer lost supply.".to_owned());
    }
    if saidi <= 0.0 {
        return Some("No customer was without power for longer than 5 min.".to_owned());
    }
    let mut line = format!(
        "Averaged over all customers that is {} without power (SAIDI)",
        duration(saidi / 60.0)
    );
    if let Some(longest) = metric(o, "longest_outage_h").filter(|h| *h > 0.0) {
        line += &format!("; the longest outage lasted {}", duration(longest));
    }
    Some(line + ".")
}

fn nobody_out(o: &RunOutcome) -> Option<bool> {
    Some(o.final_value("grid/customer_out_h")? <= 0.0)
}

fn fairness(o: &RunOutcome) -> Option<String> {
    if nobody_out(o)? {
        return None;
    }
    let mut parts = Vec::new();
    if let (Some(poor), Some(rich)) = (quintile_min(o, 1), quintile_min(o, 5)) {
        let say = |m: f64| duration(m / 60.0);
        parts.push(if poor <= 0.0 && rich <= 0.0 {
            "Neither the poorest nor the richest fifth of the districts lost supply".to_owned()
        } else if say(poor) == say(rich) {
            format!(
                "The poorest and the richest fifth of the districts each lost {} a customer",
                say(poor)
            )
        } else if rich <= 0.0 {
            format!(
                "The poorest fifth of the districts lost {} a customer, the richest none",
                say(poor)
            )
        } else if poor <= 0.0 {
            format!(
                "The richest fifth of the districts lost {} a customer, the poorest none",
                say(rich)
            )
        } else {
            let (more, less, who, whom) = if poor > rich {
                (poor, rich, "poorest", "richest")
            } else {
                (rich, poor, "richest", "poorest")
            };
            // A ratio of a few minutes is noise.
            let ratio = if less >= RATIO_FROM_MIN {
                format!(" ({} times as much)", amount(more / less))
            } else {
                String::new()
            };
            format!(
                "The {who} fifth of the districts lost {} a customer, the {whom} {}{ratio}",
                say(more),
                say(less)
            )
        });
    }
    let dark_h = o.final_value("grid/critical_out_h").unwrap_or(0.0);
    parts.push(if dark_h > 0.0 {
        let most = o.highest("grid/critical_out").map_or(0.0, |e| e.value);
        let at_once = if most >= 0.5 {
            format!(", up to {} at once", count(most, "site", "sites"))
        } else {
            String::new()
        };
        format!(
            "hospitals and other critical sites were dark for {} in sum{at_once}",
            duration(dark_h)
        )
    } else {
        "hospitals and other critical sites kept their supply".to_owned()
    });
    Some(words::sentence(&(parts.join("; ") + ".")))
}

fn ending(o: &RunOutcome) -> Option<String> {
    let out = o.final_value("grid/customers_out")?;
    let when = stamp(o.plan.start, o.finished_s);
    let broken = o
        .points
        .iter()
        .filter(|(id, spec)| spec.path.ends_with("/failed") && o.finals[id.index()] > 0.5)
        .count() as f64;
    let waiting = if broken > 0.0 {
        format!(
            "; {} still waited for repair",
            count(broken, "asset", "assets")
        )
    } else {
        String::new()
    };
    let cost = match (metric(o, "energy_cost"), metric(o, "co2_t")) {
        (Some(usd), Some(t)) if usd > 0.0 => {
            format!(" Energy cost {} USD and {} t of CO2.", whole(usd), whole(t))
        }
        _ => String::new(),
    };
    Some(if out < 0.5 {
        format!("When it ended, {when}, every customer had power{waiting}.{cost}")
    } else {
        let verb = if out < 1.5 { "was" } else { "were" };
        format!(
            "When it ended, {when}, {} {verb} still without power{waiting}.{cost}",
            count(out, "customer", "customers")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::fixture::calm;
    use crate::results::fixture::heat_wave;

    #[test]
    fn a_heat_wave_is_told_with_its_numbers() {
        let lines = tell(&heat_wave::outcome());
        println!("{}", lines.join("\n"));
        assert!((6..=15).contains(&lines.len()));
        let text = lines.join("\n");
        for part in [
            "The scenario imposed a heat wave until Wed night (from Mon 12 Jul 00:00).",
            "transformer S01-T1 failed",
            "hot spot at 141 C",
            "without power (SAIDI)",
            "Harbour (2,600)",
            "rules",
            "every customer had power",
        ] {
            assert!(text.contains(part), "{part} is missing in\n{text}");
        }
        assert!(
            lines
                .iter()
                .all(|l| l.ends_with('.') && !l.contains("..") && !l.contains("NaN"))
        );
    }

    #[test]
    fn a_calm_day_reads_well() {
        let lines = tell(&calm::outcome());
        println!("{}", lines.join("\n"));
        let text = lines.join("\n");
        assert!(text.contains("No equipment failed."));
        assert!(text.contains("No customer lost supply."));
        assert!(text.contains("every megawatt-hour was served"));
        assert!(lines.len() >= 6);
    }
}
