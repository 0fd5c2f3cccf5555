//! One metric, one controller, against the baseline: every number of the comparison.
//!
//! Differences are controller less baseline. The interval and the size are of the mean difference; the test is of the
//! ranks. Nothing is claimed unless both agree.

use crate::experiment::comparison::Question;
use crate::experiment::comparison::pairing::Pairing;
use crate::experiment::comparison::resampling::indices;
use crate::experiment::comparison::sentence;
use crate::experiment::comparison::warning;
use crate::experiment::comparison::warning::Warning;
use crate::experiment::table::SweepTable;
use crate::results::metrics;
use crate::results::metrics::Better;
use crate::solvers::statistics::bootstrap::Bootstrap;
use crate::solvers::statistics::bootstrap::bootstrap;
use crate::solvers::statistics::descriptive;
use crate::solvers::statistics::effect_size::hedges_dz;
use crate::solvers::statistics::effect_size::rank_biserial;
use crate::solvers::statistics::interval::Interval;
use crate::solvers::statistics::paired::differences;
use crate::solvers::statistics::paired::paired_t;
use crate::solvers::statistics::power::minimum_detectable;
use crate::solvers::statistics::shortfall::Adverse;
use crate::solvers::statistics::shortfall::expected_shortfall;
use crate::solvers::statistics::wilcoxon::signed_rank;
use serde::Serialize;

/// Power for which the smallest effect is given.
pub const POWER: f64 = 0.8;

/// What may be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    /// The mean is lower than the baseline's.
    Lower,
    /// The mean is higher than the baseline's.
    Higher,
    /// No difference was found, which is not to say that there is none.
    NoDifference,
    /// Every pair is the same.
    AllSame,
    /// Too few pairs, or too few that differ: no signs whatever could have given a finding in a family of tests of this
    /// size.
    TooFew,
}

/// One metric of one controller against the baseline. What cannot be computed is none.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Effect {
    /// What it was kept apart by; empty where everything is pooled.
    pub stratum: String,
    /// Key of the metric.
    pub metric: String,
    /// Its unit.
    pub unit: String,
    /// Its better direction: `lower`, `higher` or `neither`.
    pub better: &'static str,
    /// The controller, as in the table.
    pub controller: String,
    /// The baseline, as in the table.
    pub baseline: String,
    /// Number of pairs in which the metric has both values.
    pub pairs: usize,
    /// Mean of the baseline over the pairs.
    pub baseline_mean: Option<f64>,
    /// Mean of the controller over the pairs.
    pub controller_mean: Option<f64>,
    /// Mean difference, controller less baseline.
    pub difference: Option<f64>,
    /// Bootstrap interval of the mean difference: percentile, expanded for the number of pairs.
    pub interval: Option<[f64; 2]>,
    /// Its BCa interval, to compare; none where the bootstrap is degenerate.
    pub bca_interval: Option<[f64; 2]>,
    /// Student's t interval of the mean difference, to compare.
    pub t_interval: Option<[f64; 2]>,
    /// Median difference.
    pub median_difference: Option<f64>,
    /// Standard deviation of the differences.
    pub difference_sd: Option<f64>,
    /// Mean difference over the baseline's mean; none where the baseline changes sign or is zero.
    pub relative: Option<f64>,
    /// Bootstrap interval of that.
    pub relative_interval: Option<[f64; 2]>,
    /// Two-sided p of Wilcoxon's signed-rank test.
    pub p: Option<f64>,
    /// How it was come by.
    pub p_method: Option<&'static str>,
    /// The p after Holm's adjustment over the whole comparison.
    pub adjusted_p: Option<f64>,
    /// Cohen's dz of the differences, with Hedges' correction.
    pub hedges_dz: Option<f64>,
    /// Matched-pairs rank-biserial correlation: -1 all lower, 1 all higher.
    pub rank_biserial: Option<f64>,
    /// Pairs in which the controller is lower.
    pub lower: usize,
    /// Pairs in which both are the same.
    pub same: usize,
    /// Pairs in which the controller is higher.
    pub higher: usize,
    /// Mean of the worst tenth of runs (CVaR 90): baseline, controller; none where no direction is worse.
    pub cvar_90: Option<[f64; 2]>,
    /// Mean of the worst twentieth of runs (CVaR 95): baseline, controller.
    pub cvar_95: Option<[f64; 2]>,
    /// The smallest mean difference that would have been found with 80 % power at Holm's strictest level.
    pub detectable: Option<f64>,
    /// What may be said.
    pub finding: Finding,
    /// The same in a sentence.
    pub sentence: String,
    /// What speaks against it.
    pub warnings: Vec<Warning>,
}

impl Effect {
    /// The numbers of a metric; the claim waits for the adjusted p. None if the column is not there.
    pub(super) fn of(
        table: &SweepTable,
        column: usize,
        pairing: &Pairing,
        stratum: &str,
        question: &Question,
    ) -> Option<Self> {
        let key = table.metrics.get(column)?;
        let metric = metrics::find(key);
        let [base, other] = pairing.values(table, column);
        let pairs = base.len();
        let d = differences(&other, &base)?;
        let names = [key, pairing.baseline.as_str(), &pairing.controller, stratum];
        let mean = |taken: &[usize]| sum(&d, taken) / taken.len() as f64;
        let resampled = |statistic: &dyn Fn(&[usize]) -> f64| {
            let mut index = indices(&names);
            bootstrap(
                pairs,
                statistic,
                question.resamples,
                question.confidence,
                &mut index,
            )
        };
        let boot = resampled(&mean);
        let one_sign = base.iter().all(|x| *x >= 0.0) || base.iter().all(|x| *x <= 0.0);
        let ratio = |taken: &[usize]| sum(&d, taken) / sum(&base, taken).abs();
        let relative = if one_sign { resampled(&ratio) } else { None };
        let test = signed_rank(&d);
        let t = paired_t(&d, question.confidence);
        let better = metric.map_or(Better::Neither, |m| m.better);
        let adverse = match better {
            Better::Lower => Some(Adverse::High),
            Better::Higher => Some(Adverse::Low),
            Better::Neither => None,
        };
        let cvar = |level: f64| {
            let of = |sample: &[f64]| expected_shortfall(sample, level, adverse?);
            Some([of(&base)?, of(&other)?])
        };
        let ends = |interval: Interval| [interval.low, interval.high];
        let expanded = |b: &Bootstrap| b.expanded(question.confidence).map(ends);
        let mut effect = Self {
            stratum: stratum.to_owned(),
            metric: key.clone(),
            unit: metric.map_or("", |m| m.unit).to_owned(),
            better: better.as_str(),
            controller: pairing.controller.clone(),
            baseline: pairing.baseline.clone(),
            pairs,
            baseline_mean: descriptive::mean(&base),
            controller_mean: descriptive::mean(&other),
            difference: descriptive::mean(&d),
            interval: boot.as_ref().and_then(expanded),
            bca_interval: boot.as_ref().and_then(|b| b.bca).map(|b| ends(b.interval)),
            t_interval: t.map(|t| ends(t.interval)),
            median_difference: descriptive::median(&d),
            difference_sd: t.map(|t| t.standard_deviation),
            relative: relative.as_ref().map(|r| r.estimate),
            relative_interval: relative.as_ref().and_then(expanded),
            p: test.filter(|_| pairs > 1).map(|test| test.p),
            p_method: test.filter(|_| pairs > 1).map(|test| test.method.as_str()),
            adjusted_p: None,
            hedges_dz: hedges_dz(&d),
            rank_biserial: test.as_ref().and_then(rank_biserial),
            lower: d.iter().filter(|x| **x < 0.0).count(),
            same: d.iter().filter(|x| **x == 0.0).count(),
            higher: d.iter().filter(|x| **x > 0.0).count(),
            cvar_90: cvar(0.90),
            cvar_95: cvar(0.95),
            detectable: None,
            finding: Finding::TooFew,
            sentence: String::new(),
            warnings: Vec::new(),
        };
        let undefined = pairing.pairs.len() - pairs;
        let at_limits = boot.and_then(|b| b.bca).is_some_and(|bca| bca.at_limits);
        effect.warnings = warning::of_effect(&effect, undefined, at_limits);
        Some(effect)
    }

    /// Decides what may be said, once the p values of the `family` have been adjusted together.
    pub(super) fn conclude(&mut self, confidence: f64, family: usize) {
        let level = 1.0 - confidence;
        self.detectable = self
            .difference_sd
            .and_then(|sd| minimum_detectable(sd, self.pairs, level / family.max(1) as f64, POWER));
        self.finding = match (self.adjusted_p, self.difference, self.interval) {
            (Some(p), Some(mean), Some([low, high])) => {
                let clear = low > 0.0 || high < 0.0;
                // The ranks and the mean must point the same way, or the test speaks of something else.
                let agree = self.rank_biserial.is_some_and(|r| r * mean > 0.0);
                // The smallest p that so many signs can give, adjusted: if that is no finding, nothing could be. Pairs
                // that are the same have no sign.
                let signs = (self.lower + self.higher) as f64;
                let smallest = 2.0 * libm::exp2(-signs) * family as f64;
                if self.same == self.pairs {
                    Finding::AllSame
                } else if smallest >= level {
                    Finding::TooFew
                } else if p >= level {
                    Finding::NoDifference
                } else if !clear || !agree {
                    self.warnings.push(warning::disagreement(&self.metric));
                    Finding::NoDifference
                } else if mean < 0.0 {
                    Finding::Lower
                } else {
                    Finding::Higher
                }
            }
            _ => Finding::TooFew,
        };
        self.sentence = sentence::of(self, confidence);
    }

    /// Pairs in which the controller is better, and worse; none where no direction is better.
    #[must_use]
    pub fn better_and_worse(&self) -> Option<[usize; 2]> {
        match self.better {
            "lower" => Some([self.lower, self.higher]),
            "higher" => Some([self.higher, self.lower]),
            _ => None,
        }
    }
}

/// Sum of what was taken.
fn sum(sample: &[f64], taken: &[usize]) -> f64 {
    taken.iter().map(|k| sample[*k]).sum()
}
