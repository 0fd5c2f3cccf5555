//! How well each route ran: departures on time and wait beyond the plan, the worst first.
//!
//! A route without departures stands at the end with what it did not run.

use crate::results::charts::axes::WIDTH;
use crate::results::charts::axes::plain;
use crate::results::charts::axes::ticks;
use crate::results::charts::drawing::Align;
use crate::results::charts::drawing::Drawing;
use crate::results::charts::drawing::LABEL;
use crate::results::charts::drawing::PANEL;
use crate::results::charts::drawing::TICK;
use crate::results::charts::palette::AXIS;
use crate::results::charts::palette::BLUE;
use crate::results::charts::palette::GRID;
use crate::results::charts::palette::INK;
use crate::results::charts::palette::VERMILION;
use crate::results::charts::run_line;
use crate::results::outcome::RunOutcome;
use crate::results::transit_service::RouteQuality;
use crate::results::transit_service::Service;

/// Routes shown; more would be a table.
const SHOWN: usize = 24;
/// Height of a row, pixels.
const ROW: f64 = 24.0;
/// Left edge of the first panel, edges of the second and third, pixels.
const PANELS: [[f64; 2]; 3] = [[220.0, 560.0], [620.0, 860.0], [920.0, 1080.0]];

/// Draws the chart.
#[must_use]
pub fn draw(o: &RunOutcome) -> Option<Drawing> {
    let service = Service::of(o)?;
    let quality = service.quality();
    let mut rows: Vec<(usize, RouteQuality)> = quality
        .iter()
        .enumerate()
        .filter_map(|(route, q)| q.map(|q| (route, q)))
        .collect();
    rows.sort_by(|a, b| {
        let key = |q: &RouteQuality| {
            if q.departures == 0 {
                101.0
            } else {
                q.on_time_pct()
            }
        };
        key(&a.1).total_cmp(&key(&b.1)).then(a.0.cmp(&b.0))
    });
    let all = rows.len();
    let departures: usize = rows.iter().map(|r| r.1.departures).sum();
    let on_time: usize = rows.iter().map(|r| r.1.on_time).sum();
    let planned: usize = rows.iter().map(|r| r.1.planned).sum();
    let missing: usize = rows.iter().map(|r| r.1.missing).sum();
    if departures == 0 {
        return None;
    }
    let title = format!(
        "{:.0} % of departures were on time; {missing} of {planned} planned runs were not made",
        100.0 * on_time as f64 / departures as f64
    );
    rows.truncate(SHOWN);
    let more = if all > SHOWN {
        format!("The worst {SHOWN} of {all} routes")
    } else {
        String::new()
    };
    let top = 116.0;
    let bottom = top + ROW * rows.len() as f64;
    let mut page = Drawing::page(WIDTH, bottom + 60.0, &title, &run_line(o, &more));
    let wait = |q: &RouteQuality| q.excess_wait_min.unwrap_or(0.0);
    let longest = rows.iter().map(|r| wait(&r.1)).fold(1.0, f64::max) * 1.05;
    let shortest = rows.iter().map(|r| wait(&r.1)).fold(0.0, f64::min) * 1.05;
    let lost = |q: &RouteQuality| 100.0 * q.missing as f64 / q.planned.max(1) as f64;
    let most_lost = rows.iter().map(|r| lost(&r.1)).fold(5.0, f64::max) * 1.05;
    let ranges = [[0.0, 100.0], [shortest, longest], [0.0, most_lost]];
    let titles = [
        "On time at time points (-1 to +5 min), %",
        "Wait beyond the plan, min",
        "Runs not made, %",
    ];
    let x = |panel: usize, v: f64| {
        let ([left, right], [low, high]) = (PANELS[panel], ranges[panel]);
        left + (right - left) * ((v - low) / (high - low)).clamp(0.0, 1.0)
    };
    for panel in 0..3 {
        let [left, _] = PANELS[panel];
        page.text((left, top - 12.0), titles[panel], PANEL, Align::Left);
        for v in ticks(ranges[panel], 5.0) {
            let at = x(panel, v);
            page.line(vec![(at, top - 2.0), (at, bottom)], GRID, 1.0);
            page.text((at, bottom + 20.0), &plain(v), TICK, Align::Centre);
        }
        let zero = x(panel, 0.0);
        page.line(vec![(zero, top - 2.0), (zero, bottom)], AXIS, 1.0);
    }
    for (k, (route, q)) in rows.iter().enumerate() {
        let y = top + ROW * (k as f64 + 0.5);
        let row = &service.transit.routes[*route];
        page.text((60.0, y + 4.8), &row.id, LABEL.bold(), Align::Right);
        let mut name = row.name.clone();
        let room = PANELS[0][0] - 84.0;
        if TICK.width(&name) > room {
            while TICK.width(&format!("{name}…")) > room && name.pop().is_some() {}
            name = format!("{}…", name.trim_end());
        }
        page.text((70.0, y + 4.8), &name, TICK, Align::Left);
        let mut bar = |panel: usize, v: f64, color| {
            let (from, to) = (x(panel, v.min(0.0)), x(panel, v.max(0.0)));
            page.rect((from, y - 7.0), (to.max(from + 1.0), y + 7.0), color);
        };
        if q.departures > 0 {
            bar(0, q.on_time_pct(), BLUE);
            bar(1, wait(q), BLUE.lighter(0.35));
        }
        if q.missing > 0 {
            bar(2, lost(q), VERMILION);
        }
        if q.departures > 0 {
            let text = format!("{:.0}", q.on_time_pct());
            page.text(
                (x(0, q.on_time_pct()) + 6.0, y + 4.8),
                &text,
                TICK.color(INK),
                Align::Left,
            );
            if let Some(wait) = q.excess_wait_min {
                let at = x(1, wait.max(0.0)) + 6.0;
                page.text(
                    (at, y + 4.8),
                    &format!("{wait:.1}"),
                    TICK.color(INK),
                    Align::Left,
                );
            }
        }
        if q.missing > 0 {
            let text = format!("{} of {}", q.missing, q.planned);
            page.text(
                (x(2, lost(q)) + 6.0, y + 4.8),
                &text,
                TICK.color(INK),
                Align::Left,
            );
        }
    }
    Some(page)
}
