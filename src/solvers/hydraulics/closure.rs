//! Outages: links held shut for a time, their own controls suspended.
//!
//! What the controls would have made of a link meanwhile is kept beside, and is what it is afterwards.

use crate::solvers::hydraulics::network::Network;
use crate::solvers::hydraulics::state::State;
use crate::solvers::hydraulics::state::Status;

/// A link held shut from `from_s` on, until `to_s`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Closure {
    /// The link.
    pub link: usize,
    /// Start, s.
    pub from_s: f64,
    /// End, s.
    pub to_s: f64,
}

impl Closure {
    /// Whether it holds at a time.
    pub fn holds(&self, t_s: f64) -> bool {
        self.from_s <= t_s && t_s < self.to_s
    }
}

/// Links that are held at present, with what they would be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Held {
    links: Vec<(usize, Status, Option<f64>)>,
}

impl Held {
    /// Whether a link is held.
    pub fn contains(&self, link: usize) -> bool {
        self.links.iter().any(|(held, _, _)| *held == link)
    }

    /// Gives every held link the status it would have, so that controls can act on it.
    pub fn release(&self, state: &mut State) {
        for &(link, status, setting) in &self.links {
            state.status[link] = status;
            state.setting[link] = setting;
        }
    }

    /// Takes note of the statuses of held links again and shuts them.
    pub fn hold(&mut self, state: &mut State) {
        for (link, status, setting) in &mut self.links {
            (*status, *setting) = (state.status[*link], state.setting[*link]);
            state.status[*link] = Status::Closed;
        }
    }

    /// Begins and ends closures at a time, links being released; those that are let go begin with a usual flow.
    pub fn begin_and_end(
        &mut self,
        closures: &[Closure],
        network: &Network,
        state: &mut State,
        t_s: f64,
    ) {
        let wanted = |link: usize| closures.iter().any(|c| c.link == link && c.holds(t_s));
        for &(link, _, _) in self.links.iter().filter(|(link, _, _)| !wanted(*link)) {
            state.flow_m3s[link] = state.usual_flow(network, link);
        }
        self.links.retain(|(link, _, _)| wanted(*link));
        for closure in closures.iter().filter(|closure| closure.holds(t_s)) {
            if !self.contains(closure.link) {
                let (status, setting) = (state.status[closure.link], state.setting[closure.link]);
                self.links.push((closure.link, status, setting));
            }
        }
    }
}
