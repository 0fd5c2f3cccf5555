//! What is done to the grid from outside its physics: damage and repair, crews' work, commands.

use crate::city::grid::events::Log;
use crate::city::grid::fabric::Fabric;
use crate::city::grid::field_work::ask_crews;
use crate::city::grid::field_work::customers_at;
use crate::city::grid::flow::ElementQueries;
use crate::city::grid::flow::Elements;
use crate::city::grid::handles::Target;
use crate::city::grid::handles::Targets;
use crate::city::grid::state::Breaker;
use crate::city::grid::wear::fail_line;
use crate::city::grid::wear::fail_plant;
use crate::city::grid::wear::fail_transformer;
use crate::city::grid::wear::mending;
use crate::engine::clock::Clock;
use crate::engine::command::Commands;
use crate::engine::damage::Damage;
use crate::engine::damage::DamageQueue;
use crate::engine::damage::Effect;
use crate::engine::damage::Work;
use crate::engine::damage::WorkBoard;
use crate::engine::damage::WorkRequest;
use crate::engine::element::ElementId;
use crate::engine::record::EventId;
use crate::engine::record::Record;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;

/// Applies damage, crews' work and commands, in this order, at the beginning of a step.
#[allow(clippy::too_many_arguments, reason = "a system's resources")]
pub fn switching(
    fabric: Res<Fabric>,
    targets: Res<Targets>,
    clock: Res<Clock>,
    commands: Res<Commands>,
    mut damage: ResMut<DamageQueue>,
    mut board: ResMut<WorkBoard>,
    mut record: ResMut<Record>,
    mut queries: ElementQueries,
) {
    let mut all = queries.all();
    let mut log = Log::new(&mut record, clock.t_s());
    let (mine, others): (Vec<Damage>, Vec<Damage>) = damage
        .damages
        .drain(..)
        .partition(|d| targets.of_element(d.element).is_some());
    damage.damages = others;
    for blow in mine {
        strike(&fabric, &targets, blow, &mut all, &mut log, &mut board);
    }
    let repairs: Vec<_> = damage.repairs.drain(..).collect();
    for repair in repairs {
        match targets.of_element(repair.element) {
            Some(target) => {
                mended(
                    &fabric,
                    &targets,
                    repair.element,
                    repair.cause,
                    &mut all,
                    &mut log,
                );
                call_off(&fabric, target, repair.element, &mut board);
            }
            None => damage.repairs.push(repair),
        }
    }
    let (isolated, rest) = split(std::mem::take(&mut board.isolated), &targets);
    board.isolated = rest;
    for job in isolated {
        isolate(&fabric, &targets, &job, &mut all, &mut log);
    }
    let (done, rest) = split(std::mem::take(&mut board.done), &targets);
    board.done = rest;
    for job in done {
        finish(&fabric, &targets, &job, &mut all, &mut log, &mut board);
    }
    for &(point, value) in &commands.applied {
        if let Some(target) = targets.of_point(point) {
            obey(&fabric, target, value, &mut all, &mut log, &mut board);
        }
    }
    ask_crews(&fabric, &mut all, &mut board);
}

fn split(jobs: Vec<WorkRequest>, targets: &Targets) -> (Vec<WorkRequest>, Vec<WorkRequest>) {
    jobs.into_iter()
        .partition(|job| targets.of_element(job.element).is_some())
}

/// A blow from outside.
fn strike(
    fabric: &Fabric,
    targets: &Targets,
    blow: Damage,
    all: &mut Elements,
    log: &mut Log,
    board: &mut WorkBoard,
) {
    let Some(target) = targets.of_element(blow.element) else {
        return;
    };
    let cause = Some(blow.cause);
    match (target, blow.effect) {
        (Target::Line(i), Effect::Fail) if !all.lines[i].wear.failed => {
            fail_line(fabric, all, i, cause, log, board, || {
                "struck from outside".to_owned()
            });
        }
        (Target::Transformer(i), Effect::Fail) if !all.transformers[i].wear.failed => {
            fail_transformer(fabric, all, i, cause, log, board, || {
                "struck from outside".to_owned()
            });
        }
        (Target::Plant(p), Effect::Fail) if !all.plants[p].wear.failed => {
            fail_plant(fabric, all, p, cause, log, board, || {
                "struck from outside".to_owned()
            });
        }
        (Target::Line(i), Effect::Trip) => {
            let id = log.event("line_trip", Some(blow.element), cause, 0.0, || {
                "switched off from outside".to_owned()
            });
            open(&mut all.lines[i].breaker, id, true);
        }
        (Target::Transformer(i), Effect::Trip) => {
            let id = log.event("transformer_trip", Some(blow.element), cause, 0.0, || {
                "switched off from outside".to_owned()
            });
            open(&mut all.transformers[i].breaker, id, true);
        }
        (Target::Feeder(f), Effect::Trip | Effect::Fail) => {
            let customers = all.supplied_customers(fabric, f);
            let id = log.event("feeder_trip", Some(blow.element), cause, customers, || {
                "switched off from outside".to_owned()
            });
            open(&mut all.feeders[f].breaker, id, true);
        }
        (Target::Plant(p), Effect::Trip) => {
            let lost_mw = all.plants[p].p_mw;
            log.event("plant_trip", Some(blow.element), cause, 0.0, || {
                format!("{lost_mw:.0} MW off; it ramps up again to its set-point")
            });
            all.plants[p].p_mw = 0.0;
        }
        (Target::External(e), Effect::Fail) if !all.externals[e].out => {
            // The neighbour's own people mend it; no crew of the city's is asked.
            log.event("external_failure", Some(blow.element), cause, 0.0, || {
                "the neighbouring system is lost".to_owned()
            });
            all.externals[e].out = true;
        }
        (Target::Battery(b), Effect::Fail) if !all.batteries[b].failed => {
            let id = log.event("battery_failure", Some(blow.element), cause, 0.0, || {
                "struck from outside".to_owned()
            });
            all.batteries[b].failed = true;
            board.requests.push(WorkRequest {
                element: blow.element,
                work: Work::RepairPlant,
                customers: 0.0,
                cause: id,
            });
        }
        (Target::Battery(b), Effect::Trip) => {
            log.event("battery_trip", Some(blow.element), cause, 0.0, || {
                "switched off; it waits for a new set-point".to_owned()
            });
            all.batteries[b].p_set_mw = 0.0;
        }
        (Target::Plant(p), Effect::Derate(share)) => all.plants[p].derate = share.clamp(0.0, 1.0),
        (Target::External(e), Effect::Limit(mw)) => all.externals[e].limit_mw = mw.max(0.0),
        (Target::External(e), Effect::ClearLimit) => {
            all.externals[e].limit_mw = fabric.grid().externals[e].limit_mw
        }
        _ => {}
    }
}

fn open(breaker: &mut Breaker, id: EventId, tripped: bool) {
    breaker.closed = false;
    breaker.tripped = tripped;
    breaker.commanded_open = !tripped;
    breaker.cause = Some(id);
    breaker.overload = 0.0;
}

fn close(breaker: &mut Breaker) {
    breaker.closed = true;
    breaker.tripped = false;
    breaker.commanded_open = false;
    breaker.overload = 0.0;
}

/// A crew has found and isolated a cable fault: the section's switches open and what tripped for it closes again.
fn isolate(
    fabric: &Fabric,
    targets: &Targets,
    job: &WorkRequest,
    all: &mut Elements,
    log: &mut Log,
) {
    let Some(Target::Line(i)) = targets.of_element(job.element) else {
        return;
    };
    let line = &mut all.lines[i];
    if !line.wear.failed {
        return;
    }
    line.located_at_s = Some(log.t_s());
    let cause = line.wear.cause;
    let id = log.event("fault_isolated", Some(job.element), cause, 0.0, || {
        "switches opened on both sides".to_owned()
    });
    open(&mut line.breaker, id, false);
    if let Some(f) = line.cleared_by.take()
        && all.feeders[f].breaker.tripped
        && !all.feeders[f].breaker.closed
    {
        close(&mut all.feeders[f].breaker);
        log.event(
            "feeder_restored",
            Some(fabric.feeder_ids[f]),
            Some(id),
            0.0,
            || "closed by the crew after isolation".to_owned(),
        );
    }
}

/// A crew has finished a job.
fn finish(
    fabric: &Fabric,
    targets: &Targets,
    job: &WorkRequest,
    all: &mut Elements,
    log: &mut Log,
    board: &mut WorkBoard,
) {
    match (targets.of_element(job.element), job.work) {
        (Some(Target::Feeder(f)), Work::Switch) => {
            all.feeders[f].switch_asked = false;
            if all.feeders[f].breaker.closed || !all.feeders[f].breaker.tripped {
                return;
            }
            // The crew rings the neighbour's control centre first: with the import at its limit they wait.
            let demand = all.feeders[f].demand_mw;
            let room: f64 = all
                .externals
                .iter()
                .map(|e| e.importable_mw() - e.p_mw)
                .sum();
            if !all.externals.is_empty() && room < demand {
                all.feeders[f].switch_asked = true;
                board.requests.push(WorkRequest {
                    customers: all.feeders[f].customers_out,
                    ..*job
                });
                return;
            }
            close(&mut all.feeders[f].breaker);
            log.event(
                "closed_by_crew",
                Some(job.element),
                Some(job.cause),
                0.0,
                || "feeder closed by hand".to_owned(),
            );
        }
        (Some(Target::Transformer(i)), Work::Switch) if all.transformers[i].breaker.tripped => {
            if !all.transformers[i].wear.failed {
                take_twins_tap(fabric, all, i);
                close(&mut all.transformers[i].breaker);
                log.event(
                    "closed_by_crew",
                    Some(job.element),
                    Some(job.cause),
                    0.0,
                    || "transformer closed by hand".to_owned(),
                );
            }
        }
        (Some(Target::Line(i)), Work::Switch) => {
            let asked = all.lines[i].switch_asked.take();
            // It has been mended and closed, or has broken, since the crew was sent: nothing to close any more.
            let moot = all.lines[i].wear.failed || all.lines[i].breaker.closed;
            let breaker = &mut all.lines[i].breaker;
            match asked {
                Some(true) if moot => {}
                Some(true) => {
                    close(breaker);
                    log.event(
                        "closed_by_crew",
                        Some(job.element),
                        Some(job.cause),
                        0.0,
                        || "by hand".to_owned(),
                    );
                }
                Some(false) => {
                    let id = log.event("opened", Some(job.element), Some(job.cause), 0.0, || {
                        "by hand".to_owned()
                    });
                    open(breaker, id, false);
                }
                None => {}
            }
        }
        _ => mended(fabric, targets, job.element, job.cause, all, log),
    }
}

/// A repair is finished: the element is sound and in its normal position again.
fn mended(
    fabric: &Fabric,
    targets: &Targets,
    element: ElementId,
    cause: EventId,
    all: &mut Elements,
    log: &mut Log,
) {
    let say = |log: &mut Log| {
        log.event("repaired", Some(element), Some(cause), 0.0, || {
            "back in service".to_owned()
        })
    };
    match targets.of_element(element) {
        Some(Target::Line(i)) if all.lines[i].wear.failed => {
            let line = &mut all.lines[i];
            line.wear.failed = false;
            line.located_at_s = None;
            line.cleared_by = None;
            if fabric.grid().lines[i].normally_open {
                let id = say(log);
                open(&mut line.breaker, id, false);
            } else {
                close(&mut line.breaker);
                say(log);
            }
        }
        Some(Target::Transformer(i)) if all.transformers[i].wear.failed => {
            all.transformers[i].wear.failed = false;
            take_twins_tap(fabric, all, i);
            close(&mut all.transformers[i].breaker);
            say(log);
        }
        Some(Target::Plant(p)) if all.plants[p].wear.failed => {
            all.plants[p].wear.failed = false;
            say(log);
        }
        Some(Target::Load(l)) if all.loads[l].failed_units > 0 => {
            all.loads[l].failed_units -= 1;
            say(log);
        }
        Some(Target::External(e)) if all.externals[e].out => {
            all.externals[e].out = false;
            say(log);
        }
        Some(Target::Battery(b)) if all.batteries[b].failed => {
            all.batteries[b].failed = false;
            say(log);
        }
        _ => {}
    }
}

/// Whoever mended it from outside, the crews need not come any more.
fn call_off(fabric: &Fabric, target: Target, element: ElementId, board: &mut WorkBoard) {
    let work = match target {
        Target::Line(i) => mending(fabric, i),
        Target::Transformer(_) => Work::RepairTransformer,
        Target::Plant(_) | Target::Battery(_) => Work::RepairPlant,
        Target::Load(_) => Work::ReplaceServiceUnit,
        _ => return,
    };
    board.cancelled.push((element, work));
}

/// Parallel transformers must stand on the same tap, or a current circulates between them.
fn take_twins_tap(fabric: &Fabric, all: &mut Elements, transformer: usize) {
    let rows = &fabric.grid().transformers;
    let to = rows[transformer].to;
    let twin = (0..rows.len())
        .find(|&j| j != transformer && rows[j].to == to && all.transformers[j].breaker.closed);
    if let Some(j) = twin {
        all.transformers[transformer].tap = all.transformers[j].tap;
    }
}

/// A command that the queue has accepted.
fn obey(
    fabric: &Fabric,
    target: Target,
    value: f64,
    all: &mut Elements,
    log: &mut Log,
    board: &mut WorkBoard,
) {
    let on = value >= 0.5;
    match target {
        Target::Feeder(f) => {
            let breaker = all.feeders[f].breaker;
            if on && !breaker.closed {
                close(&mut all.feeders[f].breaker);
                log.event(
                    "feeder_restored",
                    Some(fabric.feeder_ids[f]),
                    breaker.cause,
                    0.0,
                    || "closed by command".to_owned(),
                );
            } else if !on && breaker.closed {
                let customers = all.supplied_customers(fabric, f);
                let id = log.event(
                    "feeder_shed",
                    Some(fabric.feeder_ids[f]),
                    None,
                    customers,
                    || "opened by command".to_owned(),
                );
                open(&mut all.feeders[f].breaker, id, false);
            }
        }
        Target::Transformer(i) => {
            let breaker = all.transformers[i].breaker;
            if on && !breaker.closed && !all.transformers[i].wear.failed {
                take_twins_tap(fabric, all, i);
                close(&mut all.transformers[i].breaker);
                log.event(
                    "closed",
                    Some(fabric.transformer_ids[i]),
                    breaker.cause,
                    0.0,
                    || "by command".to_owned(),
                );
            } else if !on && breaker.closed {
                let id = log.event("opened", Some(fabric.transformer_ids[i]), None, 0.0, || {
                    "by command".to_owned()
                });
                open(&mut all.transformers[i].breaker, id, false);
            }
        }
        Target::Line(i) => {
            if all.lines[i].switch_asked.is_some_and(|asked| asked != on) {
                all.lines[i].switch_asked = None;
                board.cancelled.push((fabric.line_ids[i], Work::Switch));
            }
            if all.lines[i].breaker.closed == on {
                return;
            }
            if !fabric.grid().lines[i].remote_controlled {
                if all.lines[i].switch_asked != Some(on) {
                    all.lines[i].switch_asked = Some(on);
                    let customers = customers_at(fabric, all, i);
                    let id = log.event(
                        "switching_asked",
                        Some(fabric.line_ids[i]),
                        None,
                        0.0,
                        || {
                            format!(
                                "a crew is to {} it by hand",
                                if on { "close" } else { "open" }
                            )
                        },
                    );
                    board.requests.push(WorkRequest {
                        element: fabric.line_ids[i],
                        work: Work::Switch,
                        customers,
                        cause: id,
                    });
                }
                return;
            }
            if all.lines[i].switch_asked.take().is_some() {
                board.cancelled.push((fabric.line_ids[i], Work::Switch));
            }
            let cause = all.lines[i].breaker.cause;
            if on {
                close(&mut all.lines[i].breaker);
                log.event("closed", Some(fabric.line_ids[i]), cause, 0.0, || {
                    "by command".to_owned()
                });
            } else {
                let id = log.event("opened", Some(fabric.line_ids[i]), None, 0.0, || {
                    "by command".to_owned()
                });
                open(&mut all.lines[i].breaker, id, false);
            }
        }
        Target::PlantPower(p) => {
            all.plants[p].commanded = true;
            all.plants[p].p_set_mw = value;
        }
        Target::PlantVoltage(p) => all.plants[p].v_set_pu = value,
        Target::TransformerVoltage(i) => all.transformers[i].v_set_pu = value,
        Target::BatteryPower(b) => all.batteries[b].p_set_mw = value,
        Target::Load(_) | Target::Plant(_) | Target::External(_) | Target::Battery(_) => {}
    }
}

#[cfg(test)]
#[path = "switching_tests.rs"]
mod tests;
