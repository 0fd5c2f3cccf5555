//! Writing the grid's events: the record of a run, at the time of the step.

use crate::engine::element::ElementId;
use crate::engine::record::EventId;
use crate::engine::record::Record;

/// The record at one time.
#[derive(Debug)]
pub struct Log<'r> {
    record: &'r mut Record,
    t_s: u64,
}

impl<'r> Log<'r> {
    /// Writes to a record at a time.
    pub fn new(record: &'r mut Record, t_s: u64) -> Self {
        Self { record, t_s }
    }

    /// Seconds since the start.
    #[must_use]
    pub fn t_s(&self) -> u64 {
        self.t_s
    }

    /// Notes an event.
    pub fn event(
        &mut self,
        kind: &str,
        element: Option<ElementId>,
        cause: Option<EventId>,
        customers: f64,
        note: impl FnOnce() -> String,
    ) -> EventId {
        self.record
            .event(self.t_s, kind, element, cause, customers, note)
    }
}
