//! What the heat did to people: hot homes and deaths to be expected, cooling centres and hospitals.

use crate::results::calendar::stamp;
use crate::results::metrics::health::quintile_h;
use crate::results::outcome::RunOutcome;
use crate::results::story::words::amount;
use crate::results::story::words::count;
use crate::results::story::words::duration;
use crate::results::story::words::whole;

/// Hours a resident below which a ratio is not worth telling.
const RATIO_FROM_H: f64 = 0.5;

/// How many lived in hot homes, whose, and what is to be expected of it.
pub fn heat_at_home(o: &RunOutcome) -> Option<String> {
    let hours = o.final_value("people/heat_exposure_person_h")?;
    let most = o.highest("people/exposed_persons")?;
    if most.value < 0.5 {
        return Some("No home reached 32 C.".to_owned());
    }
    let share = 100.0 * most.value / (o.plan.city.population() as f64).max(1.0);
    let mut line = format!(
        "{} ({} %) {} in homes of 32 C and more at the worst moment, {}",
        count(most.value, "person", "people"),
        amount(share),
        if most.value < 1.5 { "was" } else { "were" },
        stamp(o.plan.start, most.t_s)
    );
    let dark = o.final_value("people/heat_exposure_dark_person_h");
    if let Some(dark) = dark.filter(|d| *d >= 0.005 * hours) {
        let share = 100.0 * dark / hours;
        line += &format!("; {share:.0} % of the exposure was in homes that an outage had left hot");
    }
    if let (Some(poor), Some(rich)) = (quintile_h(o, 1), quintile_h(o, 5))
        && poor.max(rich) >= RATIO_FROM_H
    {
        line += &format!(
            "; {} a resident in the poorest fifth of the districts, {} in the richest",
            duration(poor),
            duration(rich)
        );
    }
    let deaths = o.final_value("people/excess_deaths").unwrap_or(0.0);
    let low = o.final_value("people/excess_deaths_low").unwrap_or(deaths);
    let high = o.final_value("people/excess_deaths_high").unwrap_or(deaths);
    line += &if high < 0.05 {
        ". No excess deaths are to be expected of it.".to_owned()
    } else {
        format!(
            ". Within ten days, {} excess deaths are to be expected of it ({} to {}).",
            amount(deaths),
            amount(low),
            amount(high)
        )
    };
    Some(line)
}

/// What cooling centres and hospitals could do.
pub fn care(o: &RunOutcome) -> Option<String> {
    let visits = o.final_value("people/cooling_centre_visits")?;
    let events = |kind: &str| o.record.events.iter().filter(|e| e.kind == kind).count() as f64;
    let mut parts = Vec::new();
    if visits >= 0.5 {
        let most = o.highest("people/cooling_centre_persons");
        let at_once = most.map_or(0.0, |e| e.value);
        let mut part = format!(
            "{} to cooling centres, at most {} people at once",
            count(visits, "visit", "visits"),
            whole(at_once)
        );
        if events("cooling_centre_full") > 0.0 {
            part += &format!(
                "; centres were full {}",
                count(events("cooling_centre_full"), "time", "times")
            );
        }
        parts.push(part);
    }
    let dark_h = o.final_value("people/cooling_centre_dark_h").unwrap_or(0.0);
    if dark_h > 0.0 {
        parts.push(format!(
            "{} of opening hours lost to outages of centres",
            duration(dark_h)
        ));
    }
    let sets = events("hospital_on_generator");
    if sets > 0.0 {
        let dark_h = o.final_value("people/hospital_dark_h").unwrap_or(0.0);
        let end = if dark_h > 0.0 {
            format!(
                "hospitals had no power at all for {} in sum",
                duration(dark_h)
            )
        } else {
            "no hospital was without power".to_owned()
        };
        parts.push(format!(
            "hospitals went to their own generators {}, {end}",
            count(sets, "time", "times")
        ));
    }
    if parts.is_empty() {
        return None;
    }
    Some(parts.join("; ") + ".")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::fixture::heat_wave;
    use crate::results::fixture::small;

    #[test]
    fn the_heat_is_told_with_its_toll() {
        let line = heat_at_home(&heat_wave::outcome()).unwrap();
        for word in ["32 C", "outage", "poorest", "excess deaths"] {
            assert!(line.contains(word), "{word}: {line}");
        }
        assert!(
            care(&heat_wave::outcome())
                .unwrap()
                .contains("4,100 visits")
        );
        assert_eq!(heat_at_home(&small::outcome()), None);
        assert_eq!(care(&small::outcome()), None);
    }
}
