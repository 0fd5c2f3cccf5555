//! What the run did to road traffic: dark signals, queues, time lost beyond a normal day.

use crate::results::calendar::stamp;
use crate::results::outcome::RunOutcome;
use crate::results::story::metric;
use crate::results::story::words::amount;
use crate::results::story::words::count;
use crate::results::story::words::whole;

/// Share of the everyday loss from which a difference is worth telling.
const WORTH_TELLING: f64 = 0.01;

/// The line; none in a city without roads, and none where traffic was as on any day.
pub(super) fn streets(o: &RunOutcome) -> Option<String> {
    let delay = metric(o, "road_delay_veh_h")?;
    let extra = metric(o, "road_extra_delay_veh_h")?;
    let dark_h = metric(o, "signal_dark_h").unwrap_or(0.0);
    let usual = delay - extra;
    if dark_h <= 0.0 && extra.abs() < WORTH_TELLING * usual.max(1.0) {
        return None;
    }
    let signals = if dark_h > 0.0 {
        let most = o.highest("road/signals_dark")?;
        format!(
            "The signals of up to {} were dark at once (worst {}), {} junction-hours in all. ",
            count(most.value, "junction", "junctions"),
            stamp(o.plan.start, most.t_s),
            amount(dark_h)
        )
    } else {
        String::new()
    };
    let compared = if extra >= 0.0 { "more" } else { "fewer" };
    Some(format!(
        "{signals}Drivers lost {} vehicle-hours, {} {compared} than in as many normal days.",
        whole(delay),
        whole(extra.abs())
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::fixture::Draft;
    use crate::results::fixture::city;
    use jiff::civil::date;

    fn told(delay: f64, extra: f64, dark_h: f64) -> Option<String> {
        let mut d = Draft::new();
        d.element("district/A", 0, [500.0, 500.0]);
        d.column("road/signals_dark", "1", vec![0.0, 4.0, 1.0, 0.0]);
        d.meter("road/delay_veh_h", "h", delay);
        d.meter("road/extra_delay_veh_h", "h", extra);
        d.meter("road/signal_dark_h", "h", dark_h);
        let start = date(2027, 7, 12).at(6, 0, 0, 0);
        let times = vec![0, 3600, 7200, 10_800];
        streets(&d.finish(city::two_districts(), "small", start, times))
    }

    #[test]
    fn traffic_is_told_when_it_was_not_as_usual() {
        assert_eq!(told(1_000.0, 2.0, 0.0), None);
        let line = told(1_200.0, 200.0, 5.0).unwrap();
        assert!(
            line.contains("up to 4 junctions") && line.contains("5 junction-hours"),
            "{line}"
        );
        assert!(
            line.ends_with("1,200 vehicle-hours, 200 more than in as many normal days."),
            "{line}"
        );
        let fewer = told(800.0, -200.0, 0.0).unwrap();
        assert_eq!(
            fewer,
            "Drivers lost 800 vehicle-hours, 200 fewer than in as many normal days."
        );
    }
}
