//! Blocks of a feed: its own where it has them, else runs chained first in first out at terminals.
//!
//! A feed's block that would need two vehicles at once on some day is split. It sends nobody empty across the city.

use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::distance_squared;
use crate::scenario::generate::transit::rotation;
use crate::scenario::generate::transit::rotation::LONGEST_WAIT_S;
use crate::scenario::generate::transit::rotation::Run;
use crate::scenario::generate::transit::vehicles::Kind;
use crate::scenario::generate::transit::workbook::Workbook;
use crate::scenario::import::gtfs::feed::Feed;
use std::collections::BTreeMap;

/// Stops within this distance are one terminal, metres: both sides of a street, the bays of a bus station.
const TERMINAL_M: f64 = 250.0;

/// A run of the week, ready for a vehicle.
#[derive(Clone, Debug)]
pub struct FeedRun {
    /// Its id.
    pub id: String,
    /// The feed's block.
    pub block: Option<u32>,
    /// Kind of vehicle.
    pub kind: Kind,
    /// Running times.
    pub timing: usize,
    /// Service.
    pub service: usize,
    /// Its days.
    pub days: [bool; 7],
    /// Departure, seconds of the service day.
    pub start_s: i32,
    /// Arrival at the last stop, likewise.
    pub end_s: i32,
}

/// Puts the runs into blocks and writes both down. Says what it did, in words.
pub fn assign(runs: &[FeedRun], feed: &Feed, at: &[Point], book: &mut Workbook) -> Vec<String> {
    let kinds: Vec<Kind> = {
        let mut kinds: Vec<Kind> = runs.iter().map(|r| r.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    };
    let class = |kind: Kind| kinds.binary_search(&kind).unwrap_or(0);
    let mut notes = Vec::new();
    let mut own: BTreeMap<(u32, Kind), Vec<usize>> = BTreeMap::new();
    let mut free: Vec<usize> = Vec::new();
    for (number, run) in runs.iter().enumerate() {
        match run.block {
            Some(block) => own.entry((block, run.kind)).or_default().push(number),
            None => free.push(number),
        }
    }
    let mut split = 0;
    let own_blocks = own.len();
    for ((block, kind), members) in own {
        let id = &feed.blocks[block as usize];
        let chains = chains(&members, runs);
        split += usize::from(chains.len() > 1);
        for (nth, chain) in chains.iter().enumerate() {
            let name = match nth {
                0 if kinds.len() == 1 => id.clone(),
                0 => format!("{id}-{}", kind.vehicle_type().id),
                _ => format!("{id}-{}+{nth}", kind.vehicle_type().id),
            };
            write(book, name, class(kind), chain, runs);
        }
    }
    if own_blocks > 0 {
        notes.push(format!("{own_blocks} blocks are the feed's"));
    }
    if split > 0 {
        notes.push(format!(
            "{split} blocks of the feed need two vehicles at once and were split"
        ));
    }
    if !free.is_empty() {
        let terminal = terminals(at);
        let plain: Vec<Run> = free
            .iter()
            .map(|&number| {
                let run = &runs[number];
                let pattern = book.transit.timings[run.timing].pattern;
                let stops = &book.transit.patterns[pattern].stops;
                let end = |s: Option<&usize>| s.map_or(0, |s| terminal[*s]);
                Run {
                    class: class(run.kind),
                    service: run.service,
                    from: end(stops.first()),
                    to: end(stops.last()),
                    start_s: run.start_s,
                    end_s: run.end_s,
                }
            })
            .collect();
        let rotation = rotation::blocks(&plain, LONGEST_WAIT_S);
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); rotation.class.len()];
        for (&number, &block) in free.iter().zip(&rotation.block) {
            members[block].push(number);
        }
        notes.push(format!(
            "{} runs without a block were chained into {} first in, first out at terminals",
            free.len(),
            members.len()
        ));
        for (nth, chain) in members.iter().enumerate() {
            let id = format!("FIFO-{:04}", nth + 1);
            write(book, id, rotation.class[nth], chain, runs);
        }
    }
    notes
}

fn write(book: &mut Workbook, id: String, class: usize, chain: &[usize], runs: &[FeedRun]) {
    let block = book.block(id, class, 0);
    for &number in chain {
        let run = &runs[number];
        book.trip(run.id.clone(), run.timing, run.service, run.start_s, block);
    }
}

/// The runs of a feed's block as chains that one vehicle each can run on every day.
fn chains(members: &[usize], runs: &[FeedRun]) -> Vec<Vec<usize>> {
    let mut order = members.to_vec();
    order.sort_by_key(|&n| (runs[n].start_s, n));
    let mut chains: Vec<(Vec<usize>, [i32; 7])> = Vec::new();
    for number in order {
        let run = &runs[number];
        let fits = |free: &[i32; 7]| {
            let days = free.iter().zip(run.days);
            days.into_iter()
                .all(|(free, runs)| !runs || *free <= run.start_s)
        };
        let place = match chains.iter().position(|(_, free)| fits(free)) {
            Some(place) => place,
            None => {
                chains.push((Vec::new(), [i32::MIN; 7]));
                chains.len() - 1
            }
        };
        let (chain, free) = &mut chains[place];
        chain.push(number);
        for (free, runs) in free.iter_mut().zip(run.days) {
            if runs {
                *free = run.end_s;
            }
        }
    }
    chains.into_iter().map(|(chain, _)| chain).collect()
}

/// The terminal of each stop: the first stop near it that is one.
fn terminals(at: &[Point]) -> Vec<usize> {
    let cell = |p: Point| {
        let side = |v: f64| libm::floor(v / TERMINAL_M) as i64;
        (side(p[0]), side(p[1]))
    };
    let mut heads: BTreeMap<(i64, i64), Vec<usize>> = BTreeMap::new();
    (0..at.len())
        .map(|stop| {
            let (i, j) = cell(at[stop]);
            let near = (i - 1..=i + 1).flat_map(|a| (j - 1..=j + 1).map(move |b| (a, b)));
            let heads_near = near.filter_map(|key| heads.get(&key)).flatten();
            let gap = |head: usize| distance_squared(at[head], at[stop]);
            let best = heads_near
                .copied()
                .filter(|&head| gap(head) <= TERMINAL_M * TERMINAL_M)
                .min_by(|&a, &b| gap(a).total_cmp(&gap(b)));
            best.unwrap_or_else(|| {
                heads.entry((i, j)).or_default().push(stop);
                stop
            })
        })
        .collect()
}
