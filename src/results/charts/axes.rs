//! Panels: a time axis with civil hours and days, a value axis with even ticks, night bands, labels beside the data.

use crate::engine::clock::at;
use crate::results::calendar::day;
use crate::results::charts::drawing::Align;
use crate::results::charts::drawing::At;
use crate::results::charts::drawing::Drawing;
use crate::results::charts::drawing::LABEL;
use crate::results::charts::drawing::PANEL;
use crate::results::charts::drawing::TICK;
use crate::results::charts::palette::AXIS;
use crate::results::charts::palette::Color;
use crate::results::charts::palette::GRID;
use crate::results::charts::palette::NIGHT;
use crate::results::outcome::RunOutcome;
use crate::results::story::words::whole;

/// Left edge of panels, pixels.
pub const LEFT: f64 = 76.0;
/// Room for labels to the right of panels, pixels.
pub const RIGHT: f64 = 176.0;
/// Width of time charts, pixels.
pub const WIDTH: f64 = 1200.0;

/// A day, seconds.
const DAY_S: f64 = 86_400.0;
/// Irradiance below which it is night, watts a square metre: the sun stands within a degree of the horizon.
const DARK_W_M2: f64 = 5.0;

/// A frame that maps time and value to the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Panel {
    /// Left, top, right, bottom, pixels.
    pub frame: [f64; 4],
    /// Last time, seconds after the start; the first is 0.
    pub end_s: f64,
    /// Lowest and highest value.
    pub range: [f64; 2],
}

impl Panel {
    /// A panel of a time chart between two heights of the page.
    #[must_use]
    pub fn time(o: &RunOutcome, top: f64, bottom: f64, range: [f64; 2]) -> Self {
        Self {
            frame: [LEFT, top, WIDTH - RIGHT, bottom],
            end_s: (o.finished_s as f64).max(1.0),
            range,
        }
    }

    /// Place of a time.
    #[must_use]
    pub fn x(&self, t_s: f64) -> f64 {
        let [left, _, right, _] = self.frame;
        left + (right - left) * (t_s / self.end_s).clamp(0.0, 1.0)
    }

    /// Place of a value, kept inside the frame.
    #[must_use]
    pub fn y(&self, value: f64) -> f64 {
        let [_, top, _, bottom] = self.frame;
        let f = (value - self.range[0]) / (self.range[1] - self.range[0]).max(f64::MIN_POSITIVE);
        bottom - (bottom - top) * f.clamp(0.0, 1.0)
    }

    /// Places of a series.
    #[must_use]
    pub fn path(&self, t_s: &[u64], values: &[f64]) -> Vec<At> {
        let pairs = t_s.iter().zip(values).filter(|(_, v)| v.is_finite());
        pairs
            .map(|(t, v)| (self.x(*t as f64), self.y(*v)))
            .collect()
    }

    /// The area between two series.
    #[must_use]
    pub fn between(&self, t_s: &[u64], low: &[f64], high: &[f64]) -> Vec<At> {
        let mut ring = self.path(t_s, high);
        let mut back = self.path(t_s, low);
        back.reverse();
        ring.extend(back);
        ring
    }

    /// Draws night bands, grid lines and the value axis; `title` stands above, with its unit.
    pub fn back(&self, page: &mut Drawing, o: &RunOutcome, title: &str, tick: fn(f64) -> String) {
        let [left, top, right, bottom] = self.frame;
        for (from, to) in nights(o) {
            page.rect((self.x(from), top), (self.x(to), bottom), NIGHT);
        }
        for v in ticks(self.range, (bottom - top) / 34.0) {
            let y = self.y(v);
            page.line(vec![(left, y), (right, y)], GRID, 1.0);
            page.text((left - 8.0, y + 4.5), &tick(v), TICK, Align::Right);
        }
        page.text((left, top - 9.0), title, PANEL, Align::Left);
    }

    /// Draws the time axis under the panel, in civil hours, with the days if `days`.
    pub fn time_axis(&self, page: &mut Drawing, o: &RunOutcome, days: bool) {
        let [left, top, right, bottom] = self.frame;
        page.line(vec![(left, bottom), (right, bottom)], AXIS, 1.0);
        let start = o.plan.start;
        let into_day_s = f64::from(start.hour()) * 3600.0
            + f64::from(start.minute()) * 60.0
            + f64::from(start.second());
        let step_s = tick_hours(self.end_s / 3600.0) * 3600.0;
        let stride = self.days_between_names();
        let mut clock_s = (into_day_s / step_s).ceil() * step_s;
        while clock_s - into_day_s <= self.end_s + 0.5 {
            let t = clock_s - into_day_s;
            let x = self.x(t);
            let whole_days = clock_s % DAY_S < 0.5;
            let named = whole_days && (clock_s / DAY_S).round() % stride < 0.5;
            if named && t > 0.5 && t < self.end_s - 0.5 {
                page.line(vec![(x, top), (x, bottom)], AXIS.alpha(0.55), 1.0);
            }
            page.line(vec![(x, bottom), (x, bottom + 5.0)], AXIS, 1.0);
            if days && step_s < DAY_S {
                let hour = ((clock_s % DAY_S) / 3600.0).round();
                let text = format!("{hour:02.0}:00");
                page.text((x, bottom + 20.0), &text, TICK, Align::Centre);
            } else if days && named && stride > 1.5 {
                let text = day(start, t as u64);
                page.text((x, bottom + 22.0), &text, LABEL, Align::Centre);
            }
            clock_s += step_s;
        }
        if days && stride < 1.5 {
            let below = if step_s < DAY_S { 39.0 } else { 22.0 };
            self.days(page, o, into_day_s, bottom + below);
        }
    }

    /// Every how many days there is room for a name: 1, or more on a long axis.
    fn days_between_names(&self) -> f64 {
        let day_px = (self.frame[2] - self.frame[0]) * DAY_S / self.end_s;
        let wanted = LABEL.width("Wed 30 Sep") + 10.0;
        [1.0, 2.0, 7.0, 14.0, 28.0]
            .into_iter()
            .find(|n| n * day_px > wanted)
            .unwrap_or(91.0)
    }

    /// The names of the days, each in the middle of what the panel shows of it, where that is wide enough.
    fn days(&self, page: &mut Drawing, o: &RunOutcome, into_day_s: f64, y: f64) {
        let mut from = 0.0;
        while from < self.end_s {
            let next_midnight = (((into_day_s + from) / DAY_S).floor() + 1.0) * DAY_S;
            let to = next_midnight - into_day_s;
            let shown = self.x(to.min(self.end_s)) - self.x(from);
            let text = day(o.plan.start, from as u64);
            if shown > 0.8 * LABEL.width(&text) {
                let middle = self.x(from) + shown / 2.0;
                page.text((middle, y), &text, LABEL, Align::Centre);
            }
            from = to;
        }
    }

    /// Writes labels beside the right edge at their values' heights, moved apart where they would overlap.
    pub fn labels(&self, page: &mut Drawing, labels: &[(f64, String, Color)]) {
        const GAP: f64 = 17.0;
        let [_, top, right, bottom] = self.frame;
        // Peers at one height stand as in a stack that was listed from its bottom up.
        let mut rows: Vec<(f64, &str, Color)> = labels
            .iter()
            .rev()
            .map(|(v, text, color)| (self.y(*v), text.as_str(), *color))
            .collect();
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut last = f64::NEG_INFINITY;
        let mut ys: Vec<f64> = Vec::with_capacity(rows.len());
        for (y, _, _) in &rows {
            last = y.max(last + GAP).max(top + 4.0);
            ys.push(last);
        }
        // Pushed below the frame: push all back up.
        let mut limit = bottom + 2.0;
        for y in ys.iter_mut().rev() {
            *y = y.min(limit);
            limit = *y - GAP;
        }
        for ((at_y, text, color), y) in rows.iter().zip(ys) {
            page.line(
                vec![(right + 2.0, *at_y), (right + 12.0, y)],
                color.alpha(0.8),
                1.0,
            );
            page.rect((right + 14.0, y - 5.0), (right + 24.0, y + 5.0), *color);
            page.text((right + 30.0, y + 4.7), text, LABEL, Align::Left);
        }
    }
}

/// Hours between ticks.
fn tick_hours(hours: f64) -> f64 {
    match hours {
        h if h <= 10.0 => 1.0,
        h if h <= 36.0 => 3.0,
        h if h <= 96.0 => 6.0,
        h if h <= 192.0 => 12.0,
        _ => 24.0,
    }
}

/// Even round values inside a range, about `wanted` of them.
#[must_use]
pub fn ticks(range: [f64; 2], wanted: f64) -> Vec<f64> {
    let span = range[1] - range[0];
    if !(span.is_finite() && span > 0.0) {
        return Vec::new();
    }
    let rough = span / wanted.max(1.0);
    let power = libm::pow(10.0, libm::floor(libm::log10(rough)));
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|m| m * power)
        .find(|s| *s >= rough * 0.999)
        .unwrap_or(10.0 * power);
    let first = (range[0] / step - 1e-9).ceil() as i64;
    let last = (range[1] / step + 1e-9).floor() as i64;
    (first..=last).map(|k| k as f64 * step).collect()
}

/// A range from 0 to a little above a value.
#[must_use]
pub fn up_to(highest: f64) -> [f64; 2] {
    [0.0, if highest > 0.0 { highest * 1.06 } else { 1.0 }]
}

/// A tick of a whole or short decimal number.
#[must_use]
pub fn plain(v: f64) -> String {
    if (v - v.round()).abs() < 1e-9 {
        return whole(v);
    }
    let text = format!("{v:.3}");
    text.trim_end_matches('0').to_owned()
}

/// A tick with two decimals, for per-unit values.
#[must_use]
pub fn hundredths(v: f64) -> String {
    format!("{v:.2}")
}

/// Stretches of rows, first and last, in which a value exceeds a limit, one row wider on either side.
#[must_use]
pub fn runs_above(values: &[f64], limit: f64) -> Vec<(usize, usize)> {
    let mut all: Vec<(usize, usize)> = Vec::new();
    for (k, _) in values.iter().enumerate().filter(|(_, v)| **v > limit) {
        let to = (k + 1).min(values.len() - 1);
        match all.last_mut() {
            Some(run) if run.1 >= k => run.1 = to,
            _ => all.push((k.saturating_sub(1), to)),
        }
    }
    all
}

/// From and to, seconds, of every stretch without daylight.
fn nights(o: &RunOutcome) -> Vec<(f64, f64)> {
    let t = o.times_s();
    let dark: Vec<bool> = match o.series("weather/ghi_w_m2") {
        Some(sun) => sun.iter().map(|g| *g < DARK_W_M2).collect(),
        // Without a record of the sun: between nine in the evening and five.
        None => t
            .iter()
            .map(|t| !(5..21).contains(&at(o.plan.start, *t).hour()))
            .collect(),
    };
    let mut all = Vec::new();
    let mut from = None;
    for (k, is_dark) in dark.iter().enumerate() {
        match (from, is_dark) {
            (None, true) => from = Some(t[k]),
            (Some(f), false) => {
                all.push((f as f64, t[k] as f64));
                from = None;
            }
            _ => {}
        }
    }
    if let Some(f) = from {
        all.push((f as f64, o.finished_s as f64));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_reach_one_row_beyond() {
        assert_eq!(
            runs_above(&[0.0, 0.0, 5.0, 6.0, 0.0, 0.0, 0.0, 7.0], 1.0),
            [(1, 4), (6, 7)]
        );
        assert!(runs_above(&[0.0, 1.0], 1.0).is_empty());
    }

    #[test]
    fn ticks_are_round_and_inside() {
        assert_eq!(ticks([0.0, 530.0], 5.0), [0.0, 200.0, 400.0]);
        assert_eq!(
            ticks([0.0, 100.0], 5.0),
            [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]
        );
        assert_eq!(ticks([-12.0, 12.0], 5.0), [-10.0, -5.0, 0.0, 5.0, 10.0]);
        assert!(ticks([1.0, 1.0], 5.0).is_empty());
        assert_eq!(plain(1200.0), "1,200");
        assert_eq!(plain(0.95), "0.95");
    }
}
