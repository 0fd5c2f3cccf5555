//! What a run came to, in a sentence.

use crate::results::report::prose::shown;
use crate::results::report::run_folder::RunFolder;
use crate::results::story::words::count;
use crate::results::story::words::duration;

/// The finding. A run without outages says so.
#[must_use]
pub fn sentence(run: &RunFolder) -> String {
    let Some(ens) = run.value("ens_mwh") else {
        return "The run recorded no supply of electricity: there is nothing to find.".to_owned();
    };
    let most = run.value("max_customers_out").unwrap_or(0.0);
    if ens < 0.005 && most < 0.5 {
        return "Every customer had power from beginning to end.".to_owned();
    }
    let asked = ens + run.value("energy_mwh").unwrap_or(0.0);
    let share = if asked > 0.0 {
        format!(" ({} % of demand)", shown(100.0 * ens / asked))
    } else {
        String::new()
    };
    let of_all = run
        .value("max_customers_out_pct")
        .map_or_else(String::new, |p| format!(" ({} %)", shown(p)));
    let mut text = format!(
        "{}{of_all} without power at the worst moment; {} MWh{share} not served",
        count(most, "customer", "customers"),
        shown(ens),
    );
    if let Some(saidi) = run.value("saidi_min") {
        text += &if saidi > 0.0 {
            format!(
                "; {} without power, averaged over all customers",
                duration(saidi / 60.0)
            )
        } else {
            "; nobody for longer than 5 min".to_owned()
        };
    }
    text + "."
}
