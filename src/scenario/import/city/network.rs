//! Buses, lines and transformers of a city from a case: what the file gives is kept, what it lacks is filled in by rule.
//!
//! Ratings that the file gives are kept. For a branch without one, the need is 1.3 times the worst flow of the case's
//! own dispatch, intact or after any single loss (DC), but at least what one circuit of its voltage carries. A line
//! gets the smallest bundle of its voltage's conductor whose ampacity meets the need, and that is its rating; a
//! transformer gets the need rounded up to 10 MVA, and no less than the smallest unit of its voltage.

use crate::city::model::grid::Bus;
use crate::city::model::grid::BusRole;
use crate::city::model::grid::Conductor;
use crate::city::model::grid::Line;
use crate::city::model::grid::Transformer;
use crate::scenario::generate::conductors;
use crate::scenario::generate::draw::Draw;
use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::distance;
use crate::scenario::generate::geometry::rounded;
use crate::scenario::import::city::flows::FlowBranch;
use crate::scenario::import::city::flows::worst_flows;
use crate::scenario::import::matpower::BranchRow;
use crate::scenario::import::matpower::BusType;
use crate::scenario::import::matpower::MatpowerCase;

/// Margin of filled-in ratings over the worst flow: reactive power, losses and hours above the case's own take about
/// half of it, the rest is what planners leave for growth.
const MARGIN: f64 = 1.3;
/// Voltage taken where the file gives none (some IEEE cases), kilovolts: that of the cases' origin.
const DEFAULT_KV: f64 = 138.0;
/// Routes against straight lines: 4/pi, as on a grid of streets (as in generated cities).
const DETOUR: f64 = 1.27;
/// Shortest line, kilometres: two switchyards side by side.
const LEAST_KM: f64 = 0.3;
/// Ages of lines and transformers, years: uniform between new and the usual life.
const AGES_Y: (f64, f64) = (2.0, 50.0);

/// The part of a case that a city is built from: isolated buses and what hangs on them left out.
#[derive(Debug)]
pub struct Part {
    /// Row of the case of each bus.
    pub rows: Vec<usize>,
    /// Bus numbers in ascending order with their index.
    numbers: Vec<(u32, usize)>,
}

impl Part {
    /// The part of a case that is not isolated.
    #[must_use]
    pub fn of(case: &MatpowerCase) -> Self {
        let rows: Vec<usize> = (0..case.buses.len())
            .filter(|&i| case.buses[i].kind != BusType::Isolated)
            .collect();
        let mut numbers: Vec<(u32, usize)> = rows
            .iter()
            .enumerate()
            .map(|(index, &row)| (case.buses[row].number, index))
            .collect();
        numbers.sort_unstable();
        Self { rows, numbers }
    }

    /// Index of the bus of a number; none if it is isolated.
    #[must_use]
    pub fn index(&self, number: u32) -> Option<usize> {
        let at = self
            .numbers
            .binary_search_by_key(&number, |(n, _)| *n)
            .ok()?;
        Some(self.numbers[at].1)
    }

    /// Branches between buses of this part, with their ends.
    pub fn branches<'a>(
        &'a self,
        case: &'a MatpowerCase,
    ) -> impl Iterator<Item = (&'a BranchRow, usize, usize)> {
        case.branches.iter().filter_map(|b| {
            let (from, to) = (self.index(b.from)?, self.index(b.to)?);
            (from != to).then_some((b, from, to))
        })
    }
}

/// Base voltage of a bus of the case, kilovolts.
#[must_use]
pub fn base_kv(case: &MatpowerCase, row: usize) -> f64 {
    let kv = case.buses[row].base_kv;
    if kv > 0.0 { kv } else { DEFAULT_KV }
}

/// Buses at their places; district and reactive remainders are filled in later.
#[must_use]
pub fn buses(case: &MatpowerCase, part: &Part, at: &[Point]) -> Vec<Bus> {
    let bus = |(&row, at): (&usize, &Point)| {
        let b = &case.buses[row];
        let kv = base_kv(case, row);
        Bus {
            id: b.number.to_string(),
            // Below 60 kV a bus is where feeders begin, whatever its case calls it.
            role: if kv >= 60.0 {
                BusRole::Transmission
            } else {
                BusRole::Busbar
            },
            base_kv: kv,
            district: 0,
            x_m: at[0],
            y_m: at[1],
            gs_mw: b.gs_mw,
            bs_mvar: b.bs_mvar,
            v_min_pu: if b.vmin_pu > 0.0 { b.vmin_pu } else { 0.9 },
            v_max_pu: if b.vmax_pu > 0.0 { b.vmax_pu } else { 1.1 },
        }
    };
    part.rows.iter().zip(at).map(bus).collect()
}

/// Lines and transformers with their conductors.
#[derive(Debug, Default)]
pub struct Branches {
    /// Conductor types.
    pub conductors: Vec<Conductor>,
    /// Lines.
    pub lines: Vec<Line>,
    /// Transformers.
    pub transformers: Vec<Transformer>,
    /// How many ratings were filled in.
    pub rated_by_rule: usize,
    /// Transformers left out because they are out of service, which a transformer cannot be by plan.
    pub left_out: usize,
}

/// Conductor and smallest bundle by voltage.
fn conductor_of(kv: f64) -> (usize, u32) {
    if kv >= 300.0 {
        // Below two conductors a phase corona rules at these voltages.
        (conductors::OVERHEAD_490, 2)
    } else if kv >= 200.0 {
        (conductors::OVERHEAD_490, 1)
    } else if kv >= 60.0 {
        (conductors::OVERHEAD_243, 1)
    } else {
        (conductors::OVERHEAD_94, 1)
    }
}

/// Smallest power transformer that utilities buy at a voltage, megavolt-amperes: 40 at 110 kV and above, 10 below. DC
/// flows know no reactive power, which can be most of a small unit's load.
fn least_transformer_mva(kv: f64) -> f64 {
    if kv >= 100.0 { 40.0 } else { 10.0 }
}

fn is_transformer(
    case: &MatpowerCase,
    part: &Part,
    branch: &BranchRow,
    from: usize,
    to: usize,
) -> bool {
    let (a, b) = (base_kv(case, part.rows[from]), base_kv(case, part.rows[to]));
    branch.ratio != 0.0 || branch.shift_deg != 0.0 || (a - b).abs() > 1e-3 * a.max(b)
}

/// Lines and transformers of the case between buses at their places (metres); `injections_mw` is the case's own
/// dispatch by bus, `slack` takes its balance.
#[must_use]
pub fn branches(
    case: &MatpowerCase,
    part: &Part,
    at: &[Point],
    injections_mw: &[f64],
    slack: usize,
) -> Branches {
    let worst = needs_mva(case, part, injections_mw, slack);
    let mut built = Branches {
        conductors: conductors::conductors(),
        ..Branches::default()
    };
    let mut seen: Vec<(u32, u32)> = Vec::new();
    for (k, (b, from, to)) in part.branches(case).enumerate() {
        let pair = (b.from.min(b.to), b.from.max(b.to));
        let parallel = seen.iter().filter(|p| **p == pair).count();
        seen.push(pair);
        let suffix = if parallel > 0 {
            format!("-{}", parallel + 1)
        } else {
            String::new()
        };
        let kv = base_kv(case, part.rows[from]).max(base_kv(case, part.rows[to]));
        let age_y = rounded(
            Draw::new(0, "import/age", k as u64).uniform(AGES_Y.0, AGES_Y.1),
            1,
        );
        let given = b.rate_a_mva > 0.0;
        built.rated_by_rule += usize::from(!given);
        if is_transformer(case, part, b, from, to) {
            if !b.in_service {
                built.left_out += 1;
                continue;
            }
            built.transformers.push(Transformer {
                id: format!("T{}-{}{suffix}", b.from, b.to),
                from,
                to,
                r_pu: b.r_pu,
                x_pu: b.x_pu,
                b_pu: b.b_pu,
                ratio: b.tap(),
                shift_deg: b.shift_deg,
                tap_step: 0.0,
                tap_min: 0,
                tap_max: 0,
                v_set_pu: 1.0,
                rating_mva: if given {
                    b.rate_a_mva
                } else {
                    (10.0 * (worst[k] / 10.0).ceil()).max(least_transformer_mva(kv))
                },
                thermal: conductors::THERMAL,
                substation: None,
                age_y,
                synthetic: true,
            });
        } else {
            let (conductor, least) = conductor_of(kv);
            let one = conductors::rating_mva(&built.conductors[conductor], 1, kv);
            let need = if given { b.rate_a_mva } else { worst[k] };
            // A hundredth of a circuit does not call for another one.
            let bundle = ((need / one - 0.01).ceil().max(1.0) as u32).max(least);
            built.lines.push(Line {
                id: format!("L{}-{}{suffix}", b.from, b.to),
                from,
                to,
                r_pu: b.r_pu,
                x_pu: b.x_pu,
                b_pu: b.b_pu,
                length_km: rounded(
                    (DETOUR * 1e-3 * distance(at[from], at[to])).max(LEAST_KM),
                    2,
                ),
                conductor,
                bundle,
                rating_mva: if given {
                    b.rate_a_mva
                } else {
                    rounded(one * f64::from(bundle), 1)
                },
                normally_open: !b.in_service,
                remote_controlled: true,
                age_y,
                synthetic: true,
            });
        }
    }
    built
}

/// What each branch without a rating must carry, megavolt-amperes, before the least of its voltage is looked at.
fn needs_mva(case: &MatpowerCase, part: &Part, injections_mw: &[f64], slack: usize) -> Vec<f64> {
    let all: Vec<_> = part.branches(case).collect();
    let mut live = Vec::new();
    let mut place = vec![None; all.len()];
    for (k, (b, from, to)) in all.iter().enumerate() {
        if b.in_service && b.x_pu != 0.0 {
            place[k] = Some(live.len());
            live.push(FlowBranch {
                from: *from,
                to: *to,
                x_pu: b.x_pu * b.tap(),
                shift_rad: b.shift_deg.to_radians(),
            });
        }
    }
    let injections: Vec<f64> = injections_mw.iter().map(|p| p / case.base_mva).collect();
    let worst = worst_flows(part.rows.len(), slack, &live, &injections)
        .unwrap_or_else(|| vec![0.0; live.len()]);
    place
        .iter()
        .map(|p| p.map_or(0.0, |i: usize| MARGIN * worst[i] * case.base_mva))
        .collect()
}
