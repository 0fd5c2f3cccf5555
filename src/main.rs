//! The `autopolis` binary: parse, call, render the error.

use std::process::ExitCode;

fn main() -> ExitCode {
    match autopolis::cli::parse(std::env::args_os()) {
        Ok(command) => match autopolis::cli::run(&command) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => error.render(command.global.no_color),
        },
        Err(exit) => exit,
    }
}
