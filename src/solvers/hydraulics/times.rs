//! Steps and clock of an extended-period simulation.
//!
//! Seconds throughout, from the start of the simulation unless said otherwise.

/// One day, s.
pub const DAY_S: f64 = 86_400.0;

/// When things happen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Times {
    /// Length of the simulation, s; 0 solves one moment.
    pub duration_s: f64,
    /// Longest step, s.
    pub hydraulic_step_s: f64,
    /// Length of a pattern's period, s.
    pub pattern_step_s: f64,
    /// Where in the patterns the simulation begins, s.
    pub pattern_start_s: f64,
    /// Interval of reports, s; a step ends at each.
    pub report_step_s: f64,
    /// First report, s.
    pub report_start_s: f64,
    /// Interval at which rules are looked at within a step, s.
    pub rule_step_s: f64,
    /// Time of day at the start, s.
    pub start_clock_s: f64,
    /// Whether tanks fill, drain and reach levels on whole seconds, as in EPANET: steps are then comparable with it one by
    /// one, at the price of up to half a second's flow a tank's limit.
    pub whole_seconds: bool,
}

impl Default for Times {
    /// EPANET's: one moment, steps of an hour, rules every tenth of one.
    fn default() -> Self {
        Times {
            duration_s: 0.0,
            hydraulic_step_s: 3600.0,
            pattern_step_s: 3600.0,
            pattern_start_s: 0.0,
            report_step_s: 3600.0,
            report_start_s: 0.0,
            rule_step_s: 360.0,
            start_clock_s: 0.0,
            whole_seconds: false,
        }
    }
}

impl Times {
    /// Index of the pattern period at a time.
    pub fn period(&self, t_s: f64) -> usize {
        // A step that ends on a border stands exactly on it: borders are multiples, not sums.
        ((t_s + self.pattern_start_s) / self.pattern_step_s)
            .floor()
            .max(0.0) as usize
    }

    /// Multiplier of a pattern at a time; patterns repeat, an empty one is 1.
    pub fn multiplier(&self, pattern: &[f64], t_s: f64) -> f64 {
        match pattern.len() {
            0 => 1.0,
            n => pattern[self.period(t_s) % n],
        }
    }

    /// The next border of patterns or reports after a time.
    pub fn next_border(&self, t_s: f64) -> f64 {
        let pattern = (self.period(t_s) + 1) as f64 * self.pattern_step_s - self.pattern_start_s;
        let reports = (t_s / self.report_step_s).floor() + 1.0;
        pattern.min(reports * self.report_step_s)
    }

    /// Time of day, s.
    pub fn clock_s(&self, t_s: f64) -> f64 {
        (t_s + self.start_clock_s).rem_euclid(DAY_S)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn borders_and_periods() {
        let times = Times {
            pattern_step_s: 7200.0,
            pattern_start_s: 1800.0,
            ..Times::default()
        };
        assert_eq!((times.period(0.0), times.period(5400.0)), (0, 1));
        assert_eq!(times.next_border(0.0), 3600.0);
        assert_eq!(times.next_border(3600.0), 5400.0);
        assert_eq!(times.multiplier(&[1.0, 3.0], 5400.0), 3.0);
    }
}
