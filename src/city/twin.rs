//! The composition root: one city with all its domains, and the controller that sits at its desk.
//!
//! The only place that knows every domain. It steps, forks, captures and checks; what a step does is the domains'.

use crate::city::coupling;
use crate::city::grid;
use crate::city::grid::GridSet;
use crate::city::hazards;
use crate::city::hazards::HazardSet;
use crate::city::maintenance;
use crate::city::maintenance::MaintenanceSet;
use crate::city::model::city::City;
use crate::city::model::run::RunPlan;
use crate::city::people;
use crate::city::people::PeopleSet;
use crate::city::register::register;
use crate::city::roads;
use crate::city::roads::RoadSet;
use crate::city::roads::fabric::Fabric as RoadFabric;
use crate::city::roads::fabric::SharedFabric;
use crate::city::transit;
use crate::city::transit::TransitSet;
use crate::city::transit::fabric::Fabric as TransitFabric;
use crate::city::water;
use crate::city::water::WaterSet;
use crate::city::water::fabric::Shared as SharedWater;
use crate::city::water::fabric::WaterFabric;
use crate::city::weather;
use crate::city::weather::WeatherSet;
use crate::engine::chance::Chance;
use crate::engine::clock::Clock;
use crate::engine::command;
use crate::engine::command::Command;
use crate::engine::command::Commands;
use crate::engine::control::Controller;
use crate::engine::control::View;
use crate::engine::damage::DamageQueue;
use crate::engine::damage::WorkBoard;
use crate::engine::element::Elements;
use crate::engine::points::Keep;
use crate::engine::points::PointTable;
use crate::engine::points::Points;
use crate::engine::points::PointsBuilder;
use crate::engine::record::Record;
use crate::engine::record::Series;
use crate::engine::schedule::Stage;
use crate::engine::schedule::schedules;
use crate::engine::sensors::Observation;
use crate::engine::snapshot::Snapshot;
use crate::engine::snapshot::SnapshotError;
use crate::engine::snapshot::StateRegistry;
use crate::engine::world::Breach;
use crate::engine::world::World as Stepped;
use bevy_ecs::prelude::IntoScheduleConfigs;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;
use bevy_ecs::prelude::Schedule;
use bevy_ecs::resource::Resource;
use bevy_ecs::world::World;
use serde::Deserialize;
use serde::Serialize;
use std::fmt;
use std::sync::Arc;

/// A city without anyone at the desk: the physics of a run.
pub struct Physics {
    world: World,
    schedules: [Schedule; 2],
    state: StateRegistry,
    plan: Arc<RunPlan>,
}

impl fmt::Debug for Physics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Physics")
            .field("plan", &self.plan.scenario)
            .field("t_s", &self.clock().t_s())
            .finish()
    }
}

/// Spacing of recorded rows and which points they hold; static.
#[derive(Resource, Debug)]
struct Recording {
    every_s: u32,
}

/// The names of a world's elements and points: other worlds of the same city are built sooner with them.
#[derive(Clone, Debug)]
pub struct Names {
    /// The city.
    pub city: Arc<City>,
    /// Its elements.
    pub elements: Elements,
    /// Its points.
    pub points: Arc<PointTable>,
    /// Its roads and their normal days, if it has roads.
    pub roads: Option<Arc<RoadFabric>>,
    /// Its public transport as the domain reads it, if it has any.
    pub transit: Option<TransitFabric>,
    /// Its water net, analysed, if it has one.
    pub water: Option<Arc<WaterFabric>>,
}

/// Whole state of a twin: the physics' and the controller's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// State of the physics.
    pub physics: Snapshot,
    /// The controller's name and state.
    pub controller: (String, Vec<u8>),
    /// What the controller saw last.
    pub seen: Observation,
    /// Number of the next event.
    pub next_event: u64,
}

impl Physics {
    /// Builds the world of a plan at its start.
    #[must_use]
    pub fn new(plan: &Arc<RunPlan>, keep_record: bool) -> Self {
        Self::with_names(plan, keep_record, None)
    }

    /// As [`Self::new`], with the names of an earlier world. They are taken over where they are the same; the worlds do not
    /// differ.
    #[must_use]
    pub fn with_names(plan: &Arc<RunPlan>, keep_record: bool, names: Option<&Names>) -> Self {
        let names = names.filter(|names| Arc::ptr_eq(&names.city, &plan.city));
        let mut world = World::new();
        let mut schedules = schedules();
        let mut state = StateRegistry::default();
        let (mut points, elements) = match names {
            Some(names) => (
                PointsBuilder::along(Arc::clone(&names.points)),
                names.elements.clone(),
            ),
            None => (PointsBuilder::default(), register(&plan.city)),
        };
        world.insert_resource(Clock::new(plan.start, plan.step_s));
        world.insert_resource(Chance::new(plan.seed));
        world.insert_resource(Commands::default());
        world.insert_resource(DamageQueue::default());
        world.insert_resource(WorkBoard::default());
        world.insert_resource(Record::new(keep_record));
        state.resource::<Clock>("engine/clock");
        state.resource::<Commands>("engine/commands");
        state.resource::<DamageQueue>("engine/damage");
        state.resource::<WorkBoard>("engine/work");

        // The list of all domains. Order here is order of points, nothing else.
        weather::install(&mut world, &mut schedules, &mut state, &mut points, plan);
        grid::install(
            &mut world,
            &mut schedules,
            &mut state,
            &mut points,
            &elements,
            plan,
        );
        roads::install(
            &mut world,
            &mut schedules,
            &mut state,
            &mut points,
            &elements,
            plan,
            names.and_then(|names| names.roads.as_ref()),
        );
        transit::install(
            &mut world,
            &mut schedules,
            &mut state,
            &mut points,
            &elements,
            plan,
            names.and_then(|names| names.transit.clone()),
        );
        people::install(
            &mut world,
            &mut schedules,
            &mut state,
            &mut points,
            &elements,
            plan,
        );
        water::install(
            &mut world,
            &mut schedules,
            &mut state,
            &mut points,
            &elements,
            plan,
            names.and_then(|names| names.water.as_ref()),
        );
        maintenance::install(
            &mut world,
            &mut schedules,
            &mut state,
            &mut points,
            &elements,
            plan,
        );
        hazards::install(
            &mut world,
            &mut schedules,
            &mut state,
            &mut points,
            &elements,
            plan,
        );
        coupling::install(&mut schedules);

        let [before, after] = &mut schedules;
        // Who goes first where two domains share the record, the work board or the points.
        before.configure_sets(
            (
                HazardSet,
                GridSet::Switch,
                RoadSet::Strike,
                TransitSet::Strike,
                PeopleSet::Strike,
                WaterSet::Strike,
            )
                .chain(),
        );
        before.configure_sets(
            (
                GridSet::Physics,
                RoadSet::Physics,
                TransitSet::Physics,
                PeopleSet::Physics,
                WaterSet::Physics,
                MaintenanceSet::Work,
            )
                .chain(),
        );
        before.configure_sets(
            (
                WeatherSet::Publish,
                GridSet::Publish,
                RoadSet::Publish,
                TransitSet::Publish,
                PeopleSet::Publish,
                WaterSet::Publish,
                MaintenanceSet::Publish,
            )
                .chain(),
        );
        after.add_systems(command::apply.in_set(Stage::Act));
        after.add_systems((record_row, advance).chain().in_set(Stage::Record));

        let points = points.finish();
        let kept = points
            .table()
            .iter()
            .filter(|(_, spec)| spec.keep != Keep::No)
            .map(|(id, _)| id)
            .collect();
        if let Some(mut record) = world.get_resource_mut::<Record>() {
            record.series = Series {
                points: kept,
                ..Series::default()
            };
        }
        world.insert_resource(Recording {
            every_s: plan.record_interval_s,
        });
        world.insert_resource(points);
        world.insert_resource(elements);
        Self {
            world,
            schedules,
            state,
            plan: Arc::clone(plan),
        }
    }

    /// Force to Monitor of the next step.
    fn before(&mut self) {
        self.schedules[0].run(&mut self.world);
    }

    /// Act and Record, and the end of the step.
    fn after(&mut self) {
        self.schedules[1].run(&mut self.world);
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> Clock {
        *self.world.resource::<Clock>()
    }

    /// The points.
    #[must_use]
    pub fn points(&self) -> &Points {
        self.world.resource::<Points>()
    }

    /// The register of elements.
    #[must_use]
    pub fn elements(&self) -> &Elements {
        self.world.resource::<Elements>()
    }

    /// Its names, for another world of the same city.
    #[must_use]
    pub fn names(&self) -> Names {
        Names {
            city: Arc::clone(&self.plan.city),
            elements: self.elements().clone(),
            points: Arc::clone(self.points().table()),
            roads: self
                .world
                .get_resource::<SharedFabric>()
                .map(|f| Arc::clone(&f.0)),
            transit: self.world.get_resource::<TransitFabric>().cloned(),
            water: self
                .world
                .get_resource::<SharedWater>()
                .map(|f| Arc::clone(&f.0)),
        }
    }

    /// What has been recorded.
    #[must_use]
    pub fn record(&self) -> &Record {
        self.world.resource::<Record>()
    }

    /// Ends the world and hands over its names and its record, which are large, without copying them.
    #[must_use]
    pub fn into_record(mut self) -> (Elements, Record) {
        let elements = self.world.remove_resource::<Elements>();
        let record = self.world.remove_resource::<Record>();
        (elements.unwrap_or_default(), record.unwrap_or_default())
    }

    /// The plan.
    #[must_use]
    pub fn plan(&self) -> &Arc<RunPlan> {
        &self.plan
    }

    /// Captures the whole state.
    ///
    /// # Errors
    /// [`SnapshotError`] if a part cannot be encoded.
    pub fn capture(&mut self) -> Result<Snapshot, SnapshotError> {
        let mut snapshot = self.state.capture(&mut self.world)?;
        let values =
            postcard::to_stdvec(self.points().values()).map_err(|e| SnapshotError::Encode {
                part: POINTS,
                reason: e.to_string(),
            })?;
        snapshot.parts.push((POINTS.to_owned(), values));
        Ok(snapshot)
    }

    /// Takes up a state captured from a world of the same plan.
    ///
    /// # Errors
    /// [`SnapshotError`] if it is of another world; this one is then to be thrown away.
    pub fn restore(&mut self, snapshot: &Snapshot) -> Result<(), SnapshotError> {
        self.state.restore(&mut self.world, snapshot)?;
        let bytes = snapshot
            .parts
            .iter()
            .find(|(n, _)| n == POINTS)
            .ok_or(SnapshotError::Foreign(POINTS))?;
        let values: Vec<f64> =
            postcard::from_bytes(&bytes.1).map_err(|e| SnapshotError::Decode {
                part: POINTS,
                reason: e.to_string(),
            })?;
        let mut points = self.world.resource_mut::<Points>();
        if values.len() != points.values().len() {
            return Err(SnapshotError::Foreign(POINTS));
        }
        points.restore(&values);
        Ok(())
    }

    /// A second world in the same state that keeps no record.
    ///
    /// # Errors
    /// [`SnapshotError`] if a part of the state cannot be captured.
    pub fn forked(&mut self) -> Result<Self, SnapshotError> {
        let snapshot = self.capture()?;
        let mut copy = Self::with_names(&self.plan, false, Some(&self.names()));
        copy.restore(&snapshot)?;
        let next = self.record().next_event();
        copy.world.resource_mut::<Record>().resume_at(next);
        Ok(copy)
    }

    /// Goes on writing a record that an earlier part of the run has begun.
    pub fn take_up_record(&mut self, record: Record) {
        self.world.insert_resource(record);
    }

    /// The laws that do not hold after the last step.
    pub fn broken_laws(&mut self) -> Vec<Breach> {
        let mut breaches = grid::laws::breaches(&mut self.world);
        breaches.extend(roads::laws::breaches(&self.world));
        breaches.extend(people::laws::breaches(&self.world));
        breaches.extend(transit::laws::breaches(&mut self.world));
        breaches.extend(water::laws::breaches(&self.world));
        breaches
    }
}

const POINTS: &str = "engine/points";

impl Stepped for Physics {
    fn command(&mut self, commands: Vec<Command>) {
        self.world
            .resource_mut::<Commands>()
            .queued
            .extend(commands);
    }

    fn step(&mut self) {
        self.before();
        self.after();
    }

    fn t_s(&self) -> u64 {
        self.clock().t_s()
    }

    fn points(&self) -> &Points {
        Physics::points(self)
    }

    fn fork(&mut self) -> Result<Box<dyn Stepped>, SnapshotError> {
        Ok(Box::new(self.forked()?))
    }

    fn hash(&mut self) -> Result<String, SnapshotError> {
        Ok(self.capture()?.hash())
    }

    fn breaches(&mut self) -> Vec<Breach> {
        self.broken_laws()
    }
}

/// A city with its controller.
#[derive(Debug)]
pub struct Twin {
    physics: Physics,
    controller: Box<dyn Controller>,
    seen: Observation,
}

impl Twin {
    /// Seats a controller at a city's desk.
    #[must_use]
    pub fn new(physics: Physics, controller: Box<dyn Controller>) -> Self {
        Self {
            physics,
            controller,
            seen: Observation::default(),
        }
    }

    /// Runs one step: physics, decision at the border of a control interval, commands.
    pub fn step(&mut self) {
        self.physics.before();
        let clock = self.physics.clock();
        let plan = &self.physics.plan;
        if clock.begins(plan.control_interval_s) {
            let points = self.physics.world.resource::<Points>();
            self.seen.take(points, Chance::new(plan.seed), clock.tick());
            let view = View {
                table: points.table(),
                seen: &self.seen,
                t_s: clock.t_s(),
                now: clock.now(),
                interval_s: plan.control_interval_s,
            };
            let commands = self.controller.decide(&view);
            self.physics.command(commands);
        }
        self.physics.after();
    }

    /// Whether the horizon is reached.
    #[must_use]
    pub fn finished(&self) -> bool {
        self.physics.clock().t_s() >= self.physics.plan.horizon_s
    }

    /// The city.
    #[must_use]
    pub fn physics(&self) -> &Physics {
        &self.physics
    }

    /// The city without its controller.
    #[must_use]
    pub fn into_physics(self) -> Physics {
        self.physics
    }

    /// The city, to command it or check its laws.
    pub fn physics_mut(&mut self) -> &mut Physics {
        &mut self.physics
    }

    /// Hash of the whole state, the controller's included, in hexadecimal.
    ///
    /// # Errors
    /// [`SnapshotError`] if a part cannot be encoded.
    pub fn state_hash(&mut self) -> Result<String, SnapshotError> {
        let mut whole = self.physics.capture()?;
        whole
            .parts
            .push(("controller".to_owned(), self.controller.capture()));
        Ok(whole.hash())
    }

    /// The whole state, controller included.
    ///
    /// # Errors
    /// [`SnapshotError`] if a part cannot be encoded.
    pub fn checkpoint(&mut self) -> Result<Checkpoint, SnapshotError> {
        Ok(Checkpoint {
            physics: self.physics.capture()?,
            controller: (self.controller.name().to_owned(), self.controller.capture()),
            seen: self.seen.clone(),
            next_event: self.physics.record().next_event(),
        })
    }

    /// Takes up a state of the same plan and controller.
    ///
    /// # Errors
    /// [`SnapshotError`] if it is of another world or controller; this twin is then to be thrown away.
    pub fn restore(&mut self, checkpoint: &Checkpoint) -> Result<(), SnapshotError> {
        self.physics.restore(&checkpoint.physics)?;
        self.seen = checkpoint.seen.clone();
        self.physics
            .world
            .resource_mut::<Record>()
            .resume_at(checkpoint.next_event);
        let (name, state) = &checkpoint.controller;
        if name != self.controller.name() || !self.controller.restore(state) {
            return Err(SnapshotError::Foreign("controller"));
        }
        Ok(())
    }
}

/// Records a row at the border of a record interval: the state that the step has just solved.
fn record_row(
    recording: Res<Recording>,
    clock: Res<Clock>,
    points: Res<Points>,
    mut record: ResMut<Record>,
) {
    if record.keep && clock.begins(recording.every_s) {
        let record = &mut *record;
        record.series.t_s.push(clock.t_s());
        record
            .series
            .values
            .extend(record.series.points.iter().map(|id| points.get(*id)));
    }
}

fn advance(mut clock: ResMut<Clock>) {
    clock.advance();
}
