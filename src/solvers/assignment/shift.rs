//! Moves vehicles between two paths of a pair until they cost the same: one Newton step on the links where they differ.
//!
//! The step of path-based gradient projection (Jayakrishnan, Tsai, Prashker and Rajadhyaksha, 'A faster path-based
//! algorithm for traffic assignment', Transportation Research Record 1443, 1994), taken back by the secant where a link's
//! cost curve is so bent that the step goes too far.

use crate::solvers::assignment::flow_state::FlowState;

/// A step may turn the difference of costs round by this share of what it was; beyond it is taken back.
const OVERSHOOT: f64 = 0.1;
/// Corrections of one step at most. Each at least halves the way past the balance on convex curves.
const MOST_CORRECTIONS: usize = 8;

/// Working memory: which arcs two paths have for themselves.
#[derive(Clone, Debug)]
pub(super) struct Shift {
    mark: Vec<u32>,
    stamp: u32,
    only_from: Vec<u32>,
    only_to: Vec<u32>,
}

impl Shift {
    pub(super) fn new(arcs: usize) -> Self {
        Self {
            mark: vec![0; arcs],
            stamp: 0,
            only_from: Vec::new(),
            only_to: Vec::new(),
        }
    }

    /// Marks the arcs of the path that vehicles are moved to; it holds for any number of `balance`.
    pub(super) fn aim_at(&mut self, to: &[u32]) {
        if self.stamp >= u32::MAX - 2 {
            self.mark.fill(0);
            self.stamp = 0;
        }
        self.stamp += 2;
        for arc in to {
            self.mark[*arc as usize] = self.stamp;
        }
    }

    /// Vehicles to move from path `from`, which carries `from_flow`, to the path aimed at, which carries `to_flow`;
    /// negative when they should go the other way. Flows and costs of arcs are changed accordingly. Nothing moves
    /// where the costs differ by less than `tolerance`.
    pub(super) fn balance(
        &mut self,
        state: &mut FlowState,
        (from, from_flow): (&[u32], f64),
        (to, to_flow): (&[u32], f64),
        tolerance: f64,
    ) -> f64 {
        self.separate(from, to);
        let difference = self.difference(state);
        if difference.abs() <= tolerance {
            return 0.0;
        }
        let slope: f64 = self
            .only_from
            .iter()
            .chain(&self.only_to)
            .map(|arc| state.slope[*arc as usize])
            .sum();
        // No slope: everything goes where it is cheaper.
        let step = if slope > 0.0 {
            difference / slope
        } else {
            difference.signum() * f64::INFINITY
        };
        let mut moved = step.clamp(-to_flow, from_flow);
        if moved == 0.0 {
            return 0.0;
        }
        self.apply(state, moved);
        for _ in 0..MOST_CORRECTIONS {
            let after = self.difference(state);
            let past = -after * difference.signum();
            if past <= OVERSHOOT * difference.abs() {
                break;
            }
            // The balance lies between nothing moved and this much: the secant between the two, within bounds.
            let share = (difference / (difference - after)).clamp(0.05, 0.5);
            let less = moved * share;
            self.apply(state, less - moved);
            moved = less;
        }
        moved
    }

    /// Finds the arcs that only one of the two paths uses.
    fn separate(&mut self, from: &[u32], to: &[u32]) {
        let shared = self.stamp + 1;
        self.only_from.clear();
        self.only_to.clear();
        for arc in from {
            let mark = &mut self.mark[*arc as usize];
            if *mark == self.stamp {
                *mark = shared;
            } else {
                self.only_from.push(*arc);
            }
        }
        for arc in to {
            let mark = &mut self.mark[*arc as usize];
            if *mark == shared {
                *mark = self.stamp;
            } else {
                self.only_to.push(*arc);
            }
        }
    }

    /// What the first path costs more than the second.
    fn difference(&self, state: &FlowState) -> f64 {
        let sum = |arcs: &[u32]| {
            arcs.iter()
                .map(|arc| state.cost[*arc as usize])
                .sum::<f64>()
        };
        sum(&self.only_from) - sum(&self.only_to)
    }

    fn apply(&self, state: &mut FlowState, moved: f64) {
        for arc in &self.only_from {
            state.add(*arc as usize, -moved);
        }
        for arc in &self.only_to {
            state.add(*arc as usize, moved);
        }
    }
}
