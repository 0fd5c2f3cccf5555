//! The `autopolis` program: parse, call, render the error.

fn main() {}
