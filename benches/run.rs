//! Time of a whole run: 72 h of Lakeside in the heat wave at 60 s, with each controller, without files and charts.

use autopolis::city::twin::Physics;
use autopolis::city::twin::Twin;
use autopolis::controllers;
use autopolis::experiment::design;
use autopolis::experiment::execute::Ended;
use autopolis::experiment::execute::Go;
use autopolis::experiment::execute::Orders;
use autopolis::experiment::execute::execute;
use autopolis::experiment::measured::of_outcome;
use autopolis::experiment::part::Part;
use autopolis::experiment::plan::SweepPlan;
use autopolis::experiment::preparation::Preparation;
use autopolis::scenario::build::build;
use autopolis::scenario::document::Overrides;
use divan::Bencher;
use std::sync::Arc;

fn main() {
    divan::main();
}

#[divan::bench(args = ["none", "rules"], sample_count = 5, sample_size = 1)]
fn heat_wave_72_h(bencher: Bencher, controller: &str) {
    let overrides = Overrides {
        controller: Some(controller.to_owned()),
        hours: Some(72.0),
        ..Overrides::default()
    };
    let Ok(prepared) = build("heat-wave", &overrides) else {
        return;
    };
    bencher.bench_local(|| execute(&prepared, Orders::default(), |_| Go::On).is_ok());
}

/// Drawing the city and its weather, which a run needs first.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn build_of_lakeside(bencher: Bencher) {
    bencher.bench_local(|| build("heat-wave", &Overrides::default()).is_ok());
}

/// What a sweep does for a run besides stepping it, in three parts: the plan of the run on a city that is there already.
#[divan::bench(sample_count = 50, sample_size = 1)]
fn sweep_prepares_a_run(bencher: Bencher) {
    let (plan, preparation) = heat_wave();
    bencher.bench_local(|| preparation.prepare(&plan, &plan.runs[0]).is_ok());
}

/// The world of the run with its controller, and the end of both.
#[divan::bench(args = ["none", "rules"], sample_count = 50, sample_size = 1)]
fn sweep_builds_a_world(bencher: Bencher, controller: &str) {
    let (mut plan, preparation) = heat_wave();
    controller.clone_into(&mut plan.runs[0].controller);
    let Ok(prepared) = preparation.prepare(&plan, &plan.runs[0]) else {
        return;
    };
    let run = Arc::new(prepared.plan);
    let names = Physics::new(&run, true).names();
    bencher.bench_local(|| {
        let physics = Physics::with_names(&run, true, Some(&names));
        let table = Arc::clone(physics.points().table());
        controllers::build(&run, &table)
            .map(|controller| Twin::new(physics, controller))
            .is_ok()
    });
}

/// Metrics, series and counts of 72 h, and the rows of the tables.
#[divan::bench(sample_count = 50, sample_size = 1)]
fn sweep_measures_a_run(bencher: Bencher) {
    let (plan, preparation) = heat_wave();
    let Ok(prepared) = preparation.prepare(&plan, &plan.runs[0]) else {
        return;
    };
    let Ok(Ended::Finished(outcome)) = execute(&prepared, Orders::default(), |_| Go::On) else {
        return;
    };
    bencher.bench_local(|| {
        let mut part = Part::default();
        part.add(&[], &of_outcome(&plan, &plan.runs[0], &outcome))
            .is_ok()
    });
}

fn heat_wave() -> (SweepPlan, Preparation) {
    let plan = design::read("heat-wave-none-rules").map(|designed| designed.plan);
    let plan = plan.unwrap_or_else(|problems| panic!("{problems}"));
    (plan, Preparation::default())
}
