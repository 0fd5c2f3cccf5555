//! The rules at the hand-made city: each policy where one can tell by hand what is right.

use crate::controllers::rules::Rules;
use crate::controllers::rules::config::RulesConfig;
use crate::controllers::rules::fixture::Bench;
use crate::controllers::rules::fixture::Said;
use crate::controllers::rules::fixture::city;
use crate::controllers::rules::fixture::says;
use crate::engine::control::Controller;

fn switching(said: &[Said]) -> Vec<&Said> {
    said.iter().filter(|s| s.0.ends_with("/closed")).collect()
}

/// Imports and plants leave a deficit: 20 MW of import at 97 %, plants gone, battery empty.
fn short_of(bench: &mut Bench, import_mw: f64) {
    bench.set("grid/plant/CC1/available_mw", 0.0);
    bench.set("grid/plant/GT1/available_mw", 0.0);
    bench.set("grid/battery/BAT1/soc_pct", 0.0);
    bench.set("grid/external/EXT/p_mw", import_mw);
}

#[test]
fn an_easy_hour_needs_no_switching() {
    let mut bench = Bench::new();
    for _ in 0..12 {
        let said = bench.decide();
        assert!(switching(&said).is_empty(), "{said:?}");
    }
}

#[test]
fn a_deficit_sheds_the_first_priority_and_rotates_after_an_hour() {
    let mut bench = Bench::new();
    for f in ["F1", "F2", "F3", "F4"] {
        bench.feeder(f, 5.0);
    }
    short_of(&mut bench, 20.5);
    assert!(
        switching(&bench.decide()).is_empty(),
        "one reading may be noise"
    );
    let said = bench.decide();
    let orders = switching(&said);
    assert_eq!(orders.len(), 1, "{said:?}");
    assert!(says(&said, "grid/feeder/F1/closed", 0.0));
    assert!(orders[0].2.contains("MW short of"), "{}", orders[0].2);
    // Without F1 the import is within its limit, but there is no room to take it back; the transformer is not why.
    bench.set("grid/external/EXT/p_mw", 15.5);
    bench.transformer("S01-T1", 10.0, 50.0, 45.0);
    let mut rotated = Vec::new();
    for _ in 0..14 {
        rotated = bench.decide();
        if !switching(&rotated).is_empty() {
            break;
        }
    }
    // F1 comes back with 5 MW and up to twice that cold: F3 and F4, priority 2 and 3, bear it; never F2, priority 5.
    assert!(says(&rotated, "grid/feeder/F1/closed", 1.0), "{rotated:?}");
    assert!(says(&rotated, "grid/feeder/F3/closed", 0.0), "{rotated:?}");
    assert!(!rotated.iter().any(|s| s.0.contains("F2")), "{rotated:?}");
    assert!(bench.t_s >= 3600 + 300);
}

#[test]
fn hospitals_are_shed_only_when_nothing_else_is_left() {
    let mut bench = Bench::new();
    for f in ["F1", "F2", "F3", "F4"] {
        bench.feeder(f, 5.0);
    }
    short_of(&mut bench, 33.0);
    bench.decide();
    let said = bench.decide();
    assert!(says(&said, "grid/feeder/F1/closed", 0.0));
    assert!(says(&said, "grid/feeder/F3/closed", 0.0));
    assert!(says(&said, "grid/feeder/F4/closed", 0.0));
    let last = said.iter().position(|s| s.0 == "grid/feeder/F2/closed");
    let before = said.iter().position(|s| s.0 == "grid/feeder/F4/closed");
    assert!(last.is_none_or(|l| Some(l) > before), "{said:?}");
    // A deficit that the others cover leaves it alone.
    let mut bench = Bench::new();
    for f in ["F1", "F2", "F3", "F4"] {
        bench.feeder(f, 5.0);
    }
    short_of(&mut bench, 30.0);
    bench.decide();
    let said = bench.decide();
    assert!(!said.iter().any(|s| s.0.contains("feeder/F2")), "{said:?}");
}

#[test]
fn shed_load_comes_back_when_there_is_margin() {
    let mut bench = Bench::new();
    bench.feeder("F1", 5.0);
    short_of(&mut bench, 20.5);
    bench.decide();
    assert!(says(&bench.decide(), "grid/feeder/F1/closed", 0.0));
    bench.set("grid/external/EXT/p_mw", 6.0);
    bench.set("grid/plant/GT1/available_mw", 6.0);
    let mut minutes = 0;
    loop {
        minutes += 5;
        let said = bench.decide();
        if says(&said, "grid/feeder/F1/closed", 1.0) {
            break;
        }
        assert!(minutes < 60, "never restored");
    }
    assert!(
        minutes >= 10,
        "restored after {minutes} min, hysteresis asks for more"
    );
}

#[test]
fn a_hot_transformer_is_relieved_over_the_tie_make_before_break() {
    let mut bench = Bench::new();
    bench.transformer("S01-T1", 105.0, 112.0, 88.0);
    bench.feeder("F1", 6.0);
    bench.feeder("F2", 6.0);
    let said = bench.decide();
    let orders = switching(&said);
    assert_eq!(orders.len(), 2, "{said:?}");
    assert_eq!(
        (orders[0].0.as_str(), orders[0].1),
        ("grid/line/TIE/closed", 1.0)
    );
    assert_eq!(orders[1].1, 0.0);
    assert!(
        orders[0].2.contains("S01-T1 hot spot 112 C"),
        "{}",
        orders[0].2
    );
    assert!(orders[0].2.contains("via tie TIE"), "{}", orders[0].2);
}

#[test]
fn a_crew_closes_a_tie_without_remote_control_and_the_breaker_waits_for_it() {
    let mut by_hand = city();
    by_hand.grid.lines[9].remote_controlled = false;
    let mut bench = Bench::of(by_hand, &[]);
    bench.transformer("S01-T1", 105.0, 112.0, 88.0);
    bench.feeder("F1", 6.0);
    let said = bench.decide();
    let orders = switching(&said);
    assert_eq!(orders.len(), 1, "{said:?}");
    assert!(says(&said, "grid/line/TIE/closed", 1.0));
    assert!(orders[0].2.contains("a crew is sent"));
    // The grid shows the tie as it is until the crew is there; nobody is asked twice.
    bench.set("grid/line/TIE/closed", 0.0);
    for _ in 0..6 {
        assert!(switching(&bench.decide()).is_empty());
    }
    bench.set("grid/line/TIE/closed", 1.0);
    let said = bench.decide();
    assert!(switching(&said).iter().all(|s| s.1 < 0.5), "{said:?}");
    assert_eq!(switching(&said).len(), 1, "{said:?}");
}

#[test]
fn a_transfer_respects_headroom() {
    // The receiving transformer is as hot: nothing may be moved.
    let mut bench = Bench::new();
    bench.transformer("S01-T1", 105.0, 112.0, 88.0);
    bench.transformer("S02-T1", 104.0, 111.0, 87.0);
    bench.feeder("F1", 6.0);
    let said = bench.decide();
    assert!(!said.iter().any(|s| s.0.contains("TIE")), "{said:?}");
    // Its head is nearly full: half of F1 (3 MW) fits into 12 MVA at 95 %, all of it (6 MW) does not.
    let mut bench = Bench::new();
    bench.transformer("S01-T1", 105.0, 112.0, 88.0);
    bench.feeder("F1", 6.0);
    bench.feeder("F3", 7.0);
    let said = bench.decide();
    assert!(says(&said, "grid/line/TIE/closed", 1.0), "{said:?}");
    assert!(says(&said, "grid/line/F1-1/closed", 0.0), "{said:?}");
    // A sagging neighbour takes nothing.
    let mut bench = Bench::new();
    bench.transformer("S01-T1", 105.0, 112.0, 88.0);
    bench.feeder("F1", 6.0);
    bench.set("grid/bus/C2/voltage_pu", 0.93);
    assert!(switching(&bench.decide()).is_empty());
}

#[test]
fn load_is_shed_before_the_winding_trips() {
    let mut bench = Bench::of(city(), &["line/TIE/closed"]);
    bench.transformer("S01-T1", 140.0, 128.0, 92.0);
    bench.feeder("F1", 8.0);
    bench.feeder("F2", 8.0);
    let said = bench.decide();
    assert!(says(&said, "grid/feeder/F1/closed", 0.0), "{said:?}");
    assert!(!said.iter().any(|s| s.0.contains("feeder/F2")), "{said:?}");
}

#[test]
fn a_tripped_feeder_is_reclosed_once_after_five_minutes() {
    let mut bench = Bench::new();
    bench.decide();
    bench.set("grid/feeder/F4/tripped", 1.0);
    bench.set("grid/feeder/F4/closed", 0.0);
    assert!(switching(&bench.decide()).is_empty());
    let said = bench.decide();
    assert!(says(&said, "grid/feeder/F4/closed", 1.0), "{said:?}");
    // It trips again at once: there is a fault, and the crew's turn.
    bench.set("grid/feeder/F4/closed", 0.0);
    for _ in 0..10 {
        assert!(switching(&bench.decide()).is_empty());
    }
}

#[test]
fn a_located_fault_is_cut_out_and_the_rest_fed_from_both_sides() {
    let mut bench = Bench::new();
    bench.decide();
    bench.set("grid/feeder/F1/tripped", 1.0);
    bench.set("grid/feeder/F1/closed", 0.0);
    bench.set("grid/feeder/F1/p_mw", 0.0);
    bench.set("grid/line/F1-1/failed", 1.0);
    let said = bench.decide();
    assert!(says(&said, "grid/line/F1-1/closed", 0.0), "{said:?}");
    assert!(says(&said, "grid/feeder/F1/closed", 1.0), "{said:?}");
    bench.set("grid/feeder/F1/tripped", 0.0);
    let said = if says(&said, "grid/line/TIE/closed", 1.0) {
        said
    } else {
        bench.decide()
    };
    assert!(says(&said, "grid/line/TIE/closed", 1.0), "{said:?}");
    // After the repair: section closed, then tie opened.
    bench.set("grid/line/F1-1/failed", 0.0);
    let said = bench.decide();
    let orders = switching(&said);
    assert_eq!(
        (orders[0].0.as_str(), orders[0].1),
        ("grid/line/F1-1/closed", 1.0)
    );
    assert_eq!(
        (orders[1].0.as_str(), orders[1].1),
        ("grid/line/TIE/closed", 0.0)
    );
}

#[test]
fn a_tripped_transformer_is_taken_back_cool_and_not_hot() {
    let mut bench = Bench::new();
    bench.decide();
    bench.set("grid/transformer/S01-T1/closed", 0.0);
    bench.set("grid/transformer/S01-T1/energised", 0.0);
    bench.transformer("S01-T1", 0.0, 118.0, 90.0);
    for _ in 0..4 {
        let said = bench.decide();
        assert!(
            !said.iter().any(|s| s.0.contains("S01-T1/closed")),
            "{said:?}"
        );
    }
    bench.transformer("S01-T1", 0.0, 80.0, 78.0);
    assert!(says(&bench.decide(), "grid/transformer/S01-T1/closed", 1.0));
}

#[test]
fn dispatch_follows_merit_within_ramps_and_availability() {
    let mut bench = Bench::new();
    let said = bench.decide();
    let set = |said: &[Said], id: &str| {
        said.iter()
            .find(|s| s.0 == format!("grid/plant/{id}/p_set_mw"))
            .map(|s| s.1)
    };
    // CC1 at 50 is under the import's 65: as much as 15 min at 0.1 MW/min from standstill, at least its 2 MW minimum.
    assert!((set(&said, "CC1").unwrap() - 2.0).abs() < 0.05, "{said:?}");
    // GT1 at 120 is over it and import has room: it stays off.
    assert_eq!(set(&said, "GT1"), Some(0.0));
    bench.set("grid/plant/CC1/p_mw", 5.0);
    bench.set("grid/plant/CC1/available_mw", 5.5);
    for _ in 0..2 {
        bench.decide();
    }
    let said = bench.decide();
    assert!(
        set(&said, "CC1").is_some_and(|p| (p - 5.5).abs() < 0.05),
        "{said:?}"
    );
    // Import at its limit and load beyond it: GT1 is started for the difference.
    bench.set("grid/external/EXT/p_mw", 22.0);
    bench.set("grid/external/EXT/limit_mw", 20.0);
    let said = bench.decide();
    assert!(set(&said, "GT1").is_some_and(|p| p > 1.5), "{said:?}");
}

#[test]
fn the_battery_gives_all_when_supply_is_short() {
    let mut bench = Bench::new();
    short_of(&mut bench, 21.5);
    bench.set("grid/battery/BAT1/soc_pct", 50.0);
    let said = bench.decide();
    assert!(says(&said, "grid/battery/BAT1/p_set_mw", 1.0), "{said:?}");
}

#[test]
fn its_state_survives_exactly_and_decides_alike() {
    let mut bench = Bench::new();
    for f in ["F1", "F2", "F3", "F4"] {
        bench.feeder(f, 5.0);
    }
    bench.transformer("S02-T1", 106.0, 113.0, 89.0);
    short_of(&mut bench, 21.0);
    for _ in 0..3 {
        bench.decide();
    }
    let state = bench.rules.capture();
    let mut twin = Bench::new();
    assert_ne!(twin.rules.capture(), state);
    assert!(twin.rules.restore(&state));
    assert_eq!(twin.rules.capture(), state);
    twin.points.restore(bench.points.values());
    twin.t_s = bench.t_s;
    for _ in 0..14 {
        assert_eq!(bench.decide(), twin.decide());
        assert_eq!(bench.rules.capture(), twin.rules.capture());
    }
    // Bytes of another city, cut short or with a tail are refused and change nothing.
    let mut small = city();
    small.grid.feeders.pop();
    small.grid.loads.pop();
    let mut other = Rules::new(&small, bench.points.table(), RulesConfig::default());
    assert!(!other.restore(&state));
    assert!(!bench.rules.restore(&state[..state.len() - 1]));
    assert!(!bench.rules.restore(&[state.as_slice(), &[0]].concat()));
}

#[test]
fn a_city_with_nothing_to_set_is_left_alone() {
    let mut bench = Bench::of(city(), &["closed", "_set_"]);
    short_of(&mut bench, 33.0);
    bench.transformer("S01-T1", 150.0, 128.0, 95.0);
    for _ in 0..4 {
        assert!(bench.decide().is_empty());
    }
}

#[test]
fn an_imported_transmission_city_is_dispatched_and_shed() {
    // As an imported case has it: no substations, no ties, no import; feeders hang on transmission buses.
    let mut bare = city();
    bare.grid.substations.clear();
    bare.grid.transformers.clear();
    bare.grid.externals.clear();
    bare.grid.batteries.clear();
    bare.grid.lines.truncate(3);
    bare.grid.buses.truncate(3);
    for (i, feeder) in bare.grid.feeders.iter_mut().enumerate() {
        feeder.substation = None;
        feeder.head_line = None;
        feeder.bus = i % 3;
    }
    for load in &mut bare.grid.loads {
        load.bus = bare.grid.feeders[load.feeder].bus;
    }
    let mut bench = Bench::of(bare, &[]);
    // Both plants are one size; the first takes the balance, so GT1 alone is dispatched.
    bench.set("grid/plant/CC1/p_mw", 6.0);
    bench.set("grid/plant/GT1/p_mw", 2.0);
    let said = bench.decide();
    assert!(!said.iter().any(|s| s.0.contains("CC1")), "{said:?}");
    assert!(
        said.iter()
            .any(|s| s.0 == "grid/plant/GT1/p_set_mw" && (s.1 - 2.0).abs() < 0.1),
        "{said:?}"
    );
    // The balance exceeds what there is: the first feeder goes.
    bench.set("grid/plant/CC1/p_mw", 9.0);
    bench.set("grid/plant/GT1/p_mw", 6.0);
    bench.decide();
    let said = bench.decide();
    assert!(says(&said, "grid/feeder/F1/closed", 0.0), "{said:?}");
}
