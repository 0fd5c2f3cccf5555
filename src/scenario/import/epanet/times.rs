//! `[TIMES]`, and how times are written: hours with decimals, H:MM, H:MM:SS, with a unit or AM and PM.
//!
//! Quality steps and statistics are passed over.

use crate::scenario::import::epanet::line::Line;
use crate::scenario::import::epanet::line::Section;
use crate::scenario::import::epanet::reader::Reader;
use crate::scenario::import::epanet::reader::is;
use crate::scenario::problem::did_you_mean_or_known;
use crate::solvers::hydraulics::times::DAY_S;

const FIELD: &str = "[TIMES]";
const KEYWORDS: [&str; 9] = [
    "DURATION",
    "HYDRAULIC TIMESTEP",
    "PATTERN TIMESTEP",
    "PATTERN START",
    "REPORT TIMESTEP",
    "REPORT START",
    "RULE TIMESTEP",
    "START CLOCKTIME",
    "QUALITY TIMESTEP",
];
/// Longest time that is believed, s: a thousand years; beyond it a sum of seconds loses its digits.
const LONGEST_S: f64 = 1000.0 * 366.0 * DAY_S;

/// Reads the section and makes the steps fit each other.
pub fn read(reader: &mut Reader<'_>) {
    let mut rule_step = None;
    for line in reader.take(Section::Times) {
        let (first, second) = (line.words.first(), line.words.get(1));
        if is(first, "STAT") || is(first, "QUAL") {
            continue;
        }
        let known = is(first, "DURA")
            || (is(first, "HYDR") || is(first, "RULE")) && is(second, "TIME")
            || (is(first, "PATT") || is(first, "REPO"))
                && (is(second, "TIME") || is(second, "STAR"))
            || is(first, "STAR") && is(second, "CLOC");
        if !known {
            let text = first.map_or("", |word| word.text).to_uppercase();
            let help = did_you_mean_or_known(&text, KEYWORDS);
            reader.warn(
                &line,
                0,
                FIELD,
                "this line is not known and is passed over",
                help,
            );
            continue;
        }
        let at = if is(first, "DURA") { 1 } else { 2 };
        let Some(seconds) = time(reader, &line, at, FIELD) else {
            continue;
        };
        let step = seconds.max(1.0);
        let times = &mut reader.plan.times;
        let begins = is(second, "STAR");
        if is(first, "DURA") {
            times.duration_s = seconds;
        } else if is(first, "HYDR") {
            times.hydraulic_step_s = step;
        } else if is(first, "RULE") {
            rule_step = Some(step);
        } else if is(first, "PATT") && begins {
            times.pattern_start_s = seconds;
        } else if is(first, "PATT") {
            times.pattern_step_s = step;
        } else if is(first, "REPO") && begins {
            times.report_start_s = seconds;
        } else if is(first, "REPO") {
            times.report_step_s = step;
        } else {
            times.start_clock_s = seconds.rem_euclid(DAY_S);
        }
    }
    let times = &mut reader.plan.times;
    times.whole_seconds = true;
    times.hydraulic_step_s = times
        .hydraulic_step_s
        .min(times.pattern_step_s)
        .min(times.report_step_s);
    let rule_step = rule_step.unwrap_or((times.hydraulic_step_s / 10.0).floor());
    times.rule_step_s = rule_step.clamp(1.0, times.hydraulic_step_s);
}

/// The time that begins at a word, s; whole seconds, as in EPANET.
pub fn time(reader: &mut Reader<'_>, line: &Line<'_>, word: usize, field: &str) -> Option<f64> {
    let text = line.words.get(word).map_or("", |word| word.text);
    let unit = line.words.get(word + 1).map_or("", |word| word.text);
    match seconds(text, unit) {
        Some(seconds) if (0.0..=LONGEST_S).contains(&seconds) => Some(seconds),
        _ => {
            let message = if text.is_empty() {
                "a time is missing".to_owned()
            } else {
                format!("`{}` is not a time", format!("{text} {unit}").trim())
            };
            let help = Some("write 6, 6.5, 6:30, 6:30:00, 390 MIN or 6:30 AM".to_owned());
            reader.fault(line, word, field, message, help);
            None
        }
    }
}

/// Seconds of a time and its unit.
fn seconds(text: &str, unit: &str) -> Option<f64> {
    let unit = unit.to_uppercase();
    let (number, glued) = match text.to_uppercase() {
        upper if upper.ends_with("AM") || upper.ends_with("PM") => {
            let cut = upper.len() - 2;
            (upper.get(..cut)?.to_owned(), upper.get(cut..)?.to_owned())
        }
        upper => (upper, unit),
    };
    let mut parts = [0.0; 3];
    let pieces: Vec<&str> = number.split(':').collect();
    if pieces.len() > 3 {
        return None;
    }
    for (part, piece) in parts.iter_mut().zip(&pieces) {
        *part = piece
            .trim()
            .parse::<f64>()
            .ok()
            .filter(|x| x.is_finite() && *x >= 0.0)?;
    }
    let hours = parts[0] + parts[1] / 60.0 + parts[2] / 3600.0;
    let starts = |word: &str| glued.starts_with(word);
    let scaled = if pieces.len() == 1 && starts("SEC") {
        hours / 3600.0
    } else if pieces.len() == 1 && starts("MIN") {
        hours / 60.0
    } else if pieces.len() == 1 && starts("DAY") {
        hours * 24.0
    } else if starts("AM") {
        if hours >= 13.0 {
            return None;
        }
        if hours >= 12.0 { hours - 12.0 } else { hours }
    } else if starts("PM") {
        if hours >= 13.0 {
            return None;
        }
        if hours >= 12.0 { hours } else { hours + 12.0 }
    } else if glued.is_empty() || starts("HOUR") || starts("HR") || pieces.len() > 1 {
        hours
    } else {
        return None;
    };
    Some((scaled * 3600.0).round())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_time() {
        let cases = [
            (("1.5", ""), 5400.0),
            (("1:30", ""), 5400.0),
            (("1:30:15", ""), 5415.0),
            (("90", "MIN"), 5400.0),
            (("2", "days"), 172_800.0),
            (("12", "am"), 0.0),
            (("12:30", "PM"), 45_000.0),
            (("1PM", ""), 46_800.0),
        ];
        for ((text, unit), want) in cases {
            assert_eq!(seconds(text, unit), Some(want), "{text} {unit}");
        }
        assert_eq!(
            (seconds("x", ""), seconds("13", "PM"), seconds("-1", "")),
            (None, None, None)
        );
    }
}
