//! The Pareto front: what nothing else beats in every respect.
//!
//! It compares numbers as they are: a difference within the noise of the runs counts like any other.

/// Which way an objective should move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Objective {
    /// Lower is better.
    Minimise,
    /// Higher is better.
    Maximise,
}

impl Objective {
    /// Whether `a` is better than `b`.
    fn prefers(self, a: f64, b: f64) -> bool {
        match self {
            Self::Minimise => a < b,
            Self::Maximise => a > b,
        }
    }
}

/// Positions, ascending, of the points that no other point dominates: none is at least as good in every objective and
/// better in one. Equal points stand or fall together. A point with a number that is not finite, or with another count
/// of numbers than there are objectives, neither dominates nor is on the front.
#[must_use]
pub fn front(points: &[Vec<f64>], objectives: &[Objective]) -> Vec<usize> {
    let sound: Vec<usize> = (0..points.len())
        .filter(|k| {
            points[*k].len() == objectives.len() && points[*k].iter().all(|x| x.is_finite())
        })
        .collect();
    let beaten = |k: usize| {
        let others = sound.iter().filter(|other| **other != k);
        others
            .into_iter()
            .any(|other| dominates(&points[*other], &points[k], objectives))
    };
    sound.iter().copied().filter(|k| !beaten(*k)).collect()
}

/// Whether `a` is at least as good as `b` in every objective and better in one.
#[must_use]
pub fn dominates(a: &[f64], b: &[f64], objectives: &[Objective]) -> bool {
    let each = || a.iter().zip(b).zip(objectives);
    !each().any(|((a, b), objective)| objective.prefers(*b, *a))
        && each().any(|((a, b), objective)| objective.prefers(*a, *b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_by_hand() {
        // Cost down, service up.
        let objectives = [Objective::Minimise, Objective::Maximise];
        let points = vec![
            vec![1.0, 1.0],
            vec![2.0, 3.0],
            vec![2.0, 2.0],
            vec![3.0, 3.0],
            vec![2.0, 3.0],
            vec![0.0, f64::NAN],
        ];
        assert_eq!(front(&points, &objectives), [0, 1, 4]);
        assert!(front(&[], &objectives).is_empty());
    }

    #[test]
    fn one_objective_leaves_the_best() {
        let points = vec![vec![2.0], vec![1.0], vec![1.0]];
        assert_eq!(front(&points, &[Objective::Minimise]), [1, 2]);
        assert_eq!(front(&points, &[Objective::Maximise]), [0]);
    }
}
