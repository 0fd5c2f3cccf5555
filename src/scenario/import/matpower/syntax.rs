//! Syntax tree of the MATLAB subset, and its parser.
//!
//! Parses what published cases use: assignments (also of several names), calls and indexing, matrices, cell arrays,
//! ranges, operators, `if`. Loops and other blocks are kept as `Unsupported` statements: the evaluator decides whether
//! skipping them could change the case. Nesting is bounded, so that hostile input cannot exhaust the stack.

use crate::scenario::import::matpower::problem::Problem;
use crate::scenario::import::matpower::token::Token;
use crate::scenario::import::matpower::token::TokenKind;

/// Deepest expression or block accepted; published cases stay under ten.
const MAX_DEPTH: usize = 120;

/// Where a construct stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub line: usize,
    pub offset: usize,
    pub length: usize,
}

impl Place {
    /// An error here.
    pub fn error(self, message: impl Into<String>) -> Problem {
        Problem::error(self.line, self.offset, self.length, message)
    }
}

/// A row of a matrix or cell literal.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub line: usize,
    pub offset: usize,
    pub items: Vec<Expr>,
}

/// What an expression is.
#[derive(Clone, Debug)]
pub(super) enum ExprKind {
    Number(f64),
    Text(String),
    Name(String),
    /// A bare `:` as an index.
    All,
    /// `end` as an index.
    Last,
    Unary(&'static str, Box<Expr>),
    Binary(&'static str, Box<Expr>, Box<Expr>),
    Transpose(Box<Expr>),
    /// Call or index with parentheses.
    Apply(Box<Expr>, Vec<Expr>),
    /// Cell content with braces.
    Content(Box<Expr>, Vec<Expr>),
    Field(Box<Expr>, String),
    Matrix(Vec<Row>),
    Cell(Vec<Row>),
    Range {
        from: Box<Expr>,
        step: Option<Box<Expr>>,
        to: Box<Expr>,
    },
    /// Understood as MATLAB but not evaluated; says what it is.
    Unsupported(&'static str),
}

/// An expression.
#[derive(Clone, Debug)]
pub(super) struct Expr {
    pub kind: ExprKind,
    pub place: Place,
    depth: usize,
}

/// What a statement does.
#[derive(Clone, Debug)]
pub(super) enum StatementKind {
    /// `a = e` or `[a, b] = e`; `None` stands for `~`.
    Assign(Vec<Option<Expr>>, Expr),
    Expression(Expr),
    /// Condition and body of each arm in turn; the last may have no condition.
    If(Vec<(Option<Expr>, Vec<Statement>)>),
    Return,
    /// A block that is not evaluated, with the names it assigns.
    Unsupported {
        keyword: String,
        assigns: Vec<String>,
    },
}

/// A statement.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    pub kind: StatementKind,
    pub place: Place,
}

/// The main function of a file, or a script.
#[derive(Clone, Debug, Default)]
pub(super) struct Program {
    /// Names of the function's results; empty for a script.
    pub outputs: Vec<String>,
    /// The function's name; empty for a script.
    pub name: String,
    pub body: Vec<Statement>,
}

type Parsed<T> = Result<T, Problem>;

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

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> &TokenKind {
        self.tokens
            .get(self.at)
            .map_or(&TokenKind::End, |token| &token.kind)
    }

    fn ahead(&self, by: usize) -> Option<&Token> {
        self.tokens.get(self.at + by)
    }

    fn place(&self) -> Place {
        let token = self.tokens.get(self.at).or_else(|| self.tokens.last());
        token.map_or_else(Place::default, |token| Place {
            line: token.line,
            offset: token.offset,
            length: token.length,
        })
    }

    fn since(&self, start: Place) -> Place {
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

    fn spaced(&self) -> bool {
        self.tokens.get(self.at).is_some_and(|token| token.spaced)
    }

    fn is(&self, symbol: &str) -> bool {
        matches!(self.peek(), TokenKind::Symbol(found) if *found == symbol)
    }

    fn is_name(&self, name: &str) -> bool {
        matches!(self.peek(), TokenKind::Name(found) if found == name)
    }

    fn eat(&mut self, symbol: &str) -> bool {
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

    fn expected(&self, what: &str) -> Problem {
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

    fn expression(&mut self) -> Parsed<Expr> {
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

    fn postfix(&mut self, in_matrix: bool) -> Parsed<Expr> {
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

/// Builds a node, refusing trees too deep to walk safely.
fn node(kind: ExprKind, place: Place) -> Parsed<Expr> {
    let below = match &kind {
        ExprKind::Unary(_, a) | ExprKind::Transpose(a) | ExprKind::Field(a, _) => a.depth,
        ExprKind::Binary(_, a, b) => a.depth.max(b.depth),
        ExprKind::Apply(a, list) | ExprKind::Content(a, list) => {
            list.iter().map(|item| item.depth).fold(a.depth, usize::max)
        }
        ExprKind::Matrix(rows) | ExprKind::Cell(rows) => rows
            .iter()
            .flat_map(|row| &row.items)
            .map(|item| item.depth)
            .max()
            .unwrap_or(0),
        ExprKind::Range { from, step, to } => from
            .depth
            .max(to.depth)
            .max(step.as_ref().map_or(0, |step| step.depth)),
        _ => 0,
    };
    if below >= MAX_DEPTH {
        return Err(place.error("an expression nested too deeply"));
    }
    Ok(Expr {
        kind,
        place,
        depth: below + 1,
    })
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
