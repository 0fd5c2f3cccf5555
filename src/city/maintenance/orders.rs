//! Work orders: what has to be done where, how urgent it is, and how far it has come.
//!
//! Orders only hold their state; `dispatch` moves them on.

use crate::engine::damage::Work;
use crate::engine::damage::WorkRequest;
use crate::engine::element::ElementId;
use crate::engine::record::EventId;
use serde::Deserialize;
use serde::Serialize;
use std::cmp::Ordering;

/// How far an order has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Progress {
    /// Nobody works on it.
    Waiting,
    /// Somebody is on the way or at work.
    InHand {
        /// Number of the crew; none for a plant's own staff.
        crew: Option<u32>,
        /// When the crew left, seconds since the start of the run.
        since_s: u64,
        /// When the fault will be isolated, if it has to be and is not yet.
        isolated_s: Option<u64>,
        /// When the work will be done.
        done_s: u64,
        /// The event of its start.
        started: EventId,
    },
    /// Isolated, but the part that it needs is not in store: it stays so to the end of the run.
    WaitingForPart,
}

/// One work order.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// What the owner asked for; its customers are those who wait for it now.
    pub request: WorkRequest,
    /// When it was opened, seconds since the start of the run.
    pub opened_s: u64,
    /// How many orders of this kind the element had before; counts its random draws.
    pub nth: u64,
    /// Whether the fault has been found and isolated.
    pub isolated: bool,
    /// How far it has come.
    pub progress: Progress,
}

impl Order {
    /// Whether it is the order of this element and work.
    #[must_use]
    pub fn is(&self, element: ElementId, work: Work) -> bool {
        self.request.element == element && self.request.work == work
    }

    /// The crew that has it in hand.
    #[must_use]
    pub fn crew(&self) -> Option<u32> {
        match self.progress {
            Progress::InHand { crew, .. } => crew,
            Progress::Waiting | Progress::WaitingForPart => None,
        }
    }

    /// Whether it waits for a crew.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.progress == Progress::Waiting
    }

    /// Whether an hour or two there give customers their supply back: closing what tripped, or cutting a faulted section
    /// out so that the rest of its feeder can be closed. Mending takes many times as long and comes after.
    #[must_use]
    pub fn restores(&self) -> bool {
        let short = match self.request.work {
            Work::Switch => true,
            Work::RepairCable | Work::RepairOverhead => !self.isolated,
            Work::ReplaceServiceUnit
            | Work::RepairTransformer
            | Work::RepairPlant
            | Work::RepairMain => false,
        };
        short && self.request.customers > 0.0
    }

    /// Whether line crews have to deal with it still: not a plant's, not a main's, and not stuck for want of a part.
    #[must_use]
    pub fn is_open(&self) -> bool {
        needs_crew(self.request.work)
            && !is_water(self.request.work)
            && self.progress != Progress::WaitingForPart
    }
}

/// Whether water crews do this work, not line crews.
#[must_use]
pub fn is_water(work: Work) -> bool {
    work == Work::RepairMain
}

/// Whether crews do this work; a plant has its own staff.
#[must_use]
pub fn needs_crew(work: Work) -> bool {
    work != Work::RepairPlant
}

/// Whether asking for this work again means the same piece of work; of service transformers each failed one of a load is
/// asked for by itself.
#[must_use]
pub fn is_one_piece(work: Work) -> bool {
    work != Work::ReplaceServiceUnit
}

/// Order of attendance: short visits that restore supply, then most customers waiting, then longest open, then by
/// element and work.
#[must_use]
pub fn rank(a: &Order, b: &Order) -> Ordering {
    let key = |o: &Order| (o.opened_s, o.request.element, o.request.work);
    b.restores()
        .cmp(&a.restores())
        .then_with(|| b.request.customers.total_cmp(&a.request.customers))
        .then_with(|| key(a).cmp(&key(b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(element: u32, customers: f64, opened_s: u64) -> Order {
        Order {
            request: WorkRequest {
                element: ElementId(element),
                work: Work::Switch,
                customers,
                cause: EventId(0),
            },
            opened_s,
            nth: 0,
            isolated: false,
            progress: Progress::Waiting,
        }
    }

    #[test]
    fn customers_go_before_age_and_age_before_name() {
        let mut orders = [
            order(1, 10.0, 60),
            order(2, 900.0, 120),
            order(4, 10.0, 0),
            order(3, 10.0, 60),
        ];
        orders.sort_by(rank);
        let ids: Vec<u32> = orders.iter().map(|o| o.request.element.0).collect();
        assert_eq!(ids, [2, 4, 1, 3]);
    }

    #[test]
    fn short_visits_that_restore_supply_go_before_mending() {
        let kind = |element, customers, work, isolated| {
            let mut order = order(element, customers, 0);
            order.request.work = work;
            order.isolated = isolated;
            order
        };
        let mut orders = [
            kind(1, 1300.0, Work::RepairCable, true),
            kind(2, 70.0, Work::ReplaceServiceUnit, false),
            kind(3, 900.0, Work::RepairOverhead, false),
            kind(4, 40.0, Work::Switch, false),
            kind(5, 0.0, Work::Switch, false),
        ];
        orders.sort_by(rank);
        let ids: Vec<u32> = orders.iter().map(|o| o.request.element.0).collect();
        assert_eq!(ids, [3, 4, 1, 2, 5]);
    }
}
