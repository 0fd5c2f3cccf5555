//! Progress of a sweep on standard error: a bar with runs done, rate, what is left and failures, or plain lines for logs.

use crate::cli::Global;
use crate::cli::output;
use crate::cli::progress::Style;
use crate::experiment::measured::kind_of;
use crate::experiment::sweep::News;
use indicatif::ProgressBar;
use indicatif::ProgressDrawTarget;
use indicatif::ProgressStyle;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;
use std::time::Instant;

/// Failures told while the sweep goes on; all are in the summary and in `runs.csv`.
const FAILURES_TOLD: usize = 3;

/// Longest silence of plain lines, seconds: long enough for a log, short enough to see that it lives.
const SILENCE_S: f64 = 60.0;

/// Progress over runs; many threads tell it.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    total: usize,
    lines: bool,
    told: bool,
    began: Instant,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    computed: usize,
    kept: usize,
    failed: usize,
    tenths: usize,
    last_line: Instant,
}

impl Progress {
    /// Progress of `total` runs; nothing but failures with --progress none, nothing at all with --quiet.
    pub(super) fn new(global: &Global, total: usize) -> Self {
        let shown = !global.quiet;
        let target = if shown && global.progress == Style::Auto {
            ProgressDrawTarget::stderr_with_hz(4)
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(total as u64), target);
        // The template is fixed and right; the plain bar would do if it were not.
        let form = "{bar:30} {pos}/{len} runs  {msg}  {elapsed} gone";
        let style =
            ProgressStyle::with_template(form).unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style);
        // Runs take seconds: the bar shows that time passes.
        bar.enable_steady_tick(Duration::from_millis(500));
        let now = Instant::now();
        Self {
            bar,
            total,
            lines: shown && global.progress == Style::Plain,
            told: shown,
            began: now,
            state: Mutex::new(State {
                computed: 0,
                kept: 0,
                failed: 0,
                tenths: 0,
                last_line: now,
            }),
        }
    }

    /// Something happened.
    pub(super) fn news(&self, news: &News<'_>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match news {
            News::Kept { runs, failed } => {
                state.kept += runs;
                state.failed += failed;
            }
            News::Again { shard, flaw } => {
                if self.told {
                    self.line(&format!("shard {shard} {flaw}; it is computed again"));
                }
                return;
            }
            News::Ran { run_id, error } => {
                state.computed += 1;
                if let Some(error) = error {
                    state.failed += 1;
                    if self.told && state.failed <= FAILURES_TOLD {
                        self.line(&format!("run {run_id} failed: {}", first_line(error)));
                    }
                }
            }
        }
        self.show(&mut state);
    }

    fn show(&self, state: &mut State) {
        let done = state.computed + state.kept;
        let gone = self.began.elapsed().as_secs_f64();
        let rate = state.computed as f64 / gone.max(1e-3);
        let left = self.total.saturating_sub(done) as f64 / rate.max(1e-9);
        let failed = match state.failed {
            0 => String::new(),
            n => format!(", {n} failed"),
        };
        let figures = if state.computed == 0 {
            failed
        } else {
            format!("{rate:.2} runs/s, {} left{failed}", span(left))
        };
        self.bar.set_position(done as u64);
        self.bar.set_message(figures.clone());
        let tenths = 10 * done / self.total.max(1);
        let silent = state.last_line.elapsed().as_secs_f64();
        if self.lines && (tenths > state.tenths || silent > SILENCE_S) {
            state.tenths = tenths;
            state.last_line = Instant::now();
            output::tell(&format!("{done} of {} runs, {figures}", self.total));
        }
    }

    /// A line that does not tear the bar.
    fn line(&self, text: &str) {
        self.bar.suspend(|| output::tell(text));
    }

    /// Runs carried out so far.
    pub(super) fn computed(&self) -> usize {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.computed
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

/// The first line of an error, with its kind.
pub(super) fn first_line(error: &str) -> String {
    let line = error.lines().next().unwrap_or_default();
    if line.is_empty() {
        kind_of(error).to_owned()
    } else {
        line.to_owned()
    }
}

/// A span of time as people say it.
pub(super) fn span(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    match whole {
        0..60 => format!("{whole} s"),
        60..3600 => format!("{} min {} s", whole / 60, whole % 60),
        _ => format!("{} h {} min", whole / 3600, whole % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_said_in_two_units_at_most() {
        assert_eq!(span(12.4), "12 s");
        assert_eq!(span(59.7), "1 min 0 s");
        assert_eq!(span(3700.0), "1 h 1 min");
    }
}
