//! Names for people: districts are called after where they lie, or by a made-up place name, never twice the same.

use crate::scenario::generate::draw::Draw;
use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::distance;
use crate::scenario::generate::geometry::nearest;
use crate::scenario::generate::land::Land;

const FIRST: [&str; 30] = [
    "Mill", "Oak", "Maple", "Stone", "Ash", "Elm", "Fair", "Green", "Brook", "King", "Silver",
    "Birch", "Cedar", "Hazel", "Willow", "Spring", "Summer", "Lind", "Hart", "Fox", "Wheat",
    "Clay", "Marsh", "Thorn", "Rock", "Copper", "Hay", "Fern", "Gold", "Rose",
];
const SECOND: [&str; 16] = [
    "field", "dale", "bury", "bridge", "ford", "view", "mere", "wood", "gate", "ton", "ham",
    "crest", "side", "well", "stead", "ley",
];

/// A name for each district site.
#[must_use]
pub fn districts(sites: &[Point], land: &Land, seed: u64) -> Vec<String> {
    // Both halves in a seeded order (Fisher and Yates), then in step, shifted at each round: no name repeats, and
    // halves do so as late as they can.
    let mut draw = Draw::new(seed, "names", 0);
    let mut shuffled = |n: usize| {
        let mut order: Vec<usize> = (0..n).collect();
        for i in (1..n).rev() {
            order.swap(i, draw.below(i + 1));
        }
        order
    };
    let (first, second) = (shuffled(FIRST.len()), shuffled(SECOND.len()));
    let made = (0..FIRST.len() * SECOND.len()).map(|i| {
        let (a, b) = (i % FIRST.len(), (i + i / FIRST.len()) % SECOND.len());
        format!("{}{}", FIRST[first[a]], SECOND[second[b]])
    });
    let mut names = vec![String::new(); sites.len()];
    names[nearest(sites, [0.0, 0.0])] = "Downtown".to_owned();
    // Landmarks: the shore north and south of the core, and the far west.
    let r = land.radius_m;
    for (name, at) in [
        ("Harbour", [0.35 * r, 0.2 * r]),
        ("South Shore", [0.3 * r, -0.45 * r]),
        ("North Shore", [0.3 * r, 0.6 * r]),
        ("Old Town", [-0.15 * r, -0.1 * r]),
        ("Westgate", [-0.9 * r, 0.0]),
    ] {
        let free = (0..sites.len()).filter(|&i| names[i].is_empty());
        let best = free.min_by(|&a, &b| distance(sites[a], at).total_cmp(&distance(sites[b], at)));
        if let Some(i) = best {
            names[i] = name.to_owned();
        }
    }
    let mut rest = made;
    for name in names.iter_mut().filter(|n| n.is_empty()) {
        *name = rest.next().unwrap_or_else(|| "Outer district".to_owned());
    }
    names
}
