//! Marks of sites and damage on maps, each with a white rim so that it stands out from what lies under it.

use crate::results::charts::drawing::At;
use crate::results::charts::drawing::Drawing;
use crate::results::charts::drawing::Shape;
use crate::results::charts::palette::BLUE;
use crate::results::charts::palette::Color;
use crate::results::charts::palette::INK;
use crate::results::charts::palette::ORANGE;
use crate::results::charts::palette::VERMILION;
use crate::results::charts::palette::WHITE;

/// What is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A substation: dark square.
    Substation,
    /// A bus of a network that has no substations: dark dot.
    Bus,
    /// A power plant: blue triangle.
    Plant,
    /// A tie to the neighbouring system: blue square.
    Import,
    /// Something that broke: cross.
    Failed,
    /// Something that a relay opened: ring.
    Tripped,
}

impl Mark {
    /// All marks with their names, in the order of legends.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Substation, "substation"),
        (Self::Bus, "bus"),
        (Self::Plant, "power plant"),
        (Self::Import, "import"),
        (Self::Failed, "failed"),
        (Self::Tripped, "tripped or shed by relay"),
    ];

    /// Draws it.
    pub fn draw(self, page: &mut Drawing, at: At) {
        match self {
            Self::Substation => square(page, at, 5.0, INK),
            Self::Bus => page.disc(at, 3.2, INK),
            Self::Plant => triangle(page, at, 8.0, BLUE),
            Self::Import => square(page, at, 7.0, BLUE),
            Self::Failed => cross(page, at, 6.5, VERMILION),
            Self::Tripped => {
                page.disc(at, 6.0, ORANGE);
                page.shapes.push(Shape::Disc(at, 2.6, WHITE));
            }
        }
    }
}

fn square(page: &mut Drawing, at: At, half: f64, color: Color) {
    page.rect(
        (at.0 - half - 1.5, at.1 - half - 1.5),
        (at.0 + half + 1.5, at.1 + half + 1.5),
        WHITE,
    );
    page.rect(
        (at.0 - half, at.1 - half),
        (at.0 + half, at.1 + half),
        color,
    );
}

fn triangle(page: &mut Drawing, at: At, r: f64, color: Color) {
    for (r, color) in [(r + 2.5, WHITE), (r, color)] {
        page.fill(
            vec![
                (at.0, at.1 - r),
                (at.0 + 0.87 * r, at.1 + 0.5 * r),
                (at.0 - 0.87 * r, at.1 + 0.5 * r),
            ],
            color,
        );
    }
}

fn cross(page: &mut Drawing, at: At, r: f64, color: Color) {
    for (width, color) in [(6.0, WHITE), (3.0, color)] {
        page.line(
            vec![(at.0 - r, at.1 - r), (at.0 + r, at.1 + r)],
            color,
            width,
        );
        page.line(
            vec![(at.0 - r, at.1 + r), (at.0 + r, at.1 - r)],
            color,
            width,
        );
    }
}
