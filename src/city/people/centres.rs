//! Cooling centres: who comes, how long they stay, when a centre is full, shut or dark.
//!
//! Visitors are numbers by district and centre; no person, no staff, no cost. A dark centre sends its people home.

use crate::city::people::fabric::AGES;
use crate::city::people::fabric::Fabric;
use crate::city::people::fabric::Reach;
use crate::city::people::inlets::Power;
use crate::city::people::inlets::TransitAccess;
use crate::city::people::outlets::CentreDemand;
use crate::engine::record::Record;
use bevy_ecs::resource::Resource;
use serde::Deserialize;
use serde::Serialize;

/// Hours of the day at which centres open and close (libraries and community halls; Chicago's and Detroit's centres keep
/// about these hours).
const OPEN_H: [f64; 2] = [9.0, 20.0];
/// Share of the people in homes too hot, by age, who would go if they can: few do; the old and frail go least (surveys
/// of centre use in US heat waves find 2 to 10 %, recalled).
pub const WILLING: [f64; AGES] = [0.08, 0.10, 0.08, 0.05];
/// Of those who would have to ride, the share who do so where public transport runs as planned.
const RIDE: f64 = 0.3;
/// Time constant of coming and going, seconds.
const COMING_S: f64 = 1800.0;
/// The same when a centre shuts, seconds.
const CLOSING_S: f64 = 600.0;
/// Mean stay, seconds.
const STAY_S: f64 = 10_800.0;
/// Share of a centre's plant that runs when it is shut, and that runs when it is open and empty.
const DRAW: [f64; 2] = [0.25, 0.55];
/// A centre is full at this share of its room, and has room again below the other.
const FULL: [f64; 2] = [0.98, 0.85];

/// A centre's state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CentreState {
    /// It has no supply.
    pub dark: bool,
    /// It takes nobody in any more.
    pub full: bool,
    /// People in it.
    pub people: f64,
}

/// All centres.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Centres {
    /// By centre.
    pub centres: Vec<CentreState>,
    /// Visitors by row of the fabric's reach.
    pub visitors: Vec<f64>,
    /// Visits begun since the start.
    pub visits: f64,
    /// Hours without supply while it should have been open, summed over centres.
    pub dark_h: f64,
}

impl Centres {
    /// Empty centres.
    #[must_use]
    pub fn new(fabric: &Fabric) -> Self {
        Self {
            centres: vec![CentreState::default(); fabric.centres.len()],
            visitors: vec![0.0; fabric.reach.len()],
            ..Self::default()
        }
    }

    /// Visitors from a district.
    #[must_use]
    pub fn from(&self, fabric: &Fabric, district: usize) -> f64 {
        let rows = fabric.reach.iter().zip(&self.visitors);
        rows.filter(|(r, _)| r.district == district)
            .map(|(_, n)| n)
            .sum()
    }

    /// People in all centres.
    #[must_use]
    pub fn people(&self) -> f64 {
        self.visitors.iter().sum()
    }

    /// Looks at every step whether centres went dark or came back.
    pub fn watch(
        &mut self,
        fabric: &Fabric,
        power: &Power,
        open: bool,
        t_s: u64,
        dt_s: f64,
        record: &mut Record,
    ) {
        for (c, centre) in fabric.centres.iter().enumerate() {
            let dark = !power.is_on(centre.load);
            let state = &mut self.centres[c];
            if dark && open {
                self.dark_h += dt_s / 3600.0;
            }
            if dark == state.dark {
                continue;
            }
            state.dark = dark;
            if dark {
                let people = state.people;
                *state = CentreState {
                    dark,
                    ..CentreState::default()
                };
                for (row, n) in fabric.reach.iter().zip(&mut self.visitors) {
                    if row.centre == c {
                        *n = 0.0;
                    }
                }
                let cause = power.cause(centre.load);
                record.event(
                    t_s,
                    "cooling_centre_dark",
                    centre.element,
                    cause,
                    0.0,
                    || format!("{people:.0} people sent home"),
                );
            } else {
                record.event(
                    t_s,
                    "cooling_centre_lit",
                    centre.element,
                    None,
                    0.0,
                    String::new,
                );
            }
        }
    }

    /// One update of the visits: `wanting` is the number of people by district who would go if they could get there.
    pub fn visit(
        &mut self,
        fabric: &Fabric,
        access: &TransitAccess,
        wanting: &[f64],
        open: bool,
        t_s: u64,
        record: &mut Record,
    ) {
        let dt_s = f64::from(fabric.period_s);
        let target = |row: &Reach| {
            wanting[row.district] * (row.walk + row.ride * RIDE * access.of(row.district))
        };
        let mut asked = vec![0.0; self.centres.len()];
        for row in &fabric.reach {
            asked[row.centre] += target(row);
        }
        for state in &mut self.centres {
            state.people = 0.0;
        }
        let come = 1.0 - libm::exp(-dt_s / COMING_S);
        let close = 1.0 - libm::exp(-dt_s / CLOSING_S);
        for (row, n) in fabric.reach.iter().zip(&mut self.visitors) {
            let state = &mut self.centres[row.centre];
            if open && !state.dark {
                let room = fabric.centres[row.centre].room;
                let fits = if asked[row.centre] > room {
                    room / asked[row.centre]
                } else {
                    1.0
                };
                let change = (target(row) * fits - *n) * come;
                // Others take the places of those who leave.
                let replaced = *n * dt_s / STAY_S;
                self.visits += (change + replaced).max(0.0);
                *n += change;
            } else {
                *n -= *n * close;
                if *n < 1e-6 {
                    *n = 0.0;
                }
            }
            state.people += *n;
        }
        for (c, centre) in fabric.centres.iter().enumerate() {
            let state = &mut self.centres[c];
            if !state.full && state.people >= FULL[0] * centre.room && centre.room > 0.0 {
                state.full = true;
                let (people, asked) = (state.people, asked[c]);
                record.event(
                    t_s,
                    "cooling_centre_full",
                    centre.element,
                    None,
                    0.0,
                    || format!("{people:.0} people in it, {asked:.0} would come"),
                );
            } else if state.people < FULL[1] * centre.room {
                state.full = false;
            }
        }
    }

    /// What the centres draw.
    pub fn draw(&self, fabric: &Fabric, open: bool, demand: &mut CentreDemand) {
        demand.mw.clear();
        for (centre, state) in fabric.centres.iter().zip(&self.centres) {
            let share = if open {
                let fill = (state.people / centre.room.max(1.0)).min(1.0);
                DRAW[1] + (1.0 - DRAW[1]) * fill
            } else {
                DRAW[0]
            };
            demand.mw.push((centre.load, share * centre.full_mw));
        }
    }
}

/// Whether centres are open at an hour; extended hours have no night.
#[must_use]
pub fn open_at(hour: f64, extended: bool) -> bool {
    extended || (OPEN_H[0]..OPEN_H[1]).contains(&hour)
}
