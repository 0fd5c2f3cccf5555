//! Where the roads were slowest: a map of the hour in which most time was lost.
//!
//! Main roads by the time lost on a kilometre, both directions side by side (traffic keeps right); roads without points of
//! their own stand thin and grey. It shows no queues as such: they are in the time.

use crate::city::model::roads::RoadClass;
use crate::city::model::roads::Roads;
use crate::results::calendar::run_day;
use crate::results::charts::drawing::Align;
use crate::results::charts::drawing::At;
use crate::results::charts::drawing::Drawing;
use crate::results::charts::drawing::LABEL;
use crate::results::charts::drawing::PANEL;
use crate::results::charts::drawing::TICK;
use crate::results::charts::map::FRAME;
use crate::results::charts::map::Projection;
use crate::results::charts::map::WIDTH;
use crate::results::charts::map_legend::LEGEND;
use crate::results::charts::map_legend::UNHURT;
use crate::results::charts::map_legend::scale_and_north;
use crate::results::charts::palette::GREY;
use crate::results::charts::palette::WHITE;
use crate::results::charts::palette::viridis;
use crate::results::charts::run_line;
use crate::results::outcome::RunOutcome;
use crate::results::story::words::whole;

/// Length of the hour looked for, seconds.
const HOUR_S: u64 = 3_600;
/// The scale ends where this share of the roads lies below: one blocked road would leave all others dark otherwise.
const SCALE_SHARE: f64 = 0.98;
/// Least end of the scale, minutes a kilometre: a calm night is not drawn as a jam.
const LEAST_SCALE: f64 = 0.5;
/// Distance of a direction from the middle of its road, pixels.
const ASIDE: f64 = 2.2;

/// Draws the map.
#[must_use]
pub fn draw(o: &RunOutcome) -> Option<Drawing> {
    let roads = o.plan.city.roads.as_ref()?;
    let (from, to) = worst_hour(o)?;
    let t_s = o.times_s()[from];
    let lost = lost_per_km(o, roads, from, to);
    let mut all: Vec<f64> = lost.iter().flatten().copied().collect();
    all.sort_by(f64::total_cmp);
    let rank = (SCALE_SHARE * all.len() as f64) as usize;
    let most = all.get(rank).or(all.last()).copied()?.max(LEAST_SCALE);
    let projection = Projection::of(o)?;
    let delay = o.series("road/delay_veh_h")?;
    let hours = delay[to] - delay[from];
    let title = format!(
        "Traffic lost most time in the hour from {}: {} vehicle-hours",
        run_day(o.plan.start, t_s),
        whole(hours)
    );
    let mut page = Drawing::page(WIDTH, projection.bottom + 24.0, &title, &run_line(o, ""));
    for district in &o.plan.city.districts {
        let ring = projection.ring(district);
        page.fill(ring.clone(), UNHURT);
        let closed: Vec<At> = ring.iter().chain(ring.first()).copied().collect();
        page.line(closed, WHITE, 2.0);
    }
    let place = |node: usize| {
        let node = &roads.nodes[node];
        projection.at(node.x_m, node.y_m)
    };
    for link in &roads.links {
        // Each street is drawn once.
        if link.class != RoadClass::Connector && link.from < link.to {
            page.line(
                vec![place(link.from), place(link.to)],
                GREY.alpha(0.35),
                1.0,
            );
        }
    }
    let mut order: Vec<usize> = (0..lost.len()).filter(|l| lost[*l].is_some()).collect();
    // The worst on top.
    order.sort_by(|a, b| lost[*a].unwrap_or(0.0).total_cmp(&lost[*b].unwrap_or(0.0)));
    for l in order {
        let link = &roads.links[l];
        let path = beside(place(link.from), place(link.to));
        let width = if link.class == RoadClass::Motorway {
            4.5
        } else {
            3.5
        };
        let share = (lost[l].unwrap_or(0.0) / most).min(1.0);
        page.line(path, viridis(share), width);
    }
    legend(&mut page, most, all.last().copied().unwrap_or(0.0));
    let frame = [FRAME[0], FRAME[1], FRAME[2], projection.bottom];
    scale_and_north(&mut page, frame, projection.scale);
    Some(page)
}

/// Rows between which the counter of lost time grew most, an hour apart.
fn worst_hour(o: &RunOutcome) -> Option<(usize, usize)> {
    let (t_s, delay) = (o.times_s(), o.series("road/delay_veh_h")?);
    let mut worst: Option<(usize, usize, f64)> = None;
    let mut to = 0;
    for from in 0..t_s.len() {
        while to < t_s.len() && t_s[to] < t_s[from] + HOUR_S {
            to += 1;
        }
        if to == t_s.len() {
            break;
        }
        let lost = delay[to] - delay[from];
        if worst.is_none_or(|w| lost > w.2) {
            worst = Some((from, to, lost));
        }
    }
    worst.map(|(from, to, _)| (from, to))
}

/// Minutes lost on a kilometre of each link with points, mean over rows.
fn lost_per_km(o: &RunOutcome, roads: &Roads, from: usize, to: usize) -> Vec<Option<f64>> {
    roads
        .links
        .iter()
        .map(|link| {
            let series = o.series(&format!("road/link/{}/delay_min", link.id))?;
            let rows = series.get(from..to)?;
            let mean = rows.iter().sum::<f64>() / rows.len().max(1) as f64;
            Some(mean / (link.length_m / 1e3).max(0.05))
        })
        .collect()
}

/// The line from a to b, moved to the right of its direction.
fn beside(a: At, b: At) -> Vec<At> {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = libm::hypot(dx, dy).max(1e-9);
    // Down is positive on the page, so right of the way is (-dy, dx).
    let (ox, oy) = (-ASIDE * dy / length, ASIDE * dx / length);
    vec![(a.0 + ox, a.1 + oy), (b.0 + ox, b.1 + oy)]
}

fn legend(page: &mut Drawing, most: f64, highest: f64) {
    const STEPS: u32 = 48;
    let (wide, mut y) = (190.0, 104.0);
    page.text((LEGEND, y), "Time lost on main roads", PANEL, Align::Left);
    y += 20.0;
    page.text((LEGEND, y), "minutes a kilometre", LABEL, Align::Left);
    y += 12.0;
    for k in 0..STEPS {
        let f = f64::from(k) / f64::from(STEPS);
        let x = LEGEND + wide * f;
        page.rect(
            (x, y),
            (x + wide / f64::from(STEPS) + 0.5, y + 14.0),
            viridis(f),
        );
    }
    y += 30.0;
    page.text((LEGEND, y), "0", TICK, Align::Left);
    let more = if highest > most { " and more" } else { "" };
    page.text(
        (LEGEND + wide, y),
        &format!("{most:.1}{more}"),
        TICK,
        Align::Right,
    );
    y += 34.0;
    page.line(vec![(LEGEND, y), (LEGEND + 30.0, y)], GREY.alpha(0.35), 1.0);
    page.text(
        (LEGEND + 42.0, y + 4.7),
        "other street, not recorded",
        LABEL,
        Align::Left,
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::city::model::roads::RoadLink;
    use crate::city::model::roads::RoadNode;
    use crate::results::charts::render;
    use crate::results::fixture::Draft;
    use crate::results::fixture::city;
    use jiff::civil::date;

    fn outcome() -> RunOutcome {
        let mut d = Draft::new();
        d.element("district/A", 0, [500.0, 500.0]);
        d.column("road/delay_veh_h", "h", vec![0.0, 10.0, 250.0, 260.0]);
        d.of_element("road/link/R1/delay_min", "min", vec![0.0, 3.0, 0.5, 0.0]);
        let mut city = city::two_districts();
        let node = |id: &str, x_m: f64| RoadNode {
            id: id.to_owned(),
            x_m,
            y_m: 500.0,
            district: 0,
            signal_load: None,
        };
        let link = |id: &str, from: usize, to: usize| RoadLink {
            id: id.to_owned(),
            from,
            to,
            class: RoadClass::Arterial,
            length_m: 1_500.0,
            free_flow_min: 2.0,
            lanes: 1.0,
            capacity_veh_h: 600.0,
            b: 1.0,
            power: 4.0,
            fixed_min: 0.0,
        };
        city.roads = Some(Roads {
            nodes: vec![node("N1", 200.0), node("N2", 1_700.0)],
            first_through: 0,
            links: vec![link("R1", 0, 1), link("R2", 1, 0)],
            zone_nodes: Vec::new(),
        });
        let start = date(2027, 7, 12).at(6, 0, 0, 0);
        d.finish(city, "small", start, vec![0, 3600, 7200, 10_800])
    }

    #[test]
    fn the_worst_hour_is_drawn_with_its_figures() {
        let o = outcome();
        assert_eq!(worst_hour(&o), Some((1, 2)));
        let lost = lost_per_km(&o, o.plan.city.roads.as_ref().unwrap(), 1, 2);
        // 3 minutes on 1.5 km; the way back has no points.
        assert_eq!(lost, [Some(2.0), None]);
        let svg = render::svg(&draw(&o).unwrap()).unwrap();
        assert!(svg.contains("07:00: 240 vehicle-hours"), "{svg}");
        assert!(svg.contains("minutes a kilometre") && !svg.contains("NaN"));
    }

    #[test]
    fn a_direction_lies_right_of_its_way() {
        // Eastward on a page whose y grows downward: right is down.
        let path = beside((0.0, 0.0), (10.0, 0.0));
        assert!(path[0].1 > 0.0 && path[1].1 > 0.0 && path[0].0.abs() < 1e-12);
    }
}
