//! Parses statements: assignments (also of several names), expressions, `if`.
//!
//! Loops and other blocks are kept as `Unsupported`: the evaluator decides whether skipping them could change the case.
//! A statement that does not parse is reported and skipped, so that all faults of a file come at once.

use crate::scenario::import::matpower::problem::Problem;
use crate::scenario::import::matpower::syntax::Expr;
use crate::scenario::import::matpower::syntax::ExprKind;
use crate::scenario::import::matpower::syntax::MAX_DEPTH;
use crate::scenario::import::matpower::syntax::Place;
use crate::scenario::import::matpower::syntax::Program;
use crate::scenario::import::matpower::syntax::Statement;
use crate::scenario::import::matpower::syntax::StatementKind;
use crate::scenario::import::matpower::syntax::node;
use crate::scenario::import::matpower::token::Token;
use crate::scenario::import::matpower::token::TokenKind;

pub(super) type Parsed<T> = Result<T, Problem>;

/// Parses the tokens; statements that do not parse are reported and skipped.
pub(super) fn parse(tokens: &[Token], problems: &mut Vec<Problem>) -> Program {
    let mut parser = Parser {
        tokens,
        at: 0,
        depth: 0,
    };
    let mut program = Program::default();
    parser.skip_separators();
    if parser.is_name("function") {
        match parser.function_line() {
            Ok((outputs, name)) => (program.outputs, program.name) = (outputs, name),
            Err(problem) => {
                problems.push(problem);
                parser.skip_statement();
            }
        }
    }
    program.body = parser.block(&["function"], problems);
    program
}

/// Reads tokens one way; nothing is read twice but the left side of `[a, b] =`.
pub(super) struct Parser<'a> {
    tokens: &'a [Token],
    pub(super) at: usize,
    pub(super) depth: usize,
}

impl Parser<'_> {
    pub(super) fn peek(&self) -> &TokenKind {
        self.tokens
            .get(self.at)
            .map_or(&TokenKind::End, |token| &token.kind)
    }

    pub(super) fn ahead(&self, by: usize) -> Option<&Token> {
        self.tokens.get(self.at + by)
    }

    pub(super) fn place(&self) -> Place {
        let token = self.tokens.get(self.at).or_else(|| self.tokens.last());
        token.map_or_else(Place::default, |token| Place {
            line: token.line,
            offset: token.offset,
            length: token.length,
        })
    }

    pub(super) fn since(&self, start: Place) -> Place {
        let end = self
            .at
            .checked_sub(1)
            .and_then(|at| self.tokens.get(at))
            .map_or(0, |token| token.offset + token.length);
        Place {
            length: end.saturating_sub(start.offset),
            ..start
        }
    }

    pub(super) fn spaced(&self) -> bool {
        self.tokens.get(self.at).is_some_and(|token| token.spaced)
    }

    pub(super) fn is(&self, symbol: &str) -> bool {
        matches!(self.peek(), TokenKind::Symbol(found) if *found == symbol)
    }

    fn is_name(&self, name: &str) -> bool {
        matches!(self.peek(), TokenKind::Name(found) if found == name)
    }

    pub(super) fn eat(&mut self, symbol: &str) -> bool {
        let found = self.is(symbol);
        self.at += usize::from(found);
        found
    }

    fn skip_separators(&mut self) {
        while self.is(";") || self.is(",") || matches!(self.peek(), TokenKind::Newline) {
            self.at += 1;
        }
    }

    /// Moves behind the present statement: to a line end outside brackets.
    fn skip_statement(&mut self) {
        let mut open = 0_usize;
        loop {
            match self.peek() {
                TokenKind::End => return,
                TokenKind::Newline if open == 0 => return,
                TokenKind::Symbol("[" | "{" | "(") => open += 1,
                TokenKind::Symbol("]" | "}" | ")") => open = open.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
        }
    }

    fn describe(&self) -> String {
        match self.peek() {
            TokenKind::Number(value) => format!("the number {value}"),
            TokenKind::Name(name) => format!("'{name}'"),
            TokenKind::Text(_) => "a string".to_owned(),
            TokenKind::Symbol(symbol) => format!("'{symbol}'"),
            TokenKind::Newline => "the end of the line".to_owned(),
            TokenKind::End => "the end of the file".to_owned(),
        }
    }

    pub(super) fn expected(&self, what: &str) -> Problem {
        let problem = self
            .place()
            .error(format!("expected {what}, found {}", self.describe()));
        match self.peek() {
            TokenKind::End => problem.with_help("the file looks truncated: fetch it again"),
            _ => problem,
        }
    }

    fn function_line(&mut self) -> Parsed<(Vec<String>, String)> {
        self.at += 1;
        let mut names = Vec::new();
        if self.eat("[") {
            while !self.eat("]") {
                match self.peek().clone() {
                    TokenKind::Name(name) => names.push(name),
                    TokenKind::Symbol(",") => {}
                    _ => return Err(self.expected("a result's name or ']'")),
                }
                self.at += 1;
            }
            if !self.eat("=") {
                return Err(self.expected("'='"));
            }
        }
        let TokenKind::Name(mut name) = self.peek().clone() else {
            return Err(self.expected("the function's name"));
        };
        self.at += 1;
        if names.is_empty() && self.eat("=") {
            names.push(name);
            let TokenKind::Name(real) = self.peek().clone() else {
                return Err(self.expected("the function's name"));
            };
            name = real;
            self.at += 1;
        }
        self.skip_statement();
        Ok((names, name))
    }

    fn block(&mut self, stops: &[&str], problems: &mut Vec<Problem>) -> Vec<Statement> {
        let mut body = Vec::new();
        loop {
            self.skip_separators();
            match self.peek() {
                TokenKind::End => return body,
                TokenKind::Name(name) if stops.contains(&name.as_str()) => return body,
                // The `end` of the function itself.
                TokenKind::Name(name) if matches!(name.as_str(), "end" | "endfunction") => {
                    self.at += 1;
                    continue;
                }
                _ => {}
            }
            match self.statement(problems) {
                Ok(statement) => body.push(statement),
                Err(problem) => {
                    problems.push(problem);
                    self.skip_statement();
                }
            }
        }
    }

    fn statement(&mut self, problems: &mut Vec<Problem>) -> Parsed<Statement> {
        let start = self.place();
        if let TokenKind::Name(name) = self.peek().clone() {
            match name.as_str() {
                "if" => return self.if_statement(start, problems),
                "return" => {
                    self.at += 1;
                    return Ok(Statement {
                        kind: StatementKind::Return,
                        place: start,
                    });
                }
                "for" | "while" | "switch" | "try" | "do" | "parfor" | "unwind_protect" => {
                    return Ok(self.unsupported(name, start));
                }
                "global" | "persistent" => {
                    self.skip_statement();
                    let kind = StatementKind::Unsupported {
                        keyword: name,
                        assigns: Vec::new(),
                    };
                    return Ok(Statement { kind, place: start });
                }
                _ => {}
            }
            // Command syntax: `format long`, `clear all`.
            let next_is_word = self
                .ahead(1)
                .is_some_and(|token| token.spaced && matches!(token.kind, TokenKind::Name(_)));
            if next_is_word {
                self.skip_statement();
                let kind = StatementKind::Unsupported {
                    keyword: name,
                    assigns: Vec::new(),
                };
                return Ok(Statement { kind, place: start });
            }
        }
        let kind = match self.assignment_targets() {
            Some(targets) => {
                let value = self.expression()?;
                StatementKind::Assign(targets, value)
            }
            None => self.simple_assignment_or_expression()?,
        };
        match self.peek() {
            TokenKind::Newline | TokenKind::End | TokenKind::Symbol(";" | ",") => {}
            _ => return Err(self.expected("the end of the statement")),
        }
        Ok(Statement {
            kind,
            place: self.since(start),
        })
    }

    /// `[a, ~, b.c] =`, if that is what stands here; otherwise nothing is consumed.
    fn assignment_targets(&mut self) -> Option<Vec<Option<Expr>>> {
        if !self.is("[") {
            return None;
        }
        let start = self.at;
        self.at += 1;
        let mut targets = Vec::new();
        loop {
            while self.eat(",") {}
            if self.eat("]") {
                break;
            }
            if self.eat("~") || self.eat("!") {
                targets.push(None);
                continue;
            }
            match self.postfix(true) {
                Ok(target)
                    if matches!(
                        target.kind,
                        ExprKind::Name(_) | ExprKind::Field(..) | ExprKind::Apply(..)
                    ) =>
                {
                    targets.push(Some(target));
                }
                _ => {
                    self.at = start;
                    return None;
                }
            }
        }
        if targets.is_empty() || !self.eat("=") {
            self.at = start;
            return None;
        }
        Some(targets)
    }

    fn simple_assignment_or_expression(&mut self) -> Parsed<StatementKind> {
        let left = self.expression()?;
        if self.eat("=") {
            let right = self.expression()?;
            return Ok(StatementKind::Assign(vec![Some(left)], right));
        }
        for (symbol, operator) in [("+=", "+"), ("-=", "-"), ("*=", "*"), ("/=", "/")] {
            if self.eat(symbol) {
                let right = self.expression()?;
                let place = left.place;
                let value = node(
                    ExprKind::Binary(operator, Box::new(left.clone()), Box::new(right)),
                    place,
                )?;
                return Ok(StatementKind::Assign(vec![Some(left)], value));
            }
        }
        Ok(StatementKind::Expression(left))
    }

    fn if_statement(&mut self, start: Place, problems: &mut Vec<Problem>) -> Parsed<Statement> {
        if self.depth >= MAX_DEPTH {
            return Err(start.error("blocks nested too deeply"));
        }
        self.depth += 1;
        let mut arms = Vec::new();
        self.at += 1;
        let mut condition = self.condition(problems);
        loop {
            let body = self.block(&["elseif", "else", "end", "endif"], problems);
            arms.push((condition.take(), body));
            let TokenKind::Name(word) = self.peek().clone() else {
                self.depth -= 1;
                return Err(start
                    .error("an 'if' that is not closed")
                    .with_help("add the missing 'end'"));
            };
            self.at += 1;
            match word.as_str() {
                "elseif" => condition = self.condition(problems),
                "else" => condition = None,
                _ => break,
            }
        }
        self.depth -= 1;
        Ok(Statement {
            kind: StatementKind::If(arms),
            place: start,
        })
    }

    /// A condition; one that does not parse is reported and stands as unsupported.
    fn condition(&mut self, problems: &mut Vec<Problem>) -> Option<Expr> {
        let place = self.place();
        Some(self.expression().unwrap_or_else(|problem| {
            problems.push(problem);
            self.skip_statement();
            Expr {
                kind: ExprKind::Unsupported("a condition"),
                place,
                depth: 1,
            }
        }))
    }

    /// Skips a whole block and collects the names that it might assign.
    fn unsupported(&mut self, keyword: String, start: Place) -> Statement {
        let mut depth = 0_usize;
        let mut open = 0_usize;
        let mut assigns = Vec::new();
        loop {
            match self.peek().clone() {
                TokenKind::End => break,
                TokenKind::Symbol("(" | "[" | "{") => open += 1,
                TokenKind::Symbol(")" | "]" | "}") => open = open.saturating_sub(1),
                TokenKind::Name(name) => match name.as_str() {
                    "for" | "while" | "switch" | "try" | "if" | "do" | "parfor"
                    | "unwind_protect"
                        if open == 0 =>
                    {
                        depth += 1
                    }
                    "until" if open == 0 => depth -= usize::from(depth > 0),
                    word if open == 0 && word.starts_with("end") => depth -= usize::from(depth > 0),
                    _ => assigns.push(name),
                },
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                break;
            }
        }
        Statement {
            kind: StatementKind::Unsupported { keyword, assigns },
            place: start,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::import::matpower::token::tokenize;

    fn program(text: &str) -> (Program, Vec<Problem>) {
        let mut problems = Vec::new();
        let tokens = tokenize(text, &mut problems);
        let program = parse(&tokens, &mut problems);
        (program, problems)
    }

    fn widths(text: &str) -> Vec<usize> {
        let (program, problems) = program(text);
        assert!(problems.is_empty(), "{problems:?}");
        match &program.body[0].kind {
            StatementKind::Assign(
                _,
                Expr {
                    kind: ExprKind::Matrix(rows),
                    ..
                },
            ) => rows.iter().map(|row| row.items.len()).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn blanks_part_elements_but_not_operands() {
        assert_eq!(widths("a = [1 -2]"), [2]);
        assert_eq!(widths("a = [1 - 2]"), [1]);
        assert_eq!(widths("a = [1 -2\n 3,4;5 ... \n 6]"), [2, 2, 2]);
        assert_eq!(widths("a = [b(1, 2) c]"), [2]);
    }

    #[test]
    fn an_open_matrix_names_where_it_opened() {
        let (_, problems) = program("x = 1;\nmpc.bus = [\n1 2 3;\n");
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].line, 2);
    }

    #[test]
    fn deep_nesting_is_refused() {
        for text in [
            "(".repeat(5000),
            "-".repeat(5000),
            format!("1{}", "+1".repeat(5000)),
            format!("a{}", "'".repeat(5000)),
        ] {
            let (_, problems) = program(&format!("x = {text}"));
            assert!(!problems.is_empty());
        }
    }
}
