//! How a feed's degrees become metres: about the middle of its stops, weighted by how often they are served.
//!
//! Equirectangular on a sphere: over a hundred kilometres the error is some tens of metres, less than a stop's width of
//! meaning here.

use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::rounded;
use crate::scenario::import::city::feed::week::Week;
use crate::scenario::import::gtfs::feed::Feed;
use crate::scenario::import::gtfs::feed::FeedStop;

/// Mean radius of the earth, metres (IUGG).
const EARTH_M: f64 = 6_371_008.8;

/// A map about an origin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Projection {
    /// Latitude of the origin, degrees.
    pub latitude_deg: f64,
    /// Longitude of the origin, degrees.
    pub longitude_deg: f64,
}

impl Projection {
    /// About the median of a week's calls: the core, not the far end of a coast line.
    #[must_use]
    pub fn about(feed: &Feed, week: &Week) -> Self {
        let mut calls = vec![0_u64; feed.stops.len()];
        for run in &week.runs {
            for call in feed.calls_of(&feed.trips[run.trip]) {
                calls[call.stop as usize] += 1;
            }
        }
        let median = |of: fn(&FeedStop) -> f64| {
            let known = feed.stops.iter().zip(&calls);
            let mut list: Vec<(f64, u64)> = known
                .filter(|(s, n)| **n > 0 && of(s).is_finite())
                .map(|(s, n)| (of(s), *n))
                .collect();
            list.sort_by(|a, b| a.0.total_cmp(&b.0));
            let half = list.iter().map(|l| l.1).sum::<u64>() / 2;
            let mut sum = 0;
            for (value, n) in &list {
                sum += n;
                if sum > half {
                    return *value;
                }
            }
            0.0
        };
        Self {
            latitude_deg: rounded(median(|s| s.latitude_deg), 5),
            longitude_deg: rounded(median(|s| s.longitude_deg), 5),
        }
    }

    /// Place of a stop, metres; one without coordinates lies at the origin.
    #[must_use]
    pub fn point(&self, stop: &FeedStop) -> Point {
        self.metres(stop.latitude_deg, stop.longitude_deg)
    }

    /// Place of a latitude and longitude, metres; the origin if they are no numbers.
    #[must_use]
    pub fn metres(&self, latitude_deg: f64, longitude_deg: f64) -> Point {
        if !(latitude_deg.is_finite() && longitude_deg.is_finite()) {
            return [0.0, 0.0];
        }
        let mut east = longitude_deg - self.longitude_deg;
        // The short way round the globe.
        if east > 180.0 {
            east -= 360.0;
        } else if east < -180.0 {
            east += 360.0;
        }
        let shrink = libm::cos(self.latitude_deg.to_radians());
        [
            rounded(EARTH_M * shrink * east.to_radians(), 1),
            rounded(EARTH_M * (latitude_deg - self.latitude_deg).to_radians(), 1),
        ]
    }
}
