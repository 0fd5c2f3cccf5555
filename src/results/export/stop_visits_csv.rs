//! `stop_visits.csv`: every halt as operated, in the columns of TIDES 1.0 (Transit ITS Data Exchange Specification).
//!
//! Doors are not told apart: all passengers stand in `boarding_1` and `alighting_1`. Columns that a simulation does not know
//! (ramps, fares) are left out; `denied_boarding` is ours.

use crate::engine::record::StopVisit;
use crate::results::calendar::iso;
use crate::results::export::ExportError;
use crate::results::export::table::Column;
use crate::results::export::table::begin;
use crate::results::export::table::column;
use crate::results::export::table::end;
use crate::results::outcome::RunOutcome;
use crate::results::transit_service::DAY_S;
use crate::results::transit_service::Service;
use jiff::ToSpan;
use jiff::civil::Date;
use std::io::Write;

/// The columns.
#[must_use]
pub fn columns(_: &RunOutcome) -> Vec<Column> {
    let text = |name, about| column(name, "string", "", about);
    let count = |name, about| column(name, "integer", "1", about);
    let time = |name, about| column(name, "datetime", "", about);
    vec![
        column("service_date", "date", "", "Service day."),
        text(
            "trip_id_performed",
            "Service day and trip, unique in the run.",
        ),
        count(
            "trip_stop_sequence",
            "Which halt of the run it was, from 1.",
        ),
        count(
            "scheduled_stop_sequence",
            "Which stop of the plan it was, from 1.",
        ),
        text("pattern_id", "Pattern of the trip."),
        text("vehicle_id", "Vehicle."),
        column("dwell", "integer", "s", "Time at the stop."),
        text("stop_id", "Stop."),
        column(
            "timepoint",
            "boolean",
            "",
            "Whether vehicles wait for their time there.",
        ),
        time("schedule_arrival_time", "Planned arrival."),
        time("schedule_departure_time", "Planned departure."),
        time("actual_arrival_time", "Arrival."),
        time("actual_departure_time", "Departure."),
        column("distance", "integer", "m", "Way from the stop before."),
        count("boarding_1", "Passengers who got on."),
        count("alighting_1", "Passengers who got off."),
        count("departure_load", "Passengers on board on leaving."),
        count(
            "denied_boarding",
            "Passengers left behind for want of room (not of TIDES).",
        ),
        text("schedule_relationship", "Whether the halt was planned."),
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
    let vehicles = vehicle_ids(o);
    for run in service.operated.values() {
        let id = performed_id(o, run.day_s, run.trip);
        let trip = &service.transit.trips[run.trip];
        let timing = &service.transit.timings[trip.timing];
        let pattern = &service.transit.patterns[timing.pattern];
        let starts_s = run.day_s + i64::from(trip.start_s);
        for (nth, halt) in run.halts.iter().enumerate() {
            let at = usize::from(halt.position);
            let planned = |after: &[i32]| starts_s + i64::from(after.get(at).copied().unwrap_or(0));
            let way = at.checked_sub(1).and_then(|k| pattern.legs.get(k));
            writer.write_record([
                date(o, run.day_s).to_string().as_str(),
                &id,
                &(nth + 1).to_string(),
                &(at + 1).to_string(),
                &pattern.id,
                vehicle(&vehicles, halt),
                &format!("{:.0}", (halt.departure_s - halt.arrival_s).max(0.0)),
                &service.transit.stops[pattern.stops[at]].id,
                if pattern.timepoint[at] {
                    "true"
                } else {
                    "false"
                },
                &moment(o, planned(&timing.arrival_s) as f64),
                &moment(o, planned(&timing.departure_s) as f64),
                &moment(o, f64::from(halt.arrival_s)),
                &moment(o, f64::from(halt.departure_s)),
                &way.map_or_else(
                    || "0".to_owned(),
                    |leg| format!("{:.0}", service.transit.legs[*leg].length_m),
                ),
                &halt.boarded.to_string(),
                &halt.alighted.to_string(),
                &halt.load.to_string(),
                &halt.denied.to_string(),
                "Scheduled",
            ])?;
        }
    }
    end(writer)
}

/// Date of a service day that begins `day_s` after midnight of the run's first day.
#[must_use]
pub fn date(o: &RunOutcome, day_s: i64) -> Date {
    let first = o.plan.start.date();
    first
        .checked_add(day_s.div_euclid(DAY_S).days())
        .unwrap_or(first)
}

/// A local time, seconds after midnight of the run's first day, ISO 8601 to the second.
#[must_use]
pub fn moment(o: &RunOutcome, t_s: f64) -> String {
    let midnight = o.plan.start.date().at(0, 0, 0, 0);
    let t = libm::round(t_s) as i64;
    if t >= 0 {
        iso(midnight, t as u64)
    } else {
        let before = midnight.checked_add(t.seconds()).unwrap_or(midnight);
        iso(before, 0)
    }
}

/// Id of a run: service day and trip.
#[must_use]
pub fn performed_id(o: &RunOutcome, day_s: i64, trip: usize) -> String {
    let id = o
        .plan
        .city
        .transit
        .as_ref()
        .map_or("", |t| &t.trips[trip].id);
    format!("{}/{id}", date(o, day_s))
}

/// Ids of all vehicles: depot, type and number, in the order in which halts number them.
#[must_use]
pub fn vehicle_ids(o: &RunOutcome) -> Vec<String> {
    let Some(transit) = &o.plan.city.transit else {
        return Vec::new();
    };
    let each = transit.fleets.iter().flat_map(|fleet| {
        let depot = &transit.depots[fleet.depot].id;
        let kind = &transit.vehicle_types[fleet.vehicle_type].id;
        (1..=fleet.vehicles).map(move |n| format!("{depot}-{kind}-{n:03}"))
    });
    each.collect()
}

/// Id of the vehicle of a halt.
#[must_use]
pub fn vehicle<'a>(ids: &'a [String], halt: &StopVisit) -> &'a str {
    ids.get(usize::from(halt.vehicle))
        .map_or("", String::as_str)
}
