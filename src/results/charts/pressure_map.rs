//! The map of water pressure: districts by the lowest mean pressure that they had, works, pump stations, tanks and bursts
//! upon it.

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
use crate::results::charts::map_legend::scale_and_north;
use crate::results::charts::palette::BLUE;
use crate::results::charts::palette::INK;
use crate::results::charts::palette::VERMILION;
use crate::results::charts::palette::WHITE;
use crate::results::charts::palette::viridis;
use crate::results::charts::run_line;
use crate::results::outcome::RunOutcome;

/// Pressure at the bright end of the scale, bar: the highest of a normal day.
const FULL_BAR: f64 = 5.5;
/// Pressure of full service, bar.
const SERVICE_BAR: f64 = 2.0;

/// Draws the map.
#[must_use]
pub fn draw(o: &RunOutcome) -> Option<Drawing> {
    let water = o.plan.city.water.as_ref()?;
    let projection = Projection::of(o)?;
    let districts = &o.plan.city.districts;
    let lowest: Vec<f64> = districts
        .iter()
        .map(|d| {
            Some(
                o.lowest(&format!("water/district/{}/pressure_bar", d.id))?
                    .value,
            )
        })
        .collect::<Option<_>>()?;
    let least = lowest.iter().copied().fold(f64::INFINITY, f64::min);
    let low = lowest.iter().filter(|p| **p < SERVICE_BAR).count();
    let worst = districts.iter().zip(&lowest).find(|(_, p)| **p <= least)?;
    let title = if low > 0 {
        format!(
            "Pressure fell below 2 bar in {low} of {} districts, lowest in {} ({:.1} bar)",
            districts.len(),
            worst.0.name,
            least
        )
    } else {
        format!(
            "All districts kept pressure; the lowest was {:.1} bar, in {}",
            least, worst.0.name
        )
    };
    let mut page = Drawing::page(WIDTH, projection.bottom + 24.0, &title, &run_line(o, ""));
    for (d, p) in districts.iter().zip(&lowest) {
        let ring = projection.ring(d);
        page.fill(
            ring.clone(),
            viridis((p / FULL_BAR).clamp(0.0, 1.0)).lighter(0.25),
        );
        let closed: Vec<At> = ring.iter().chain(ring.first()).copied().collect();
        page.line(closed, WHITE, 2.0);
    }
    let at = |n: usize| projection.at(water.nodes[n].x_m, water.nodes[n].y_m);
    for main in &water.mains {
        let width = (main.diameter_mm / 300.0).clamp(0.5, 3.0);
        page.line(vec![at(main.from), at(main.to)], INK.alpha(0.35), width);
    }
    let mut places = Vec::new();
    for tank in &water.tanks {
        let p = at(tank.node);
        page.disc(p, 8.0, WHITE);
        page.disc(p, 6.5, BLUE);
        places.push(p);
    }
    for source in &water.sources {
        let p = at(source.node);
        page.rect((p.0 - 8.0, p.1 - 8.0), (p.0 + 8.0, p.1 + 8.0), WHITE);
        page.rect((p.0 - 6.5, p.1 - 6.5), (p.0 + 6.5, p.1 + 6.5), INK);
        places.push(p);
    }
    for event in o.record.events.iter().filter(|e| e.kind == "main_burst") {
        let Some(element) = event.element else {
            continue;
        };
        let [x, y] = o.elements.get(element).at_m;
        let p = projection.at(x, y);
        page.disc(p, 7.0, WHITE);
        page.disc(p, 5.5, VERMILION);
        places.push(p);
    }
    let labels: Vec<Label> = districts
        .iter()
        .zip(&lowest)
        .map(|(d, p)| Label {
            name: d.name.clone(),
            below: format!("{p:.1} bar"),
            ring: projection.ring(d),
            middle: projection.at(d.x_m, d.y_m),
            needed: *p <= least,
        })
        .collect();
    let frame = [FRAME[0], FRAME[1], FRAME[2], projection.bottom];
    map_labels::draw(&mut page, &labels, &places, frame);
    legend(&mut page);
    scale_and_north(&mut page, frame, projection.scale);
    Some(page)
}

fn legend(page: &mut Drawing) {
    const STEPS: u32 = 48;
    let wide = 190.0;
    let mut y = 104.0;
    page.text((LEGEND, y), "Lowest mean pressure", PANEL, Align::Left);
    y += 18.0;
    page.text((LEGEND, y), "of the district, bar", PANEL, Align::Left);
    y += 14.0;
    for k in 0..STEPS {
        let f = f64::from(k) / f64::from(STEPS);
        let x = LEGEND + wide * f;
        let end = x + wide / f64::from(STEPS) + 0.5;
        page.rect((x, y), (end, y + 14.0), viridis(f).lighter(0.25));
    }
    y += 30.0;
    page.text((LEGEND, y), "0", TICK, Align::Left);
    let full = format!("{FULL_BAR}");
    page.text((LEGEND + wide, y), &full, TICK, Align::Right);
    y += 40.0;
    page.text((LEGEND, y), "Sites", PANEL, Align::Left);
    for k in 0..3 {
        y += 28.0;
        let p = (LEGEND + 10.0, y - 5.0);
        let name = match k {
            0 => {
                page.rect((p.0 - 6.5, p.1 - 6.5), (p.0 + 6.5, p.1 + 6.5), INK);
                "treatment works"
            }
            1 => {
                page.disc(p, 6.5, BLUE);
                "pump station and tank"
            }
            _ => {
                page.disc(p, 5.5, VERMILION);
                "main that burst"
            }
        };
        page.text((LEGEND + 32.0, y), name, LABEL, Align::Left);
    }
}
