//! Laws of the people domain, checked on demand after a step: nobody is lost, no home counts twice.

use crate::city::people::fabric::Fabric;
use crate::city::people::homes::DARK;
use crate::city::people::homes::Stock;
use crate::city::people::toll::Toll;
use crate::engine::world::Breach;
use bevy_ecs::world::World;

/// Rounding that shares of homes may gather over a run.
const SHARE: f64 = 1e-6;
/// Rounding of people of a district.
const PEOPLE: f64 = 1e-6;

/// The laws that do not hold; none in a world without people.
#[must_use]
pub fn breaches(world: &World) -> Vec<Breach> {
    let mut breaches = Vec::new();
    let (Some(fabric), Some(stock), Some(toll)) = (
        world.get_resource::<Fabric>(),
        world.get_resource::<Stock>(),
        world.get_resource::<Toll>(),
    ) else {
        return breaches;
    };
    let mut breach = |law: &'static str, detail: String| breaches.push(Breach { law, detail });
    for (d, people) in fabric.people.iter().enumerate() {
        let [home, centre, out] = toll.places[d];
        if (home + centre + out - people).abs() > PEOPLE || home.min(centre).min(out) < -PEOPLE {
            let detail =
                format!("district {d}: {home} at home, {centre} in centres, {out} out of {people}");
            breach("people/nobody_is_lost", detail);
        }
        let exposed: f64 = toll.exposed[d].iter().sum();
        if !(-PEOPLE..=people + PEOPLE).contains(&exposed) {
            breach(
                "people/exposed_are_people",
                format!("district {d}: {exposed}"),
            );
        }
    }
    for (k, class) in stock.classes.iter().enumerate() {
        let sum: f64 = class.iter().map(|h| h.share).sum();
        let dark = stock.dark[k / (stock.classes.len() / stock.dark.len().max(1)).max(1)];
        if (sum - 1.0).abs() > SHARE || (class[DARK].share - dark).abs() > SHARE {
            let detail = format!(
                "class {k}: homes sum to {sum}, {} of them dark, the grid says {dark}",
                class[DARK].share
            );
            breach("people/every_home_once", detail);
        }
    }
    breaches
}
