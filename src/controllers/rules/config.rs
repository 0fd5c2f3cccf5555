//! The thresholds of `rules`, each with its source or reason; plain data, so that a tuned controller can change them.

use serde::Deserialize;
use serde::Serialize;

/// All constants of the rules. Marks: (S) SIZING.md of this project, (C57) IEEE C57.91-2011, (P) control-room practice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RulesConfig {
    /// Planned upper limit of a transformer's hot spot, Celsius: above it in forecast, load is moved away.
    /// 110 is the winding alarm and the temperature of normal ageing [S, C57 table 8].
    pub transfer_hot_spot_c: f64,
    /// Hot spot that is not allowed even in an emergency, Celsius: load is shed first. 10 K under the winding trip at
    /// 130 C, the sum of 0.5 % sensors, five minutes of growth and the winding's time constant [S, C57 table 9].
    pub shed_hot_spot_c: f64,
    /// Hot spot that restored load must stay under, Celsius; the alarm's lower edge, so that relief and restoration
    /// do not chase each other (S).
    pub restore_hot_spot_c: f64,
    /// Hot spot below which a tripped transformer is taken back, Celsius (P).
    pub reclose_hot_spot_c: f64,
    /// Emergency loading of a transformer, share of its rating: the long-time emergency limit of medium power
    /// transformers (IEC 60076-7:2018 table 2), and under overload relays at 1.6.
    pub emergency_loading: f64,
    /// Loading up to which others' load is taken, share of the rating.
    pub receive_loading: f64,
    /// How far ahead transfers look, minutes: a third of the oil's time constant, time enough to switch (P).
    pub transfer_horizon_min: f64,
    /// How far ahead shedding looks, minutes: two to three intervals, since shedding acts within one.
    pub shed_horizon_min: f64,
    /// Highest loading of a feeder head after a transfer, share of its rating.
    pub feeder_loading: f64,
    /// Loading of a feeder head from which its load is moved or shed before the relay (1.3, inverse time) does.
    pub feeder_overload: f64,
    /// Lowest voltage that may follow a transfer at the tie, per unit: the planning limit of medium voltage (EN 50160
    /// allows 0.90) with 0.03 left for the rest of the feeder.
    pub transfer_min_voltage_pu: f64,
    /// Length of one rotation of shedding, minutes; planned cuts are about an hour [S, Avista 2021].
    pub rotation_min: f64,
    /// Shortest time that a feeder stays shed, minutes, against pumping (P).
    pub shed_least_min: f64,
    /// Wait after the last shedding in the same cause before restoring, minutes.
    pub release_wait_min: f64,
    /// Load after a long outage over load before it, 1.5 to 2.5 for 20-60 minutes where cooling is common (S); the lower
    /// end, since on the days that matter thermostats have lost their diversity already and most compressors run.
    pub cold_load_factor: f64,
    /// Outage after which that factor is reached, minutes: the time in which thermostats lose their diversity (S).
    pub cold_load_full_min: f64,
    /// Wait before a tripped feeder is reclosed once, minutes.
    pub reclose_wait_min: f64,
    /// Time without a new trip after which a feeder may be reclosed anew, minutes.
    pub reclose_reset_min: f64,
    /// Spacing of optimal power flows, minutes, unless something changed.
    pub dispatch_min: f64,
    /// Reserve beyond the largest unit, share of demand; 5-7 % (S).
    pub reserve_share: f64,
    /// How far ahead units are committed, hours: start of an open-cycle turbine with time to spare (P).
    pub commit_horizon_h: f64,
    /// Shortest run of a unit once started, minutes (P).
    pub min_up_min: f64,
    /// Share of the import limit that is used: three deviations of a 0.5 % sensor. Growth is reckoned apart.
    pub import_use: f64,
    /// Shedding beyond a computed deficit, share of the deficit.
    pub shed_margin: f64,
    /// Supply margin that must remain after a release, share of demand.
    pub release_margin: f64,
    /// Share of a line's observed rating that redispatch plans with: its rating moves with wind between decisions.
    pub line_use: f64,
    /// Line loading, share, from which load is shed if redispatch has not helped for two intervals.
    pub line_overload: f64,
    /// Line loading, share, from which load is shed at once: distance relays may act from 1.5 (PRC-023) (S).
    pub line_emergency: f64,
    /// Energy share of a battery kept for contingencies.
    pub battery_reserve: f64,
    /// Tap changers' set-point by load level: at the lightest and the heaviest load, per unit (line-drop compensation).
    pub v_set_pu: [f64; 2],
    /// Set-point while short of supply, per unit: a 3 % reduction (conservation voltage reduction) (P).
    pub v_set_short_pu: f64,
    /// Feeder voltages that the set-point keeps within, per unit: the operating limits of 0.95 and 1.05 with half a
    /// percent for sensors at the lower end.
    pub feeder_voltage_pu: [f64; 2],
}

impl Default for RulesConfig {
    fn default() -> Self {
        Self {
            transfer_hot_spot_c: 110.0,
            shed_hot_spot_c: 120.0,
            restore_hot_spot_c: 107.0,
            reclose_hot_spot_c: 95.0,
            emergency_loading: 1.5,
            receive_loading: 1.2,
            transfer_horizon_min: 60.0,
            shed_horizon_min: 15.0,
            feeder_loading: 0.95,
            feeder_overload: 1.1,
            transfer_min_voltage_pu: 0.93,
            rotation_min: 60.0,
            shed_least_min: 15.0,
            release_wait_min: 10.0,
            cold_load_factor: 1.5,
            cold_load_full_min: 45.0,
            reclose_wait_min: 5.0,
            reclose_reset_min: 60.0,
            dispatch_min: 15.0,
            reserve_share: 0.06,
            commit_horizon_h: 1.0,
            min_up_min: 60.0,
            import_use: 0.985,
            shed_margin: 0.1,
            release_margin: 0.02,
            line_use: 0.95,
            line_overload: 1.05,
            line_emergency: 1.3,
            battery_reserve: 0.15,
            v_set_pu: [1.0, 1.035],
            v_set_short_pu: 0.97,
            feeder_voltage_pu: [0.955, 1.05],
        }
    }
}
