//! The constants of `rules` that may be set: unit, range and meaning of each, and which must stay below which.
//!
//! Their values are [`RulesConfig`]'s, where their sources stand; nothing is repeated here.

use crate::city::model::parameters::ParameterValue;
use crate::city::model::parameters::Parameters;
use crate::controllers::parameter::Declaration;
use crate::controllers::parameter::Order;
use crate::controllers::parameter::ParameterSpec;
use crate::controllers::parameter::Term;
use crate::controllers::rules::config::RulesConfig;
use serde_json::Value as Json;

/// What `rules` declares.
pub const DECLARED: Declaration = Declaration {
    parameters: PARAMETERS,
    orders: ORDERS,
    defaults,
};

/// A row whose range is for one number.
macro_rules! row {
    ($key:literal, $unit:literal, $low:literal, $high:literal, $searched:literal, $about:literal) => {
        ParameterSpec {
            key: $key,
            unit: $unit,
            low: &[$low],
            high: &[$high],
            searched: $searched,
            about: $about,
        }
    };
}

/// One row a constant, in the order of [`RulesConfig`]; the flag says whether `tune` searches it unless told otherwise.
const PARAMETERS: &[ParameterSpec] = &[
    row!(
        "transfer_hot_spot_c",
        "C",
        95.0,
        120.0,
        true,
        "Transformer hot spot in forecast above which load is moved to neighbours."
    ),
    row!(
        "shed_hot_spot_c",
        "C",
        100.0,
        126.0,
        true,
        "Transformer hot spot in forecast above which feeders are shed; windings trip at 130."
    ),
    row!(
        "restore_hot_spot_c",
        "C",
        80.0,
        118.0,
        true,
        "Transformer hot spot that restored load must stay under."
    ),
    row!(
        "reclose_hot_spot_c",
        "C",
        60.0,
        110.0,
        false,
        "Hot spot below which a tripped transformer is taken back."
    ),
    row!(
        "emergency_loading",
        "1",
        1.0,
        1.58,
        false,
        "Highest loading of a transformer in an emergency, share of its rating; relays act at 1.6."
    ),
    row!(
        "receive_loading",
        "1",
        0.8,
        1.5,
        false,
        "Loading up to which a transformer takes others' load, share of its rating."
    ),
    row!(
        "transfer_horizon_min",
        "min",
        10.0,
        180.0,
        false,
        "How far ahead transfers look."
    ),
    row!(
        "shed_horizon_min",
        "min",
        5.0,
        60.0,
        false,
        "How far ahead shedding looks."
    ),
    row!(
        "feeder_loading",
        "1",
        0.6,
        1.1,
        false,
        "Highest loading of a feeder head after a transfer, share of its rating."
    ),
    row!(
        "feeder_overload",
        "1",
        1.0,
        1.25,
        false,
        "Loading of a feeder head from which its load is moved or shed; relays act from 1.3."
    ),
    row!(
        "transfer_min_voltage_pu",
        "pu",
        0.9,
        0.96,
        false,
        "Lowest voltage at the tie after a transfer."
    ),
    row!(
        "rotation_min",
        "min",
        15.0,
        180.0,
        true,
        "Length of one rotation of shedding."
    ),
    row!(
        "shed_least_min",
        "min",
        5.0,
        60.0,
        false,
        "Shortest time that a feeder stays shed."
    ),
    row!(
        "release_wait_min",
        "min",
        0.0,
        60.0,
        true,
        "Wait after the last shedding for the same cause before restoring."
    ),
    row!(
        "cold_load_factor",
        "1",
        1.0,
        2.5,
        false,
        "Load after a long outage over load before it, as the room reckons with it."
    ),
    row!(
        "cold_load_full_min",
        "min",
        10.0,
        120.0,
        false,
        "Outage after which that factor is reckoned with in full."
    ),
    row!(
        "reclose_wait_min",
        "min",
        1.0,
        30.0,
        false,
        "Wait before a tripped feeder is reclosed once."
    ),
    row!(
        "reclose_reset_min",
        "min",
        10.0,
        240.0,
        false,
        "Time without a new trip after which a feeder may be reclosed anew."
    ),
    row!(
        "dispatch_min",
        "min",
        5.0,
        60.0,
        false,
        "Spacing of optimal power flows unless something changed."
    ),
    row!(
        "reserve_share",
        "1",
        0.0,
        0.2,
        false,
        "Reserve beyond the largest unit, share of demand."
    ),
    row!(
        "commit_horizon_h",
        "h",
        0.25,
        6.0,
        true,
        "How far ahead units are started."
    ),
    row!(
        "min_up_min",
        "min",
        10.0,
        480.0,
        false,
        "Shortest run of a unit once started."
    ),
    row!(
        "import_use",
        "1",
        0.9,
        1.0,
        true,
        "Share of the import limit that is used."
    ),
    row!(
        "shed_margin",
        "1",
        0.0,
        0.5,
        true,
        "Shedding beyond a computed deficit, share of the deficit."
    ),
    row!(
        "release_margin",
        "1",
        0.0,
        0.1,
        true,
        "Supply margin that must remain after a release, share of demand."
    ),
    row!(
        "line_use",
        "1",
        0.8,
        1.0,
        false,
        "Share of a line's observed rating that redispatch plans with."
    ),
    row!(
        "line_overload",
        "1",
        1.0,
        1.25,
        false,
        "Line loading from which load is shed if redispatch has not helped for two intervals."
    ),
    row!(
        "line_emergency",
        "1",
        1.1,
        1.45,
        false,
        "Line loading from which load is shed at once; distance relays may act from 1.5."
    ),
    row!(
        "battery_reserve",
        "1",
        0.0,
        0.5,
        true,
        "Share of a battery's energy kept for contingencies."
    ),
    ParameterSpec {
        key: "v_set_pu",
        unit: "pu",
        low: &[0.98, 0.98],
        high: &[1.03, 1.05],
        searched: false,
        about: "Tap changers' set-point at the lightest and at the heaviest load.",
    },
    row!(
        "v_set_short_pu",
        "pu",
        0.95,
        1.0,
        true,
        "Tap changers' set-point while short of supply: lower voltage, lower demand."
    ),
    ParameterSpec {
        key: "feeder_voltage_pu",
        unit: "pu",
        low: &[0.92, 1.0],
        high: &[0.98, 1.07],
        searched: false,
        about: "Feeder voltages that the set-point keeps within: lowest and highest.",
    },
];

const fn order(lower: Term, upper: Term, gap: f64, reason: &'static str) -> Order {
    Order {
        lower,
        upper,
        gap,
        reason,
    }
}

const ORDERS: &[Order] = &[
    order(
        ("transfer_hot_spot_c", 0),
        ("shed_hot_spot_c", 0),
        1.0,
        "load is moved before it is shed",
    ),
    order(
        ("restore_hot_spot_c", 0),
        ("transfer_hot_spot_c", 0),
        1.0,
        "else restoration and relief chase each other",
    ),
    order(
        ("reclose_hot_spot_c", 0),
        ("restore_hot_spot_c", 0),
        1.0,
        "a transformer is taken back cooler than it is loaded to",
    ),
    order(
        ("receive_loading", 0),
        ("emergency_loading", 0),
        0.0,
        "nobody takes others' load beyond the emergency limit",
    ),
    order(
        ("shed_horizon_min", 0),
        ("transfer_horizon_min", 0),
        0.0,
        "load is moved before it is shed",
    ),
    order(
        ("feeder_loading", 0),
        ("feeder_overload", 0),
        0.01,
        "else a transfer is an overload at once",
    ),
    order(
        ("line_overload", 0),
        ("line_emergency", 0),
        0.01,
        "an emergency is more than an overload",
    ),
    order(
        ("line_use", 0),
        ("line_overload", 0),
        0.01,
        "redispatch comes before shedding",
    ),
    order(
        ("shed_least_min", 0),
        ("rotation_min", 0),
        0.0,
        "a rotation lasts at least the shortest cut",
    ),
    order(
        ("v_set_pu", 0),
        ("v_set_pu", 1),
        0.0,
        "line-drop compensation raises the voltage with the load",
    ),
    order(
        ("v_set_short_pu", 0),
        ("v_set_pu", 0),
        0.0,
        "voltage is lowered when supply is short",
    ),
];

/// The values of [`RulesConfig::default`], by key.
fn defaults() -> Parameters {
    let Json::Object(fields) = table(&RulesConfig::default()) else {
        return Parameters::new();
    };
    let fields = fields.into_iter();
    fields
        .filter_map(|(key, value)| {
            Some((key, serde_json::from_value::<ParameterValue>(value).ok()?))
        })
        .collect()
}

/// A configuration as a table of its own keys; its finite numbers cannot fail to be written.
fn table(config: &RulesConfig) -> Json {
    serde_json::to_value(config).unwrap_or_default()
}

/// The defaults with `set` laid over them. The values must have passed [`Declaration::problems`]; a key or a count that
/// the configuration does not have gives the error's text.
///
/// # Errors
/// What does not fit.
pub fn config(set: &Parameters) -> Result<RulesConfig, String> {
    let mut fields = table(&RulesConfig::default());
    for (key, value) in set {
        fields[key.as_str()] = serde_json::to_value(value).map_err(|e| e.to_string())?;
    }
    serde_json::from_value(fields).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_constant_is_declared_and_every_default_is_allowed() {
        let defaults = defaults();
        let declared: Vec<&str> = PARAMETERS.iter().map(|p| p.key).collect();
        for key in defaults.keys() {
            assert!(declared.contains(&key.as_str()), "{key} is not declared");
        }
        assert_eq!(declared.len(), defaults.len());
        assert_eq!(DECLARED.problems(&defaults), Vec::new());
        assert_eq!(config(&defaults).unwrap(), RulesConfig::default());
    }

    /// Pulling the lower one down to its bound always mends a broken rule, so that a search can keep all of them.
    #[test]
    fn the_ranges_leave_room_for_the_rules() {
        let low = |term: Term| DECLARED.find(term.0).unwrap().low[term.1];
        for (k, order) in ORDERS.iter().enumerate() {
            assert!(
                low(order.lower) + order.gap <= low(order.upper),
                "{order:?}"
            );
            // And what was pulled down is not pulled on later.
            let later = &ORDERS[k + 1..];
            assert!(later.iter().all(|o| o.lower != order.upper), "{order:?}");
        }
    }

    #[test]
    fn what_is_set_reaches_the_configuration() {
        let set = [
            ("shed_hot_spot_c".to_owned(), ParameterValue::One(118.0)),
            (
                "v_set_pu".to_owned(),
                ParameterValue::Many(vec![1.01, 1.02]),
            ),
        ]
        .into();
        let config = config(&set).unwrap();
        assert_eq!(config.shed_hot_spot_c, 118.0);
        assert_eq!(config.v_set_pu, [1.01, 1.02]);
        assert_eq!(
            config.restore_hot_spot_c,
            RulesConfig::default().restore_hot_spot_c
        );
    }
}
