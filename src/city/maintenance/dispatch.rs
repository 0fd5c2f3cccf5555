//! The dispatcher's desk: takes requests in, sends crews, reports isolation and completion, calls for mutual aid.
//!
//! It decides by customers waiting, kind and age alone; it does not know the network, and never changes an element itself:
//! the owner reads the work board and applies what was done.

use crate::city::maintenance::durations::draw;
use crate::city::maintenance::inlets::Streets;
use crate::city::maintenance::orders::Order;
use crate::city::maintenance::orders::Progress;
use crate::city::maintenance::orders::is_one_piece;
use crate::city::maintenance::orders::is_water;
use crate::city::maintenance::orders::needs_crew;
use crate::city::maintenance::orders::rank;
use crate::city::maintenance::roster::Aid;
use crate::city::maintenance::roster::Roster;
use crate::city::maintenance::stores::Stores;
use crate::engine::chance::Chance;
use crate::engine::clock::Clock;
use crate::engine::damage::Work;
use crate::engine::damage::WorkBoard;
use crate::engine::damage::WorkRequest;
use crate::engine::element::ElementId;
use crate::engine::element::Elements;
use crate::engine::record::EventId;
use crate::engine::record::Record;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;
use bevy_ecs::resource::Resource;
use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;

/// Everything that changes about crews and their work; all of it is state.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Crews {
    /// Orders not yet done, oldest first.
    pub orders: Vec<Order>,
    /// Parts in store.
    pub stores: Stores,
    /// Mutual aid.
    pub aid: Aid,
    /// Calls for aid so far.
    pub calls: u64,
    /// Orders ever opened, by element and kind.
    pub opened: BTreeMap<(ElementId, Work), u64>,
    /// Time that crews spent on orders, the way included, hours.
    pub crew_hours: f64,
}

impl Crews {
    /// Crews under way or at work.
    #[must_use]
    pub fn busy(&self) -> usize {
        self.orders.iter().filter_map(Order::crew).count()
    }

    /// Orders on which nobody works, for want of a crew or of a part.
    #[must_use]
    pub fn waiting(&self) -> usize {
        let idle = |o: &&Order| !matches!(o.progress, Progress::InHand { .. });
        self.orders.iter().filter(idle).count()
    }

    /// Orders opened since the start.
    #[must_use]
    pub fn work_orders(&self) -> u64 {
        self.opened.values().sum()
    }
}

/// What the desk has at hand during one step.
struct Desk<'a> {
    board: &'a mut WorkBoard,
    record: &'a mut Record,
    roster: &'a Roster,
    elements: &'a Elements,
    streets: &'a Streets,
    chance: Chance,
    t_s: u64,
    hour: f64,
}

/// One step of all field work (Solve stage).
#[allow(clippy::too_many_arguments, reason = "a system's resources")]
pub fn work(
    mut crews: ResMut<Crews>,
    mut board: ResMut<WorkBoard>,
    mut record: ResMut<Record>,
    roster: Res<Roster>,
    elements: Res<Elements>,
    streets: Res<Streets>,
    chance: Res<Chance>,
    clock: Res<Clock>,
) {
    let mut desk = Desk {
        board: &mut board,
        record: &mut record,
        roster: &roster,
        elements: &elements,
        streets: &streets,
        chance: *chance,
        t_s: clock.t_s(),
        hour: clock.hour_of_day(),
    };
    desk.call_off(&mut crews);
    desk.take_in(&mut crews);
    desk.advance(&mut crews);
    desk.see_to_aid(&mut crews);
    desk.send(&mut crews);
    crews.crew_hours += crews.busy() as f64 * clock.step_h();
}

impl Desk<'_> {
    fn event(
        &mut self,
        kind: &str,
        request: &WorkRequest,
        cause: EventId,
        note: impl FnOnce(&str) -> String,
    ) -> EventId {
        let place = &self.elements.get(request.element).name;
        self.record.event(
            self.t_s,
            kind,
            Some(request.element),
            Some(cause),
            0.0,
            || note(place),
        )
    }

    fn call_off(&mut self, crews: &mut Crews) {
        for (element, work) in std::mem::take(&mut self.board.cancelled) {
            let Some(i) = crews.orders.iter().position(|o| o.is(element, work)) else {
                continue;
            };
            let order = crews.orders.remove(i);
            if let Progress::InHand { crew, started, .. } = order.progress {
                let who = self.who(crew);
                self.event("work_cancelled", &order.request, started, |place| {
                    format!("{who} called off from {place}: no longer needed")
                });
            }
        }
    }

    fn take_in(&mut self, crews: &mut Crews) {
        for request in std::mem::take(&mut self.board.requests) {
            let same =
                |o: &&mut Order| is_one_piece(request.work) && o.is(request.element, request.work);
            if let Some(order) = crews.orders.iter_mut().find(same) {
                order.request.customers = request.customers;
                continue;
            }
            let before = crews.opened.entry((request.element, request.work));
            let count = before.or_insert(0);
            let mut order = Order {
                request,
                opened_s: self.t_s,
                nth: *count,
                isolated: false,
                progress: Progress::Waiting,
            };
            *count += 1;
            if !needs_crew(request.work) {
                self.start(&mut order, None);
            }
            crews.orders.push(order);
        }
    }

    /// Moves what is in hand on to the present: isolated, then done.
    fn advance(&mut self, crews: &mut Crews) {
        let Crews {
            orders,
            stores,
            aid,
            ..
        } = crews;
        for i in 0..orders.len() {
            let mut order = orders[i];
            let Progress::InHand {
                crew,
                since_s,
                isolated_s: Some(at_s),
                done_s,
                started,
            } = order.progress
            else {
                continue;
            };
            if at_s > self.t_s {
                continue;
            }
            order.isolated = true;
            self.board.isolated.push(WorkRequest {
                cause: started,
                ..order.request
            });
            let who = self.who(crew);
            if self.is_pressed(orders, crew, *aid) {
                order.progress = Progress::Waiting;
                self.event("work_halted", &order.request, started, |place| {
                    format!("{who} isolated {place} and goes where others wait for a switch")
                });
            } else if stores.take(order.request.work) {
                order.progress = Progress::InHand {
                    crew,
                    since_s,
                    isolated_s: None,
                    done_s,
                    started,
                };
            } else {
                order.progress = Progress::WaitingForPart;
                self.event("work_halted", &order.request, started, |place| {
                    format!("{who} isolated {place}, but there is no spare in store")
                });
            }
            orders[i] = order;
        }
        orders.retain(|order| {
            let Progress::InHand {
                crew,
                since_s,
                done_s,
                started,
                ..
            } = order.progress
            else {
                return true;
            };
            if done_s > self.t_s {
                return true;
            }
            let who = self.who(crew);
            let hours = (self.t_s - since_s) as f64 / 3600.0;
            let cause = self.event("work_finished", &order.request, started, |place| {
                format!("{who} done at {place} after {hours:.1} h")
            });
            self.board.done.push(WorkRequest {
                cause,
                ..order.request
            });
            false
        });
    }

    /// Whether a crew that has just isolated a fault is needed more elsewhere: it is on shift, and more orders wait whose
    /// customers a short visit restores than crews are free.
    fn is_pressed(&self, orders: &[Order], crew: Option<u32>, aid: Aid) -> bool {
        let on_shift: Vec<u32> = self.roster.on_shift(self.hour, aid).collect();
        let is_here = crew.is_some_and(|c| on_shift.contains(&c));
        let urgent = orders.iter().filter(|o| o.waits() && o.restores());
        is_here && urgent.count() > free(orders, &on_shift).len()
    }

    fn see_to_aid(&mut self, crews: &mut Crews) {
        let open = crews.orders.iter().filter(|o| o.is_open()).count();
        let (aid, kind, note) = match crews.aid {
            Aid::None if self.roster.is_major(open) => {
                let aid = self.roster.call(self.chance, crews.calls, self.t_s);
                crews.calls += 1;
                (aid, "aid_called", "mutual aid called")
            }
            Aid::Called { .. } if self.roster.is_over(open) => {
                (Aid::None, "aid_released", "call for mutual aid withdrawn")
            }
            Aid::Called { arrive_s, crews } if arrive_s <= self.t_s => {
                (Aid::Here { crews }, "aid_arrived", "mutual aid is here")
            }
            Aid::Here { .. } if self.roster.is_over(open) => {
                (Aid::None, "aid_released", "mutual aid goes home")
            }
            Aid::None | Aid::Called { .. } | Aid::Here { .. } => return,
        };
        crews.aid = aid;
        self.record.event(self.t_s, kind, None, None, 0.0, || {
            let number = match aid {
                Aid::Called { crews, .. } | Aid::Here { crews } => format!(", {crews} crews"),
                Aid::None => String::new(),
            };
            format!("{open} open orders: {note}{number}")
        });
    }

    /// Gives free crews, by number, the waiting orders in order of rank.
    fn send(&mut self, crews: &mut Crews) {
        let on_shift: Vec<u32> = self.roster.on_shift(self.hour, crews.aid).collect();
        self.send_trade(crews, &on_shift, false);
        let water: Vec<u32> = self.roster.water_on_shift(self.hour).collect();
        if !water.is_empty() {
            self.send_trade(crews, &water, true);
        }
    }

    /// Sends the crews of one trade, water or electricity.
    fn send_trade(&mut self, crews: &mut Crews, on_shift: &[u32], water: bool) {
        let mut idle = free(&crews.orders, on_shift).into_iter().peekable();
        if idle.peek().is_none() {
            return;
        }
        let mut queue: Vec<usize> = (0..crews.orders.len())
            .filter(|i| {
                crews.orders[*i].waits() && is_water(crews.orders[*i].request.work) == water
            })
            .collect();
        queue.sort_by(|a, b| rank(&crews.orders[*a], &crews.orders[*b]));
        for i in queue {
            if idle.peek().is_none() {
                return;
            }
            let order = &mut crews.orders[i];
            if order.isolated && !crews.stores.take(order.request.work) {
                order.progress = Progress::WaitingForPart;
                continue;
            }
            self.start(order, idle.next());
        }
    }

    fn start(&mut self, order: &mut Order, crew: Option<u32>) {
        let request = order.request;
        let element = self.elements.get(request.element);
        let takes = draw(self.chance, request.work, element.key, order.nth);
        let usual_s = if order.isolated {
            takes.return_s
        } else {
            takes.travel_s
        };
        // The draw is a normal day's drive; traffic at the moment of leaving stretches it.
        let way_s = (usual_s as f64 * self.streets.to(element.district)).round() as u64;
        let at_work_s = self.t_s
            + if order.isolated {
                way_s
            } else {
                way_s + takes.diagnosis_s
            };
        let isolates = !order.isolated && takes.diagnosis_s > 0;
        let who = self.who(crew);
        let started = self.event("work_started", &request, request.cause, |place| {
            if crew.is_some() {
                let minutes = way_s as f64 / 60.0;
                format!("{who} to {place}, {minutes:.0} min away")
            } else {
                format!("{who} at work on {place}")
            }
        });
        order.progress = Progress::InHand {
            crew,
            since_s: self.t_s,
            isolated_s: isolates.then_some(at_work_s),
            done_s: at_work_s + takes.work_s,
            started,
        };
    }

    fn who(&self, crew: Option<u32>) -> String {
        crew.map_or_else(
            || "the plant's own staff".to_owned(),
            |c| self.roster.name(c),
        )
    }
}

/// Those of the crews that have no order in hand.
fn free(orders: &[Order], crews: &[u32]) -> Vec<u32> {
    let is_free = |crew: &u32| !orders.iter().any(|o| o.crew() == Some(*crew));
    crews.iter().copied().filter(is_free).collect()
}
