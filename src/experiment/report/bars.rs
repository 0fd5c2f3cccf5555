//! Means with their intervals in rows of groups: a group a district or an income fifth, a mark a controller.

use crate::experiment::report::evidence::Evidence;
use crate::experiment::report::evidence::color;
use crate::experiment::report::frame::Frame;
use crate::experiment::report::frame::around;
use crate::experiment::report::frame::blank;
use crate::experiment::report::frame::fit;
use crate::experiment::report::frame::names_above;
use crate::experiment::report::frame::names_height;
use crate::results::charts::drawing::Align;
use crate::results::charts::drawing::Drawing;
use crate::results::charts::drawing::LABEL;
use crate::results::charts::palette::Color;
use crate::results::charts::palette::GRID;
use crate::results::report::figure::Room;
use crate::solvers::statistics::interval::Interval;

/// Height of a bar.
const BAR: f64 = 9.0;

/// A mean of a controller with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    /// Controller.
    pub controller: usize,
    /// The mean.
    pub value: f64,
    /// Its interval; none where there is none.
    pub interval: Option<Interval>,
}

/// A group of means.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Name.
    pub name: String,
    /// The means.
    pub means: Vec<Mean>,
}

/// Draws the groups from top to bottom; bars from 0, `label` under the value axis.
#[must_use]
pub fn draw(e: &Evidence<'_>, groups: &[Group], label: &str, room: Room) -> Drawing {
    let phone = room.is_phone();
    let mut controllers: Vec<usize> = groups
        .iter()
        .flat_map(|g| g.means.iter().map(|m| m.controller))
        .collect();
    controllers.sort_unstable();
    controllers.dedup();
    let names: Vec<(String, Color)> = controllers
        .iter()
        .map(|c| (e.name(*c), color(*c)))
        .collect();
    let above = names_height(room, &names) + 8.0;
    let most = groups
        .iter()
        .map(|g| g.means.len())
        .max()
        .unwrap_or(1)
        .max(1);
    let name_line = if phone { 18.0 } else { 0.0 };
    let each = name_line + (BAR + 2.0) * most as f64 + 9.0;
    let widest = groups
        .iter()
        .map(|g| LABEL.width(&g.name))
        .fold(0.0, f64::max);
    let left = if phone { 2.0 } else { widest.min(190.0) + 12.0 };
    let bottom = above + each * groups.len() as f64;
    let mut page = blank(room, bottom + 46.0);
    let values = groups
        .iter()
        .flat_map(|g| g.means.iter())
        .flat_map(|m| [m.value, m.interval.map_or(m.value, |i| i.high)]);
    let frame = Frame {
        left,
        top: above,
        right: room.width() - 12.0,
        bottom,
        x: around(values, true),
        y: [0.0, 1.0],
    };
    names_above(&mut page, 0.0, &names);
    frame.values_across(&mut page, label);
    for (k, group) in groups.iter().enumerate() {
        let top = above + each * k as f64;
        if k > 0 && phone {
            page.line(vec![(left, top), (frame.right, top)], GRID, 1.0);
        }
        let bars = (BAR + 2.0) * group.means.len() as f64;
        if phone {
            let name = fit(&group.name, LABEL, room.width() - 8.0);
            page.text((left, top + 16.0), &name, LABEL, Align::Left);
        } else {
            let name = fit(&group.name, LABEL, left - 10.0);
            let y = top + 4.0 + bars / 2.0 + 3.5;
            page.text((left - 10.0, y), &name, LABEL, Align::Right);
        }
        for (j, m) in group.means.iter().enumerate() {
            let y = top + name_line + 4.0 + (BAR + 2.0) * j as f64;
            let paint = color(m.controller);
            page.rect(
                (frame.x(0.0), y),
                (frame.x(m.value).max(frame.x(0.0) + 0.8), y + BAR),
                paint.lighter(0.45),
            );
            if let Some(i) = m.interval {
                let (from, to, mid) = (frame.x(i.low), frame.x(i.high), y + BAR / 2.0);
                page.line(vec![(from, mid), (to, mid)], paint, 1.6);
                for x in [from, to] {
                    page.line(vec![(x, mid - 3.0), (x, mid + 3.0)], paint, 1.6);
                }
            }
        }
    }
    page
}
