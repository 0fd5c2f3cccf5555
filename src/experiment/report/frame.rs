//! A chart's frame: two value axes with ticks, names beside the data or, on a phone, in a row above it.
//!
//! It draws no data. Sizes are those of a page or of a phone; see [`Room`].

use crate::results::charts::axes::plain;
use crate::results::charts::axes::ticks;
use crate::results::charts::drawing::Align;
use crate::results::charts::drawing::Drawing;
use crate::results::charts::drawing::Font;
use crate::results::charts::drawing::LABEL;
use crate::results::charts::drawing::PANEL;
use crate::results::charts::drawing::TICK;
use crate::results::charts::palette::AXIS;
use crate::results::charts::palette::Color;
use crate::results::charts::palette::GRID;
use crate::results::report::figure::Room;

/// Distance of lines of names, pixels.
const LINE: f64 = 20.0;

/// An empty picture of a height.
#[must_use]
pub fn blank(room: Room, height: f64) -> Drawing {
    Drawing {
        width: room.width(),
        height: height.ceil(),
        shapes: Vec::new(),
    }
}

/// A frame that maps two values to the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// Left edge.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Lower edge.
    pub bottom: f64,
    /// Values at the left and right edge.
    pub x: [f64; 2],
    /// Values at the lower and upper edge.
    pub y: [f64; 2],
}

impl Frame {
    /// Place of a value across, kept inside.
    #[must_use]
    pub fn x(&self, value: f64) -> f64 {
        self.left + (self.right - self.left) * share(value, self.x)
    }

    /// Place of a value upwards, kept inside.
    #[must_use]
    pub fn y(&self, value: f64) -> f64 {
        self.bottom - (self.bottom - self.top) * share(value, self.y)
    }

    /// Horizontal grid lines with their values at the left; `title` stands above, with its unit.
    pub fn values_up(&self, page: &mut Drawing, title: &str) {
        for v in ticks(self.y, (self.bottom - self.top) / 40.0) {
            let y = self.y(v);
            page.line(vec![(self.left, y), (self.right, y)], GRID, 1.0);
            page.text((self.left - 7.0, y + 4.5), &tick(v), TICK, Align::Right);
        }
        page.text((0.0, self.top - 12.0), title, PANEL, Align::Left);
    }

    /// Vertical grid lines with their values below, `name` under them.
    pub fn values_across(&self, page: &mut Drawing, name: &str) {
        for v in ticks(self.x, (self.right - self.left) / 90.0) {
            let x = self.x(v);
            page.line(vec![(x, self.top), (x, self.bottom)], GRID, 1.0);
            under(page, x, self.bottom + 18.0, &tick(v));
        }
        let middle = (self.left + self.right) / 2.0;
        under(page, middle, self.bottom + 37.0, name);
    }

    /// Hours under the frame.
    pub fn hours_across(&self, page: &mut Drawing) {
        page.line(
            vec![(self.left, self.bottom), (self.right, self.bottom)],
            AXIS,
            1.0,
        );
        let span = self.x[1] - self.x[0];
        let room = (self.right - self.left) / 46.0;
        let step = [1.0, 2.0, 3.0, 6.0, 12.0, 24.0, 48.0, 96.0, 168.0, 336.0]
            .into_iter()
            .find(|s| span / s <= room)
            .unwrap_or(span.max(1.0));
        let mut h = 0.0;
        while h <= self.x[1] + 1e-9 {
            let x = self.x(h);
            page.line(vec![(x, self.bottom), (x, self.bottom + 4.0)], AXIS, 1.0);
            let text = if h == 0.0 { "0 h".to_owned() } else { plain(h) };
            under(page, x, self.bottom + 18.0, &text);
            h += step;
        }
        let middle = (self.left + self.right) / 2.0;
        under(
            page,
            middle,
            self.bottom + 37.0,
            "Hours since the start of the run",
        );
    }

    /// Names beside the right edge at their values' heights, moved apart where they would overlap.
    pub fn names_beside(&self, page: &mut Drawing, names: &[(f64, String, Color)]) {
        const GAP: f64 = 17.0;
        let mut rows: Vec<(f64, &str, Color)> = names
            .iter()
            .map(|(v, name, color)| (self.y(*v), name.as_str(), *color))
            .collect();
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut ys: Vec<f64> = Vec::with_capacity(rows.len());
        let mut last = f64::NEG_INFINITY;
        for row in &rows {
            last = row.0.max(last + GAP);
            ys.push(last);
        }
        let mut limit = self.bottom;
        for y in ys.iter_mut().rev() {
            *y = y.min(limit);
            limit = *y - GAP;
        }
        let room = page.width - self.right - 10.0;
        for ((_, name, color), y) in rows.iter().zip(ys) {
            let font = LABEL.bold().color(readable(*color));
            page.text(
                (self.right + 8.0, y + 4.7),
                &fit(name, font, room),
                font,
                Align::Left,
            );
        }
    }
}

/// Names with their colours in lines from a height on, broken where the page ends; returns the height below them.
pub fn names_above(page: &mut Drawing, top: f64, names: &[(String, Color)]) -> f64 {
    let (mut x, mut y) = (0.0, top + 13.0);
    for (name, color) in names {
        let text = fit(name, LABEL, page.width - 20.0);
        let wide = LABEL.width(&text) + 32.0;
        if x > 0.0 && x + wide - 14.0 > page.width {
            x = 0.0;
            y += LINE;
        }
        page.rect((x, y - 10.0), (x + 11.0, y + 1.0), *color);
        page.text((x + 16.0, y), &text, LABEL, Align::Left);
        x += wide;
    }
    y + 9.0
}

/// Height that [`names_above`] takes.
#[must_use]
pub fn names_height(room: Room, names: &[(String, Color)]) -> f64 {
    names_above(&mut blank(room, 1.0), 0.0, names)
}

/// A text in the middle of a place, moved inwards where it would leave the page.
pub fn under(page: &mut Drawing, x: f64, y: f64, text: &str) {
    let half = TICK.width(text) / 2.0;
    let x = x.min(page.width - half - 1.0).max(half);
    page.text((x, y), text, TICK, Align::Centre);
}

/// A colour for words on white: darkened until its contrast is that of WCAG 2.2 for small text.
#[must_use]
pub fn readable(color: Color) -> Color {
    /// Level AA.
    const CONTRAST: f64 = 4.5;
    const STEP: f64 = 0.95;
    let mut now = color;
    while 1.05 / (luminance(now) + 0.05) < CONTRAST {
        let darker = |c: u8| (f64::from(c) * STEP) as u8;
        now = Color(darker(now.0), darker(now.1), darker(now.2), now.3);
    }
    now
}

/// Relative luminance, 0 to 1 (WCAG 2.2).
fn luminance(Color(r, g, b, _): Color) -> f64 {
    let linear = |c: u8| {
        let c = f64::from(c) / 255.0;
        if c <= 0.04045 {
            c / 12.92
        } else {
            libm::pow((c + 0.055) / 1.055, 2.4)
        }
    };
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

/// A text cut to a width, with an ellipsis where it was cut.
#[must_use]
pub fn fit(text: &str, font: Font, room: f64) -> String {
    if font.width(text) <= room {
        return text.to_owned();
    }
    let mut chars: Vec<char> = text.chars().collect();
    while chars.pop().is_some() {
        let cut: String = chars.iter().chain(&['…']).collect();
        if font.width(&cut) <= room {
            return cut;
        }
    }
    "…".to_owned()
}

/// A tick: whole or short, thousands and millions by letter.
#[must_use]
pub fn tick(v: f64) -> String {
    let (scaled, letter) = match v.abs() {
        a if a >= 1e6 => (v / 1e6, " M"),
        a if a >= 1e5 => (v / 1e3, " k"),
        _ => (v, ""),
    };
    let text = format!("{}{letter}", plain(scaled));
    text.strip_prefix('-')
        .map_or(text.clone(), |rest| format!("−{rest}"))
}

/// A range around values with a little room at either end; from 0 where `zero`. All zeros give 0 to 1.
#[must_use]
pub fn around(values: impl Iterator<Item = f64>, zero: bool) -> [f64; 2] {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for v in values.filter(|v| v.is_finite()) {
        low = low.min(v);
        high = high.max(v);
    }
    if zero {
        low = low.min(0.0);
        high = high.max(0.0);
    }
    if low > high {
        return [0.0, 1.0];
    }
    if high - low <= f64::EPSILON * high.abs().max(1.0) {
        let reach = if high == 0.0 { 1.0 } else { 0.1 * high.abs() };
        return [
            if zero && low >= 0.0 { 0.0 } else { low - reach },
            high + reach,
        ];
    }
    let pad = 0.05 * (high - low);
    [
        if zero && low >= 0.0 { 0.0 } else { low - pad },
        if zero && high <= 0.0 { 0.0 } else { high + pad },
    ]
}

fn share(value: f64, [low, high]: [f64; 2]) -> f64 {
    ((value - low) / (high - low).max(f64::MIN_POSITIVE)).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::charts::palette::BLUE;
    use crate::results::charts::palette::PEERS;

    #[test]
    fn ranges_hold_any_data() {
        assert_eq!(around([0.0, 0.0].into_iter(), true), [0.0, 1.0]);
        assert_eq!(around(std::iter::empty(), false), [0.0, 1.0]);
        assert_eq!(around([10.0].into_iter(), false), [9.0, 11.0]);
        assert_eq!(around([0.0, 100.0].into_iter(), true), [0.0, 105.0]);
        assert_eq!(
            around([-20.0, f64::NAN, 80.0].into_iter(), true),
            [-25.0, 85.0]
        );
    }

    #[test]
    fn words_are_dark_enough() {
        // White on black is 21 to 1: luminance 0. Blue has 5.2 to 1 and stays.
        assert_eq!(readable(Color(0, 0, 0, 1.0)), Color(0, 0, 0, 1.0));
        assert_eq!(readable(BLUE), BLUE);
        for color in PEERS {
            assert!(
                1.05 / (luminance(readable(color)) + 0.05) >= 4.5,
                "{color:?}"
            );
        }
    }

    #[test]
    fn long_names_are_cut() {
        let cut = fit("a-controller-with-a-very-long-name", LABEL, 80.0);
        assert!(cut.ends_with('…') && LABEL.width(&cut) <= 80.0);
        assert_eq!(fit("none", LABEL, 80.0), "none");
    }

    #[test]
    fn ticks_are_short() {
        let texts: Vec<String> = [0.0, -0.5, 1200.0, 150_000.0, 1_600_000.0]
            .into_iter()
            .map(tick)
            .collect();
        assert_eq!(texts, ["0", "−0.5", "1,200", "150 k", "1.6 M"]);
    }
}
