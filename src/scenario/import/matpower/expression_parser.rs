//! Parses expressions by precedence climbing: operators, calls and indices, matrices, cells, ranges.
//!
//! Inside brackets a blank separates elements, so `[a -b]` has two and `[a - b]` one.

use crate::scenario::import::matpower::parser::Parsed;
use crate::scenario::import::matpower::parser::Parser;
use crate::scenario::import::matpower::syntax::Expr;
use crate::scenario::import::matpower::syntax::ExprKind;
use crate::scenario::import::matpower::syntax::MAX_DEPTH;
use crate::scenario::import::matpower::syntax::Place;
use crate::scenario::import::matpower::syntax::Row;
use crate::scenario::import::matpower::syntax::node;
use crate::scenario::import::matpower::token::TokenKind;

impl Parser<'_> {
    pub(super) fn expression(&mut self) -> Parsed<Expr> {
        self.nested(|parser| parser.binary(0, false))
    }

    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_DEPTH {
            return Err(self.place().error("an expression nested too deeply"));
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    /// Binary operators by precedence climbing. In a matrix, `a -b` is two elements and `a - b` is one.
    fn binary(&mut self, least: usize, in_matrix: bool) -> Parsed<Expr> {
        let start = self.place();
        let mut left = self.unary(in_matrix)?;
        loop {
            let TokenKind::Symbol(symbol) = *self.peek() else {
                return Ok(left);
            };
            let Some(level) = precedence(symbol) else {
                return Ok(left);
            };
            if level < least {
                return Ok(left);
            }
            let separate = self.spaced() && !self.ahead(1).is_some_and(|token| token.spaced);
            if in_matrix && separate && matches!(symbol, "+" | "-" | "~" | "!") {
                return Ok(left);
            }
            self.at += 1;
            if symbol == ":" {
                left = self.range(left, level, in_matrix, start)?;
                continue;
            }
            let right = self.nested(|parser| parser.binary(level + 1, in_matrix))?;
            left = node(
                ExprKind::Binary(symbol, Box::new(left), Box::new(right)),
                self.since(start),
            )?;
        }
    }

    fn range(&mut self, from: Expr, level: usize, in_matrix: bool, start: Place) -> Parsed<Expr> {
        let middle = self.nested(|parser| parser.binary(level + 1, in_matrix))?;
        let (step, to) = if self.eat(":") {
            let to = self.nested(|parser| parser.binary(level + 1, in_matrix))?;
            (Some(Box::new(middle)), to)
        } else {
            (None, middle)
        };
        node(
            ExprKind::Range {
                from: Box::new(from),
                step,
                to: Box::new(to),
            },
            self.since(start),
        )
    }

    fn unary(&mut self, in_matrix: bool) -> Parsed<Expr> {
        let start = self.place();
        let TokenKind::Symbol(symbol @ ("+" | "-" | "~" | "!")) = *self.peek() else {
            return self.power(in_matrix);
        };
        self.at += 1;
        let operand = self.nested(|parser| parser.unary(in_matrix))?;
        node(
            ExprKind::Unary(symbol, Box::new(operand)),
            self.since(start),
        )
    }

    /// Powers bind tighter than a sign before them, and take a sign in the exponent.
    fn power(&mut self, in_matrix: bool) -> Parsed<Expr> {
        let start = self.place();
        let mut base = self.postfix(in_matrix)?;
        while let TokenKind::Symbol(symbol @ ("^" | ".^")) = *self.peek() {
            self.at += 1;
            let exponent = if let TokenKind::Symbol(sign @ ("+" | "-")) = *self.peek() {
                let place = self.place();
                self.at += 1;
                let operand = self.postfix(in_matrix)?;
                node(ExprKind::Unary(sign, Box::new(operand)), place)?
            } else {
                self.postfix(in_matrix)?
            };
            base = node(
                ExprKind::Binary(symbol, Box::new(base), Box::new(exponent)),
                self.since(start),
            )?;
        }
        Ok(base)
    }

    pub(super) fn postfix(&mut self, in_matrix: bool) -> Parsed<Expr> {
        let start = self.place();
        let mut base = self.primary()?;
        loop {
            // In a matrix, `a (1)` and `a {1}` are two elements.
            if in_matrix && self.spaced() {
                return Ok(base);
            }
            let kind = if self.eat("(") {
                ExprKind::Apply(Box::new(base), self.arguments(")")?)
            } else if self.eat("{") {
                ExprKind::Content(Box::new(base), self.arguments("}")?)
            } else if self.eat("'") || self.eat(".'") {
                ExprKind::Transpose(Box::new(base))
            } else if self.is(".") {
                self.at += 1;
                let TokenKind::Name(name) = self.peek().clone() else {
                    return Err(self.expected("a field's name"));
                };
                self.at += 1;
                ExprKind::Field(Box::new(base), name)
            } else {
                return Ok(base);
            };
            base = node(kind, self.since(start))?;
        }
    }

    fn arguments(&mut self, close: &str) -> Parsed<Vec<Expr>> {
        let mut arguments = Vec::new();
        if self.eat(close) {
            return Ok(arguments);
        }
        loop {
            let bare = self.is(":")
                && self.ahead(1).is_some_and(|token| matches!(token.kind, TokenKind::Symbol(next) if next == "," || next == close));
            if bare {
                arguments.push(Expr {
                    kind: ExprKind::All,
                    place: self.place(),
                    depth: 1,
                });
                self.at += 1;
            } else {
                arguments.push(self.expression()?);
            }
            if self.eat(close) {
                return Ok(arguments);
            }
            if !self.eat(",") {
                return Err(self.expected(&format!("',' or '{close}'")));
            }
        }
    }

    fn primary(&mut self) -> Parsed<Expr> {
        let start = self.place();
        let kind = match self.peek().clone() {
            TokenKind::Number(value) => ExprKind::Number(value),
            TokenKind::Text(text) => ExprKind::Text(text),
            TokenKind::Name(name) if name == "end" => ExprKind::Last,
            TokenKind::Name(name) => ExprKind::Name(name),
            TokenKind::Symbol("(") => {
                self.at += 1;
                let inner = self.expression()?;
                if !self.eat(")") {
                    return Err(self.expected("')'"));
                }
                return Ok(inner);
            }
            TokenKind::Symbol("[") => {
                self.at += 1;
                let rows = self.nested(|parser| parser.rows("]", start))?;
                return node(ExprKind::Matrix(rows), self.since(start));
            }
            TokenKind::Symbol("{") => {
                self.at += 1;
                let rows = self.nested(|parser| parser.rows("}", start))?;
                return node(ExprKind::Cell(rows), self.since(start));
            }
            TokenKind::Symbol("@") => {
                self.at += 1;
                if self.eat("(") {
                    self.arguments(")")?;
                }
                self.expression()?;
                ExprKind::Unsupported("a function handle")
            }
            _ => return Err(self.expected("a value")),
        };
        if !matches!(kind, ExprKind::Unsupported(_)) {
            self.at += 1;
        }
        Ok(Expr {
            kind,
            place: self.since(start),
            depth: 1,
        })
    }

    /// Rows up to the closing bracket: `;` and line ends part rows, `,` and blanks part elements.
    fn rows(&mut self, close: &str, start: Place) -> Parsed<Vec<Row>> {
        let mut rows = Vec::new();
        let mut row = Row {
            line: start.line,
            offset: start.offset,
            items: Vec::new(),
        };
        loop {
            if self.is(close) || self.is(";") || matches!(self.peek(), TokenKind::Newline) {
                let closing = self.is(close);
                self.at += 1;
                if !row.items.is_empty() {
                    rows.push(row);
                }
                if closing {
                    return Ok(rows);
                }
                row = Row {
                    line: start.line,
                    offset: start.offset,
                    items: Vec::new(),
                };
                continue;
            }
            if self.eat(",") {
                continue;
            }
            if matches!(self.peek(), TokenKind::End) || self.is("=") {
                let what = format!(
                    "a '{}' that is not closed by '{close}'",
                    if close == "]" { "[" } else { "{" }
                );
                return Err(Place { length: 1, ..start }.error(what).with_help(format!(
                    "the file ends or the next assignment begins (line {}) before '{close}': is the file truncated?",
                    self.place().line
                )));
            }
            if row.items.is_empty() {
                (row.line, row.offset) = (self.place().line, self.place().offset);
            }
            row.items.push(self.binary(0, true)?);
        }
    }
}

fn precedence(symbol: &str) -> Option<usize> {
    Some(match symbol {
        "||" => 0,
        "&&" => 1,
        "|" => 2,
        "&" => 3,
        "==" | "~=" | "!=" | "<" | "<=" | ">" | ">=" => 4,
        ":" => 5,
        "+" | "-" => 6,
        "*" | "/" | "\\" | ".*" | "./" | ".\\" => 7,
        _ => return None,
    })
}
