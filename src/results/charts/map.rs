//! The outage map: districts by outage minutes a customer, lines by worst loading, what failed or tripped marked.

use crate::results::charts::axes::ticks;
use crate::results::charts::drawing::Align;
use crate::results::charts::drawing::At;
use crate::results::charts::drawing::Drawing;
use crate::results::charts::drawing::LABEL;
use crate::results::charts::drawing::PANEL;
use crate::results::charts::drawing::TICK;
use crate::results::charts::palette::AXIS;
use crate::results::charts::palette::BLUE;
use crate::results::charts::palette::Color;
use crate::results::charts::palette::GREY;
use crate::results::charts::palette::INK;
use crate::results::charts::palette::ORANGE;
use crate::results::charts::palette::VERMILION;
use crate::results::charts::palette::WHITE;
use crate::results::charts::palette::viridis;
use crate::results::charts::run_line;
use crate::results::outcome::RunOutcome;
use crate::results::story::words::amount;
use crate::results::story::words::duration;
use crate::results::worst::Branch;
use crate::results::worst::BranchKind;
use crate::results::worst::branches;
use crate::results::worst::counts;

/// Page, pixels.
const PAGE: (f64, f64) = (1200.0, 900.0);
/// Left, top, right and bottom of the map.
const FRAME: [f64; 4] = [24.0, 84.0, 936.0, 876.0];
/// Left edge of the legend.
const LEGEND: f64 = 964.0;
/// Loading classes: lower bound in per cent, colour, width.
const CLASSES: [(f64, Color, f64); 4] = [
    (0.0, Color(120, 128, 138, 1.0), 2.0),
    (80.0, Color(86, 180, 233, 1.0), 3.0),
    (100.0, ORANGE, 4.0),
    (120.0, VERMILION, 5.0),
];

/// Metres to the page.
struct Projection {
    scale: f64,
    origin: At,
    middle: At,
}

impl Projection {
    fn of(o: &RunOutcome) -> Option<Self> {
        let city = &o.plan.city;
        let corners = city
            .districts
            .iter()
            .flat_map(|d| d.boundary_m.iter().copied());
        let buses = city.grid.buses.iter().map(|b| [b.x_m, b.y_m]);
        let mut low = [f64::INFINITY; 2];
        let mut high = [f64::NEG_INFINITY; 2];
        for p in corners.chain(buses) {
            for c in 0..2 {
                low[c] = low[c].min(p[c]);
                high[c] = high[c].max(p[c]);
            }
        }
        let (w, h) = (high[0] - low[0], high[1] - low[1]);
        if !(w.is_finite() && h.is_finite() && w.max(h) > 0.0) {
            return None;
        }
        let room = (FRAME[2] - FRAME[0] - 40.0, FRAME[3] - FRAME[1] - 80.0);
        Some(Self {
            scale: (room.0 / w.max(1.0)).min(room.1 / h.max(1.0)),
            origin: ((low[0] + high[0]) / 2.0, (low[1] + high[1]) / 2.0),
            middle: (
                (FRAME[0] + FRAME[2]) / 2.0,
                (FRAME[1] + FRAME[3]) / 2.0 - 12.0,
            ),
        })
    }

    fn at(&self, x_m: f64, y_m: f64) -> At {
        (
            self.middle.0 + (x_m - self.origin.0) * self.scale,
            self.middle.1 - (y_m - self.origin.1) * self.scale,
        )
    }
}

/// Draws the map.
#[must_use]
pub fn draw(o: &RunOutcome) -> Option<Drawing> {
    let projection = Projection::of(o)?;
    let minutes = o.district_outage_min();
    let most = minutes.iter().flatten().copied().fold(0.0, f64::max);
    let districts = &o.plan.city.districts;
    let worst = districts
        .iter()
        .zip(&minutes)
        .find(|(_, m)| **m == Some(most));
    let title = match worst {
        Some((d, _)) if most >= 0.5 => {
            let dark = minutes.iter().flatten().filter(|m| **m >= 0.5).count();
            format!(
                "{} lost most supply, {} a customer; {} of {} districts were hit",
                d.name,
                duration(most / 60.0),
                dark,
                districts.len()
            )
        }
        _ => "No district lost supply".to_owned(),
    };
    let mut page = Drawing::page(PAGE.0, PAGE.1, &title, &run_line(o, ""));
    for (d, m) in districts.iter().zip(&minutes) {
        let ring: Vec<At> = d
            .boundary_m
            .iter()
            .map(|p| projection.at(p[0], p[1]))
            .collect();
        let shade = match m {
            Some(m) if *m >= 0.5 => viridis(m / most).lighter(0.25),
            _ => Color(238, 240, 243, 1.0),
        };
        page.fill(ring.clone(), shade);
        let closed: Vec<At> = ring.iter().chain(ring.first()).copied().collect();
        page.line(closed, WHITE, 2.0);
    }
    let all = branches(o);
    network(&mut page, o, &projection, &all);
    stations(&mut page, o, &projection);
    damage(&mut page, o, &projection, &all);
    names(&mut page, o, &projection, &minutes);
    legend(&mut page, most);
    scale_and_north(&mut page, &projection);
    Some(page)
}

fn class_of(b: &Branch) -> usize {
    let loading = b.loading.map_or(0.0, |e| e.value);
    CLASSES
        .iter()
        .rposition(|(from, _, _)| loading >= *from)
        .unwrap_or(0)
}

/// Feeder sections thin and grey beneath, recorded lines by class above, the worst on top.
fn network(page: &mut Drawing, o: &RunOutcome, projection: &Projection, all: &[Branch]) {
    let buses = &o.plan.city.grid.buses;
    let mut lines: Vec<&Branch> = all.iter().filter(|b| b.kind == BranchKind::Line).collect();
    lines.sort_by_key(|b| (b.loading.is_some(), class_of(b)));
    for b in lines {
        let (Some(p), Some(q)) = (buses.get(b.from), buses.get(b.to)) else {
            continue;
        };
        let path = vec![projection.at(p.x_m, p.y_m), projection.at(q.x_m, q.y_m)];
        if b.loading.is_some() {
            let (_, color, width) = CLASSES[class_of(b)];
            page.line(path.clone(), WHITE, width + 2.0);
            page.line(path, color, width);
        } else {
            page.line(path, GREY.alpha(0.55), 1.0);
        }
    }
}

fn square(page: &mut Drawing, at: At, half: f64, color: Color) {
    page.rect(
        (at.0 - half - 1.5, at.1 - half - 1.5),
        (at.0 + half + 1.5, at.1 + half + 1.5),
        WHITE,
    );
    page.rect(
        (at.0 - half, at.1 - half),
        (at.0 + half, at.1 + half),
        color,
    );
}

fn triangle(page: &mut Drawing, at: At, r: f64, color: Color) {
    for (r, color) in [(r + 2.5, WHITE), (r, color)] {
        page.fill(
            vec![
                (at.0, at.1 - r),
                (at.0 + 0.87 * r, at.1 + 0.5 * r),
                (at.0 - 0.87 * r, at.1 + 0.5 * r),
            ],
            color,
        );
    }
}

fn cross(page: &mut Drawing, at: At, r: f64, color: Color) {
    for (width, color) in [(6.0, WHITE), (3.0, color)] {
        page.line(
            vec![(at.0 - r, at.1 - r), (at.0 + r, at.1 + r)],
            color,
            width,
        );
        page.line(
            vec![(at.0 - r, at.1 + r), (at.0 + r, at.1 - r)],
            color,
            width,
        );
    }
}

fn stations(page: &mut Drawing, o: &RunOutcome, projection: &Projection) {
    let grid = &o.plan.city.grid;
    for s in &grid.substations {
        square(page, projection.at(s.x_m, s.y_m), 5.0, INK);
    }
    let bus_at = |bus: usize| grid.buses.get(bus).map(|b| projection.at(b.x_m, b.y_m));
    for p in &grid.plants {
        if let Some((x, y)) = bus_at(p.bus) {
            // Beside its bus, where the substation's square stands.
            triangle(page, (x, y - 15.0), 8.0, BLUE);
        }
    }
    for e in &grid.externals {
        if let Some(at) = bus_at(e.bus) {
            square(page, at, 7.0, BLUE);
            page.text_on_data(
                (at.0 - 2.0, at.1 + 24.0),
                "import",
                TICK.color(BLUE),
                Align::Centre,
            );
        }
    }
}

/// Crosses where something broke, rings where a relay opened.
fn damage(page: &mut Drawing, o: &RunOutcome, projection: &Projection, all: &[Branch]) {
    let grid = &o.plan.city.grid;
    let place = |name: &str| -> Option<At> {
        if let Some(b) = all.iter().find(|b| b.name == name) {
            let (p, q) = (grid.buses.get(b.from)?, grid.buses.get(b.to)?);
            return Some(projection.at((p.x_m + q.x_m) / 2.0, (p.y_m + q.y_m) / 2.0));
        }
        let (table, id) = name.rsplit_once('/')?;
        let bus = match table {
            "grid/feeder" => {
                let f = grid.feeders.iter().find(|f| f.id == id)?;
                let head = f.head_line.and_then(|l| grid.lines.get(l));
                head.map_or(f.bus, |l| l.to)
            }
            "grid/plant" => grid.plants.iter().find(|p| p.id == id)?.bus,
            "grid/load" => grid.loads.iter().find(|l| l.id == id)?.bus,
            _ => return None,
        };
        let b = grid.buses.get(bus)?;
        Some(projection.at(b.x_m, b.y_m))
    };
    let counts = counts(o);
    for broken in [false, true] {
        for (element, n) in &counts {
            if (n.failures > 0) != broken || n.failures + n.trips == 0 {
                continue;
            }
            let Some(at) = place(o.name(*element)) else {
                continue;
            };
            if broken {
                cross(page, at, 6.5, VERMILION);
            } else {
                page.disc(at, 6.0, ORANGE);
                page.shapes
                    .push(crate::results::charts::drawing::Shape::Disc(at, 2.6, WHITE));
            }
        }
    }
}

fn names(page: &mut Drawing, o: &RunOutcome, projection: &Projection, minutes: &[Option<f64>]) {
    let many = o.plan.city.districts.len() > 40;
    for (d, m) in o.plan.city.districts.iter().zip(minutes) {
        let hit = m.filter(|m| *m >= 0.5);
        if many && hit.is_none() {
            continue;
        }
        let lowest = d
            .boundary_m
            .iter()
            .map(|p| p[1])
            .fold(f64::INFINITY, f64::min);
        let inset = (d.y_m - lowest) * 0.45;
        let (x, y) = projection.at(d.x_m, d.y_m - inset);
        page.text_on_data((x, y), &d.name, LABEL.bold(), Align::Centre);
        if let Some(m) = hit {
            page.text_on_data((x, y + 16.0), &duration(m / 60.0), LABEL, Align::Centre);
        }
    }
}

fn legend(page: &mut Drawing, most: f64) {
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
    page.rect(
        (LEGEND, y),
        (LEGEND + 22.0, y + 14.0),
        Color(238, 240, 243, 1.0),
    );
    page.text((LEGEND + 32.0, y + 11.7), "no outage", LABEL, Align::Left);
    y += 52.0;
    page.text((LEGEND, y), "Worst loading of lines", PANEL, Align::Left);
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
    y += 24.0;
    page.line(vec![(LEGEND, y), (LEGEND + 30.0, y)], GREY.alpha(0.55), 1.0);
    page.text(
        (LEGEND + 42.0, y + 4.7),
        "feeder, not recorded",
        LABEL,
        Align::Left,
    );
    y += 52.0;
    page.text((LEGEND, y), "Sites and damage", PANEL, Align::Left);
    let rows: [(&str, fn(&mut Drawing, At)); 5] = [
        ("substation", |p, at| square(p, at, 5.0, INK)),
        ("power plant", |p, at| triangle(p, at, 8.0, BLUE)),
        ("import", |p, at| square(p, at, 7.0, BLUE)),
        ("failed", |p, at| cross(p, at, 6.5, VERMILION)),
        ("tripped or shed by relay", |p, at| {
            p.disc(at, 6.0, ORANGE);
            p.shapes
                .push(crate::results::charts::drawing::Shape::Disc(at, 2.6, WHITE));
        }),
    ];
    for (text, mark) in rows {
        y += 26.0;
        mark(page, (LEGEND + 12.0, y));
        page.text((LEGEND + 42.0, y + 4.7), text, LABEL, Align::Left);
    }
}

fn scale_and_north(page: &mut Drawing, projection: &Projection) {
    // A round length of about a sixth of the map.
    let wanted_m = (FRAME[2] - FRAME[0]) / 6.0 / projection.scale;
    let length_m = ticks([0.0, wanted_m * 1.5], 2.0)
        .get(1)
        .copied()
        .unwrap_or(wanted_m);
    let (x, y) = (FRAME[0] + 12.0, FRAME[3] - 8.0);
    let to = x + length_m * projection.scale;
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
        vec![(LEGEND - 14.0, 90.0), (LEGEND - 14.0, FRAME[3])],
        AXIS.alpha(0.4),
        1.0,
    );
}
