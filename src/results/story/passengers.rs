//! What the run did to public transport and its passengers: how many travelled, trips not run, trams without power.

use crate::results::calendar::stamp;
use crate::results::outcome::RunOutcome;
use crate::results::story::metric;
use crate::results::story::words::amount;
use crate::results::story::words::count;
use crate::results::story::words::whole;

/// The line; none in a city without public transport.
pub(super) fn passengers(o: &RunOutcome) -> Option<String> {
    let arrived = metric(o, "passengers_arrived")?;
    let gave_up = metric(o, "passengers_abandoned")?;
    let mut line = format!(
        "{} journeys by public transport ended where they should",
        whole(arrived)
    );
    if let Some(on_time) = metric(o, "transit_on_time_pct") {
        line.push_str(&format!(
            ", {} % of the departures on time",
            amount(on_time)
        ));
    }
    if gave_up > 0.0 {
        line.push_str(&format!(
            "; {} after half an hour or more at a stop",
            count(gave_up, "passenger gave up", "passengers gave up")
        ));
    }
    if let Some(share) = metric(o, "trips_cancelled_pct").filter(|share| *share >= 0.1) {
        line.push_str(&format!("; {} % of the trips were not run", amount(share)));
    }
    line.push('.');
    let stranded_h = metric(o, "tram_stranded_h").unwrap_or(0.0);
    if stranded_h > 0.0
        && let Some(most) = o.highest("transit/stranded")
    {
        line.push_str(&format!(
            " Up to {} stood without power at once (worst {}), {} tram-hours in all.",
            count(most.value, "tram", "trams"),
            stamp(o.plan.start, most.t_s),
            amount(stranded_h)
        ));
    }
    Some(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::fixture::Draft;
    use crate::results::fixture::city;
    use jiff::civil::date;

    #[test]
    fn passengers_are_told_with_what_went_wrong() {
        let told = |gave_up: f64, stranded: f64| {
            let mut d = Draft::new();
            d.element("district/A", 0, [500.0, 500.0]);
            d.column("transit/stranded", "", vec![0.0, stranded, 0.0, 0.0]);
            d.meter("transit/arrived", "", 12_000.0);
            d.meter("transit/abandoned", "", gave_up);
            d.meter("transit/on_time_pct", "%", 81.0);
            d.meter("transit/trips_planned", "", 1_000.0);
            d.meter("transit/trips_cancelled", "", 20.0);
            let start = date(2027, 7, 12).at(6, 0, 0, 0);
            let times = vec![0, 3600, 7200, 10_800];
            passengers(&d.finish(city::two_districts(), "small", start, times)).unwrap()
        };
        let calm = told(0.0, 0.0);
        assert_eq!(
            calm,
            "12,000 journeys by public transport ended where they should, 81 % of the departures on time; 2 % of the \
             trips were not run."
        );
        let dark = told(30.0, 4.0);
        assert!(dark.contains("30 passengers gave up"), "{dark}");
        assert!(
            dark.contains("Up to 4 trams stood without power at once")
                && dark.contains("4 tram-hours in all"),
            "{dark}"
        );
    }
}
