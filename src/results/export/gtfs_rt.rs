//! `trip_updates.pb`: what became of every run, as a GTFS Realtime 2.0 feed of trip updates (Protocol Buffers).
//!
//! One full data set of the whole simulation, stamped with its end: planned stays planned, operated are the times that the
//! halts had, runs without any halt are CANCELED. The encoding is written out here because it needs eight messages of two
//! wire types (developers.google.com/protocol-buffers/docs/encoding; field numbers of gtfs-realtime.proto).

use crate::results::export::ExportError;
use crate::results::export::stop_visits_csv::date;
use crate::results::export::stop_visits_csv::performed_id;
use crate::results::export::stop_visits_csv::vehicle;
use crate::results::export::stop_visits_csv::vehicle_ids;
use crate::results::outcome::RunOutcome;
use crate::results::transit_service::DAY_S;
use crate::results::transit_service::Service;
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;

/// `TripDescriptor.ScheduleRelationship`.
const SCHEDULED: u64 = 0;
const CANCELED: u64 = 3;

/// A message being written.
#[derive(Debug, Default)]
struct Message(Vec<u8>);

impl Message {
    /// Base-128 varint.
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    /// A whole number; negative ones take ten bytes, as int32 and int64 do.
    fn number(&mut self, field: u64, value: u64) {
        self.varint(field << 3);
        self.varint(value);
    }

    fn bytes(&mut self, field: u64, bytes: &[u8]) {
        self.varint(field << 3 | 2);
        self.varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    fn message(&mut self, field: u64, message: &Self) {
        self.bytes(field, &message.0);
    }
}

/// Seconds since 1970 of a local time, `t_s` after midnight of the run's first day.
fn posix(o: &RunOutcome, t_s: f64) -> i64 {
    let days = Date::constant(1970, 1, 1)
        .until(o.plan.start.date())
        .map_or(0, |span| span.get_days());
    let zone_s = 3_600.0 * o.plan.city.site.utc_offset_h;
    i64::from(days) * DAY_S + libm::round(t_s - zone_s) as i64
}

/// `StopTimeEvent`: delay and time.
fn event(o: &RunOutcome, actual_s: f64, planned_s: f64) -> Message {
    let mut message = Message::default();
    message.number(1, (libm::round(actual_s - planned_s) as i64) as u64);
    message.number(2, posix(o, actual_s) as u64);
    message
}

/// Writes the feed.
///
/// # Errors
/// [`ExportError`] if the writer refuses.
pub fn write(o: &RunOutcome, out: &mut dyn Write) -> Result<(), ExportError> {
    let mut feed = Message::default();
    let end_s = {
        let start = o.plan.start;
        let into_day = f64::from(start.hour()) * 3600.0
            + f64::from(start.minute()) * 60.0
            + f64::from(start.second());
        into_day + o.finished_s as f64
    };
    let mut header = Message::default();
    header.bytes(1, b"2.0");
    // FULL_DATASET.
    header.number(2, 0);
    header.number(3, posix(o, end_s) as u64);
    feed.message(1, &header);
    if let Some(service) = Service::of(o) {
        let vehicles = vehicle_ids(o);
        let operated = service.operated.keys();
        let all: BTreeSet<(i64, usize)> = service.planned.iter().chain(operated).copied().collect();
        for (day_s, trip) in all {
            let update = trip_update(o, &service, &vehicles, day_s, trip);
            let mut entity = Message::default();
            entity.bytes(1, performed_id(o, day_s, trip).as_bytes());
            entity.message(3, &update);
            feed.message(2, &entity);
        }
    }
    out.write_all(&feed.0).map_err(|source| ExportError::Io {
        path: PathBuf::from("trip_updates.pb"),
        source,
    })
}

fn trip_update(
    o: &RunOutcome,
    service: &Service,
    vehicles: &[String],
    day_s: i64,
    number: usize,
) -> Message {
    let trip = &service.transit.trips[number];
    let timing = &service.transit.timings[trip.timing];
    let pattern = &service.transit.patterns[timing.pattern];
    let run = service.operated.get(&(day_s, number));
    let mut descriptor = Message::default();
    descriptor.bytes(1, trip.id.as_bytes());
    let s = trip.start_s;
    let clock = format!("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
    descriptor.bytes(2, clock.as_bytes());
    let day = date(o, day_s).strftime("%Y%m%d").to_string();
    descriptor.bytes(3, day.as_bytes());
    descriptor.number(4, if run.is_some() { SCHEDULED } else { CANCELED });
    descriptor.bytes(5, service.transit.routes[pattern.route].id.as_bytes());
    descriptor.number(6, u64::from(pattern.direction));
    let mut update = Message::default();
    update.message(1, &descriptor);
    if let Some(run) = run {
        let starts_s = (day_s + i64::from(trip.start_s)) as f64;
        for halt in &run.halts {
            let at = usize::from(halt.position);
            let planned = |after: &[i32]| starts_s + f64::from(after.get(at).copied().unwrap_or(0));
            let mut stop = Message::default();
            stop.number(1, u64::from(halt.position) + 1);
            let arrival = event(o, f64::from(halt.arrival_s), planned(&timing.arrival_s));
            stop.message(2, &arrival);
            let departure = event(o, f64::from(halt.departure_s), planned(&timing.departure_s));
            stop.message(3, &departure);
            let id = &service.transit.stops[pattern.stops[at]].id;
            stop.bytes(4, id.as_bytes());
            update.message(2, &stop);
        }
        if let Some(halt) = run.halts.first() {
            let mut descriptor = Message::default();
            descriptor.bytes(1, vehicle(vehicles, halt).as_bytes());
            update.message(3, &descriptor);
        }
    }
    update
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::fixture::heat_wave;

    #[test]
    fn numbers_are_varints_and_negative_ones_take_ten_bytes() {
        let mut message = Message::default();
        // The worked example of the encoding's own page: field 1, 150.
        message.number(1, 150);
        assert_eq!(message.0, [0x08, 0x96, 0x01]);
        let mut message = Message::default();
        message.number(1, (-2_i64) as u64);
        assert_eq!(message.0.len(), 11);
        let mut message = Message::default();
        message.bytes(2, b"testing");
        assert_eq!(message.0, *b"\x12\x07testing");
    }

    #[test]
    fn every_planned_run_has_an_entity() {
        let o = heat_wave::outcome();
        let mut bytes = Vec::new();
        write(&o, &mut bytes).unwrap();
        if let Some(folder) = std::env::var_os("AUTOPOLIS_KEEP_CHARTS") {
            std::fs::write(PathBuf::from(folder).join("trip_updates.pb"), &bytes).unwrap();
        }
        // Top-level fields: a header, then entities.
        let (mut at, mut entities) = (0, 0);
        while at < bytes.len() {
            let field = bytes[at] >> 3;
            assert_eq!(bytes[at] & 7, 2);
            let (mut length, mut shift) = (0_usize, 0);
            loop {
                at += 1;
                length |= usize::from(bytes[at] & 0x7f) << shift;
                shift += 7;
                if bytes[at] & 0x80 == 0 {
                    break;
                }
            }
            at += 1 + length;
            entities += usize::from(field == 2);
        }
        assert_eq!(at, bytes.len());
        let service = Service::of(&o).unwrap();
        let all: BTreeSet<_> = service
            .planned
            .iter()
            .chain(service.operated.keys())
            .collect();
        assert_eq!(entities, all.len());
    }

    #[test]
    fn posix_time_counts_from_1970_in_universal_time() {
        let mut o = heat_wave::outcome();
        o.plan.start = Date::constant(1970, 1, 2).at(0, 0, 0, 0);
        let mut city = (*o.plan.city).clone();
        city.site.utc_offset_h = -6.0;
        o.plan.city = std::sync::Arc::new(city);
        assert_eq!(posix(&o, 10.0), 86_400 + 6 * 3_600 + 10);
    }
}
