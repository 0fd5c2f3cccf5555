//! The map of heat at home: districts by hours a resident in hot homes, cooling centres and hospitals upon it.
//!
//! It shows who bore the heat, not how the grid fared: that is the outage map.

use crate::city::model::grid::Critical;
use crate::engine::record::Event;
use crate::results::charts::drawing::Align;
use crate::results::charts::drawing::At;
use crate::results::charts::drawing::Drawing;
use crate::results::charts::drawing::LABEL;
use crate::results::charts::drawing::PANEL;
use crate::results::charts::drawing::TICK;
use crate::results::charts::map::FRAME;
use crate::results::charts::map::Projection;
use crate::results::charts::map::WIDTH;
use crate::results::charts::map_labels;
use crate::results::charts::map_labels::Label;
use crate::results::charts::map_legend::LEGEND;
use crate::results::charts::map_legend::UNHURT;
use crate::results::charts::map_legend::scale_and_north;
use crate::results::charts::palette::BLUE;
use crate::results::charts::palette::Color;
use crate::results::charts::palette::INK;
use crate::results::charts::palette::VERMILION;
use crate::results::charts::palette::WHITE;
use crate::results::charts::palette::viridis;
use crate::results::charts::run_line;
use crate::results::outcome::RunOutcome;
use crate::results::story::words::amount;
use crate::results::story::words::duration;

/// Hours a resident from which a district is coloured.
const TRACE_H: f64 = 0.02;

/// Draws the map.
#[must_use]
pub fn draw(o: &RunOutcome) -> Option<Drawing> {
    let projection = Projection::of(o)?;
    let districts = &o.plan.city.districts;
    let hours: Vec<f64> = districts
        .iter()
        .map(|d| {
            let path = format!("people/district/{}/heat_exposure_person_h", d.id);
            Some(o.final_value(&path)? / f64::from(d.population).max(1.0))
        })
        .collect::<Option<_>>()?;
    let most = hours.iter().copied().fold(0.0, f64::max);
    let title = match districts.iter().zip(&hours).find(|(_, h)| **h >= most) {
        Some((d, _)) if most >= TRACE_H => {
            let mean = o
                .final_value("people/heat_exposure_person_h")
                .unwrap_or(0.0)
                / (o.plan.city.population() as f64).max(1.0);
            format!(
                "{} bore most heat at home, {} a resident; the city {}",
                d.name,
                duration(most),
                duration(mean)
            )
        }
        _ => "No district had hot homes".to_owned(),
    };
    let mut page = Drawing::page(WIDTH, projection.bottom + 24.0, &title, &run_line(o, ""));
    for (d, h) in districts.iter().zip(&hours) {
        let ring = projection.ring(d);
        let shade = if *h >= TRACE_H {
            viridis(h / most).lighter(0.25)
        } else {
            UNHURT
        };
        page.fill(ring.clone(), shade);
        let closed: Vec<At> = ring.iter().chain(ring.first()).copied().collect();
        page.line(closed, WHITE, 2.0);
    }
    let drawn = sites(&mut page, o, &projection);
    let (kinds, places): (Vec<Site>, Vec<At>) = drawn.into_iter().unzip();
    let labels: Vec<Label> = districts
        .iter()
        .zip(&hours)
        .map(|(d, h)| Label {
            name: d.name.clone(),
            below: if *h >= TRACE_H {
                format!("{} h", amount(*h))
            } else {
                String::new()
            },
            ring: projection.ring(d),
            middle: projection.at(d.x_m, d.y_m),
            needed: *h >= most && most >= TRACE_H,
        })
        .collect();
    let frame = [FRAME[0], FRAME[1], FRAME[2], projection.bottom];
    map_labels::draw(&mut page, &labels, &places, frame);
    legend(&mut page, most, &kinds);
    scale_and_north(&mut page, frame, projection.scale);
    Some(page)
}

/// What is at a site.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Site {
    Centre,
    DarkCentre,
    Hospital,
    HospitalOnSets,
}

/// Draws centres and hospitals and says where.
fn sites(page: &mut Drawing, o: &RunOutcome, projection: &Projection) -> Vec<(Site, At)> {
    let grid = &o.plan.city.grid;
    let struck = |id: &str, kinds: [&str; 2]| {
        let name = format!("grid/load/{id}");
        let element = o.elements.find(&name);
        let of = |e: &&Event| e.element.is_some() && e.element == element;
        let mut events = o.record.events.iter().filter(of);
        events.any(|e| kinds.contains(&e.kind.as_str()))
    };
    let mut places = Vec::new();
    for load in &grid.loads {
        let site = match load.critical {
            Some(Critical::CoolingCentre) => {
                if struck(&load.id, ["cooling_centre_dark", ""]) {
                    Site::DarkCentre
                } else {
                    Site::Centre
                }
            }
            Some(Critical::Hospital) => {
                if struck(&load.id, ["hospital_on_generator", "hospital_dark"]) {
                    Site::HospitalOnSets
                } else {
                    Site::Hospital
                }
            }
            _ => continue,
        };
        let Some(bus) = grid.buses.get(load.bus) else {
            continue;
        };
        let at = projection.at(bus.x_m, bus.y_m);
        mark(page, site, at);
        places.push((site, at));
    }
    places
}

fn mark(page: &mut Drawing, site: Site, at: At) {
    match site {
        Site::Centre => {
            page.disc(at, 7.5, WHITE);
            page.disc(at, 6.0, BLUE);
        }
        Site::DarkCentre => {
            page.disc(at, 8.5, WHITE);
            page.disc(at, 7.0, VERMILION);
            page.disc(at, 3.6, WHITE);
        }
        Site::Hospital => plus(page, at, INK),
        Site::HospitalOnSets => plus(page, at, VERMILION),
    }
}

fn plus(page: &mut Drawing, at: At, color: Color) {
    page.rect((at.0 - 8.5, at.1 - 8.5), (at.0 + 8.5, at.1 + 8.5), WHITE);
    page.rect((at.0 - 7.0, at.1 - 2.4), (at.0 + 7.0, at.1 + 2.4), color);
    page.rect((at.0 - 2.4, at.1 - 7.0), (at.0 + 2.4, at.1 + 7.0), color);
}

fn legend(page: &mut Drawing, most: f64, drawn: &[Site]) {
    const STEPS: u32 = 48;
    let wide = 190.0;
    let mut y = 104.0;
    page.text((LEGEND, y), "Hours in homes of 32 C", PANEL, Align::Left);
    y += 18.0;
    page.text((LEGEND, y), "and more, a resident", PANEL, Align::Left);
    y += 14.0;
    if most >= TRACE_H {
        for k in 0..STEPS {
            let f = f64::from(k) / f64::from(STEPS);
            let x = LEGEND + wide * f;
            page.rect(
                (x, y),
                (x + wide / f64::from(STEPS) + 0.5, y + 14.0),
                viridis(f).lighter(0.25),
            );
        }
        y += 30.0;
        page.text((LEGEND, y), "0", TICK, Align::Left);
        let end = format!("{} h", amount(most));
        page.text((LEGEND + wide, y), &end, TICK, Align::Right);
        y += 12.0;
    }
    page.rect((LEGEND, y), (LEGEND + 22.0, y + 14.0), UNHURT);
    page.text((LEGEND + 32.0, y + 11.7), "none", LABEL, Align::Left);
    if drawn.is_empty() {
        return;
    }
    y += 52.0;
    page.text((LEGEND, y), "Sites", PANEL, Align::Left);
    for (site, name) in [
        (Site::Centre, "cooling centre"),
        (Site::DarkCentre, "centre that went dark"),
        (Site::Hospital, "hospital"),
        (Site::HospitalOnSets, "hospital that lost the grid"),
    ] {
        if !drawn.contains(&site) {
            continue;
        }
        y += 26.0;
        mark(page, site, (LEGEND + 12.0, y));
        page.text((LEGEND + 42.0, y + 4.7), name, LABEL, Align::Left);
    }
}
