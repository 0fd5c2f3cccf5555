//! The voltage band of all energised buses against the limits of operation.

use crate::results::calendar::run_day;
use crate::results::charts::axes::Panel;
use crate::results::charts::axes::WIDTH;
use crate::results::charts::axes::hundredths;
use crate::results::charts::drawing::Drawing;
use crate::results::charts::palette::BLUE;
use crate::results::charts::palette::SKY;
use crate::results::charts::palette::VERMILION;
use crate::results::charts::run_line;
use crate::results::outcome::RunOutcome;
use crate::results::story::words::duration;

/// Draws the chart.
#[must_use]
pub fn draw(o: &RunOutcome) -> Option<Drawing> {
    let low = o.series("grid/min_voltage_pu")?;
    let high = o.series("grid/max_voltage_pu")?;
    let lowest = o.lowest("grid/min_voltage_pu")?;
    let highest = o.highest("grid/max_voltage_pu")?;
    let buses = &o.plan.city.grid.buses;
    // The widest limits of any bus: what lies outside them is outside every limit.
    let floor = buses
        .iter()
        .map(|b| b.v_min_pu)
        .fold(f64::INFINITY, f64::min);
    let ceiling = buses
        .iter()
        .map(|b| b.v_max_pu)
        .fold(f64::NEG_INFINITY, f64::max);
    if !floor.is_finite() || !ceiling.is_finite() {
        return None;
    }
    let outside_h: f64 = low
        .iter()
        .zip(&high)
        .zip(o.holds_h())
        .filter(|((l, h), _)| **l < floor || **h > ceiling)
        .map(|(_, h)| h)
        .sum();
    let title = if outside_h > 0.0 {
        let extreme = if lowest.value < floor {
            format!(
                "fell to {:.3} pu on {}",
                lowest.value,
                run_day(o.plan.start, lowest.t_s)
            )
        } else {
            format!(
                "rose to {:.3} pu on {}",
                highest.value,
                run_day(o.plan.start, highest.t_s)
            )
        };
        format!(
            "Voltage {extreme}; some bus was outside the limits for {}",
            duration(outside_h)
        )
    } else {
        format!(
            "Voltage stayed within limits, from {:.3} to {:.3} pu",
            lowest.value, highest.value
        )
    };
    let mut page = Drawing::page(WIDTH, 500.0, &title, &run_line(o, ""));
    let margin = 0.012;
    let range = [
        lowest.value.min(floor) - margin,
        highest.value.max(ceiling) + margin,
    ];
    let panel = Panel::time(o, 104.0, 440.0, range);
    panel.back(
        &mut page,
        o,
        "Lowest and highest voltage of all energised buses, pu",
        hundredths,
    );
    let t = o.times_s();
    page.fill(panel.between(t, &low, &high), SKY.alpha(0.5));
    page.line(panel.path(t, &low), BLUE, 1.8);
    page.line(panel.path(t, &high), BLUE, 1.8);
    let mut labels = vec![
        (*low.last()?, "lowest".to_owned(), BLUE),
        (*high.last()?, "highest".to_owned(), BLUE),
    ];
    for (limit, name) in [(ceiling, "upper limit"), (floor, "lower limit")] {
        let y = panel.y(limit);
        page.dashed(
            vec![(panel.frame[0], y), (panel.frame[2], y)],
            VERMILION,
            1.4,
        );
        labels.push((limit, format!("{name} {limit:.2}"), VERMILION));
    }
    panel.time_axis(&mut page, o, true);
    panel.labels(&mut page, &labels);
    Some(page)
}
