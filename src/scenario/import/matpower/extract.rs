//! From the struct a file built to named rows, column by column, with every missing table and bad value reported.
//!
//! It checks each value by itself; what rows say about each other is checked in `validate`.

use crate::scenario::import::matpower::case::BranchRow;
use crate::scenario::import::matpower::case::BusRow;
use crate::scenario::import::matpower::case::BusType;
use crate::scenario::import::matpower::case::CostCurve;
use crate::scenario::import::matpower::case::CostRow;
use crate::scenario::import::matpower::case::DcLineRow;
use crate::scenario::import::matpower::case::GeneratorRow;
use crate::scenario::import::matpower::case::MatpowerCase;
use crate::scenario::import::matpower::evaluator::Workspace;
use crate::scenario::import::matpower::problem::Problem;
use crate::scenario::import::matpower::problem::Severity;
use crate::scenario::import::matpower::problem::nearest;
use crate::scenario::import::matpower::syntax::Place;
use crate::scenario::import::matpower::value::Matrix;
use crate::scenario::import::matpower::value::RowPlace;
use crate::scenario::import::matpower::value::Value;

/// Names of the columns that must be finite numbers; a table's further columns are optional.
const BUS_COLUMNS: [&str; 13] = [
    "BUS_I", "BUS_TYPE", "PD", "QD", "GS", "BS", "BUS_AREA", "VM", "VA", "BASE_KV", "ZONE", "VMAX",
    "VMIN",
];
const GEN_COLUMNS: [&str; 10] = [
    "GEN_BUS",
    "PG",
    "QG",
    "QMAX",
    "QMIN",
    "VG",
    "MBASE",
    "GEN_STATUS",
    "PMAX",
    "PMIN",
];
const BRANCH_COLUMNS: [&str; 11] = [
    "F_BUS",
    "T_BUS",
    "BR_R",
    "BR_X",
    "BR_B",
    "RATE_A",
    "RATE_B",
    "RATE_C",
    "TAP",
    "SHIFT",
    "BR_STATUS",
];
const DC_COLUMNS: [&str; 11] = [
    "F_BUS",
    "T_BUS",
    "BR_STATUS",
    "PF",
    "PT",
    "QF",
    "QT",
    "VF",
    "VT",
    "PMIN",
    "PMAX",
];

/// Reads the tables of a case.
pub(super) fn extract(
    name: &str,
    case_name: &str,
    workspace: &Workspace,
    problems: &mut Vec<Problem>,
) -> MatpowerCase {
    let mut reader = Reader {
        case_name,
        workspace,
        problems,
    };
    reader.version();
    let base_mva = reader.base();
    let buses = reader.table("bus", &BUS_COLUMNS, true);
    let generators = reader.table("gen", &GEN_COLUMNS, true);
    let branches = reader.table("branch", &BRANCH_COLUMNS, true);
    let dc_lines = reader.table("dcline", &DC_COLUMNS, false);
    let (gen_costs, reactive_costs) = reader.costs(generators.len());
    let bus_names = reader.names("bus_name", buses.len());
    MatpowerCase {
        name: name.to_owned(),
        base_mva,
        buses: buses.iter().map(|row| reader.bus(row)).collect(),
        generators: generators.iter().map(|row| reader.generator(row)).collect(),
        branches: branches.iter().map(|row| reader.branch(row)).collect(),
        gen_costs,
        reactive_costs,
        dc_lines: dc_lines.iter().map(|row| reader.dc_line(row)).collect(),
        bus_names,
        warnings: Vec::new(),
    }
}

/// A row's values with its place and its table's column names.
struct RawRow {
    table: &'static str,
    columns: &'static [&'static str],
    values: Vec<f64>,
    place: RowPlace,
}

impl RawRow {
    fn get(&self, column: usize) -> f64 {
        self.values.get(column).copied().unwrap_or(0.0)
    }
}

struct Reader<'a> {
    case_name: &'a str,
    workspace: &'a Workspace,
    problems: &'a mut Vec<Problem>,
}

impl Reader<'_> {
    fn field(&self, field: &str) -> String {
        format!("{}.{field}", self.case_name)
    }

    fn place(&self, field: &str) -> Place {
        self.workspace
            .places
            .get(field)
            .copied()
            .unwrap_or_default()
    }

    /// The case struct's version must be 2: a version 1 case has other columns and other units of cost.
    fn version(&mut self) {
        let version = match self.workspace.case.get("version") {
            Some(Value::Text(text)) => text.trim().to_owned(),
            Some(Value::Matrix(matrix)) if matrix.is_scalar() => format!("{}", matrix.data[0]),
            Some(_) => "?".to_owned(),
            None if self.workspace.places.contains_key("version") => return,
            None => "none given".to_owned(),
        };
        if version != "2" {
            let place = self.place("version");
            self.problems.push(
                place
                    .error(format!("case format version '2' is needed, found: {version}"))
                    .in_field(self.field("version"))
                    .with_help("a version 1 case is converted by MATPOWER: savecase(name, loadcase(name)); a version 2 case says mpc.version = '2'"),
            );
        }
    }

    fn base(&mut self) -> f64 {
        let field = self.field("baseMVA");
        let place = self.place("baseMVA");
        match self.workspace.case.get("baseMVA") {
            Some(Value::Matrix(matrix)) if matrix.is_scalar() => {
                let base = matrix.data[0];
                if !(base.is_finite() && base > 0.0) {
                    self.problems.push(
                        place
                            .error(format!("the power base must be positive, found {base}"))
                            .in_field(field),
                    );
                }
                base
            }
            Some(other) => {
                let message = format!(
                    "the power base must be a number, found {} of {:?}",
                    other.kind(),
                    other.size()
                );
                self.problems.push(place.error(message).in_field(field));
                1.0
            }
            None => {
                self.missing("baseMVA");
                1.0
            }
        }
    }

    fn missing(&mut self, name: &str) {
        // A field that was assigned and failed has been reported already; one behind a fault of syntax may be there.
        let unread = self
            .problems
            .iter()
            .any(|problem| problem.field.is_empty() && problem.severity == Severity::Error);
        if self.workspace.places.contains_key(name) || unread {
            return;
        }
        let field = self.field(name);
        let near = nearest(
            name,
            self.workspace
                .case
                .keys()
                .map(String::as_str)
                .filter(|known| *known != name),
        );
        let help = match near {
            Some(near) => format!(
                "did you mean {field} where the file says {}?",
                self.field(near)
            ),
            None => "is this a MATPOWER case, and is it complete?".to_owned(),
        };
        self.problems.push(
            Problem::error(0, 0, 0, format!("{field} is missing"))
                .in_field(field)
                .with_help(help),
        );
    }

    fn table(
        &mut self,
        name: &'static str,
        columns: &'static [&'static str],
        needed: bool,
    ) -> Vec<RawRow> {
        let place = self.place(name);
        let matrix = match self.workspace.case.get(name) {
            Some(Value::Matrix(matrix)) => matrix,
            Some(other) => {
                let message = format!("expected a matrix, found {}", other.kind());
                self.problems
                    .push(place.error(message).in_field(self.field(name)));
                return Vec::new();
            }
            None => {
                if needed {
                    self.missing(name);
                }
                return Vec::new();
            }
        };
        if matrix.rows == 0 {
            // A network may lack branches, but not buses or generators.
            if needed
                && name != "branch"
                && !self
                    .problems
                    .iter()
                    .any(|problem| problem.field == self.field(name))
            {
                self.problems.push(
                    place
                        .error("this table is empty")
                        .in_field(self.field(name)),
                );
            }
            return Vec::new();
        }
        if matrix.cols < columns.len() {
            let message = format!(
                "{} columns, at least {} are needed ({} to {})",
                matrix.cols,
                columns.len(),
                columns[0],
                columns[columns.len() - 1]
            );
            self.problems.push(
                place
                    .error(message)
                    .in_field(self.field(name))
                    .with_help("see MATPOWER's caseformat for the columns"),
            );
            return Vec::new();
        }
        rows(matrix, place)
            .map(|(values, place)| RawRow {
                table: name,
                columns,
                values: values.to_vec(),
                place,
            })
            .collect()
    }

    fn report(&mut self, row: &RawRow, column: usize, message: impl Into<String>) -> &mut Problem {
        let field = format!(
            "{}.{} {}",
            self.case_name,
            row.table,
            row.columns.get(column).copied().unwrap_or("column")
        );
        self.problems.push(
            Problem::error(row.place.line, row.place.offset, 0, message)
                .about(column)
                .in_field(field),
        );
        let last = self.problems.len() - 1;
        &mut self.problems[last]
    }

    fn number(&mut self, row: &RawRow, column: usize) -> u32 {
        let value = row.get(column);
        // MATPOWER's numbers are positive; 2^31 leaves room for any published numbering.
        if value.fract() == 0.0 && (1.0..2_147_483_648.0).contains(&value) {
            return value as u32;
        }
        self.report(
            row,
            column,
            format!("a bus number must be a positive whole number, found {value}"),
        );
        0
    }

    fn finite(&mut self, row: &RawRow, column: usize) -> f64 {
        let value = row.get(column);
        if !value.is_finite() {
            self.report(
                row,
                column,
                format!("must be a finite number, found {value}"),
            );
        }
        value
    }

    /// A limit may be infinite, but not NaN.
    fn limit(&mut self, row: &RawRow, column: usize) -> f64 {
        let value = row.get(column);
        if value.is_nan() {
            self.report(row, column, "must be a number, found NaN");
        }
        value
    }

    fn rating(&mut self, row: &RawRow, column: usize) -> f64 {
        let value = self.limit(row, column);
        if value < 0.0 {
            self.report(
                row,
                column,
                format!("a rating cannot be negative, found {value}"),
            )
            .help = Some("0 stands for unlimited".to_owned());
        }
        value
    }

    fn bus(&mut self, row: &RawRow) -> BusRow {
        let kind = match row.get(1) {
            1.0 => BusType::Pq,
            2.0 => BusType::Pv,
            3.0 => BusType::Reference,
            4.0 => BusType::Isolated,
            other => {
                self.report(row, 1, format!("unknown bus type {other}"))
                    .help = Some("1 is PQ, 2 is PV, 3 is the reference, 4 is isolated".to_owned());
                BusType::Pq
            }
        };
        let vm_pu = self.finite(row, 7);
        if vm_pu <= 0.0 && kind != BusType::Isolated {
            self.report(
                row,
                7,
                format!("a voltage magnitude must be positive, found {vm_pu}"),
            )
            .help = Some("1 is the usual start".to_owned());
        }
        BusRow {
            number: self.number(row, 0),
            kind,
            pd_mw: self.finite(row, 2),
            qd_mvar: self.finite(row, 3),
            gs_mw: self.finite(row, 4),
            bs_mvar: self.finite(row, 5),
            area: row.get(6),
            vm_pu,
            va_deg: self.finite(row, 8),
            base_kv: row.get(9),
            zone: row.get(10),
            vmax_pu: self.limit(row, 11),
            vmin_pu: self.limit(row, 12),
            line: row.place.line,
        }
    }

    fn generator(&mut self, row: &RawRow) -> GeneratorRow {
        let in_service = row.get(7) > 0.0;
        let vg_pu = self.finite(row, 5);
        if vg_pu <= 0.0 && in_service {
            self.report(
                row,
                5,
                format!("a voltage set-point must be positive, found {vg_pu}"),
            );
        }
        let generator = GeneratorRow {
            bus: self.number(row, 0),
            pg_mw: self.finite(row, 1),
            qg_mvar: self.finite(row, 2),
            q_max_mvar: self.limit(row, 3),
            q_min_mvar: self.limit(row, 4),
            vg_pu,
            m_base_mva: row.get(6),
            in_service,
            p_max_mw: self.limit(row, 8),
            p_min_mw: self.limit(row, 9),
            more: row.values.iter().skip(10).take(11).copied().collect(),
            line: row.place.line,
        };
        if in_service && generator.p_min_mw > generator.p_max_mw {
            let message = format!(
                "lower limit {} MW above upper limit {} MW",
                generator.p_min_mw, generator.p_max_mw
            );
            let problem = self.report(row, 9, message);
            *problem = problem.clone().as_warning();
        }
        generator
    }

    fn branch(&mut self, row: &RawRow) -> BranchRow {
        let branch = BranchRow {
            from: self.number(row, 0),
            to: self.number(row, 1),
            r_pu: self.finite(row, 2),
            x_pu: self.finite(row, 3),
            b_pu: self.finite(row, 4),
            rate_a_mva: self.rating(row, 5),
            rate_b_mva: self.rating(row, 6),
            rate_c_mva: self.rating(row, 7),
            ratio: self.finite(row, 8),
            shift_deg: self.finite(row, 9),
            in_service: row.get(10) != 0.0,
            angle_min_deg: self.limit(row, 11),
            angle_max_deg: self.limit(row, 12),
            line: row.place.line,
        };
        if branch.in_service && branch.r_pu == 0.0 && branch.x_pu == 0.0 {
            self.report(row, 3, "an in-service branch with no impedance at all")
                .help =
                Some("merge its two buses, or give it a small reactance such as 1e-4".to_owned());
        }
        // Both occur in sound cases: series capacitors and the star equivalents of three-winding transformers.
        for (column, value) in [(2, branch.r_pu), (3, branch.x_pu)] {
            if value < 0.0 {
                let problem = self.report(row, column, format!("negative ({value} pu)"));
                *problem = problem
                    .clone()
                    .as_warning()
                    .with_help("fine for a series capacitor or a three-winding star equivalent");
            }
        }
        if branch.ratio < 0.0 {
            self.report(
                row,
                8,
                format!("a turns ratio cannot be negative, found {}", branch.ratio),
            );
        }
        if branch.from == branch.to && branch.from != 0 {
            self.report(
                row,
                1,
                format!("a branch from bus {0} to bus {0}", branch.from),
            );
        }
        branch
    }

    fn dc_line(&mut self, row: &RawRow) -> DcLineRow {
        DcLineRow {
            from: self.number(row, 0),
            to: self.number(row, 1),
            in_service: row.get(2) > 0.0,
            p_from_mw: self.finite(row, 3),
            p_min_mw: self.limit(row, 9),
            p_max_mw: self.limit(row, 10),
            line: row.place.line,
        }
    }

    fn costs(&mut self, generators: usize) -> (Vec<CostRow>, Vec<CostRow>) {
        // MODEL, STARTUP, SHUTDOWN, NCOST and at least one coefficient.
        let rows = self.table(
            "gencost",
            &["MODEL", "STARTUP", "SHUTDOWN", "NCOST", "COST"],
            false,
        );
        if rows.is_empty() {
            return (Vec::new(), Vec::new());
        }
        if generators > 0 && rows.len() != generators && rows.len() != 2 * generators {
            let message = format!("{} cost rows for {generators} generators", rows.len());
            let place = self.place("gencost");
            self.problems.push(
                place
                    .error(message)
                    .in_field(self.field("gencost"))
                    .with_help("one row a generator, or two: real power, then reactive"),
            );
        }
        let mut costs: Vec<CostRow> = rows.iter().filter_map(|row| self.cost(row)).collect();
        let reactive = costs.split_off(generators.min(costs.len()));
        (costs, reactive)
    }

    fn cost(&mut self, row: &RawRow) -> Option<CostRow> {
        let count = row.get(3);
        let (model, numbers_each) = match row.get(0) {
            1.0 => (1, 2),
            2.0 => (2, 1),
            other => {
                self.report(row, 0, format!("unknown cost model {other}"))
                    .help = Some("1 is piecewise linear, 2 is polynomial".to_owned());
                return None;
            }
        };
        let room = (row.values.len() - 4) / numbers_each;
        let least = if model == 1 { 2.0 } else { 0.0 };
        if count.fract() != 0.0 || count < least || count > room as f64 {
            self.report(
                row,
                3,
                format!(
                    "{count} {}, but the row has room for {room}",
                    if model == 1 { "points" } else { "coefficients" }
                ),
            );
            return None;
        }
        let numbers = &row.values[4..4 + numbers_each * count as usize];
        if numbers.iter().any(|value| !value.is_finite()) {
            self.report(row, 4, "a cost must be made of finite numbers");
            return None;
        }
        let curve = if model == 2 {
            CostCurve::Polynomial(numbers.to_vec())
        } else {
            let points: Vec<(f64, f64)> = numbers
                .chunks_exact(2)
                .map(|point| (point[0], point[1]))
                .collect();
            if points.windows(2).any(|pair| pair[1].0 <= pair[0].0) {
                self.report(
                    row,
                    4,
                    "the points of a piecewise linear cost must rise in MW",
                );
                return None;
            }
            CostCurve::PiecewiseLinear(points)
        };
        Some(CostRow {
            startup: row.get(1),
            shutdown: row.get(2),
            curve,
            line: row.place.line,
        })
    }

    fn names(&mut self, name: &str, buses: usize) -> Vec<String> {
        let Some(Value::Cell(cell)) = self.workspace.case.get(name) else {
            return Vec::new();
        };
        if cell.items.len() != buses {
            let message = format!("{} names for {buses} buses", cell.items.len());
            let place = self.place(name);
            self.problems.push(
                place
                    .error(message)
                    .in_field(self.field(name))
                    .as_warning()
                    .with_help("the names are not used"),
            );
            return Vec::new();
        }
        let text = |value: &Value| {
            if let Value::Text(text) = value {
                text.clone()
            } else {
                String::new()
            }
        };
        cell.items.iter().map(text).collect()
    }
}

fn rows(matrix: &Matrix, place: Place) -> impl Iterator<Item = (&[f64], RowPlace)> {
    let whole = RowPlace {
        line: place.line,
        offset: place.offset,
    };
    let place_of = move |row: usize| matrix.places.get(row).copied().unwrap_or(whole);
    matrix
        .data
        .chunks(matrix.cols.max(1))
        .enumerate()
        .map(move |(row, values)| (values, place_of(row)))
}
