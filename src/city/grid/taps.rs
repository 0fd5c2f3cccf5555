//! On-load tap changers: each holds its low-voltage bus at its set-point, one tap at a time.

use crate::city::grid::fabric::Fabric;
use crate::city::grid::flow::FlowState;
use crate::city::grid::state::Slot;
use crate::city::grid::state::TransformerState;
use bevy_ecs::prelude::Query;
use bevy_ecs::prelude::Res;

/// Half the dead band, per unit: a little over half a tap of 1.5 %, so that a changer cannot hunt.
const DEAD_PU: f64 = 0.010;

/// Moves each tap changer by at most one tap a step: mechanisms take 5 to 10 s a tap after a delay of 30 to 60 s.
///
/// Of parallel transformers the first that is energised leads and the others follow to its tap, whatever their own
/// set-points: two changers that regulate one busbar on their own run apart to opposite ends.
pub fn tap(
    fabric: Res<Fabric>,
    flow: Res<FlowState>,
    mut transformers: Query<(&Slot, &mut TransformerState)>,
) {
    let rows = &fabric.grid().transformers;
    let mut next: Vec<Option<i32>> = vec![None; rows.len()];
    for (slot, state) in &transformers {
        let row = &rows[slot.0];
        let vm = flow.voltages.vm_pu[row.to];
        if row.tap_step == 0.0 || !state.energised || vm < 0.1 {
            continue;
        }
        let error = vm - state.v_set_pu;
        // A higher ratio on the high-voltage side lowers the low-voltage side.
        let step = i32::from(error > DEAD_PU) - i32::from(error < -DEAD_PU);
        next[slot.0] = Some((state.tap + step).clamp(row.tap_min, row.tap_max));
    }
    for (slot, mut state) in &mut transformers {
        let row = &rows[slot.0];
        let Some(own) = next[slot.0] else { continue };
        let leader = fabric.parallel[slot.0]
            .iter()
            .find_map(|&other| next[other]);
        state.tap = match leader {
            Some(tap) => (state.tap + (tap - state.tap).signum()).clamp(row.tap_min, row.tap_max),
            None => own,
        };
    }
}

#[cfg(test)]
mod tests {
    use crate::city::grid::fixture::Bench;
    use crate::city::grid::fixture::city;
    use crate::city::grid::state::TransformerState;
    use crate::city::grid::taps::DEAD_PU;

    fn tap(bench: &mut Bench, id: &str) -> i32 {
        bench
            .state::<TransformerState>(&format!("transformer/{id}"))
            .tap
    }

    #[test]
    fn a_changer_moves_a_tap_a_step_to_its_set_point_and_rests_there() {
        let mut bench = Bench::new(city());
        bench.steps(3);
        assert_eq!(tap(&mut bench, "T1"), 0, "within the dead band");
        for (v_set, sense) in [(1.05, -1), (0.95, 1)] {
            bench.command("grid/transformer/T1/v_set_pu", v_set);
            bench.command("grid/transformer/T2/v_set_pu", v_set);
            bench.steps(1);
            let mut last = tap(&mut bench, "T1");
            let mut moves = 0;
            for _ in 0..60 {
                bench.steps(1);
                let now = tap(&mut bench, "T1");
                assert!([0, sense].contains(&(now - last)), "{last} to {now}");
                assert_eq!(now, tap(&mut bench, "T2"));
                moves += i32::from(now != last);
                last = now;
            }
            assert!((3..=8).contains(&moves), "{moves} moves, so it hunts");
            let error = bench.point("grid/bus/MV/voltage_pu") - v_set;
            assert!(error.abs() <= DEAD_PU, "{error}");
        }
    }

    #[test]
    fn parallel_changers_do_not_run_apart() {
        let mut bench = Bench::new(city());
        bench.command("grid/transformer/T2/v_set_pu", 0.92);
        bench.steps(60);
        assert_eq!(tap(&mut bench, "T1"), tap(&mut bench, "T2"));
        // Alone, the second one follows its own set-point.
        bench.command("grid/transformer/T1/closed", 0.0);
        bench.steps(12);
        assert!(tap(&mut bench, "T2") >= 3);
        let v_pu = bench.point("grid/bus/MV/voltage_pu");
        assert!((v_pu - 0.92).abs() < 0.02, "{v_pu}");
        // Back again, the first one leads it home; nobody sees more than what two taps apart make.
        bench.command("grid/transformer/T1/closed", 1.0);
        bench.steps(12);
        assert_eq!(tap(&mut bench, "T1"), tap(&mut bench, "T2"));
        let v_pu = bench.point("grid/bus/MV/voltage_pu");
        assert!((v_pu - 1.0).abs() < 0.02, "{v_pu}");
    }

    #[test]
    fn a_changer_stops_at_its_last_tap() {
        let mut short = city();
        for t in &mut short.grid.transformers {
            t.tap_min = -2;
        }
        let mut bench = Bench::new(short);
        bench.command("grid/transformer/T1/v_set_pu", 1.07);
        bench.command("grid/transformer/T2/v_set_pu", 1.07);
        bench.steps(10);
        assert_eq!(tap(&mut bench, "T1"), -2);
    }
}
