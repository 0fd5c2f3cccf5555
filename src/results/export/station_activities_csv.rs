//! `station_activities.csv`: passengers by stop and hour, in the columns of TIDES 1.0.
//!
//! Hours without passengers have no row. The sums are those of `stop_visits.csv`.

use crate::results::export::ExportError;
use crate::results::export::stop_visits_csv::date;
use crate::results::export::stop_visits_csv::moment;
use crate::results::export::table::Column;
use crate::results::export::table::begin;
use crate::results::export::table::column;
use crate::results::export::table::end;
use crate::results::outcome::RunOutcome;
use crate::results::transit_service::DAY_S;
use crate::results::transit_service::Service;
use std::collections::BTreeMap;
use std::io::Write;

const HOUR_S: i64 = 3_600;

/// The columns.
#[must_use]
pub fn columns(_: &RunOutcome) -> Vec<Column> {
    vec![
        column("service_date", "date", "", "Day of the hour."),
        column("stop_id", "string", "", "Stop."),
        column("time_period_start", "datetime", "", "Start of the hour."),
        column("time_period_end", "datetime", "", "End of the hour."),
        column("total_entries", "integer", "1", "Passengers who got on."),
        column("total_exits", "integer", "1", "Passengers who got off."),
    ]
}

/// Writes the table.
///
/// # Errors
/// [`ExportError`] if the writer refuses.
pub fn write(o: &RunOutcome, out: &mut dyn Write) -> Result<(), ExportError> {
    let mut writer = begin(&columns(o), out)?;
    let Some(service) = Service::of(o) else {
        return end(writer);
    };
    let mut sums: BTreeMap<(i64, usize), (u64, u64)> = BTreeMap::new();
    for run in service.operated.values() {
        let pattern = &service.transit.patterns[service.pattern(run.trip)];
        for halt in &run.halts {
            let hour = (f64::from(halt.departure_s) as i64).div_euclid(HOUR_S);
            let stop = pattern.stops[usize::from(halt.position)];
            let sum = sums.entry((hour, stop)).or_default();
            sum.0 += u64::from(halt.boarded);
            sum.1 += u64::from(halt.alighted);
        }
    }
    for ((hour, stop), (on, off)) in sums {
        if on + off == 0 {
            continue;
        }
        let from_s = hour * HOUR_S;
        writer.write_record([
            date(o, from_s.div_euclid(DAY_S) * DAY_S)
                .to_string()
                .as_str(),
            &service.transit.stops[stop].id,
            &moment(o, from_s as f64),
            &moment(o, (from_s + HOUR_S) as f64),
            &on.to_string(),
            &off.to_string(),
        ])?;
    }
    end(writer)
}
