//! The legend, scale bar and north arrow of the outage map, and the classes of loading that both share.

use crate::results::charts::axes::ticks;
use crate::results::charts::drawing::Align;
use crate::results::charts::drawing::Drawing;
use crate::results::charts::drawing::LABEL;
use crate::results::charts::drawing::PANEL;
use crate::results::charts::drawing::TICK;
use crate::results::charts::marks::Mark;
use crate::results::charts::palette::AXIS;
use crate::results::charts::palette::Color;
use crate::results::charts::palette::GREY;
use crate::results::charts::palette::INK;
use crate::results::charts::palette::ORANGE;
use crate::results::charts::palette::SKY;
use crate::results::charts::palette::VERMILION;
use crate::results::charts::palette::viridis;
use crate::results::story::words::amount;
use crate::results::story::words::duration;

/// Left edge of the legend.
pub const LEGEND: f64 = 964.0;
/// A district that lost nothing.
pub const UNHURT: Color = Color(238, 240, 243, 1.0);
/// Loading classes: lower bound in per cent, colour, width.
pub const CLASSES: [(f64, Color, f64); 4] = [
    (0.0, Color(120, 128, 138, 1.0), 2.0),
    (80.0, SKY, 3.0),
    (100.0, ORANGE, 4.0),
    (120.0, VERMILION, 5.0),
];

/// The legend; `most` is the longest outage a customer of any district, minutes, `feeders` whether there are lines
/// without a record, `marks` what stands on the map.
pub fn legend(page: &mut Drawing, most: f64, feeders: bool, marks: &[Mark]) {
    let mut y = 104.0;
    page.text((LEGEND, y), "Outage per customer", PANEL, Align::Left);
    y += 14.0;
    if most >= 0.5 {
        const STEPS: u32 = 48;
        let wide = 190.0;
        for k in 0..STEPS {
            let f = f64::from(k) / f64::from(STEPS);
            let x = LEGEND + wide * f;
            page.rect(
                (x, y),
                (x + wide / f64::from(STEPS) + 0.5, y + 14.0),
                viridis(f).lighter(0.25),
            );
        }
        y += 30.0;
        page.text((LEGEND, y), "0", TICK, Align::Left);
        page.text(
            (LEGEND + wide, y),
            &duration(most / 60.0),
            TICK,
            Align::Right,
        );
        y += 12.0;
    }
    page.rect((LEGEND, y), (LEGEND + 22.0, y + 14.0), UNHURT);
    page.text((LEGEND + 32.0, y + 11.7), "no outage", LABEL, Align::Left);
    y += 52.0;
    page.text((LEGEND, y), "Worst loading", PANEL, Align::Left);
    for (k, (from, color, width)) in CLASSES.iter().enumerate() {
        y += 24.0;
        page.line(vec![(LEGEND, y), (LEGEND + 30.0, y)], *color, *width);
        let text = match CLASSES.get(k + 1) {
            Some((to, _, _)) if k == 0 => format!("below {to} %"),
            Some((to, _, _)) => format!("{from} to {to} %"),
            None => format!("{from} % and more"),
        };
        page.text((LEGEND + 42.0, y + 4.7), &text, LABEL, Align::Left);
    }
    if feeders {
        y += 24.0;
        page.line(vec![(LEGEND, y), (LEGEND + 30.0, y)], GREY.alpha(0.55), 1.0);
        page.text(
            (LEGEND + 42.0, y + 4.7),
            "feeder, not recorded",
            LABEL,
            Align::Left,
        );
    }
    y += 52.0;
    page.text((LEGEND, y), "Sites and damage", PANEL, Align::Left);
    for (mark, name) in Mark::ALL.iter().filter(|(m, _)| marks.contains(m)) {
        y += 26.0;
        mark.draw(page, (LEGEND + 12.0, y));
        page.text((LEGEND + 42.0, y + 4.7), name, LABEL, Align::Left);
    }
}

/// The scale bar and the north arrow in the lower left corner of a map, and the line between map and legend.
pub fn scale_and_north(page: &mut Drawing, frame: [f64; 4], px_per_m: f64) {
    // A round length of about a sixth of the map.
    let wanted_m = (frame[2] - frame[0]) / 6.0 / px_per_m;
    let length_m = ticks([0.0, wanted_m * 1.5], 2.0)
        .get(1)
        .copied()
        .unwrap_or(wanted_m);
    let (x, y) = (frame[0] + 12.0, frame[3] - 8.0);
    let to = x + length_m * px_per_m;
    page.line(vec![(x, y - 6.0), (x, y), (to, y), (to, y - 6.0)], INK, 1.6);
    let text = if length_m >= 1000.0 {
        format!("{} km", amount(length_m / 1000.0))
    } else {
        format!("{} m", amount(length_m))
    };
    page.text(
        ((x + to) / 2.0, y - 8.0),
        &text,
        TICK.color(INK),
        Align::Centre,
    );
    let (x, y) = (to + 48.0, y - 2.0);
    page.line(vec![(x, y), (x, y - 18.0)], INK, 1.6);
    page.fill(
        vec![(x, y - 30.0), (x + 6.0, y - 16.0), (x - 6.0, y - 16.0)],
        INK,
    );
    page.text((x + 10.0, y - 2.0), "N", LABEL.bold(), Align::Left);
    page.line(
        vec![(LEGEND - 14.0, 90.0), (LEGEND - 14.0, frame[3])],
        AXIS.alpha(0.4),
        1.0,
    );
}
