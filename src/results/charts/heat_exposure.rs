//! Heat at home over time: temperatures out of doors and indoors, how many people live in it and why, expected deaths.
//!
//! Exposure is stacked by cause: homes without air conditioning, and homes that an outage made hot.

use crate::results::calendar::run_day;
use crate::results::charts::axes::Panel;
use crate::results::charts::axes::WIDTH;
use crate::results::charts::axes::plain;
use crate::results::charts::axes::up_to;
use crate::results::charts::drawing::Drawing;
use crate::results::charts::palette::BLUE;
use crate::results::charts::palette::GREEN;
use crate::results::charts::palette::INK;
use crate::results::charts::palette::ORANGE;
use crate::results::charts::palette::VERMILION;
use crate::results::charts::palette::WHITE;
use crate::results::charts::run_line;
use crate::results::outcome::RunOutcome;
use crate::results::story::words::amount;
use crate::results::story::words::count;
use crate::results::story::words::whole;

/// Indoor temperature from which people count as exposed, degrees Celsius.
const LIMIT_C: f64 = 32.0;
/// Least height of the scale of people and of deaths.
const LEAST_PEOPLE: f64 = 100.0;
const LEAST_DEATHS: f64 = 1.0;

/// Draws the chart.
#[must_use]
pub fn draw(o: &RunOutcome) -> Option<Drawing> {
    let exposed = o.series("people/exposed_persons")?;
    let most = o.highest("people/exposed_persons")?;
    let deaths = o.final_value("people/excess_deaths")?;
    let title = if most.value < 0.5 {
        "Nobody's home reached 32 C".to_owned()
    } else {
        let share = 100.0 * most.value / (o.plan.city.population() as f64).max(1.0);
        format!(
            "{} ({} %) {} at home in 32 C and more at the worst moment, {}",
            count(most.value, "person", "people"),
            amount(share),
            if most.value < 1.5 { "was" } else { "were" },
            run_day(o.plan.start, most.t_s)
        )
    };
    let low = o.final_value("people/excess_deaths_low").unwrap_or(deaths);
    let high = o.final_value("people/excess_deaths_high").unwrap_or(deaths);
    let more = if high < 0.05 {
        "No excess deaths expected".to_owned()
    } else {
        format!(
            "{} excess deaths expected within ten days ({} to {})",
            amount(deaths),
            amount(low),
            amount(high)
        )
    };
    let mut page = Drawing::page(WIDTH, 760.0, &title, &run_line(o, &more));
    temperatures(&mut page, o, [104.0, 258.0]);
    people(&mut page, o, &exposed, most.value, [306.0, 518.0]);
    toll(&mut page, o, [566.0, 694.0]);
    Some(page)
}

fn temperatures(page: &mut Drawing, o: &RunOutcome, [top, bottom]: [f64; 2]) {
    let t = o.times_s();
    let outdoors = o.series("weather/temp_c").unwrap_or_default();
    let indoors = o.series("people/indoor_no_ac_c").unwrap_or_default();
    let all = || {
        let both = outdoors.iter().chain(&indoors).copied();
        both.filter(|v| v.is_finite())
    };
    let low = all().fold(LIMIT_C, f64::min);
    let high = all().fold(LIMIT_C, f64::max);
    let range = [(low / 5.0).floor() * 5.0, (high / 5.0).ceil() * 5.0 + 0.01];
    let panel = Panel::time(o, top, bottom, range);
    panel.back(page, o, "Temperature, C", plain);
    let y = panel.y(LIMIT_C);
    page.dashed(
        vec![(panel.frame[0], y), (panel.frame[2], y)],
        VERMILION.alpha(0.8),
        1.2,
    );
    page.line(panel.path(t, &outdoors), INK, 1.6);
    page.line(panel.path(t, &indoors), VERMILION, 2.2);
    panel.time_axis(page, o, false);
    let mut labels = vec![(LIMIT_C, "exposed from 32 C".to_owned(), VERMILION)];
    if let Some(v) = outdoors.last() {
        labels.push((*v, "out of doors".to_owned(), INK));
    }
    if let Some(v) = indoors.last() {
        labels.push((*v, "homes without AC".to_owned(), VERMILION));
    }
    panel.labels(page, &labels);
}

fn people(page: &mut Drawing, o: &RunOutcome, exposed: &[f64], most: f64, at: [f64; 2]) {
    let t = o.times_s();
    let dark = o.series("people/exposed_dark_persons");
    let dark = dark.unwrap_or_else(|| vec![0.0; exposed.len()]);
    let visitors = o.series("people/cooling_centre_persons");
    let visitors = visitors.unwrap_or_else(|| vec![0.0; exposed.len()]);
    let panel = Panel::time(o, at[0], at[1], up_to(most.max(LEAST_PEOPLE) * 1.08));
    panel.back(page, o, "People at home in 32 C and more", plain);
    let without: Vec<f64> = exposed.iter().zip(&dark).map(|(e, d)| e - d).collect();
    let zero = vec![0.0; exposed.len()];
    page.fill(panel.between(t, &zero, &without), ORANGE.alpha(0.75));
    page.fill(panel.between(t, &without, exposed), BLUE.alpha(0.85));
    page.line(panel.path(t, exposed), INK, 1.4);
    let mut labels = vec![(
        without.last().copied().unwrap_or(0.0) * 0.5,
        "no AC".to_owned(),
        ORANGE,
    )];
    if dark.iter().any(|d| *d >= 0.5) {
        labels.push((
            exposed.last().copied().unwrap_or(0.0),
            "home dark, or still hot".to_owned(),
            BLUE,
        ));
    }
    if visitors.iter().any(|v| *v >= 0.5) {
        let path = panel.path(t, &visitors);
        page.line(path.clone(), WHITE, 4.0);
        page.line(path, GREEN, 2.2);
        let at_most = visitors.iter().copied().fold(0.0, f64::max);
        labels.push((
            visitors.last().copied().unwrap_or(0.0),
            format!("centres (max {})", whole(at_most)),
            GREEN,
        ));
    }
    panel.time_axis(page, o, false);
    panel.labels(page, &labels);
}

fn toll(page: &mut Drawing, o: &RunOutcome, [top, bottom]: [f64; 2]) {
    let t = o.times_s();
    let series = |path: &str| o.series(path).unwrap_or_else(|| vec![0.0; t.len()]);
    let deaths = series("people/excess_deaths");
    let (low, high) = (
        series("people/excess_deaths_low"),
        series("people/excess_deaths_high"),
    );
    let most = high.iter().copied().fold(LEAST_DEATHS, f64::max);
    let panel = Panel::time(o, top, bottom, up_to(most * 1.05));
    let title = "Excess deaths to be expected within ten days of the heat so far";
    panel.back(page, o, title, plain);
    page.fill(panel.between(t, &low, &high), VERMILION.alpha(0.22));
    page.line(panel.path(t, &deaths), VERMILION, 2.0);
    panel.time_axis(page, o, true);
    let last = |v: &[f64]| v.last().copied().unwrap_or(0.0);
    if last(&high) >= 0.05 {
        let text = format!(
            "{} ({} to {})",
            amount(last(&deaths)),
            amount(last(&low)),
            amount(last(&high))
        );
        panel.labels(page, &[(last(&deaths), text, VERMILION)]);
    }
}
