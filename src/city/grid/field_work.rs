//! Field work that the grid asks for: who is sent where, and how many customers wait for it.
//!
//! When and by which crew the work is done is the maintenance domain's.

use crate::city::grid::fabric::Fabric;
use crate::city::grid::flow::Elements;
use crate::engine::damage::Work;
use crate::engine::damage::WorkBoard;
use crate::engine::damage::WorkRequest;

/// Customers without supply on the feeders of a transformer's busbar.
fn customers_behind(fabric: &Fabric, all: &Elements, transformer: usize) -> f64 {
    let bus = fabric.grid().transformers[transformer].to;
    let feeders = fabric
        .grid()
        .feeders
        .iter()
        .zip(&all.feeders)
        .filter(|(row, _)| row.bus == bus);
    feeders.map(|(_, f)| f.customers_out).sum()
}

/// Customers without supply on the feeders at both ends of a line: who waits for its switch.
pub fn customers_at(fabric: &Fabric, all: &Elements, line: usize) -> f64 {
    let row = &fabric.grid().lines[line];
    let feeder_at = |bus: usize| {
        let load = fabric.grid().loads.iter().find(|load| load.bus == bus);
        load.map(|load| load.feeder)
    };
    let (from, to) = (feeder_at(row.from), feeder_at(row.to));
    let other = to.filter(|f| Some(*f) != from);
    let feeders = from.into_iter().chain(other);
    feeders.map(|f| all.feeders[f].customers_out).sum()
}

/// Sends crews to what tripped undamaged, once each.
pub fn ask_crews(fabric: &Fabric, all: &mut Elements, board: &mut WorkBoard) {
    for f in 0..all.feeders.len() {
        let feeder = &mut all.feeders[f];
        if feeder.breaker.closed {
            if feeder.switch_asked {
                feeder.switch_asked = false;
                board.cancelled.push((fabric.feeder_ids[f], Work::Switch));
            }
            continue;
        }
        let Some(cause) = feeder
            .breaker
            .cause
            .filter(|_| feeder.breaker.tripped && !feeder.switch_asked)
        else {
            continue;
        };
        // A feeder that cleared a fault is closed by the crew that isolates it, not by another.
        if all
            .lines
            .iter()
            .any(|l| l.wear.failed && l.cleared_by == Some(f))
        {
            continue;
        }
        let feeder = &mut all.feeders[f];
        feeder.switch_asked = true;
        let customers = feeder.customers_out;
        board.requests.push(WorkRequest {
            element: fabric.feeder_ids[f],
            work: Work::Switch,
            customers,
            cause,
        });
    }
    for i in 0..all.transformers.len() {
        let t = &all.transformers[i];
        let tripped = t.breaker.tripped && !t.breaker.closed && !t.wear.failed;
        let customers = if tripped && !t.switch_asked {
            customers_behind(fabric, all, i)
        } else {
            0.0
        };
        let t = &mut all.transformers[i];
        if tripped && !t.switch_asked {
            if let Some(cause) = t.breaker.cause {
                t.switch_asked = true;
                board.requests.push(WorkRequest {
                    element: fabric.transformer_ids[i],
                    work: Work::Switch,
                    customers,
                    cause,
                });
            }
        } else if t.switch_asked && t.breaker.closed {
            t.switch_asked = false;
            board
                .cancelled
                .push((fabric.transformer_ids[i], Work::Switch));
        }
    }
    for i in 0..all.lines.len() {
        let line = &mut all.lines[i];
        let tripped = line.breaker.tripped && !line.breaker.closed && !line.wear.failed;
        if let Some(cause) = line.breaker.cause
            && tripped
            && line.switch_asked.is_none()
        {
            line.switch_asked = Some(true);
            board.requests.push(WorkRequest {
                element: fabric.line_ids[i],
                work: Work::Switch,
                customers: 0.0,
                cause,
            });
        }
    }
}
