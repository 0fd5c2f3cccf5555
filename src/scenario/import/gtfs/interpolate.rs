//! Fills blank times between two known ones: in proportion to the distance run.
//!
//! The distance is `shape_dist_traveled` where it is given and grows, else the straight lines between stops, else each
//! stretch counts alike.

use crate::scenario::import::gtfs::feed::FeedStop;
use crate::scenario::import::gtfs::stop_times::TimedStop;
use crate::solvers::journey::footpaths::distance_m;
use crate::solvers::journey::timetable::Stop;

/// Fills the times of one trip's calls; gives the line of the first or last call where its time is blank.
pub(super) fn fill(calls: &mut [TimedStop], stops: &[FeedStop]) -> Result<(), usize> {
    for call in calls.iter_mut() {
        call.arrival_s = call.arrival_s.or(call.departure_s);
        call.departure_s = call.departure_s.or(call.arrival_s);
    }
    for call in [calls.first(), calls.last()].into_iter().flatten() {
        if call.arrival_s.is_none() {
            return Err(call.line);
        }
    }
    let mut from = 0;
    while from + 1 < calls.len() {
        let known = |call: &TimedStop| call.arrival_s.is_some();
        let next = calls[from + 1..].iter().position(known);
        let to = next.map_or(calls.len() - 1, |next| from + 1 + next);
        if to > from + 1 {
            let distances = distances(&calls[from..=to], stops);
            let whole = distances.last().copied().unwrap_or(1.0);
            if let (Some(start), Some(end)) = (calls[from].departure_s, calls[to].arrival_s) {
                for (call, distance) in calls[from..to].iter_mut().zip(distances).skip(1) {
                    let time = f64::from(start) + f64::from(end - start) * (distance / whole);
                    call.arrival_s = Some(time.round() as i32);
                    call.departure_s = call.arrival_s;
                }
            }
        }
        from = to;
    }
    Ok(())
}

/// Distance of each call from the first of a stretch; the last is positive.
fn distances(calls: &[TimedStop], stops: &[FeedStop]) -> Vec<f64> {
    let given: Vec<f64> = calls
        .iter()
        .map(|c| c.distance - calls[0].distance)
        .collect();
    let grows = given.windows(2).all(|pair| pair[0] <= pair[1]);
    if grows
        && given
            .last()
            .is_some_and(|last| *last > 0.0 && last.is_finite())
    {
        return given;
    }
    let place = |call: &TimedStop| {
        let stop = &stops[call.stop as usize];
        Stop {
            latitude_deg: stop.latitude_deg,
            longitude_deg: stop.longitude_deg,
            station: None,
        }
    };
    let mut straight = vec![0.0];
    for pair in calls.windows(2) {
        let so_far = straight.last().copied().unwrap_or(0.0);
        straight.push(so_far + distance_m(&place(&pair[0]), &place(&pair[1])));
    }
    if straight.last().is_some_and(|last| *last > 0.0) {
        return straight;
    }
    (0..calls.len()).map(|stretch| stretch as f64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(stop: u32, time_s: Option<i32>, distance: f64) -> TimedStop {
        TimedStop {
            trip: 0,
            sequence: stop,
            line: stop as usize + 2,
            stop,
            arrival_s: time_s,
            departure_s: None,
            distance,
            pickup: 0,
            drop_off: 0,
            timepoint: None,
        }
    }

    /// Stops on a meridian at these latitudes.
    fn stops(latitudes: &[f64]) -> Vec<FeedStop> {
        let stop = |latitude: &f64| FeedStop {
            id: String::new(),
            name: String::new(),
            latitude_deg: *latitude,
            longitude_deg: 0.0,
            kind: 0,
            parent: None,
            line: 0,
        };
        latitudes.iter().map(stop).collect()
    }

    fn filled(times: &[(Option<i32>, f64)], latitudes: &[f64]) -> Vec<i32> {
        let rows = (0_u32..).zip(times);
        let mut calls: Vec<TimedStop> = rows.map(|(stop, (t, d))| call(stop, *t, *d)).collect();
        fill(&mut calls, &stops(latitudes)).unwrap();
        calls.iter().map(|call| call.arrival_s.unwrap()).collect()
    }

    #[test]
    fn the_given_distance_comes_first_then_the_straight_line_then_the_count() {
        let nan = f64::NAN;
        let (start, end) = (Some(100), Some(200));
        let latitudes = [0.0, 0.01, 0.04];
        // A quarter of the way by the straight line, a half by the given distance.
        assert_eq!(
            filled(&[(start, 5.0), (None, 10.0), (end, 15.0)], &latitudes),
            [100, 150, 200]
        );
        assert_eq!(
            filled(&[(start, 5.0), (None, nan), (end, 15.0)], &latitudes),
            [100, 125, 200]
        );
        assert_eq!(
            filled(&[(start, 5.0), (None, 16.0), (end, 15.0)], &latitudes),
            [100, 125, 200]
        );
        assert_eq!(
            filled(&[(start, nan), (None, nan), (end, nan)], &[0.0, nan, 0.0]),
            [100, 150, 200]
        );
    }

    #[test]
    fn ends_must_be_known() {
        let mut calls = [call(0, None, 0.0), call(1, Some(5), 1.0)];
        assert_eq!(fill(&mut calls, &stops(&[0.0, 1.0])), Err(2));
        let mut calls = [call(0, Some(5), 0.0), call(1, None, 1.0)];
        assert_eq!(fill(&mut calls, &stops(&[0.0, 1.0])), Err(3));
    }
}
