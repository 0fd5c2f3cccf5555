//! `districts.csv`: who lives where, and what each district lost.

use crate::results::calendar::iso;
use crate::results::export::ExportError;
use crate::results::export::table::Column;
use crate::results::export::table::begin;
use crate::results::export::table::column;
use crate::results::export::table::end;
use crate::results::export::table::maybe;
use crate::results::export::table::number;
use crate::results::outcome::RunOutcome;
use std::io::Write;

/// The columns.
#[must_use]
pub fn columns(_: &RunOutcome) -> Vec<Column> {
    vec![
        column("district", "string", "", "Id of the district."),
        column("name", "string", "", "Name of the district."),
        column("population", "integer", "", "Residents."),
        column("households", "integer", "", "Households."),
        column(
            "customers",
            "integer",
            "",
            "Electricity customers: homes and businesses.",
        ),
        column(
            "median_income_kusd",
            "number",
            "kUSD/a",
            "Median household income, thousand dollars a year.",
        ),
        column(
            "income_quintile",
            "integer",
            "",
            "Income quintile, 1 poorest to 5.",
        ),
        column(
            "ac_share",
            "number",
            "1",
            "Share of households with a working air conditioner.",
        ),
        column(
            "heat_island_k",
            "number",
            "K",
            "How much warmer than the station on a calm clear night.",
        ),
        column("peak_demand_mw", "number", "MW", "Highest recorded demand."),
        column("unserved_mwh", "number", "MWh", "Energy not supplied."),
        column(
            "customer_out_h",
            "number",
            "h",
            "Customer hours without supply.",
        ),
        column(
            "outage_min_per_customer",
            "number",
            "min",
            "Minutes without supply, mean over customers.",
        ),
        column(
            "customers_interrupted",
            "number",
            "",
            "Sustained customer interruptions (longer than 5 min).",
        ),
        column(
            "max_customers_out",
            "number",
            "",
            "Most customers without supply at one recorded time.",
        ),
        column(
            "max_customers_out_t_s",
            "integer",
            "s",
            "When, since the start; empty if never.",
        ),
        column(
            "max_customers_out_local_time",
            "datetime",
            "",
            "When, local standard time; empty if never.",
        ),
        column(
            "heat_exposure_person_h",
            "number",
            "person h",
            "Time people spent in homes of 32 C and more; empty without people.",
        ),
        column(
            "max_exposed_persons",
            "number",
            "persons",
            "Most people at one recorded time in homes of 32 C and more; empty without people.",
        ),
        column(
            "max_indoor_no_ac_c",
            "number",
            "degC",
            "Highest mean indoor temperature of homes without air conditioning; empty without people.",
        ),
        column(
            "excess_deaths",
            "number",
            "persons",
            "Excess deaths expected within ten days of the heat of the run; empty without people.",
        ),
    ]
}

/// Writes the table.
///
/// # Errors
/// [`ExportError`] if the writer refuses.
pub fn write(o: &RunOutcome, out: &mut dyn Write) -> Result<(), ExportError> {
    let customers = o.district_customers();
    let minutes = o.district_outage_min();
    let mut writer = begin(&columns(o), out)?;
    for (k, d) in o.plan.city.districts.iter().enumerate() {
        let path = |quantity: &str| format!("district/{}/{quantity}", d.id);
        let heat = |quantity: &str| format!("people/district/{}/{quantity}", d.id);
        let most = o.highest(&path("customers_out"));
        let when = most.filter(|e| e.value > 0.0).map(|e| e.t_s);
        writer.write_record([
            d.id.clone(),
            d.name.clone(),
            d.population.to_string(),
            d.households.to_string(),
            number(customers[k]),
            number(d.median_income_kusd),
            d.income_quintile.to_string(),
            number(d.ac_share),
            number(d.heat_island_k),
            maybe(o.highest(&path("demand_mw")).map(|e| e.value)),
            maybe(o.final_value(&path("unserved_mwh"))),
            maybe(o.final_value(&path("customer_out_h"))),
            maybe(minutes[k]),
            maybe(o.final_value(&path("customers_interrupted"))),
            maybe(most.map(|e| e.value)),
            when.map_or_else(String::new, |t| t.to_string()),
            when.map_or_else(String::new, |t| iso(o.plan.start, t)),
            maybe(o.final_value(&heat("heat_exposure_person_h"))),
            maybe(o.highest(&heat("exposed_persons")).map(|e| e.value)),
            maybe(o.highest(&heat("indoor_no_ac_c")).map(|e| e.value)),
            maybe(o.final_value(&heat("excess_deaths"))),
        ])?;
    }
    end(writer)
}
