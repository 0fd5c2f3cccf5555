//! Which of the changes of status that are found are made, and when.
//!
//! All at once as long as that leads anywhere; then pressure valves only at balance; then one link at a time. The rules
//! themselves are in [`crate::solvers::hydraulics::status`].

use crate::solvers::hydraulics::losses::Losses;
use crate::solvers::hydraulics::network::LinkKind;
use crate::solvers::hydraulics::network::Network;
use crate::solvers::hydraulics::state::State;
use crate::solvers::hydraulics::state::Status;
use crate::solvers::hydraulics::status;

/// From these iterations on, when statuses still change: pressure valves move only at balance; one link moves at a time;
/// and nothing moves any more.
pub const CALM_FROM: u32 = 40;
pub const SINGLE_FROM: u32 = 80;
pub const FROZEN_FROM: u32 = 400;
/// What decides on changes.
#[derive(Clone, Copy)]
pub struct Changes<'a> {
    /// The network.
    pub network: &'a Network,
    /// Losses of its links.
    pub losses: &'a Losses,
    /// Links other than pressure valves whose status may change by itself.
    pub watched: &'a [usize],
    /// Pressure valves, and the links at the node that each holds.
    pub valves: &'a [(usize, Vec<usize>)],
}

impl Changes<'_> {
    /// Changes of status at a balance; true when there is one.
    pub fn check_all(
        self,
        state: &mut State,
        iteration: u32,
        adjust: &mut dyn FnMut(&mut State) -> bool,
    ) -> bool {
        if iteration >= SINGLE_FROM {
            return self.move_worst(state) || adjust(state);
        }
        let mut changed = iteration >= CALM_FROM && self.move_valves(state);
        changed |= self.move_others(state);
        changed |= adjust(state);
        changed
    }

    pub fn move_valves(self, state: &mut State) -> bool {
        let next: Vec<(usize, Status)> = self
            .valves
            .iter()
            .map(|(k, _)| {
                (
                    *k,
                    status::pressure_valve(self.network, self.losses, state, *k),
                )
            })
            .filter(|(k, now)| state.status[*k] != *now)
            .collect();
        for &(k, now) in &next {
            self.set(state, k, now);
        }
        !next.is_empty()
    }

    pub fn move_others(self, state: &mut State) -> bool {
        let mut changed = false;
        for &k in self.watched {
            let now = status::other_link(self.network, state, k);
            if now != state.status[k] {
                self.set(state, k, now);
                changed = true;
            }
        }
        changed
    }

    /// Makes the one change whose heads are furthest apart, of equals the last: a rule that seldom comes back to where it
    /// was.
    fn move_worst(self, state: &mut State) -> bool {
        let mut worst: Option<(f64, usize, Status)> = None;
        for (k, link) in self.network.links.iter().enumerate() {
            let mut now = status::pressure_valve(self.network, self.losses, state, k);
            if now == state.status[k] {
                now = status::other_link(self.network, state, k);
            }
            if now == state.status[k] {
                continue;
            }
            let apart = (state.head_m[link.from] - state.head_m[link.to]).abs();
            if worst.is_none_or(|(most, _, _)| apart >= most) {
                worst = Some((apart, k, now));
            }
        }
        if let Some((_, k, now)) = worst {
            self.set(state, k, now);
        }
        worst.is_some()
    }

    /// Sets a status. Flows are left: a guess may lead a pump of constant power to another of its solutions.
    fn set(self, state: &mut State, k: usize, now: Status) {
        state.status[k] = now;
    }

    /// Opens the first valve that still holds a setting, when the matrix is singular; false when there is none.
    pub fn give_way(self, state: &mut State) -> bool {
        let holding = (0..self.network.links.len()).find(|&k| {
            state.status[k] == Status::Active
                && matches!(self.network.links[k].kind, LinkKind::Valve { .. })
        });
        if let Some(k) = holding {
            state.status[k] = Status::CannotHold;
        }
        holding.is_some()
    }
}
