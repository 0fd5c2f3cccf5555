//! User equilibrium by the bi-conjugate Frank-Wolfe method: link flows alone, no paths.
//!
//! Mitradjieva and Lindberg, 'The stiff is moving: conjugate direction Frank-Wolfe methods with applications to traffic
//! assignment', Transportation Science 47 (2013), equations 16 to 22. It shares the search and the cost functions with
//! [`crate::solvers::assignment::gradient_projection`] and nothing else, which makes it the cross-check. It is slow at
//! small gaps and starts cold.

use crate::solvers::assignment::demand::Demand;
use crate::solvers::assignment::equilibrium::AssignmentOptions;
use crate::solvers::assignment::equilibrium::Equilibrium;
use crate::solvers::assignment::equilibrium::check;
use crate::solvers::assignment::error::AssignmentError;
use crate::solvers::assignment::flow_state::FlowState;
use crate::solvers::assignment::loading::all_or_nothing;
use crate::solvers::assignment::network::RoadNetwork;
use crate::solvers::assignment::performance::LinkPerformance;
use crate::solvers::assignment::shortest_path::ShortestPaths;

/// A step this near to 1 forgets the past: the next directions would divide by what is left.
const FULL_STEP: f64 = 0.99;
/// Halvings and Newton steps of a line search at most; half as many reach the last digit.
const LINE_SEARCH_STEPS: usize = 100;
/// The line search ends when the slope along the line is this share of what it began with.
const LINE_SEARCH_TOLERANCE: f64 = 1e-12;

/// Finds the user equilibrium from an all-or-nothing start.
///
/// # Errors
/// When the links are not those of the network, or a value is impossible.
pub fn solve(
    network: &RoadNetwork,
    links: &[LinkPerformance],
    demand: &Demand,
    options: &AssignmentOptions,
) -> Result<Equilibrium, AssignmentError> {
    check(network, links, demand)?;
    let mut state = FlowState::new(network, links);
    let mut tree = ShortestPaths::default();
    let mut flow = vec![0.0; network.links()];
    all_or_nothing(network, demand, &state, &mut tree, &mut flow);
    state.flow.copy_from_slice(&flow);
    state.refresh();
    let mut past = Past::default();
    let mut iterations = 0;
    loop {
        let shortest = all_or_nothing(network, demand, &state, &mut tree, &mut flow);
        let gap = shortest.gap(state.total_cost());
        if gap <= options.gap || iterations >= options.max_iterations {
            return Ok(Equilibrium::of(
                network,
                demand,
                &state,
                shortest,
                iterations,
                options.gap,
            ));
        }
        let mut target = past.conjugate_target(&state, &flow);
        let mut step = line_search(&state, &target);
        if step <= 0.0 {
            // Uphill: the memory misleads, the plain direction never does.
            past = Past::default();
            target.copy_from_slice(&flow);
            step = line_search(&state, &target);
        }
        for (flow, target) in state.flow.iter_mut().zip(&target) {
            *flow += step * (target - *flow);
        }
        state.refresh();
        past.remember(target, step);
        iterations += 1;
    }
}

/// The last two targets, with the last step.
#[derive(Default)]
struct Past {
    last: Option<Vec<f64>>,
    before: Option<Vec<f64>>,
    step: f64,
}

impl Past {
    /// A target such that the direction to it is conjugate to the last two at the present second derivatives.
    fn conjugate_target(&self, state: &FlowState, nearest: &[f64]) -> Vec<f64> {
        let Some(last) = &self.last else {
            return nearest.to_vec();
        };
        let before = self.before.as_ref().unwrap_or(last);
        let is_second = self.before.is_some();
        let (mut bent, mut bent_scale) = (0.0, 0.0);
        let (mut straight, mut straight_scale) = (0.0, 0.0);
        for (arc, nearest) in nearest.iter().enumerate() {
            let (x, slope) = (state.flow[arc], state.slope[arc]);
            let (last, before) = (last[arc], before[arc]);
            let to_last = last - x;
            let to_both = self.step * last + (1.0 - self.step) * before - x;
            bent += to_both * slope * (nearest - x);
            bent_scale += to_both * slope * (before - last);
            straight += to_last * slope * (nearest - x);
            straight_scale += to_last * slope * to_last;
        }
        let share = |part: f64, whole: f64| {
            let share = -part / whole;
            if share.is_finite() {
                share.max(0.0)
            } else {
                0.0
            }
        };
        let mu = if is_second {
            share(bent, bent_scale)
        } else {
            0.0
        };
        let nu = if straight_scale > 0.0 {
            (-straight / straight_scale + mu * self.step / (1.0 - self.step)).max(0.0)
        } else {
            0.0
        };
        let whole = 1.0 + mu + nu;
        nearest
            .iter()
            .zip(last.iter().zip(before))
            .map(|(nearest, (last, before))| (nearest + nu * last + mu * before) / whole)
            .collect()
    }

    fn remember(&mut self, target: Vec<f64>, step: f64) {
        if step >= FULL_STEP {
            *self = Self::default();
            return;
        }
        self.before = self.last.replace(target);
        self.step = step;
    }
}

/// Share of the way to `target` at which the objective is least: where its slope along the way is 0, by Newton steps kept
/// within a bracket.
fn line_search(state: &FlowState, target: &[f64]) -> f64 {
    let slope = |step: f64| {
        let (mut slope, mut bend) = (0.0, 0.0);
        for ((law, x), target) in state.laws().iter().zip(&state.flow).zip(target) {
            let way = target - x;
            if way != 0.0 {
                let (cost, change) = law.cost_and_slope(x + step * way);
                slope += way * cost;
                bend += way * way * change;
            }
        }
        (slope, bend)
    };
    let (first, mut bend) = slope(0.0);
    if first >= 0.0 {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, 1.0);
    let (mut step, mut here) = (0.0, first);
    for _ in 0..LINE_SEARCH_STEPS {
        let newton = step - here / bend;
        step = if newton > low && newton < high {
            newton
        } else if low == 0.0 && high == 1.0 && here < 0.0 {
            // Nothing is known of the far end yet.
            1.0
        } else {
            0.5 * (low + high)
        };
        (here, bend) = slope(step);
        if here.abs() <= LINE_SEARCH_TOLERANCE * first.abs() || (step == 1.0 && here <= 0.0) {
            break;
        }
        if here < 0.0 {
            low = step;
        } else {
            high = step;
        }
        if high - low <= f64::EPSILON {
            break;
        }
    }
    step
}
