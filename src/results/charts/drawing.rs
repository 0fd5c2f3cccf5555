//! A picture as a list of shapes, in pixels of a page whose origin is the upper left corner.
//!
//! Charts make drawings; `render` turns one drawing into SVG and PNG. Nothing here knows a backend.

use crate::results::charts::palette::Color;
use crate::results::charts::palette::GREY;
use crate::results::charts::palette::INK;
use crate::results::charts::palette::WHITE;
use crate::results::charts::render;

/// A place on the page.
pub type At = (f64, f64);

/// Which part of a text stands at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Its left end.
    Left,
    /// Its middle.
    Centre,
    /// Its right end.
    Right,
}

/// Size, weight and colour of a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Font {
    /// Em size, pixels.
    pub size: f64,
    /// Semi-bold instead of regular.
    pub bold: bool,
    /// Colour.
    pub color: Color,
}

/// Headline.
pub const TITLE: Font = Font {
    size: 22.0,
    bold: true,
    color: INK,
};
/// Line under the headline, panel titles.
pub const SUBTITLE: Font = Font {
    size: 14.0,
    bold: false,
    color: GREY,
};
/// Panel titles.
pub const PANEL: Font = Font {
    size: 14.0,
    bold: true,
    color: INK,
};
/// Ticks and notes.
pub const TICK: Font = Font {
    size: 13.0,
    bold: false,
    color: GREY,
};
/// Labels of data.
pub const LABEL: Font = Font {
    size: 13.5,
    bold: false,
    color: INK,
};

impl Font {
    /// In another colour.
    #[must_use]
    pub const fn color(self, color: Color) -> Self {
        Self { color, ..self }
    }

    /// Semi-bold.
    #[must_use]
    pub const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    /// Width of a text, pixels.
    #[must_use]
    pub fn width(self, text: &str) -> f64 {
        render::text_width(text, self)
    }
}

/// A shape.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A filled rectangle from its upper left to its lower right corner.
    Rect(At, At, Color),
    /// A filled polygon.
    Fill(Vec<At>, Color),
    /// A line through points, of a width in pixels; dashes and gaps in pixels if dashed.
    Line(Vec<At>, Color, f64, Option<(f64, f64)>),
    /// A filled circle with its radius.
    Disc(At, f64, Color),
    /// A text whose baseline is at the place.
    Text(At, String, Font, Align),
}

/// A picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawing {
    /// Width, pixels.
    pub width: f64,
    /// Height, pixels.
    pub height: f64,
    /// Shapes, the lowest first.
    pub shapes: Vec<Shape>,
}

impl Drawing {
    /// A white page with a headline and a line under it; a headline too long for the page is broken or made smaller.
    #[must_use]
    pub fn page(width: f64, height: f64, title: &str, subtitle: &str) -> Self {
        // Whole pixels, so that finer grids are whole multiples of the page.
        let (width, height) = (width.round(), height.round());
        let mut page = Self {
            width,
            height,
            shapes: vec![Shape::Rect((0.0, 0.0), (width, height), WHITE)],
        };
        let room = width - 48.0;
        let mut font = TITLE;
        while font.width(title) > room && font.size > 13.0 {
            font.size -= 0.5;
        }
        page.text((24.0, 38.0), title, font, Align::Left);
        page.text((24.0, 60.0), subtitle, SUBTITLE, Align::Left);
        page
    }

    /// Adds a rectangle.
    pub fn rect(&mut self, from: At, to: At, color: Color) {
        self.shapes.push(Shape::Rect(from, to, color));
    }

    /// Adds a filled polygon.
    pub fn fill(&mut self, points: Vec<At>, color: Color) {
        if points.len() > 2 {
            self.shapes.push(Shape::Fill(points, color));
        }
    }

    /// Adds a line.
    pub fn line(&mut self, points: Vec<At>, color: Color, width: f64) {
        if points.len() > 1 {
            self.shapes.push(Shape::Line(points, color, width, None));
        }
    }

    /// Adds a dashed line.
    pub fn dashed(&mut self, points: Vec<At>, color: Color, width: f64) {
        if points.len() > 1 {
            self.shapes
                .push(Shape::Line(points, color, width, Some((6.0, 4.0))));
        }
    }

    /// Adds a circle with a white rim.
    pub fn disc(&mut self, at: At, radius: f64, color: Color) {
        self.shapes.push(Shape::Disc(at, radius + 1.2, WHITE));
        self.shapes.push(Shape::Disc(at, radius, color));
    }

    /// Adds a text.
    pub fn text(&mut self, at: At, text: &str, font: Font, align: Align) {
        if !text.is_empty() {
            self.shapes
                .push(Shape::Text(at, text.to_owned(), font, align));
        }
    }

    /// Adds a text with a white outline, to be read on top of data.
    pub fn text_on_data(&mut self, at: At, text: &str, font: Font, align: Align) {
        let halo = font.color(WHITE);
        for k in 0..8 {
            let angle = f64::from(k) * std::f64::consts::FRAC_PI_4;
            let place = (at.0 + 2.0 * libm::cos(angle), at.1 + 2.0 * libm::sin(angle));
            self.text(place, text, halo, align);
        }
        self.text(at, text, font, align);
    }
}
