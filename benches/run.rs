//! Time of a whole run: 72 h of Lakeside in the heat wave at 60 s, with each controller, without files and charts.

use autopolis::experiment::execute::Go;
use autopolis::experiment::execute::Orders;
use autopolis::experiment::execute::execute;
use autopolis::scenario::build::build;
use autopolis::scenario::document::Overrides;
use divan::Bencher;

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
