//! `none`: nobody in the control room. Relays, tap changers, the day-ahead schedule and the crews act by themselves.

use crate::engine::command::Command;
use crate::engine::control::Controller;
use crate::engine::control::View;

/// The controller that gives no command.
#[derive(Clone, Copy, Debug)]
pub struct Nothing;

impl Controller for Nothing {
    fn name(&self) -> &'static str {
        "none"
    }

    fn decide(&mut self, _view: &View<'_>) -> Vec<Command> {
        Vec::new()
    }

    fn capture(&self) -> Vec<u8> {
        Vec::new()
    }

    fn restore(&mut self, state: &[u8]) -> bool {
        state.is_empty()
    }
}
