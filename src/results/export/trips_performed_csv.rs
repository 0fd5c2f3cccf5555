//! `trips_performed.csv`: every run that was planned or operated, in the columns of TIDES 1.0.
//!
//! A run that was planned and made no halt is `Canceled`, one whose halts end before its last stop ended early; the table
//! does not say why: events do.

use crate::city::model::transit::TransitMode;
use crate::results::export::ExportError;
use crate::results::export::stop_visits_csv::date;
use crate::results::export::stop_visits_csv::moment;
use crate::results::export::stop_visits_csv::performed_id;
use crate::results::export::stop_visits_csv::vehicle;
use crate::results::export::stop_visits_csv::vehicle_ids;
use crate::results::export::table::Column;
use crate::results::export::table::begin;
use crate::results::export::table::column;
use crate::results::export::table::end;
use crate::results::outcome::RunOutcome;
use crate::results::transit_service::Service;
use std::collections::BTreeSet;
use std::io::Write;

/// The columns.
#[must_use]
pub fn columns(_: &RunOutcome) -> Vec<Column> {
    let text = |name, about| column(name, "string", "", about);
    let time = |name, about| column(name, "datetime", "", about);
    vec![
        column("service_date", "date", "", "Service day."),
        text(
            "trip_id_performed",
            "Service day and trip, unique in the run.",
        ),
        text("vehicle_id", "Vehicle; empty if none came."),
        text("trip_id_scheduled", "Trip."),
        text("route_id", "Route."),
        text("route_type", "Kind of vehicle, in the words of TIDES."),
        text("pattern_id", "Pattern."),
        column(
            "direction_id",
            "integer",
            "",
            "Direction of the route, 0 or 1.",
        ),
        text("block_id", "Block."),
        text("trip_start_stop_id", "First stop."),
        text("trip_end_stop_id", "Last stop of the plan."),
        time(
            "schedule_trip_start",
            "Planned departure from the first stop.",
        ),
        time("schedule_trip_end", "Planned arrival at the last stop."),
        time(
            "actual_trip_start",
            "Departure from the first halt; empty if none.",
        ),
        time(
            "actual_trip_end",
            "Arrival at the last halt; empty if none.",
        ),
        column("halts", "integer", "1", "Halts made (not of TIDES)."),
        text("trip_type", "Whether it carried passengers."),
        text(
            "schedule_relationship",
            "`Scheduled`, or `Canceled` without any halt.",
        ),
    ]
}

/// The words of TIDES for a kind of vehicle; it has none for others.
fn route_type(mode: TransitMode) -> &'static str {
    match mode {
        TransitMode::Bus => "Bus",
        TransitMode::Tram => "Tram / Streetcar / Light rail",
        TransitMode::Metro => "Subway / Metro",
        TransitMode::Rail => "Rail",
        TransitMode::Ferry => "Ferry",
        TransitMode::Other => "",
    }
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
    let vehicles = vehicle_ids(o);
    let operated = service.operated.keys();
    let all: BTreeSet<(i64, usize)> = service.planned.iter().chain(operated).copied().collect();
    for (day_s, number) in all {
        let trip = &service.transit.trips[number];
        let timing = &service.transit.timings[trip.timing];
        let pattern = &service.transit.patterns[timing.pattern];
        let route = &service.transit.routes[pattern.route];
        let halts = service.operated.get(&(day_s, number)).map(|run| &run.halts);
        let (first, last) = (
            halts.and_then(|h| h.first().copied()),
            halts.and_then(|h| h.last().copied()),
        );
        let starts_s = (day_s + i64::from(trip.start_s)) as f64;
        let stop = |stop: Option<&usize>| {
            stop.map_or(String::new(), |s| service.transit.stops[*s].id.clone())
        };
        writer.write_record([
            date(o, day_s).to_string().as_str(),
            &performed_id(o, day_s, number),
            first.map_or("", |h| vehicle(&vehicles, h)),
            &trip.id,
            &route.id,
            route_type(route.mode),
            &pattern.id,
            &pattern.direction.to_string(),
            &service.transit.blocks[trip.block].id,
            &stop(pattern.stops.first()),
            &stop(pattern.stops.last()),
            &moment(o, starts_s),
            &moment(
                o,
                starts_s + f64::from(timing.arrival_s.last().copied().unwrap_or(0)),
            ),
            &first.map_or_else(String::new, |h| moment(o, f64::from(h.departure_s))),
            &last.map_or_else(String::new, |h| moment(o, f64::from(h.arrival_s))),
            &halts.map_or(0, Vec::len).to_string(),
            "In service",
            if first.is_some() {
                "Scheduled"
            } else {
                "Canceled"
            },
        ])?;
    }
    end(writer)
}
