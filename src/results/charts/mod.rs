//! The charts of a run: each is a function from outcome to drawing, written as SVG and PNG from the same shapes.
//!
//! Titles state what was found. A chart whose data a run does not have is not drawn.

pub mod axes;
pub mod customers;
pub mod drawing;
pub mod exposure_map;
pub mod headways;
pub mod heat_exposure;
pub mod loading;
pub mod map;
pub mod map_labels;
pub mod map_legend;
pub mod marey;
pub mod marks;
pub mod palette;
pub mod pressure_map;
pub mod punctuality;
pub mod render;
pub mod road_delay;
pub mod route_load;
pub mod supply;
pub mod unserved;
pub mod voltage;
pub mod water;

use crate::results::charts::drawing::Drawing;
use crate::results::outcome::RunOutcome;
use crate::results::story::words::city_name;

/// A row of the registry.
#[derive(Clone, Copy, Debug)]
pub struct Chart {
    /// File name without extension.
    pub name: &'static str,
    /// What it shows, in one sentence.
    pub about: &'static str,
    /// Draws it; none if the run lacks its data.
    pub draw: fn(&RunOutcome) -> Option<Drawing>,
}

/// All charts in reading order.
pub const CHARTS: &[Chart] = &[
    Chart {
        name: "supply",
        about: "Load and supply by source over time, with the heat above.",
        draw: supply::draw,
    },
    Chart {
        name: "customers_out",
        about: "Customers without power over time, with what happened.",
        draw: customers::draw,
    },
    Chart {
        name: "loading",
        about: "The most loaded lines and transformers, and the ratings that fall with the heat.",
        draw: loading::draw,
    },
    Chart {
        name: "unserved",
        about: "Power not served by district and hour.",
        draw: unserved::draw,
    },
    Chart {
        name: "voltage",
        about: "Lowest and highest voltage against the limits.",
        draw: voltage::draw,
    },
    Chart {
        name: "map",
        about: "Outage minutes by district, worst loading of lines, what failed.",
        draw: map::draw,
    },
    Chart {
        name: "heat_exposure",
        about: "Heat in homes over time: temperatures, people exposed and why, deaths to be expected.",
        draw: heat_exposure::draw,
    },
    Chart {
        name: "exposure_map",
        about: "Hours in hot homes by district, cooling centres and hospitals.",
        draw: exposure_map::draw,
    },
    Chart {
        name: "road_delay",
        about: "Time lost on main roads in the hour in which most was lost.",
        draw: road_delay::draw,
    },
    Chart {
        name: "punctuality",
        about: "Departures on time, wait beyond the plan and runs not made, by route.",
        draw: punctuality::draw,
    },
    Chart {
        name: "marey",
        about: "Time against distance on the route with most trouble: planned and operated runs.",
        draw: marey::draw,
    },
    Chart {
        name: "headways",
        about: "Time between departures on that route: bunching and gaps.",
        draw: headways::draw,
    },
    Chart {
        name: "route_load",
        about: "Passengers on board along the busiest route, against seats and places.",
        draw: route_load::draw,
    },
    Chart {
        name: "water",
        about: "Tank levels, and water asked for, served and lost.",
        draw: water::draw,
    },
    Chart {
        name: "pressure_map",
        about: "Lowest water pressure by district, works, tanks, bursts.",
        draw: pressure_map::draw,
    },
];

/// Subtitle of every chart: which run it shows.
fn run_line(o: &RunOutcome, more: &str) -> String {
    let plan = &o.plan;
    let run = format!(
        "{}, {}, controller {}, seed {}",
        city_name(&plan.city.name),
        plan.scenario,
        plan.controller,
        plan.seed
    );
    if more.is_empty() {
        run
    } else {
        format!("{more}. {run}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::fixture::calm;
    use crate::results::fixture::heat_wave;
    use crate::results::fixture::small;
    use jiff::civil::date;
    use std::path::PathBuf;

    /// Twelve and a half days, interrupted at a quarter past three, begun in mid-morning.
    fn long() -> RunOutcome {
        let mut o = small::outcome();
        for t in &mut o.record.series.t_s {
            *t *= 100;
        }
        o.plan.start = date(2027, 7, 12).at(9, 30, 0, 0);
        o.plan.horizon_s = 2_000_000;
        o.finished_s = 1_080_900;
        o
    }

    /// Where to leave the pictures for a look; a temporary folder that is deleted if the variable is not set.
    const KEEP: &str = "AUTOPOLIS_KEEP_CHARTS";

    #[test]
    fn every_chart_is_drawn_twice_from_every_kind_of_run() {
        let tmp = tempfile::tempdir().unwrap();
        let dir = std::env::var_os(KEEP).map_or_else(|| tmp.path().to_path_buf(), PathBuf::from);
        for (name, o) in [
            ("heat", heat_wave::outcome()),
            ("calm", calm::outcome()),
            ("small", small::outcome()),
            ("long", long()),
        ] {
            for chart in CHARTS {
                let Some(drawing) = (chart.draw)(&o) else {
                    // The fixture has a grid and people; charts of other layers have tests of their own.
                    const OTHERS: [&str; 7] = [
                        "road_delay",
                        "punctuality",
                        "marey",
                        "headways",
                        "route_load",
                        "water",
                        "pressure_map",
                    ];
                    assert!(
                        name != "heat" || OTHERS.contains(&chart.name),
                        "{}",
                        chart.name
                    );
                    continue;
                };
                let svg = render::svg(&drawing).unwrap();
                assert!(
                    svg.contains("<svg") && !svg.contains("NaN"),
                    "{}",
                    chart.name
                );
                std::fs::write(dir.join(format!("{name}-{}.svg", chart.name)), &svg).unwrap();
                let png = dir.join(format!("{name}-{}.png", chart.name));
                render::png(&drawing, &png).unwrap();
                let bytes = std::fs::read(&png).unwrap();
                assert_eq!(&bytes[1..4], b"PNG");
                // Width and height stand in the header, big-endian.
                let width = u32::from_be_bytes([bytes[16], bytes[17], bytes[18], bytes[19]]);
                assert_eq!(f64::from(width), drawing.width);
            }
        }
    }

    #[test]
    fn texts_stay_on_the_page() {
        for o in [
            heat_wave::outcome(),
            calm::outcome(),
            small::outcome(),
            long(),
        ] {
            for chart in CHARTS {
                let Some(page) = (chart.draw)(&o) else {
                    continue;
                };
                for shape in &page.shapes {
                    let drawing::Shape::Text(at, text, font, align) = shape else {
                        continue;
                    };
                    let w = font.width(text);
                    let from = match align {
                        drawing::Align::Left => at.0,
                        drawing::Align::Centre => at.0 - w / 2.0,
                        drawing::Align::Right => at.0 - w,
                    };
                    let inside = from >= 0.0
                        && from + w <= page.width
                        && at.1 <= page.height - 3.0
                        && at.1 > 8.0;
                    assert!(inside, "{}: {text:?} at {at:?}, {w} wide", chart.name);
                }
            }
        }
    }
}
