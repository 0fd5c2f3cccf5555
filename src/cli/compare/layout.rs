//! A comparison as a page for a terminal of 80 to 100 columns: a table a controller, then sentences and warnings.
//!
//! It rounds for reading; `--json` and `--out` have the whole numbers.

use crate::experiment::comparison::Comparison;
use crate::experiment::comparison::effect::Effect;
use crate::experiment::comparison::effect::Finding;
use crate::experiment::comparison::sentence::figure;
use crate::experiment::comparison::sentence::signed;
use crate::experiment::comparison::short_name;
use crate::experiment::comparison::warning::Kind;
use crate::experiment::comparison::warning::Warning;

/// Longest line of sentences and warnings.
const WIDTH: usize = 96;
/// Longest name of a controller over a column.
const LONGEST_HEAD: usize = 10;

/// The page.
pub(super) fn page(comparison: &Comparison) -> String {
    let mut page = String::new();
    let effects = &comparison.effects;
    let groups = effects.chunk_by(|a, b| a.stratum == b.stratum && a.controller == b.controller);
    for group in groups {
        page.push_str(&table(group, comparison.confidence));
        page.push('\n');
    }
    for effect in effects {
        page.push_str(&wrapped("- ", &capital(&effect.sentence)));
    }
    let of_effects = effects.iter().flat_map(|effect| &effect.warnings);
    let mut told: Vec<&Warning> = Vec::new();
    for warning in comparison.warnings.iter().chain(of_effects) {
        // The sentences have said what is the same.
        if warning.kind != Kind::AllSame && !told.contains(&warning) {
            if told.is_empty() {
                page.push('\n');
            }
            page.push_str(&wrapped("warning: ", &warning.message));
            told.push(warning);
        }
    }
    let notes = format!(
        "Pairs share scenario, city, point and seed. Interval: bootstrap of the mean difference, {} resamples. \
         p: Wilcoxon signed ranks, adjusted by Holm over {} test{}. See docs/statistics.md.",
        comparison.resamples,
        comparison.family,
        if comparison.family == 1 { "" } else { "s" }
    );
    page.push('\n');
    page.push_str(&wrapped("", &notes));
    page
}

/// One controller against the baseline.
fn table(effects: &[Effect], confidence: f64) -> String {
    let Some(first) = effects.first() else {
        return String::new();
    };
    let (controller, baseline) = (short_name(&first.controller), short_name(&first.baseline));
    let mut title = format!("{controller} against {baseline}");
    if !first.stratum.is_empty() {
        title = format!("{}: {title}", first.stratum);
    }
    let number = |x: Option<f64>| x.map_or_else(|| "-".to_owned(), figure);
    let mut rows = vec![[
        "metric".to_owned(),
        "unit".to_owned(),
        clipped(baseline),
        clipped(controller),
        "difference".to_owned(),
        format!("{:.0} % interval", 100.0 * confidence),
        "p".to_owned(),
        "better".to_owned(),
    ]];
    for effect in effects {
        let interval = effect.interval.map_or_else(
            || "-".to_owned(),
            |[low, high]| format!("{} to {}", signed(low), signed(high)),
        );
        let better = effect.better_and_worse();
        rows.push([
            effect.metric.clone(),
            effect.unit.clone(),
            number(effect.baseline_mean),
            number(effect.controller_mean),
            effect.difference.map_or_else(|| "-".to_owned(), signed),
            interval,
            p_value(effect),
            better.map_or_else(
                || "-".to_owned(),
                |[better, _]| format!("{better}/{}", effect.pairs),
            ),
        ]);
    }
    let mut widths = [0; 8];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = title + "\n";
    for row in &rows {
        let mut line = String::new();
        for (k, (cell, width)) in row.iter().zip(widths).enumerate() {
            line.push_str(&if k < 2 {
                format!("{cell:<width$} ")
            } else {
                format!(" {cell:>width$}")
            });
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// The adjusted p, with a mark where a difference is claimed.
fn p_value(effect: &Effect) -> String {
    let mark = match effect.finding {
        Finding::Lower | Finding::Higher => "*",
        _ => " ",
    };
    match effect.adjusted_p {
        None => "-".to_owned(),
        Some(p) if p < 0.001 => format!("<0.001{mark}"),
        Some(p) => format!("{p:.3}{mark}"),
    }
}

fn clipped(name: &str) -> String {
    if name.chars().count() <= LONGEST_HEAD {
        return name.to_owned();
    }
    let mut short: String = name.chars().take(LONGEST_HEAD - 1).collect();
    short.push('~');
    short
}

fn capital(sentence: &str) -> String {
    // A controller's name keeps its letters; only the tool's own words begin with a capital.
    for (small, large) in [("no diff", "No diff"), ("too few", "Too few")] {
        if let Some(rest) = sentence.strip_prefix(small) {
            return format!("{large}{rest}");
        }
    }
    sentence.to_owned()
}

/// A paragraph broken at blanks, its second and later lines set in.
fn wrapped(head: &str, text: &str) -> String {
    let mut lines = vec![head.trim_end().to_owned()];
    // A per cent sign stays with its number.
    let text = text.replace(" %", "\u{a0}%");
    for word in text.split(' ') {
        let Some(line) = lines.last_mut() else {
            continue;
        };
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= WIDTH {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(format!("  {word}"));
        }
    }
    lines.join("\n").replace('\u{a0}', " ") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_keep_to_the_width() {
        let text = "word ".repeat(60);
        for line in wrapped("warning: ", text.trim()).lines() {
            assert!(line.chars().count() <= WIDTH);
        }
        assert_eq!(wrapped("", "a b"), "a b\n");
        assert_eq!(wrapped("warning: ", "a"), "warning: a\n");
    }

    #[test]
    fn long_names_are_clipped() {
        assert_eq!(clipped("rules"), "rules");
        assert_eq!(clipped("rules-with-more"), "rules-wit~");
    }
}
