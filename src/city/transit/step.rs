//! One step of public transport, in order: power, duties, travellers, vehicles, those who give up, the draw.

use crate::city::transit::fabric::Fabric;
use crate::city::transit::inlets::Air;
use crate::city::transit::inlets::ChargePower;
use crate::city::transit::inlets::Ridership;
use crate::city::transit::inlets::Staff;
use crate::city::transit::inlets::Traction;
use crate::city::transit::inlets::Traffic;
use crate::city::transit::outlets::Access;
use crate::city::transit::outlets::ChargeDemand;
use crate::city::transit::outlets::TractionDemand;
use crate::city::transit::publish::Tags;
use crate::city::transit::service::Nature;
use crate::city::transit::service::Service;
use crate::city::transit::service::Work;
use crate::engine::chance::Chance;
use crate::engine::clock::Clock;
use crate::engine::element::Elements;
use crate::engine::points::Points;
use crate::engine::record::Record;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;
use bevy_ecs::system::SystemParam;
use std::collections::BinaryHeap;

/// What reaches the domain from outside.
#[derive(SystemParam)]
pub struct Inlets<'w> {
    traffic: Res<'w, Traffic>,
    traction: Res<'w, Traction>,
    charging: Res<'w, ChargePower>,
    air: Res<'w, Air>,
    ridership: Res<'w, Ridership>,
    staff: Res<'w, Staff>,
}

/// What it gives.
#[derive(SystemParam)]
pub struct Outlets<'w> {
    traction: ResMut<'w, TractionDemand>,
    charge: ResMut<'w, ChargeDemand>,
    access: ResMut<'w, Access>,
}

/// What stays the same through a step.
#[derive(SystemParam)]
pub struct Frame<'w> {
    fabric: Res<'w, Fabric>,
    nature: Res<'w, Nature>,
    chance: Res<'w, Chance>,
    clock: Res<'w, Clock>,
    elements: Res<'w, Elements>,
    tags: Res<'w, Tags>,
    points: Res<'w, Points>,
}

/// Runs the domain for one step.
pub fn run(
    frame: Frame<'_>,
    inlets: Inlets<'_>,
    mut outlets: Outlets<'_>,
    mut service: ResMut<Service>,
    mut record: ResMut<Record>,
) {
    let clock = &frame.clock;
    let start = clock.start();
    let start_s =
        i64::from(start.hour()) * 3600 + i64::from(start.minute()) * 60 + i64::from(start.second());
    let from_ms = (start_s + clock.t_s().cast_signed()) * 1000;
    let settings = frame.tags.settings(&frame.points);
    let mut work = Work {
        shared: &frame.fabric.0,
        s: &mut service,
        record: &mut record,
        elements: &frame.elements,
        traffic: &inlets.traffic,
        traction: &inlets.traction,
        charging: &inlets.charging,
        air: *inlets.air,
        ridership: &inlets.ridership,
        staff: *inlets.staff,
        settings: &settings,
        nature: *frame.nature,
        chance: *frame.chance,
        tick: clock.tick(),
        t_s: clock.t_s(),
        from_ms,
        to_ms: from_ms + i64::from(clock.step_s()) * 1000,
        first_weekday: usize::from(start.weekday().to_monday_zero_offset().unsigned_abs()),
        moments: BinaryHeap::new(),
        walkers: (Vec::new(), 0),
        soon: BinaryHeap::new(),
    };
    work.step(&mut outlets.traction, &mut outlets.charge);
    let access = &mut *outlets.access;
    for (to, from) in access.wait_min.iter_mut().zip(&service.wait_min) {
        *to = f64::from(*from);
    }
    for (to, from) in access.carried.iter_mut().zip(&service.carried) {
        *to = f64::from(*from);
    }
}

impl Work<'_> {
    /// One step.
    pub fn step(&mut self, traction: &mut TractionDemand, charge: &mut ChargeDemand) {
        self.begin();
        self.switch_power();
        self.give_out();
        self.call_walkers();
        self.set_out();
        self.move_all();
        self.give_up();
        self.draw(traction, charge);
        self.report_cancelled();
    }

    /// One event an hour for the trips cancelled in it.
    fn report_cancelled(&mut self) {
        const EVERY_S: u64 = 3600;
        let n = self.s.meters.unreported;
        let step_s = ((self.to_ms - self.from_ms) / 1000).cast_unsigned();
        if n == 0 || !(self.t_s + step_s).is_multiple_of(EVERY_S) {
            return;
        }
        let cause = self.s.last_cause;
        self.record.event(self.t_s, "trip_cancelled", None, cause, 0.0, || {
            format!("{n} trips of public transport were not run, or not to the end, in the last hour")
        });
        self.s.meters.unreported = 0;
        // What is over explains nothing that comes later.
        if self.s.dark.iter().all(Option::is_none) {
            self.s.last_cause = None;
        }
    }
}
