//! Syntax tree of the MATLAB subset that cases are written in.
//!
//! Plain data; `parser` and `expression_parser` build it, `evaluator` walks it. Depth is bounded as it is built, so that
//! walking or dropping a tree cannot exhaust the stack.

use crate::scenario::import::matpower::problem::Problem;

/// Deepest expression or block accepted; published cases stay under ten.
pub(super) const MAX_DEPTH: usize = 120;

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
    pub depth: usize,
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

/// Builds a node, refusing trees too deep to walk safely.
pub(super) fn node(kind: ExprKind, place: Place) -> Result<Expr, Problem> {
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
