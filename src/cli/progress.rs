//! Progress of a run on standard error: a bar with simulated time, rate and what is left, where somebody looks.

use crate::cli::Global;
use crate::engine::clock::at;
use indicatif::ProgressBar;
use indicatif::ProgressDrawTarget;
use indicatif::ProgressStyle;
use jiff::civil::DateTime;

/// A bar over simulated seconds.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    start: DateTime,
}

impl Progress {
    /// A bar for a run of `horizon_s` seconds; hidden with --quiet and where standard error is no terminal.
    pub(super) fn new(global: &Global, horizon_s: u64, start: DateTime) -> Self {
        let target = if global.quiet {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr_with_hz(10)
        };
        let bar = ProgressBar::with_draw_target(Some(horizon_s), target);
        // The template is fixed and right; the plain bar would do if it were not.
        let form = "{msg} {bar:30} {percent:>3} %  {elapsed} gone, {eta} left";
        let style =
            ProgressStyle::with_template(form).unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style);
        Self { bar, start }
    }

    /// The run has reached a simulated time, seconds.
    pub(super) fn at(&self, t_s: u64) {
        if t_s.is_multiple_of(3600) {
            self.bar.set_position(t_s);
            self.bar
                .set_message(at(self.start, t_s).strftime("%a %d %b %H:%M").to_string());
        }
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
