//! The outage map: districts by outage minutes a customer, lines by worst loading, what failed or tripped marked.

use crate::results::charts::drawing::Align;
use crate::results::charts::drawing::At;
use crate::results::charts::drawing::Drawing;
use crate::results::charts::drawing::LABEL;
use crate::results::charts::drawing::TICK;
use crate::results::charts::map_legend::CLASSES;
use crate::results::charts::map_legend::UNHURT;
use crate::results::charts::map_legend::legend;
use crate::results::charts::map_legend::scale_and_north;
use crate::results::charts::marks::Mark;
use crate::results::charts::palette::BLUE;
use crate::results::charts::palette::GREY;
use crate::results::charts::palette::WHITE;
use crate::results::charts::palette::viridis;
use crate::results::charts::run_line;
use crate::results::outcome::RunOutcome;
use crate::results::story::words::duration;
use crate::results::worst::Branch;
use crate::results::worst::BranchKind;
use crate::results::worst::branches;
use crate::results::worst::counts;

/// Width of the page, pixels.
const WIDTH: f64 = 1200.0;
/// Left, top and right of the map; its bottom follows from the city's shape.
const FRAME: [f64; 3] = [24.0, 84.0, 936.0];
/// Least and greatest height of the map: the legend's, and what fits a screen.
const HEIGHT: [f64; 2] = [500.0, 792.0];
/// Room above the map and, with the scale bar, below it.
const MARGIN: [f64; 2] = [12.0, 64.0];

/// Metres to the page.
struct Projection {
    scale: f64,
    origin: At,
    middle: At,
    /// Lower edge of the map on the page.
    bottom: f64,
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
        let wide = FRAME[2] - FRAME[0] - 40.0;
        let around = MARGIN[0] + MARGIN[1];
        let high_px = (wide / w.max(1.0) * h + around).clamp(HEIGHT[0], HEIGHT[1]);
        let bottom = FRAME[1] + high_px;
        Some(Self {
            scale: (wide / w.max(1.0)).min((high_px - around) / h.max(1.0)),
            origin: ((low[0] + high[0]) / 2.0, (low[1] + high[1]) / 2.0),
            middle: (
                (FRAME[0] + FRAME[2]) / 2.0,
                (FRAME[1] + MARGIN[0] + bottom - MARGIN[1]) / 2.0,
            ),
            bottom,
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
    let mut page = Drawing::page(WIDTH, projection.bottom + 24.0, &title, &run_line(o, ""));
    for (d, m) in districts.iter().zip(&minutes) {
        let ring: Vec<At> = d
            .boundary_m
            .iter()
            .map(|p| projection.at(p[0], p[1]))
            .collect();
        let shade = match m {
            Some(m) if *m >= 0.5 => viridis(m / most).lighter(0.25),
            _ => UNHURT,
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
    let frame = [FRAME[0], FRAME[1], FRAME[2], projection.bottom];
    scale_and_north(&mut page, frame, projection.scale);
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

fn stations(page: &mut Drawing, o: &RunOutcome, projection: &Projection) {
    let grid = &o.plan.city.grid;
    for s in &grid.substations {
        Mark::Substation.draw(page, projection.at(s.x_m, s.y_m));
    }
    let bus_at = |bus: usize| grid.buses.get(bus).map(|b| projection.at(b.x_m, b.y_m));
    for p in &grid.plants {
        if let Some((x, y)) = bus_at(p.bus) {
            // Beside its bus, where the substation's square stands.
            Mark::Plant.draw(page, (x, y - 15.0));
        }
    }
    for e in &grid.externals {
        if let Some(at) = bus_at(e.bus) {
            Mark::Import.draw(page, at);
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
            let mark = if broken { Mark::Failed } else { Mark::Tripped };
            mark.draw(page, at);
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
