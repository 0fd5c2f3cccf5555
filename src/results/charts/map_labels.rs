//! Where the names of districts stand on a map: inside their districts, clear of marks and of each other.
//!
//! A greedy choice, the smallest district first; a name without a free place is left out unless it must be shown.

use crate::results::charts::drawing::Align;
use crate::results::charts::drawing::At;
use crate::results::charts::drawing::Drawing;
use crate::results::charts::drawing::LABEL;
use crate::results::charts::palette::GREY;

/// Height of a line of text, pixels.
const LINE: f64 = 16.0;
/// How far from the middle of its district a label may stand, pixels, and in which steps.
const REACH: [i32; 2] = [110, 80];
const STEP: usize = 10;
/// Costs in pixels of distance: outside its district, on a mark, on another label.
const OUTSIDE: f64 = 55.0;
const ON_MARK: f64 = 70.0;
const ON_LABEL: f64 = 1000.0;
/// Least side of a box that a mark takes, pixels.
const MARK: f64 = 9.0;

/// A label that wants a place.
pub struct Label {
    /// Bold first line.
    pub name: String,
    /// Second line; may be empty.
    pub below: String,
    /// Corners of its district on the page.
    pub ring: Vec<At>,
    /// Middle of its district on the page.
    pub middle: At,
    /// Shown even where there is no free place; any other is shown only inside its district.
    pub needed: bool,
}

impl Label {
    fn size(&self) -> At {
        let wide = LABEL.bold().width(&self.name).max(LABEL.width(&self.below));
        let lines = if self.below.is_empty() { 1.0 } else { 2.0 };
        (wide + 6.0, LINE * lines + 2.0)
    }
}

/// Left, top, right, bottom.
type Box4 = [f64; 4];

fn around((x, y): At, (w, h): At) -> Box4 {
    [x - w / 2.0, y - h / 2.0, x + w / 2.0, y + h / 2.0]
}

fn overlap(a: Box4, b: Box4) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

/// Whether a point lies in a ring (even-odd rule).
fn inside((x, y): At, ring: &[At]) -> bool {
    let n = ring.len();
    let mut odd = false;
    for k in 0..n {
        let (p, q) = (ring[k], ring[(k + 1) % n]);
        if (p.1 > y) != (q.1 > y) && x < p.0 + (y - p.1) / (q.1 - p.1) * (q.0 - p.0) {
            odd = !odd;
        }
    }
    odd
}

fn twice_area(ring: &[At]) -> f64 {
    let n = ring.len();
    let cross = |k: usize| ring[k].0 * ring[(k + 1) % n].1 - ring[(k + 1) % n].0 * ring[k].1;
    (0..n).map(cross).sum::<f64>().abs()
}

/// Places of labels' middles within a frame, in the labels' order; none for one that is left out.
fn places(labels: &[Label], marks: &[At], frame: Box4) -> Vec<Option<At>> {
    let marks: Vec<Box4> = marks
        .iter()
        .map(|m| around(*m, (2.0 * MARK, 2.0 * MARK)))
        .collect();
    let mut order: Vec<usize> = (0..labels.len()).collect();
    order.sort_by(|a, b| {
        let key = |k: usize| twice_area(&labels[k].ring);
        labels[*b]
            .needed
            .cmp(&labels[*a].needed)
            .then(key(*a).total_cmp(&key(*b)))
    });
    let mut chosen = vec![None; labels.len()];
    let mut taken: Vec<Box4> = Vec::new();
    for k in order {
        let label = &labels[k];
        let size = label.size();
        let mut best: Option<(f64, At)> = None;
        for dy in (-REACH[1]..=REACH[1]).step_by(STEP) {
            for dx in (-REACH[0]..=REACH[0]).step_by(STEP) {
                let (dx, dy) = (f64::from(dx), f64::from(dy));
                let at = (label.middle.0 + dx, label.middle.1 + dy);
                let b = around(at, size);
                if !label.needed && !inside(at, &label.ring) {
                    continue;
                }
                if b[0] < frame[0] || b[1] < frame[1] || b[2] > frame[2] || b[3] > frame[3] {
                    continue;
                }
                let corners = [(b[0], at.1), (b[2], at.1), at];
                let out = corners.iter().filter(|c| !inside(**c, &label.ring)).count();
                let on_marks = marks.iter().filter(|m| overlap(b, **m)).count();
                let on_labels = taken.iter().filter(|t| overlap(b, **t)).count();
                let cost = libm::hypot(dx, dy)
                    + OUTSIDE * out as f64
                    + ON_MARK * on_marks as f64
                    + ON_LABEL * on_labels as f64;
                if best.is_none_or(|(least, _)| cost < least) {
                    best = Some((cost, at));
                }
            }
        }
        if let Some((cost, at)) = best
            && (label.needed || cost < ON_LABEL)
        {
            taken.push(around(at, size));
            chosen[k] = Some(at);
        }
    }
    chosen
}

/// Draws the labels, with a thin line to its district from a label that stands outside it.
pub fn draw(page: &mut Drawing, labels: &[Label], marks: &[At], frame: Box4) {
    let places = places(labels, marks, frame);
    for (label, place) in labels.iter().zip(&places) {
        let Some(at) = place else { continue };
        if !inside(*at, &label.ring) {
            page.line(vec![*at, label.middle], GREY, 1.0);
            page.disc(label.middle, 2.0, GREY);
        }
    }
    for (label, place) in labels.iter().zip(places) {
        let Some((x, y)) = place else { continue };
        let top = y - label.size().1 / 2.0;
        let font = LABEL.bold();
        page.text_on_data((x, top + 13.0), &label.name, font, Align::Centre);
        page.text_on_data((x, top + 13.0 + LINE), &label.below, LABEL, Align::Centre);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(x: f64, half: f64, needed: bool) -> Label {
        Label {
            name: "Hill".to_owned(),
            below: String::new(),
            ring: vec![
                (x - half, 100.0),
                (x + half, 100.0),
                (x + half, 200.0),
                (x - half, 200.0),
            ],
            middle: (x, 150.0),
            needed,
        }
    }

    #[test]
    fn a_lone_label_stands_in_the_middle_and_evades_a_mark() {
        let frame = [0.0, 0.0, 600.0, 300.0];
        let one = [label(300.0, 60.0, true)];
        assert_eq!(places(&one, &[], frame), [Some((300.0, 150.0))]);
        let moved = places(&one, &[(300.0, 150.0)], frame)[0].unwrap();
        let b = around(moved, one[0].size());
        assert!(!overlap(b, around((300.0, 150.0), (18.0, 18.0))));
        assert!(inside(moved, &one[0].ring));
    }

    #[test]
    fn labels_do_not_overlap() {
        let frame = [0.0, 0.0, 600.0, 300.0];
        let all: Vec<Label> = (0..6)
            .map(|k| label(280.0 + 12.0 * f64::from(k), 6.0, k < 3))
            .collect();
        let boxes: Vec<Box4> = places(&all, &[], frame)
            .iter()
            .zip(&all)
            .filter_map(|(p, l)| Some(around((*p)?, l.size())))
            .collect();
        assert!(boxes.len() >= 3);
        for (k, a) in boxes.iter().enumerate() {
            assert!(boxes[k + 1..].iter().all(|b| !overlap(*a, *b)));
        }
    }
}
