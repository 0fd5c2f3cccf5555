//! The trade between two metrics: every run as a dot, every controller's mean as a mark, the front among the means.

use crate::experiment::report::evidence::Evidence;
use crate::experiment::report::evidence::color;
use crate::experiment::report::frame::Frame;
use crate::experiment::report::frame::around;
use crate::experiment::report::frame::blank;
use crate::experiment::report::frame::fit;
use crate::experiment::report::frame::readable;
use crate::experiment::report::series::MOST_SETTINGS;
use crate::experiment::report::spread::capital;
use crate::results::charts::drawing::Align;
use crate::results::charts::drawing::Drawing;
use crate::results::charts::drawing::LABEL;
use crate::results::charts::drawing::Shape;
use crate::results::charts::palette::AXIS;
use crate::results::charts::palette::WHITE;
use crate::results::metrics;
use crate::results::metrics::Better;
use crate::results::report::figure::Room;
use crate::results::report::figure::figure;
use crate::results::report::names;
use crate::results::story::words::list;
use crate::solvers::statistics::descriptive::mean;
use crate::solvers::statistics::pareto::Objective;
use crate::solvers::statistics::pareto::front;
use maud::Markup;
use maud::html;

/// Metrics of cost, the first that the runs have being set against the headline.
const COSTS: [&str; 4] = ["operating_cost", "energy_cost", "co2_t", "crew_hours"];
/// Most runs drawn as dots a controller.
const MOST_DOTS: usize = 400;

/// A controller's mean and its runs, (across, up).
struct Cloud {
    controller: usize,
    mean: (f64, f64),
    runs: Vec<(f64, f64)>,
}

/// The section.
#[must_use]
pub fn body(e: &Evidence<'_>) -> Markup {
    let Some((across, up)) = axes(e) else {
        return html! { p { "A front needs two metrics that should move; the experiment names fewer." } };
    };
    if e.controllers.len() < 2 {
        return html! { p { "One controller alone trades nothing against another: there is no front to draw." } };
    }
    html! {
        @for s in 0..e.settings.len().min(MOST_SETTINGS) { (one(e, s, across, up)) }
    }
}

/// The two metrics: a cost, and the headline (or the next metric if the headline is that cost).
fn axes<'a>(e: &Evidence<'a>) -> Option<(&'a str, &'a str)> {
    let moves = |key: &str| metrics::find(key).is_some_and(|m| m.better != Better::Neither);
    let wanted: Vec<&str> = e.metrics().into_iter().filter(|m| moves(m)).collect();
    let up = wanted.iter().find(|m| !COSTS.contains(*m)).copied()?;
    let known = e.folder.table.metrics.iter().map(String::as_str);
    let known: Vec<&str> = known.collect();
    let cost = COSTS
        .iter()
        .find_map(|c| known.iter().find(|k| *k == c).copied());
    let across = cost.or_else(|| wanted.iter().find(|m| **m != up).copied())?;
    Some((across, up))
}

fn one(e: &Evidence<'_>, setting: usize, across: &str, up: &str) -> Markup {
    let table = &e.folder.table;
    let (Some(a), Some(u)) = (table.metric(across), table.metric(up)) else {
        return html! {};
    };
    let clouds: Vec<Cloud> = (0..e.controllers.len())
        .filter_map(|controller| {
            let runs: Vec<(f64, f64)> = e
                .runs(setting, controller)
                .iter()
                .filter_map(|r| Some(((*r.values.get(a)?)?, (*r.values.get(u)?)?)))
                .collect();
            let of =
                |pick: fn(&(f64, f64)) -> f64| mean(&runs.iter().map(pick).collect::<Vec<_>>());
            let mean = (of(|r| r.0)?, of(|r| r.1)?);
            Some(Cloud {
                controller,
                mean,
                runs,
            })
        })
        .collect();
    if clouds.is_empty() {
        return html! {};
    }
    let objective = |key: &str| match metrics::find(key).map(|m| m.better) {
        Some(Better::Higher) => Objective::Maximise,
        _ => Objective::Minimise,
    };
    let points: Vec<Vec<f64>> = clouds.iter().map(|c| vec![c.mean.0, c.mean.1]).collect();
    let best = front(&points, &[objective(across), objective(up)]);
    let named: Vec<String> = best
        .iter()
        .filter_map(|k| Some(e.name(clouds.get(*k)?.controller)))
        .collect();
    let (cost, gain) = (names::metric(across), names::metric(up));
    let title = if named.len() == 1 {
        e.titled(
            setting,
            &format!(
                "{} is best in both {cost} and {gain}, on average",
                list(&named)
            ),
        )
    } else {
        e.titled(
            setting,
            &format!("{} trade {cost} against {gain}", list(&named)),
        )
    };
    let way = |key: &str| match objective(key) {
        Objective::Minimise => "lower",
        Objective::Maximise => "higher",
    };
    let note = format!(
        "Small dots are runs, large ones means; better is {} across and {} upwards. Differences within the noise of the \
         runs count like any other here: see the paired table.",
        way(across),
        way(up)
    );
    figure(&title, &note, &|room| {
        draw(e, &clouds, &best, across, up, room)
    })
}

fn draw(
    e: &Evidence<'_>,
    clouds: &[Cloud],
    best: &[usize],
    across: &str,
    up: &str,
    room: Room,
) -> Drawing {
    let phone = room.is_phone();
    let (width, plot) = if phone {
        (room.width(), 250.0)
    } else {
        (room.width().min(720.0), 340.0)
    };
    let top = 30.0;
    let mut page = blank(room, top + plot + 46.0);
    let all = || clouds.iter().flat_map(|c| c.runs.iter());
    let frame = Frame {
        left: 50.0,
        top,
        right: width - 14.0,
        bottom: top + plot,
        x: around(all().map(|r| r.0), false),
        y: around(all().map(|r| r.1), false),
    };
    let label = |key: &str| {
        let unit = names::metric_unit(key);
        let name = capital(&names::metric(key));
        if unit.is_empty() {
            name
        } else {
            format!("{name}, {unit}")
        }
    };
    frame.values_up(&mut page, &label(up));
    frame.values_across(&mut page, &label(across));
    for cloud in clouds {
        let every = cloud.runs.len().div_ceil(MOST_DOTS).max(1);
        for r in cloud.runs.iter().step_by(every) {
            let at = (frame.x(r.0), frame.y(r.1));
            page.shapes
                .push(Shape::Disc(at, 3.2, color(cloud.controller).alpha(0.45)));
        }
    }
    let mut line: Vec<(f64, f64)> = best
        .iter()
        .filter_map(|k| clouds.get(*k))
        .map(|c| (frame.x(c.mean.0), frame.y(c.mean.1)))
        .collect();
    line.sort_by(|a, b| a.0.total_cmp(&b.0));
    page.dashed(line, AXIS, 1.5);
    let mut taken: Vec<[f64; 4]> = Vec::new();
    for cloud in clouds {
        let at = (frame.x(cloud.mean.0), frame.y(cloud.mean.1));
        page.shapes.push(Shape::Disc(at, 9.5, WHITE));
        page.shapes
            .push(Shape::Disc(at, 7.5, color(cloud.controller)));
        taken.push([at.0 - 10.0, at.1 - 10.0, at.0 + 10.0, at.1 + 10.0]);
    }
    let font = LABEL.bold();
    for cloud in clouds {
        let (x, y) = (frame.x(cloud.mean.0), frame.y(cloud.mean.1));
        let name = fit(&e.name(cloud.controller), font, 160.0);
        let w = font.width(&name);
        let places = [
            (x + 14.0, y + 5.0),
            (x - 14.0 - w, y + 5.0),
            (x - w / 2.0, y - 16.0),
            (x - w / 2.0, y + 26.0),
            (x + 14.0, y - 18.0),
            (x + 14.0, y + 28.0),
        ];
        let free = places.into_iter().find(|(px, py)| {
            let at = [*px - 3.0, *py - 13.0, *px + w + 3.0, *py + 5.0];
            at[0] > frame.left
                && at[2] < width
                && at[1] > 2.0
                && at[3] < frame.bottom
                && !taken
                    .iter()
                    .any(|t| at[0] < t[2] && at[2] > t[0] && at[1] < t[3] && at[3] > t[1])
        });
        let (px, py) = free.unwrap_or((x + 14.0, y + 5.0));
        taken.push([px - 3.0, py - 13.0, px + w + 3.0, py + 5.0]);
        page.rect(
            (px - 3.0, py - 13.0),
            (px + w + 3.0, py + 5.0),
            WHITE.alpha(0.82),
        );
        page.text(
            (px, py),
            &name,
            font.color(readable(color(cloud.controller))),
            Align::Left,
        );
    }
    page
}
