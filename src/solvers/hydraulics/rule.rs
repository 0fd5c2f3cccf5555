//! Rules: several conditions joined by AND and OR, actions for both outcomes, a priority.
//!
//! They are looked at within a step, at multiples of the rule step, on levels as they then are and on pressures and flows
//! of the step's start; the first that changes anything ends the step (Rossman et al. 2020, section 3.4 and appendix C).

use crate::solvers::hydraulics::control::Action;
use crate::solvers::hydraulics::network::LinkKind;
use crate::solvers::hydraulics::network::Network;
use crate::solvers::hydraulics::network::NodeKind;
use crate::solvers::hydraulics::network::ValveKind;
use crate::solvers::hydraulics::state::State;
use crate::solvers::hydraulics::state::Status;
use crate::solvers::hydraulics::times::DAY_S;
use crate::solvers::hydraulics::times::Times;

/// What a condition looks at. Values are SI, but for the setting of a link, which is that of the solver.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Quantity {
    /// Demand of a node (net inflow of a tank), m3/s.
    Demand(usize),
    /// Demand of all junctions, m3/s.
    SystemDemand,
    /// Head of a node, m.
    Head(usize),
    /// Pressure head or level of a node, m.
    Pressure(usize),
    /// Flow of a link, whichever its direction, m3/s.
    Flow(usize),
    /// Speed or setting of a link.
    Setting(usize),
    /// Time, s.
    Time,
    /// Time of day, s.
    Clock,
    /// Time to fill a tank at its present inflow, s.
    FillTime(usize),
    /// Time to drain a tank at its present outflow, s.
    DrainTime(usize),
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// Equal.
    Equal,
    /// Not equal.
    NotEqual,
    /// Less.
    Less,
    /// Less or equal.
    AtMost,
    /// More.
    Greater,
    /// More or equal.
    AtLeast,
}

/// What a link is asked to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Open.
    Open,
    /// Shut.
    Closed,
    /// Holding its setting.
    Active,
}

/// A condition.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Clause {
    /// A quantity against a value; `tolerance` is what 0.001 of the file's unit is here.
    Value {
        /// Left.
        quantity: Quantity,
        /// Comparison.
        relation: Relation,
        /// Right.
        value: f64,
        /// Values closer than this are equal.
        tolerance: f64,
    },
    /// A link's status.
    Link {
        /// The link.
        link: usize,
        /// What it is asked to be.
        is: Condition,
        /// Whether it is asked not to be that.
        negated: bool,
    },
}

/// A condition with how it is joined to those before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Premise {
    /// Joined by OR rather than AND.
    pub or: bool,
    /// The condition.
    pub clause: Clause,
}

/// An action of a rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RuleAction {
    /// The link.
    pub link: usize,
    /// What is done to it.
    pub action: Action,
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Rule {
    /// Conditions, read from left to right.
    pub premises: Vec<Premise>,
    /// Actions when they hold.
    pub then: Vec<RuleAction>,
    /// Actions when they do not.
    pub otherwise: Vec<RuleAction>,
    /// Of actions on one link that of the highest priority is taken, of equals the first.
    pub priority: f64,
}

/// What rules see of time: the interval since they were last looked at ends at `t_s`.
#[derive(Clone, Copy, Debug)]
pub struct Interval {
    /// End, s.
    pub t_s: f64,
    /// Length, s.
    pub length_s: f64,
}

/// Actions that the rules ask for, one a link.
pub fn actions(
    rules: &[Rule],
    network: &Network,
    state: &State,
    times: &Times,
    interval: Interval,
) -> Vec<RuleAction> {
    let mut taken: Vec<(f64, RuleAction)> = Vec::new();
    for rule in rules {
        let list = if rule.holds(network, state, times, interval) {
            &rule.then
        } else {
            &rule.otherwise
        };
        for action in list {
            match taken
                .iter_mut()
                .find(|(_, other)| other.link == action.link)
            {
                Some(other) if rule.priority > other.0 => *other = (rule.priority, *action),
                Some(_) => {}
                None => taken.push((rule.priority, *action)),
            }
        }
    }
    taken.into_iter().map(|(_, action)| action).collect()
}

impl Rule {
    /// Whether the conditions hold: OR saves a failed condition before it, AND ends the rule at one.
    pub fn holds(
        &self,
        network: &Network,
        state: &State,
        times: &Times,
        interval: Interval,
    ) -> bool {
        let mut result = true;
        for premise in &self.premises {
            if premise.or {
                result = result || premise.clause.holds(network, state, times, interval);
            } else if !result {
                return false;
            } else {
                result = premise.clause.holds(network, state, times, interval);
            }
        }
        result
    }
}

impl Clause {
    fn holds(&self, network: &Network, state: &State, times: &Times, interval: Interval) -> bool {
        match *self {
            Clause::Link { link, is, negated } => {
                let now = match state.status[link] {
                    Status::Active => Condition::Active,
                    status if status.is_open() => Condition::Open,
                    _ => Condition::Closed,
                };
                (now == is) != negated
            }
            Clause::Value {
                quantity: quantity @ (Quantity::Time | Quantity::Clock),
                relation,
                value,
                ..
            } => {
                let (from, to) = (interval.t_s - interval.length_s, interval.t_s);
                let (from, to) = match quantity {
                    Quantity::Clock => (times.clock_s(from), times.clock_s(to)),
                    _ => (from, to),
                };
                // The interval is open at its start, for what happened there was seen by the last look.
                let within = if to < from {
                    value > from && value <= DAY_S || value <= to
                } else {
                    value > from && value <= to
                };
                match relation {
                    Relation::Equal => within,
                    Relation::NotEqual => !within,
                    Relation::Less => to < value,
                    Relation::AtMost => to <= value,
                    Relation::Greater => to > value,
                    Relation::AtLeast => to >= value,
                }
            }
            Clause::Value {
                quantity,
                relation,
                value,
                tolerance,
            } => quantity
                .now(network, state)
                .is_some_and(|x| match relation {
                    Relation::Equal => (x - value).abs() <= tolerance,
                    Relation::NotEqual => (x - value).abs() >= tolerance,
                    Relation::Less => x <= value + tolerance,
                    Relation::AtMost => x <= value - tolerance,
                    Relation::Greater => x >= value - tolerance,
                    Relation::AtLeast => x >= value + tolerance,
                }),
        }
    }
}

impl Quantity {
    /// Present value; `None` where there is none, such as the time to fill a tank that drains.
    fn now(self, network: &Network, state: &State) -> Option<f64> {
        let tank = |i: usize| match &network.nodes[i].kind {
            NodeKind::Tank(tank) => Some((tank, tank.volume_m3(state.pressure_m(network, i)))),
            _ => None,
        };
        match self {
            Quantity::Demand(i) => Some(state.served_m3s[i]),
            Quantity::SystemDemand => Some(
                network
                    .nodes
                    .iter()
                    .zip(&state.required_m3s)
                    .filter(|(node, _)| node.is_junction())
                    .map(|(_, demand)| demand)
                    .sum(),
            ),
            Quantity::Head(i) => Some(state.head_m[i]),
            Quantity::Pressure(i) => Some(state.pressure_m(network, i)),
            Quantity::Flow(k) => Some(state.flow_m3s[k].abs()),
            Quantity::Setting(k) => state.setting[k],
            Quantity::FillTime(i) => {
                let (tank, volume) = tank(i)?;
                let inflow = state.served_m3s[i];
                (inflow > 0.0).then(|| (tank.max_m3() - volume) / inflow)
            }
            Quantity::DrainTime(i) => {
                let (tank, volume) = tank(i)?;
                let inflow = state.served_m3s[i];
                (inflow < 0.0).then(|| (tank.min_m3() - volume) / inflow)
            }
            Quantity::Time | Quantity::Clock => None,
        }
    }
}

/// Whether a link can be the object of an action: check valves cannot, and general purpose valves have no setting.
pub fn can_act(kind: &LinkKind, action: Action) -> bool {
    !matches!(
        (kind, action),
        (
            LinkKind::Pipe {
                check_valve: true,
                ..
            },
            _
        ) | (
            LinkKind::Valve {
                kind: ValveKind::General { .. },
                ..
            },
            Action::Set(_)
        )
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(relation: Relation, value: f64) -> Rule {
        Rule {
            premises: vec![Premise {
                or: false,
                clause: Clause::Value {
                    quantity: Quantity::Time,
                    relation,
                    value,
                    tolerance: 0.0,
                },
            }],
            ..Rule::default()
        }
    }

    fn holds(rule: &Rule, t_s: f64) -> bool {
        let network = Network::default();
        let state = State::start(&network);
        let interval = Interval {
            t_s,
            length_s: 360.0,
        };
        rule.holds(&network, &state, &Times::default(), interval)
    }

    #[test]
    fn an_instant_is_seen_once() {
        let rule = at(Relation::Equal, 3600.0);
        assert!(holds(&rule, 3600.0) && holds(&rule, 3700.0));
        assert!(!holds(&rule, 3960.0) && !holds(&rule, 3599.0));
    }

    #[test]
    fn and_ends_or_saves() {
        let yes = at(Relation::AtLeast, 10.0).premises[0];
        let no = at(Relation::Less, 10.0).premises[0];
        let or = |premise: Premise| Premise {
            or: true,
            ..premise
        };
        let rule = |premises: &[Premise]| Rule {
            premises: premises.to_vec(),
            ..Rule::default()
        };
        assert!(holds(&rule(&[no, or(yes)]), 20.0));
        assert!(holds(&rule(&[yes, or(no), yes]), 20.0));
        assert!(!holds(&rule(&[no, yes, or(yes)]), 20.0));
    }

    #[test]
    fn priority_decides_between_rules_on_one_link() {
        let act = |action, priority| Rule {
            then: vec![RuleAction { link: 3, action }],
            priority,
            ..at(Relation::AtLeast, 0.0)
        };
        let network = Network::default();
        let state = State::start(&network);
        let interval = Interval {
            t_s: 1.0,
            length_s: 1.0,
        };
        let rules = [
            act(Action::Open, 1.0),
            act(Action::Close, 2.0),
            act(Action::Open, 2.0),
        ];
        let taken = actions(&rules, &network, &state, &Times::default(), interval);
        assert_eq!(taken.len(), 1);
        assert_eq!(taken[0].action, Action::Close);
    }
}
