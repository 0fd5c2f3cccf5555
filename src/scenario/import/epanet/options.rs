//! `[OPTIONS]`: units, formulas, demand model, and how to solve.
//!
//! Quality, maps and hydraulics files are passed over; `TRIALS` is not obeyed, for giving up early helps nobody.

use crate::scenario::import::epanet::line::Line;
use crate::scenario::import::epanet::line::Section;
use crate::scenario::import::epanet::reader::Reader;
use crate::scenario::import::epanet::reader::is;
use crate::scenario::import::epanet::units::FLOW_UNITS;
use crate::scenario::import::epanet::units::PressureUnit;
use crate::scenario::problem::did_you_mean_or_known;
use crate::solvers::hydraulics::FOOT_M;
use crate::solvers::hydraulics::network::DemandModel;
use crate::solvers::hydraulics::network::Friction;

/// Kinematic viscosity of water at 20 C in EPANET, m2/s: 1.1e-5 ft2/s.
const VISCOSITY: f64 = 1.1e-5 * FOOT_M * FOOT_M;
/// Files give viscosity relative to water above this, and in their unit of area a second below it, as in EPANET.
const RELATIVE_ABOVE: f64 = 1e-3;
/// Accuracy asked for at least: the file's is often too loose to compare anything.
const LOOSEST_ACCURACY: f64 = 1e-5;
/// Least difference of required and least pressure, in the file's unit (EPANET 2.2).
const LEAST_PRESSURE_RANGE: f64 = 0.1;

const FIELD: &str = "[OPTIONS]";
const KEYWORDS: [&str; 22] = [
    "UNITS",
    "PRESSURE",
    "HEADLOSS",
    "PATTERN",
    "DEMAND MULTIPLIER",
    "DEMAND MODEL",
    "MINIMUM PRESSURE",
    "REQUIRED PRESSURE",
    "PRESSURE EXPONENT",
    "EMITTER EXPONENT",
    "EMITTER BACKFLOW",
    "VISCOSITY",
    "SPECIFIC GRAVITY",
    "TRIALS",
    "ACCURACY",
    "HEADERROR",
    "FLOWCHANGE",
    "CHECKFREQ",
    "MAXCHECK",
    "DAMPLIMIT",
    "UNBALANCED",
    "QUALITY",
];
/// Options that change nothing here.
const PASSED_OVER: [&str; 12] = [
    "QUAL", "DIFF", "TOLE", "MAP", "HYDR", "VERI", "SEGM", "UNBA", "TRIA", "HTOL", "QTOL", "RQTOL",
];

/// Figures that wait for the units.
struct Pending {
    pressure: Option<PressureUnit>,
    viscosity: f64,
    pressure_driven: bool,
    p_min: f64,
    p_required: f64,
    exponent: f64,
}

/// Reads the section and settles the units.
pub fn read(reader: &mut Reader<'_>) {
    let mut pending = Pending {
        pressure: None,
        viscosity: 1.0,
        pressure_driven: false,
        p_min: 0.0,
        p_required: LEAST_PRESSURE_RANGE,
        exponent: 0.5,
    };
    for line in reader.take(Section::Options) {
        option(reader, &line, &mut pending);
    }
    let metric = reader.units.is_metric();
    let usual = if metric {
        PressureUnit::Metres
    } else {
        PressureUnit::Psi
    };
    reader.units.pressure = match pending.pressure {
        Some(PressureUnit::Psi) if metric => PressureUnit::Metres,
        Some(unit) => unit,
        None => usual,
    };
    reader.network.viscosity_m2s = if pending.viscosity > RELATIVE_ABOVE {
        pending.viscosity * VISCOSITY
    } else {
        let unit = reader.units.length_m();
        pending.viscosity * unit * unit
    };
    reader.network.specific_gravity = reader.units.specific_gravity;
    if pending.pressure_driven {
        let pressure = reader.units.pressure_m();
        let required = pending.p_required.max(pending.p_min + LEAST_PRESSURE_RANGE);
        reader.plan.options.demand = DemandModel::PressureDriven {
            p_min_m: pending.p_min * pressure,
            p_required_m: required * pressure,
            exponent: pending.exponent,
        };
    }
    let accuracy = reader.plan.options.accuracy.min(LOOSEST_ACCURACY);
    reader.plan.options.accuracy = accuracy;
}

fn option(reader: &mut Reader<'_>, line: &Line<'_>, pending: &mut Pending) {
    let (first, second) = (line.words.first(), line.words.get(1));
    let last = line.words.len() - 1;
    let value = |at: usize| {
        line.words
            .get(at)
            .map_or("", |word| word.text)
            .to_uppercase()
    };
    if is(first, "UNIT") {
        match FLOW_UNITS.iter().find(|(name, _)| *name == value(1)) {
            Some((_, unit)) => reader.units.flow = *unit,
            None => {
                let help = did_you_mean_or_known(&value(1), FLOW_UNITS.map(|(name, _)| name));
                reader.fault(line, 1, "UNITS", "this flow unit is not known", help);
            }
        }
    } else if is(first, "PRES") && is(second, "EXPO") {
        pending.exponent = reader.positive(line, 2, "PRESSURE EXPONENT").unwrap_or(0.5);
    } else if is(first, "PRES") {
        pending.pressure = match value(1).as_str() {
            "PSI" => Some(PressureUnit::Psi),
            "KPA" => Some(PressureUnit::Kpa),
            "BAR" => Some(PressureUnit::Bar),
            "FEET" => Some(PressureUnit::Feet),
            text if text.starts_with("MET") || text == "M" => Some(PressureUnit::Metres),
            _ => {
                let help = Some("known: PSI, KPA, METERS, BAR, FEET".to_owned());
                reader.fault(line, 1, "PRESSURE", "this pressure unit is not known", help);
                None
            }
        };
    } else if is(first, "HEADL") {
        reader.network.friction = match value(1).get(..1) {
            Some("H") => Friction::HazenWilliams,
            Some("D") => Friction::DarcyWeisbach,
            Some("C") => Friction::ChezyManning,
            _ => {
                let help = Some("known: H-W, D-W, C-M".to_owned());
                reader.fault(line, 1, "HEADLOSS", "this formula is not known", help);
                Friction::HazenWilliams
            }
        };
    } else if is(first, "PATT") {
        reader.default_pattern = second.map(|word| word.text.to_owned());
    } else if is(first, "DEMA") && is(second, "MODE") {
        pending.pressure_driven = match value(2).as_str() {
            "PDA" => true,
            "DDA" => false,
            _ => {
                let help = Some("known: DDA, PDA".to_owned());
                reader.fault(
                    line,
                    2,
                    "DEMAND MODEL",
                    "this demand model is not known",
                    help,
                );
                false
            }
        };
    } else if is(first, "DEMA") {
        let factor = reader.not_negative(line, last, "DEMAND MULTIPLIER");
        reader.network.demand_multiplier = factor.unwrap_or(1.0);
    } else if is(first, "MINI") {
        pending.p_min = reader.number(line, last, "MINIMUM PRESSURE").unwrap_or(0.0);
    } else if is(first, "REQU") {
        let required = reader.number(line, last, "REQUIRED PRESSURE");
        pending.p_required = required.unwrap_or(LEAST_PRESSURE_RANGE);
    } else if is(first, "EMIT") && is(second, "BACK") {
        reader.emitter_backflow = value(2) != "NO";
    } else if is(first, "EMIT") {
        reader.emitter_exponent = reader
            .positive(line, last, "EMITTER EXPONENT")
            .unwrap_or(0.5);
    } else if is(first, "VISC") {
        pending.viscosity = reader.positive(line, last, "VISCOSITY").unwrap_or(1.0);
    } else if is(first, "SPEC") {
        let gravity = reader.positive(line, last, "SPECIFIC GRAVITY");
        reader.units.specific_gravity = gravity.unwrap_or(1.0);
    } else if is(first, "ACCU") {
        if let Some(accuracy) = reader.positive(line, last, "ACCURACY") {
            reader.plan.options.accuracy = accuracy.max(1e-12);
        }
    } else if is(first, "CHECKF") {
        let every = reader.positive(line, last, "CHECKFREQ").unwrap_or(2.0);
        reader.plan.options.check_every = every.clamp(1.0, 1e6) as u32;
    } else if is(first, "MAXC") {
        let until = reader.not_negative(line, last, "MAXCHECK").unwrap_or(10.0);
        reader.plan.options.check_until = until.clamp(0.0, 1e6) as u32;
    } else if is(first, "DAMP") {
        let limit = reader.not_negative(line, last, "DAMPLIMIT").unwrap_or(0.0);
        reader.plan.options.damp_limit = limit;
    } else if is(first, "HEADE") || is(first, "FLOWC") {
        // Heads and balances are always held tighter than any file asks; the number must be one all the same.
        reader.not_negative(line, last, FIELD);
    } else if !PASSED_OVER.iter().any(|keyword| is(first, keyword)) {
        let help = did_you_mean_or_known(&value(0), KEYWORDS);
        reader.warn(
            line,
            0,
            FIELD,
            "this option is not known and is passed over",
            help,
        );
    }
}
