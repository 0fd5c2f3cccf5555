//! Progress on standard error, where somebody looks: of a run with its simulated time, of many things with their count;
//! what is gone and what is left.

use crate::cli::Global;
use crate::cli::output;
use crate::engine::clock::at;
use indicatif::ProgressBar;
use indicatif::ProgressDrawTarget;
use indicatif::ProgressStyle;
use jiff::civil::DateTime;
use std::cell::Cell;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Instant;

/// How progress is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Style {
    /// A bar where standard error is a terminal, nothing elsewhere
    #[default]
    Auto,
    /// A line every tenth of the way, for logs
    Plain,
    /// Nothing
    None,
}

/// Progress over simulated seconds.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    start: DateTime,
    horizon_s: u64,
    lines: bool,
    tenths: Cell<u64>,
    began: Instant,
}

impl Progress {
    /// Progress of a run of `horizon_s` seconds; nothing with --quiet.
    pub(super) fn new(global: &Global, horizon_s: u64, start: DateTime) -> Self {
        let shown = !global.quiet;
        let target = if shown && global.progress == Style::Auto {
            ProgressDrawTarget::stderr_with_hz(10)
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(horizon_s), target);
        // The template is fixed and right; the plain bar would do if it were not.
        let form = "{msg} {bar:30} {percent:>3} %  {elapsed} gone, {eta} left";
        let style =
            ProgressStyle::with_template(form).unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style);
        Self {
            bar,
            start,
            horizon_s,
            lines: shown && global.progress == Style::Plain,
            tenths: Cell::new(0),
            began: Instant::now(),
        }
    }

    /// The run has reached a simulated time, seconds.
    pub(super) fn at(&self, t_s: u64) {
        if t_s.is_multiple_of(3600) {
            self.bar.set_position(t_s);
            self.bar.set_message(self.stamp(t_s));
        }
        let tenths = 10 * t_s / self.horizon_s.max(1);
        if self.lines && tenths > self.tenths.replace(tenths) {
            let gone = self.began.elapsed().as_secs_f64();
            let left = gone * (self.horizon_s as f64 / t_s as f64 - 1.0);
            let stamp = self.stamp(t_s);
            output::tell(&format!(
                "{stamp}: {} %, {gone:.1} s gone, {left:.1} s left",
                10 * tenths
            ));
        }
    }

    fn stamp(&self, t_s: u64) -> String {
        at(self.start, t_s).strftime("%a %d %b %H:%M").to_string()
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

/// Progress over a number of things that are done in any order on several threads.
#[derive(Debug)]
pub(super) struct Counter {
    bar: ProgressBar,
    total: usize,
    what: &'static str,
    lines: bool,
    tenths: AtomicUsize,
    began: Instant,
}

impl Counter {
    /// Progress over `total` of `what`; nothing with --quiet.
    pub(super) fn new(global: &Global, total: usize, what: &'static str) -> Self {
        let shown = !global.quiet;
        let target = if shown && global.progress == Style::Auto {
            ProgressDrawTarget::stderr_with_hz(4)
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(total as u64), target);
        let form = "{pos} of {len} {msg} {bar:30} {per_sec}  {elapsed} gone, {eta} left";
        let style =
            ProgressStyle::with_template(form).unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style);
        bar.set_message(what);
        Self {
            bar,
            total,
            what,
            lines: shown && global.progress == Style::Plain,
            tenths: AtomicUsize::new(0),
            began: Instant::now(),
        }
    }

    /// So many are done.
    pub(super) fn at(&self, done: usize) {
        self.bar.set_position(done as u64);
        let tenths = 10 * done / self.total.max(1);
        if self.lines && tenths > self.tenths.fetch_max(tenths, Ordering::Relaxed) {
            let gone = self.began.elapsed().as_secs_f64();
            let left = gone * (self.total as f64 / done as f64 - 1.0);
            output::tell(&format!(
                "{done} of {} {}, {gone:.1} s gone, {left:.1} s left",
                self.total, self.what
            ));
        }
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
