//! Runs the statements of a case file and gives back the struct it builds.
//!
//! A statement that touches the case and cannot be evaluated is an error that names the construct; one that fails
//! elsewhere only makes its variable unknown, which matters when the case comes to depend on it. Nothing is executed
//! beyond arithmetic: no files, no other functions.

use std::collections::BTreeMap;

use crate::scenario::import::matpower::constants;
use crate::scenario::import::matpower::expression_evaluator::unsupported_call;
use crate::scenario::import::matpower::functions;
use crate::scenario::import::matpower::operators::truth;
use crate::scenario::import::matpower::problem::Problem;
use crate::scenario::import::matpower::syntax::Expr;
use crate::scenario::import::matpower::syntax::ExprKind;
use crate::scenario::import::matpower::syntax::Place;
use crate::scenario::import::matpower::syntax::Program;
use crate::scenario::import::matpower::syntax::Statement;
use crate::scenario::import::matpower::syntax::StatementKind;
use crate::scenario::import::matpower::value::Matrix;
use crate::scenario::import::matpower::value::Value;

/// A result, or the problem that prevented it.
pub(super) type Evaluated<T> = Result<T, Problem>;

/// The struct a case file built, with the lines where its fields were first set.
#[derive(Debug, Default)]
pub(super) struct Workspace {
    /// Fields of the case.
    pub case: BTreeMap<String, Value>,
    /// Where each field was first assigned.
    pub places: BTreeMap<String, Place>,
}

/// Runs a program whose case variable is `case_name`.
pub(super) fn evaluate(
    program: &Program,
    case_name: &str,
    problems: &mut Vec<Problem>,
) -> Workspace {
    let mut evaluator = Evaluator {
        case_name,
        variables: BTreeMap::new(),
        places: BTreeMap::new(),
        last: Vec::new(),
        problems,
    };
    evaluator.run(&program.body);
    let case = match evaluator.variables.remove(case_name) {
        Some(Ok(Value::Struct(fields))) => fields,
        _ => BTreeMap::new(),
    };
    Workspace {
        case,
        places: evaluator.places,
    }
}

/// State of a run.
pub(super) struct Evaluator<'a> {
    case_name: &'a str,
    /// Known values, or why a variable is unknown.
    pub(super) variables: BTreeMap<String, Evaluated<Value>>,
    places: BTreeMap<String, Place>,
    /// What `end` stands for in the indices being evaluated.
    pub(super) last: Vec<usize>,
    pub(super) problems: &'a mut Vec<Problem>,
}

impl Evaluator<'_> {
    /// False once a `return` was met.
    fn run(&mut self, body: &[Statement]) -> bool {
        body.iter().all(|statement| self.statement(statement))
    }

    fn statement(&mut self, statement: &Statement) -> bool {
        match &statement.kind {
            StatementKind::Return => return false,
            StatementKind::Assign(targets, value) => {
                self.assignment(targets, value, statement.place)
            }
            StatementKind::Expression(expression) => self.expression_statement(expression),
            StatementKind::If(arms) => return self.condition(arms, statement.place),
            StatementKind::Unsupported { keyword, assigns } => {
                if assigns.iter().any(|name| name == self.case_name) {
                    let message = format!(
                        "a '{keyword}' block that uses {} cannot be evaluated",
                        self.case_name
                    );
                    self.problems.push(statement.place.error(message).with_help(
                        "write the result out: load the case in MATPOWER and save it with savecase",
                    ));
                }
                for name in assigns {
                    let reason = statement.place.error(format!(
                        "'{name}' may be set by a '{keyword}' block, which is not evaluated"
                    ));
                    self.variables.entry(name.clone()).or_insert(Err(reason));
                }
            }
        }
        true
    }

    fn expression_statement(&mut self, expression: &Expr) {
        let (name, arguments) = match &expression.kind {
            ExprKind::Name(name) => (name, &[][..]),
            ExprKind::Apply(base, arguments) => match &base.kind {
                ExprKind::Name(name) => (name, arguments.as_slice()),
                _ => return,
            },
            _ => return,
        };
        if name == "define_constants" {
            for (name, value) in constants::all() {
                self.variables
                    .insert(name.to_owned(), Ok(Value::scalar(value)));
            }
        } else if name == "error" && !matches!(arguments, []) {
            self.problems.push(
                expression
                    .place
                    .error("the case stops here with an error of its own"),
            );
        } else if !self.variables.contains_key(name)
            && !functions::is_harmless(name)
            && functions::call(name, &[]).is_none()
        {
            let message = format!("'{name}' is not evaluated");
            self.problems.push(
                expression
                    .place
                    .error(message)
                    .as_warning()
                    .with_help("if it changes the case, save the result with savecase"),
            );
        }
    }

    fn condition(&mut self, arms: &[(Option<Expr>, Vec<Statement>)], place: Place) -> bool {
        for (condition, body) in arms {
            let Some(condition) = condition else {
                return self.run(body);
            };
            match self
                .expression(condition)
                .and_then(|value| truth(&value).map_err(|reason| condition.place.error(reason)))
            {
                Ok(true) => return self.run(body),
                Ok(false) => {}
                Err(reason) => {
                    let touches = arms
                        .iter()
                        .flat_map(|(_, body)| body)
                        .any(|inner| self.touches_case(inner));
                    if touches {
                        self.problems.push(reason.in_field("if").with_help(
                            "its blocks change the case, so the condition must be known",
                        ));
                    } else {
                        let unknown =
                            place.error("set in a block whose condition cannot be evaluated");
                        self.forget(arms.iter().flat_map(|(_, body)| body), &unknown);
                    }
                    return true;
                }
            }
        }
        true
    }

    fn touches_case(&self, statement: &Statement) -> bool {
        match &statement.kind {
            StatementKind::Assign(targets, _) => targets
                .iter()
                .flatten()
                .any(|target| root(target) == Some(self.case_name)),
            StatementKind::If(arms) => arms
                .iter()
                .flat_map(|(_, body)| body)
                .any(|inner| self.touches_case(inner)),
            StatementKind::Unsupported { assigns, .. } => {
                assigns.iter().any(|name| name == self.case_name)
            }
            StatementKind::Return => true,
            StatementKind::Expression(_) => false,
        }
    }

    fn forget<'s>(&mut self, body: impl Iterator<Item = &'s Statement>, reason: &Problem) {
        for statement in body {
            if let StatementKind::Assign(targets, _) = &statement.kind {
                for name in targets.iter().flatten().filter_map(root) {
                    self.variables.insert(name.to_owned(), Err(reason.clone()));
                }
            }
        }
    }

    fn assignment(&mut self, targets: &[Option<Expr>], value: &Expr, place: Place) {
        let results = self.results(targets.len(), value);
        let results = match results {
            Ok(results) => results,
            Err(reason) => {
                for target in targets.iter().flatten() {
                    self.fail(target, reason.clone());
                }
                return;
            }
        };
        for (target, result) in targets.iter().zip(results) {
            let Some(target) = target else { continue };
            let deletes = matches!(&value.kind, ExprKind::Matrix(rows) if rows.is_empty());
            if let Err(reason) = self.store(target, result, deletes) {
                self.fail(target, reason);
            }
        }
        if let [Some(target)] = targets
            && let Some(field) = case_field(target, self.case_name)
        {
            self.places.entry(field.to_owned()).or_insert(place);
        }
    }

    /// An assignment that cannot be done: an error in the case, an unknown variable elsewhere.
    fn fail(&mut self, target: &Expr, reason: Problem) {
        match root(target) {
            Some(name) if name == self.case_name => {
                if let Some(field) = case_field(target, self.case_name) {
                    self.places.entry(field.to_owned()).or_insert(target.place);
                    let reason = if reason.field.is_empty() {
                        reason.in_field(format!("{name}.{field}"))
                    } else {
                        reason
                    };
                    self.problems.push(reason);
                } else {
                    self.problems.push(reason);
                }
            }
            Some(name) => {
                self.variables.insert(name.to_owned(), Err(reason));
            }
            None => self
                .problems
                .push(target.place.error("cannot assign to this")),
        }
    }

    /// Values for `count` targets.
    fn results(&mut self, count: usize, value: &Expr) -> Evaluated<Vec<Value>> {
        if count == 1 {
            return Ok(vec![self.expression(value)?]);
        }
        let (name, arguments) = match &value.kind {
            ExprKind::Name(name) => (name.as_str(), &[][..]),
            ExprKind::Apply(base, arguments) => match &base.kind {
                ExprKind::Name(name) => (name.as_str(), arguments.as_slice()),
                _ => ("", &[][..]),
            },
            _ => ("", &[][..]),
        };
        if let Some(constants) = constants::index_function(name) {
            if count > constants.len() {
                return Err(value.place.error(format!(
                    "{name} returns {} values, {count} are asked for",
                    constants.len()
                )));
            }
            return Ok(constants
                .iter()
                .take(count)
                .map(|(_, column)| Value::scalar(*column))
                .collect());
        }
        if name == "deal" {
            let values = self.values(arguments)?;
            return match values.as_slice() {
                [single] => Ok(vec![single.clone(); count]),
                many if many.len() == count => Ok(values),
                many => Err(value.place.error(format!(
                    "deal has {} values for {count} targets",
                    many.len()
                ))),
            };
        }
        if name == "size" && count == 2 {
            let (rows, cols) = self.values(arguments)?.first().map_or((0, 0), Value::size);
            return Ok(vec![Value::scalar(rows as f64), Value::scalar(cols as f64)]);
        }
        Err(unsupported_call(name, value.place))
    }

    fn store(&mut self, target: &Expr, value: Value, deletes: bool) -> Evaluated<()> {
        let (holder, arguments) = match &target.kind {
            ExprKind::Apply(base, arguments) => (base.as_ref(), Some(arguments)),
            _ => (target, None),
        };
        let index = match arguments {
            Some(arguments) => {
                let size = self.peek(holder).map_or((0, 0), Value::size);
                Some(self.indices(arguments, size)?)
            }
            None => None,
        };
        let Some(slot) = self.slot(holder) else {
            return Err(target
                .place
                .error("cannot assign to this")
                .with_help("assign to a name, a field or an index of one"));
        };
        let Some(index) = index else {
            *slot = value;
            return Ok(());
        };
        let fault = |reason: String| target.place.error(reason);
        let (Value::Matrix(matrix), Value::Matrix(value)) = (&mut *slot, &value) else {
            return Err(fault(format!(
                "cannot put {} into part of {}",
                value.kind(),
                slot.kind()
            )));
        };
        match index.as_slice() {
            [rows, cols] if deletes => matrix.delete(rows, cols).map_err(fault),
            [rows, cols] => matrix.set_block(rows, cols, value).map_err(fault),
            [at] => matrix.set_at(at, value).map_err(fault),
            _ => Err(fault("one or two indices are supported".to_owned())),
        }
    }

    /// The place a name or chain of fields denotes, made if need be.
    fn slot(&mut self, holder: &Expr) -> Option<&mut Value> {
        let empty = || Value::Matrix(Matrix::default());
        match &holder.kind {
            ExprKind::Name(name) => {
                let entry = self
                    .variables
                    .entry(name.clone())
                    .or_insert_with(|| Ok(empty()));
                if entry.is_err() {
                    *entry = Ok(empty());
                }
                entry.as_mut().ok()
            }
            ExprKind::Field(base, field) => {
                let owner = self.slot(base)?;
                if matches!(owner, Value::Matrix(matrix) if matrix.is_empty()) {
                    *owner = Value::Struct(BTreeMap::new());
                }
                match owner {
                    Value::Struct(fields) => {
                        Some(fields.entry(field.clone()).or_insert_with(empty))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// The variable that a target belongs to.
fn root(target: &Expr) -> Option<&str> {
    match &target.kind {
        ExprKind::Name(name) => Some(name),
        ExprKind::Field(base, _) | ExprKind::Apply(base, _) | ExprKind::Content(base, _) => {
            root(base)
        }
        _ => None,
    }
}

/// The field of the case that a target belongs to.
fn case_field<'e>(target: &'e Expr, case_name: &str) -> Option<&'e str> {
    match &target.kind {
        ExprKind::Field(base, field) => match &base.kind {
            ExprKind::Name(name) if name == case_name => Some(field),
            _ => case_field(base, case_name),
        },
        ExprKind::Apply(base, _) | ExprKind::Content(base, _) => case_field(base, case_name),
        _ => None,
    }
}
