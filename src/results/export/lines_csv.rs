//! `lines.csv`: lines and power transformers with their worst loading, trips and failures.

use crate::results::calendar::iso;
use crate::results::export::ExportError;
use crate::results::export::table::Column;
use crate::results::export::table::begin;
use crate::results::export::table::column;
use crate::results::export::table::end;
use crate::results::export::table::maybe;
use crate::results::export::table::number;
use crate::results::outcome::RunOutcome;
use crate::results::worst::branches;
use std::io::Write;

/// The columns.
#[must_use]
pub fn columns(_: &RunOutcome) -> Vec<Column> {
    vec![
        column("element", "string", "", "Name of the element."),
        column("kind", "string", "", "line or transformer."),
        column(
            "from_bus",
            "string",
            "",
            "Bus at its from (high-voltage) end.",
        ),
        column("to_bus", "string", "", "Bus at its to end."),
        column(
            "base_kv",
            "number",
            "kV",
            "Nominal voltage of the from bus.",
        ),
        column(
            "rating_mva",
            "number",
            "MVA",
            "Continuous rating at design conditions.",
        ),
        column(
            "max_loading_pct",
            "number",
            "%",
            "Highest recorded loading of the rating then; empty if not recorded.",
        ),
        column("max_loading_t_s", "integer", "s", "When, since the start."),
        column(
            "max_loading_local_time",
            "datetime",
            "",
            "When, local standard time.",
        ),
        column(
            "hours_over_100_pct",
            "number",
            "h",
            "Recorded hours above 100 %.",
        ),
        column(
            "min_rating_mva",
            "number",
            "MVA",
            "Lowest recorded rating in the weather met.",
        ),
        column(
            "max_hot_spot_c",
            "number",
            "C",
            "Highest recorded winding hot spot (transformers).",
        ),
        column(
            "loss_of_life_h",
            "number",
            "h",
            "Insulation life used (transformers).",
        ),
        column("trips", "integer", "", "Times a relay switched it off."),
        column("failures", "integer", "", "Times it broke."),
        column("jobs", "integer", "", "Jobs that crews started on it."),
    ]
}

/// Writes the table.
///
/// # Errors
/// [`ExportError`] if the writer refuses.
pub fn write(o: &RunOutcome, out: &mut dyn Write) -> Result<(), ExportError> {
    let buses = &o.plan.city.grid.buses;
    let bus = |i: usize| buses.get(i).map_or("", |b| b.id.as_str());
    let mut writer = begin(&columns(o), out)?;
    for b in branches(o) {
        let when = b.loading.map(|e| e.t_s);
        writer.write_record([
            b.name.as_str(),
            b.kind.as_str(),
            bus(b.from),
            bus(b.to),
            &maybe(buses.get(b.from).map(|x| x.base_kv)),
            &number(b.rating_mva),
            &maybe(b.loading.map(|e| e.value)),
            &when.map_or_else(String::new, |t| t.to_string()),
            &when.map_or_else(String::new, |t| iso(o.plan.start, t)),
            &maybe(b.over_h),
            &maybe(b.lowest_rating_mva),
            &maybe(b.hot_spot_c),
            &maybe(b.life_h),
            &b.counts.trips.to_string(),
            &b.counts.failures.to_string(),
            &b.counts.jobs.to_string(),
        ])?;
    }
    end(writer)
}
