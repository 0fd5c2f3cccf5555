//! Blows, crews and commands on the bench.

use crate::city::grid::fixture::Bench;
use crate::city::grid::fixture::city;
use crate::city::grid::state::BatteryState;
use crate::city::grid::state::FeederState;
use crate::city::grid::state::LineState;
use crate::city::grid::state::LoadState;
use crate::city::grid::state::PlantState;
use crate::city::grid::state::TransformerState;
use crate::engine::damage::Effect;
use crate::engine::damage::Work;

fn supplied(bench: &mut Bench, load: &str) -> bool {
    bench.state::<LoadState>(&format!("load/{load}")).supplied >= 1.0
}

fn line_closed(bench: &mut Bench, line: &str) -> bool {
    bench
        .state::<LineState>(&format!("line/{line}"))
        .breaker
        .closed
}

#[test]
fn a_crew_isolates_and_the_head_closes_then_a_tie_feeds_what_is_behind() {
    let mut bench = Bench::new(city());
    bench.strike("line/A2", Effect::Fail);
    bench.steps(2);
    assert_eq!(bench.asked("line/A2"), [Work::RepairCable]);
    assert!(
        bench.asked("feeder/A").is_empty(),
        "its crew is on the way already"
    );
    bench.crew("line/A2", Work::RepairCable, true);
    bench.steps(1);
    assert!(bench.state::<FeederState>("feeder/A").breaker.closed);
    assert!(supplied(&mut bench, "a") && !supplied(&mut bench, "b"));
    assert!(!line_closed(&mut bench, "A2"));
    assert_eq!(
        bench.events("feeder_trip").len(),
        1,
        "nothing is fed into the fault"
    );
    bench.command("grid/line/TIE/closed", 1.0);
    bench.steps(2);
    assert!(supplied(&mut bench, "b"), "fed from the other feeder");
    bench.command("grid/line/TIE/closed", 0.0);
    bench.crew("line/A2", Work::RepairCable, false);
    bench.steps(2);
    assert!(line_closed(&mut bench, "A2") && supplied(&mut bench, "b"));
    assert_eq!(bench.events("repaired").len(), 1);
}

#[test]
fn closing_onto_a_fault_trips_again() {
    let mut bench = Bench::new(city());
    bench.strike("line/A2", Effect::Fail);
    bench.steps(1);
    bench.command("grid/feeder/A/closed", 1.0);
    bench.steps(2);
    assert_eq!(bench.events("feeder_trip").len(), 2);
    assert!(!bench.state::<FeederState>("feeder/A").breaker.closed);
}

#[test]
fn a_switch_without_remote_control_is_moved_by_a_crew() {
    let mut bench = Bench::new(city());
    bench.steps(1);
    bench.command("grid/line/A2/closed", 0.0);
    bench.steps(1);
    bench.command("grid/line/A2/closed", 0.0);
    bench.steps(5);
    assert!(line_closed(&mut bench, "A2"), "nobody has been there yet");
    assert_eq!(bench.asked("line/A2"), [Work::Switch], "asked once");
    bench.crew("line/A2", Work::Switch, false);
    bench.steps(1);
    assert!(!line_closed(&mut bench, "A2") && !supplied(&mut bench, "b"));
    assert!(supplied(&mut bench, "a"));
    // An order that is taken back is called off, and a crew that comes all the same does nothing.
    bench.command("grid/line/A2/closed", 1.0);
    bench.steps(2);
    bench.command("grid/line/A2/closed", 0.0);
    bench.steps(2);
    let id = bench.id("line/A2");
    assert!(bench.board().cancelled.contains(&(id, Work::Switch)));
    bench.crew("line/A2", Work::Switch, false);
    bench.steps(1);
    assert!(!line_closed(&mut bench, "A2"));
}

#[test]
fn a_crew_does_not_close_a_line_that_broke_on_its_way() {
    let mut bench = Bench::new(city());
    bench.strike("line/L3", Effect::Trip);
    bench.steps(1);
    assert_eq!(bench.asked("line/L3"), [Work::Switch]);
    bench.strike("line/L3", Effect::Fail);
    bench.steps(1);
    bench.crew("line/L3", Work::Switch, false);
    bench.steps(1);
    assert!(!line_closed(&mut bench, "L3"));
    assert!(bench.events("closed_by_crew").is_empty());
}

#[test]
fn a_broken_transformer_cannot_be_closed_and_is_back_on_its_twins_tap() {
    let mut bench = Bench::new(city());
    bench.strike("transformer/T1", Effect::Fail);
    bench.steps(1);
    bench.command("grid/transformer/T1/closed", 1.0);
    bench.command("grid/transformer/T2/v_set_pu", 1.04);
    bench.steps(8);
    let closed = |bench: &mut Bench| {
        let t: TransformerState = bench.state("transformer/T1");
        (t.breaker.closed, t.tap)
    };
    assert_eq!(closed(&mut bench), (false, 0));
    let twin: TransformerState = bench.state("transformer/T2");
    assert!(twin.tap < 0);
    bench.crew("transformer/T1", Work::RepairTransformer, false);
    bench.steps(1);
    assert!(closed(&mut bench).0);
    assert!((closed(&mut bench).1 - twin.tap).abs() <= 1);
}

#[test]
fn a_tripped_plant_ramps_up_again_and_a_broken_one_waits_for_its_repair() {
    let mut bench = Bench::new(city());
    bench.steps(1);
    let output = |bench: &mut Bench| bench.state::<PlantState>("plant/GT").p_mw;
    assert!((output(&mut bench) - 5.0).abs() < 1e-9);
    bench.strike("plant/GT", Effect::Trip);
    bench.steps(1);
    assert!(
        (output(&mut bench) - 1.0).abs() < 1e-9,
        "one minute of its ramp"
    );
    assert_eq!(bench.events("plant_trip").len(), 1);
    bench.steps(6);
    assert!((output(&mut bench) - 5.0).abs() < 1e-9);
    bench.strike("plant/GT", Effect::Fail);
    bench.steps(3);
    assert_eq!(output(&mut bench), 0.0);
    assert_eq!(bench.point("grid/plant/GT/available_mw"), 0.0);
    bench.crew("plant/GT", Work::RepairPlant, false);
    bench.steps(6);
    assert!((output(&mut bench) - 5.0).abs() < 1e-9);
}

#[test]
fn a_battery_trips_breaks_and_is_mended() {
    let mut bench = Bench::new(city());
    bench.command("grid/battery/BAT/p_set_mw", 2.0);
    bench.steps(2);
    let power = |bench: &mut Bench| bench.state::<BatteryState>("battery/BAT").p_mw;
    assert_eq!(power(&mut bench), 2.0);
    bench.strike("battery/BAT", Effect::Trip);
    bench.steps(2);
    assert_eq!(power(&mut bench), 0.0);
    assert_eq!(bench.point("grid/battery/BAT/p_set_mw"), 0.0);
    bench.command("grid/battery/BAT/p_set_mw", 1.0);
    bench.steps(2);
    assert_eq!(power(&mut bench), 1.0);
    bench.strike("battery/BAT", Effect::Fail);
    bench.steps(1);
    assert_eq!(power(&mut bench), 0.0);
    assert_eq!(bench.point("grid/battery/BAT/failed"), 1.0);
    assert_eq!(bench.asked("battery/BAT"), [Work::RepairPlant]);
    bench.crew("battery/BAT", Work::RepairPlant, false);
    bench.steps(1);
    assert_eq!(power(&mut bench), 1.0);
}
