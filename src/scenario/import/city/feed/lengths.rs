//! How long the way between two calls of a trip is: along its shape where the feed draws one, else by a detour factor.
//!
//! Stops are put on the shape in their order, each on the nearest place not before the last; no map matching.

use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::distance;
use crate::scenario::generate::geometry::rounded;
use crate::scenario::import::city::feed::projection::Projection;
use crate::scenario::import::gtfs::feed::Feed;
use crate::scenario::import::gtfs::feed::FeedTrip;
use std::collections::BTreeMap;

/// Way against the straight line where no shape is drawn.
const DETOUR: f64 = 1.25;
/// A way along the shape that is longer than this factor of the straight line ...
const MOST_DETOUR: f64 = 4.0;
/// ... and these metres is a stop put on the wrong branch: the detour factor serves.
const SLACK_M: f64 = 800.0;

/// Lengths by shape, each worked out once for each sequence of stops.
#[derive(Debug)]
pub struct Lengths<'a> {
    feed: &'a Feed,
    projection: &'a Projection,
    known: BTreeMap<(Option<u32>, Vec<usize>), Vec<f64>>,
}

impl<'a> Lengths<'a> {
    /// None known yet.
    #[must_use]
    pub fn new(feed: &'a Feed, projection: &'a Projection) -> Self {
        Self {
            feed,
            projection,
            known: BTreeMap::new(),
        }
    }

    /// Metres between the calls of a trip at these stops.
    pub fn of(&mut self, trip: &FeedTrip, stops: &[usize], at: &[Point]) -> Vec<f64> {
        let key = (trip.shape, stops.to_vec());
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let shape: Vec<Point> = trip.shape.map_or_else(Vec::new, |shape| {
            let points = &self.feed.shapes[shape as usize].points_deg;
            points
                .iter()
                .map(|p| self.projection.metres(p[0], p[1]))
                .collect()
        });
        let places: Vec<Point> = stops.iter().map(|&s| at[s]).collect();
        let metres = between(&places, &shape);
        self.known.insert(key, metres.clone());
        metres
    }
}

/// Metres between places along a path, or by the detour factor where it does not serve.
fn between(places: &[Point], path: &[Point]) -> Vec<f64> {
    let mut done = vec![0.0; path.len()];
    for i in 1..path.len() {
        done[i] = done[i - 1] + distance(path[i - 1], path[i]);
    }
    let mut from = 0;
    let mut before = 0.0;
    let along: Vec<f64> = places
        .iter()
        .map(|&p| {
            let mut best = (f64::INFINITY, before, from);
            for i in from..path.len().saturating_sub(1) {
                let (t, gap) = foot(p, path[i], path[i + 1]);
                let m = done[i] + t * (done[i + 1] - done[i]);
                if gap < best.0 && m >= before {
                    best = (gap, m, i);
                }
            }
            (before, from) = (best.1, best.2);
            best.1
        })
        .collect();
    places
        .windows(2)
        .zip(along.windows(2))
        .map(|(p, m)| {
            let straight = distance(p[0], p[1]);
            let way = m[1] - m[0];
            let fits = way >= 0.9 * straight && way <= MOST_DETOUR * straight + SLACK_M;
            let metres = if path.len() > 1 && fits {
                way.max(straight)
            } else {
                DETOUR * straight
            };
            rounded(metres, 0)
        })
        .collect()
}

/// Where on a segment the nearest place to a point is, as a share, and how far it is.
fn foot(p: Point, a: Point, b: Point) -> (f64, f64) {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let square = dx * dx + dy * dy;
    let t = if square > 0.0 {
        (((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / square).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (t, distance(p, [a[0] + t * dx, a[1] + t * dy]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_follows_the_shape() {
        let path = [[0.0, 0.0], [0.0, 300.0], [400.0, 300.0]];
        let stops = [[5.0, 0.0], [400.0, 290.0]];
        assert_eq!(between(&stops, &path), [700.0]);
        // Without a shape, a quarter more than the straight line of 500 m.
        assert_eq!(between(&[[0.0, 0.0], [300.0, 400.0]], &[]), [625.0]);
    }
}
