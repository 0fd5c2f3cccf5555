//! The outage map: districts by outage minutes a customer, lines by worst loading, what failed or tripped marked.

use crate::city::model::district::District;
use crate::city::model::grid::Bus;
use crate::city::model::grid::BusRole;
use crate::results::charts::drawing::Align;
use crate::results::charts::drawing::At;
use crate::results::charts::drawing::Drawing;
use crate::results::charts::drawing::TICK;
use crate::results::charts::map_labels;
use crate::results::charts::map_labels::Label;
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
pub const WIDTH: f64 = 1200.0;
/// Left, top and right of the map; its bottom follows from the city's shape.
pub const FRAME: [f64; 3] = [24.0, 84.0, 936.0];
/// Least and greatest height of the map: the legend's, and what fits a screen.
const HEIGHT: [f64; 2] = [500.0, 792.0];
/// Room above the map and, with the scale bar, below it.
const MARGIN: [f64; 2] = [12.0, 64.0];

/// How far from the edge the end of a way off the map stands, pixels.
const EDGE: f64 = 34.0;
/// How many of the districts hit hardest are named in any case.
const NAMED: usize = 24;
/// Distance from which the ends of a transformer lie apart, metres.
const APART_M: f64 = 50.0;

/// Metres to the page.
pub struct Projection {
    /// Pixels a metre.
    pub scale: f64,
    origin: At,
    middle: At,
    /// Lower edge of the map on the page.
    pub bottom: f64,
}

impl Projection {
    /// The projection that shows a city whole; none if it has no extent.
    #[must_use]
    pub fn of(o: &RunOutcome) -> Option<Self> {
        let city = &o.plan.city;
        let corners = city
            .districts
            .iter()
            .flat_map(|d| d.boundary_m.iter().copied());
        // The neighbouring system is far off; its end of the ties is drawn at the edge.
        let buses = city
            .grid
            .buses
            .iter()
            .filter(|b| b.role != BusRole::External)
            .map(|b| [b.x_m, b.y_m]);
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

    /// Place of a bus; one off the map stands where the way to it leaves the map.
    fn bus(&self, bus: &Bus) -> At {
        let to = self.at(bus.x_m, bus.y_m);
        let (dx, dy) = (to.0 - self.middle.0, to.1 - self.middle.1);
        let half = (
            (FRAME[2] - FRAME[0]) / 2.0 - EDGE,
            (self.bottom - FRAME[1]) / 2.0 - EDGE,
        );
        let share = (half.0 / dx.abs().max(1e-9)).min(half.1 / dy.abs().max(1e-9));
        let share = share.min(1.0);
        (self.middle.0 + share * dx, self.middle.1 + share * dy)
    }

    /// The true place of a bus that is off the map.
    fn beyond(&self, bus: &Bus) -> Option<At> {
        let to = self.at(bus.x_m, bus.y_m);
        let at = self.bus(bus);
        (libm::hypot(to.0 - at.0, to.1 - at.1) > 1.0).then_some(to)
    }

    /// Corners of a district.
    #[must_use]
    pub fn ring(&self, district: &District) -> Vec<At> {
        let corners = district.boundary_m.iter();
        corners.map(|p| self.at(p[0], p[1])).collect()
    }

    /// Place of a point of the city.
    #[must_use]
    pub fn at(&self, x_m: f64, y_m: f64) -> At {
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
        let ring = projection.ring(d);
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
    let mut marks = stations(&mut page, o, &projection);
    marks.extend(damage(&mut page, o, &projection, &all));
    let (kinds, places): (Vec<Mark>, Vec<At>) = marks.into_iter().unzip();
    names(&mut page, o, &projection, &minutes, &places);
    let feeders = all
        .iter()
        .any(|b| b.kind == BranchKind::Line && b.loading.is_none());
    legend(&mut page, most, feeders, &kinds);
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
    // A transformer of an imported case may join buses that lie apart.
    let drawn = |b: &&Branch| match (buses.get(b.from), buses.get(b.to)) {
        (Some(p), Some(q)) => {
            b.kind == BranchKind::Line || libm::hypot(p.x_m - q.x_m, p.y_m - q.y_m) > APART_M
        }
        _ => false,
    };
    let mut lines: Vec<&Branch> = all.iter().filter(drawn).collect();
    lines.sort_by_key(|b| (b.loading.is_some(), class_of(b)));
    for b in lines {
        let (Some(p), Some(q)) = (buses.get(b.from), buses.get(b.to)) else {
            continue;
        };
        let path = vec![projection.bus(p), projection.bus(q)];
        if b.loading.is_some() {
            let (_, color, width) = CLASSES[class_of(b)];
            page.line(path.clone(), WHITE, width + 2.0);
            page.line(path, color, width);
        } else {
            page.line(path, GREY.alpha(0.55), 1.0);
        }
    }
}

/// Substations (or buses, where there are none), plants and imports; what was drawn and where.
fn stations(page: &mut Drawing, o: &RunOutcome, projection: &Projection) -> Vec<(Mark, At)> {
    let grid = &o.plan.city.grid;
    let mut marks: Vec<(Mark, At)> = Vec::new();
    for s in &grid.substations {
        marks.push((Mark::Substation, projection.at(s.x_m, s.y_m)));
    }
    if grid.substations.is_empty() {
        let buses = grid
            .buses
            .iter()
            .filter(|b| b.role == BusRole::Transmission);
        marks.extend(buses.map(|b| (Mark::Bus, projection.bus(b))));
    }
    let bus_at = |bus: usize| grid.buses.get(bus).map(|b| projection.bus(b));
    let mut with_plant: Vec<usize> = grid.plants.iter().map(|p| p.bus).collect();
    with_plant.sort_unstable();
    with_plant.dedup();
    for (x, y) in with_plant.into_iter().filter_map(bus_at) {
        // Beside its bus, where the substation's square stands.
        marks.push((Mark::Plant, (x, y - 15.0)));
    }
    for (mark, at) in &marks {
        mark.draw(page, *at);
    }
    for e in &grid.externals {
        let Some(bus) = grid.buses.get(e.bus) else {
            continue;
        };
        let at = projection.bus(bus);
        if let Some(beyond) = projection.beyond(bus) {
            arrow(page, at, beyond);
        }
        Mark::Import.draw(page, at);
        // On the side that is on the map.
        let below = if at.1 > projection.bottom - 60.0 {
            -14.0
        } else {
            24.0
        };
        page.text_on_data(
            (at.0, at.1 + below),
            "import",
            TICK.color(BLUE),
            Align::Centre,
        );
        marks.push((Mark::Import, at));
        marks.push((Mark::Import, (at.0, at.1 + below - 4.0)));
    }
    marks
}

/// An arrow from a mark at the edge towards a place off the map.
fn arrow(page: &mut Drawing, at: At, beyond: At) {
    let (dx, dy) = (beyond.0 - at.0, beyond.1 - at.1);
    let length = libm::hypot(dx, dy).max(1e-9);
    let (ux, uy) = (dx / length, dy / length);
    let along = |d: f64, side: f64| (at.0 + d * ux - side * uy, at.1 + d * uy + side * ux);
    page.line(vec![at, along(16.0, 0.0)], BLUE, 2.0);
    page.fill(
        vec![along(24.0, 0.0), along(14.0, 6.0), along(14.0, -6.0)],
        BLUE,
    );
}

/// Crosses where something broke, rings where a relay opened.
fn damage(
    page: &mut Drawing,
    o: &RunOutcome,
    projection: &Projection,
    all: &[Branch],
) -> Vec<(Mark, At)> {
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
    let mut marks = Vec::new();
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
            marks.push((mark, at));
        }
    }
    marks
}

fn names(
    page: &mut Drawing,
    o: &RunOutcome,
    projection: &Projection,
    minutes: &[Option<f64>],
    marks: &[At],
) {
    let many = o.plan.city.districts.len() > 40;
    let mut ranked: Vec<f64> = minutes.iter().flatten().copied().collect();
    ranked.sort_by(|a, b| b.total_cmp(a));
    let worst = ranked.get(NAMED - 1).copied().unwrap_or(0.0);
    let rows = o.plan.city.districts.iter().zip(minutes);
    let labels: Vec<Label> = rows
        .map(|(d, m)| (d, m.filter(|m| *m >= 0.5)))
        .filter(|(_, hit)| !many || hit.is_some())
        .map(|(d, hit)| Label {
            name: d.name.clone(),
            below: hit.map_or_else(String::new, |m| duration(m / 60.0)),
            ring: projection.ring(d),
            middle: projection.at(d.x_m, d.y_m),
            needed: hit.is_some_and(|m| m >= worst),
        })
        .collect();
    let frame = [FRAME[0], FRAME[1], FRAME[2], projection.bottom];
    map_labels::draw(page, &labels, marks, frame);
}
