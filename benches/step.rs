//! Time of one step of Lakeside's physics (demand, AC power flow, heat, relays, wear, points), on a hot afternoon.

use autopolis::city::twin::Physics;
use autopolis::engine::world::World;
use autopolis::scenario::build::build;
use autopolis::scenario::document::Overrides;
use divan::Bencher;
use std::sync::Arc;

fn main() {
    divan::main();
}

/// Steps up to noon of the heat wave's first day.
const TO_NOON: u32 = 12 * 60;

/// Lakeside at noon; none if the built-in scenario is broken, which other tests say.
fn lakeside() -> Option<Physics> {
    let prepared = build("heat-wave", &Overrides::default()).ok()?;
    let mut physics = Physics::new(&Arc::new(prepared.plan), false);
    for _ in 0..TO_NOON {
        physics.step();
    }
    Some(physics)
}

/// The mean of an hour, since slow parts run every fifth step.
#[divan::bench(sample_size = 1)]
fn hour_of_lakeside(bencher: Bencher) {
    let Some(mut physics) = lakeside() else {
        return;
    };
    bencher
        .counter(divan::counter::ItemsCount::new(60_u32))
        .bench_local(|| {
            for _ in 0..60 {
                physics.step();
            }
        });
}

/// Forking it, as a look-ahead does.
#[divan::bench(sample_size = 1)]
fn fork_of_lakeside(bencher: Bencher) {
    let Some(mut physics) = lakeside() else {
        return;
    };
    bencher.bench_local(|| physics.forked().is_ok());
}
