//! What a reader finds: problems that refuse a feed, and notices that do not. Many of one kind are counted, not kept.

use std::collections::BTreeMap;

use crate::scenario::problem::Problem;
use crate::scenario::problem::Problems;

/// Problems kept of each file; the rest are counted. A wrong column repeats in every row.
const MOST_PROBLEMS: usize = 100;
/// Notices kept of each file and kind.
const MOST_NOTICES: usize = 3;

/// Findings so far.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    problems: Vec<Problem>,
    notices: Vec<Problem>,
    /// How many of each file there are, kept or not.
    problem_counts: BTreeMap<String, usize>,
    /// How many notices of each file and kind.
    notice_counts: BTreeMap<(String, &'static str), usize>,
}

impl Findings {
    /// Notes what makes the feed unusable.
    pub fn problem(&mut self, problem: Problem) {
        let count = self.problem_counts.entry(problem.file.clone()).or_default();
        *count += 1;
        if *count <= MOST_PROBLEMS {
            self.problems.push(problem);
        }
    }

    /// Notes what the timetable does without; `kind` says in the plural what the notices are about.
    pub fn notice(&mut self, kind: &'static str, notice: Problem) {
        let key = (notice.file.clone(), kind);
        let count = self.notice_counts.entry(key).or_default();
        *count += 1;
        if *count <= MOST_NOTICES {
            self.notices.push(notice);
        }
    }

    /// Whether a problem was noted.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        !self.problems.is_empty()
    }

    /// The notices if there is no problem, else the problems.
    ///
    /// # Errors
    /// All problems.
    pub fn close(mut self) -> Result<Vec<Problem>, Problems> {
        for (file, count) in &self.problem_counts {
            if let Some(more) = count.checked_sub(MOST_PROBLEMS).filter(|more| *more > 0) {
                let message = format!("{more} more problems in this file");
                self.problems.push(Problem::new(file, message));
            }
        }
        for ((file, kind), count) in &self.notice_counts {
            if let Some(more) = count.checked_sub(MOST_NOTICES).filter(|more| *more > 0) {
                let message = format!("{more} more {kind}");
                self.notices.push(Problem::new(file, message));
            }
        }
        Problems(self.problems).unless(self.notices)
    }
}
