//! Figures: what was found as the title, the picture, and how to read it.
//!
//! A picture comes in two widths, one for a page and one for a phone; the style shows one of them. A picture of one
//! width scrolls inside its frame where there is no room for it, so that the page itself never scrolls sideways.

use crate::results::charts::drawing::Drawing;
use crate::results::report::picture;
use maud::Markup;
use maud::PreEscaped;
use maud::html;

/// For which width a picture is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// A page.
    Page,
    /// A phone held upright.
    Phone,
}

impl Room {
    /// Width of a drawing, pixels.
    #[must_use]
    pub fn width(self) -> f64 {
        match self {
            Self::Page => 912.0,
            Self::Phone => 358.0,
        }
    }

    /// Whether it is a phone's.
    #[must_use]
    pub fn is_phone(self) -> bool {
        self == Self::Phone
    }
}

/// A figure drawn for either width; `title` states the finding, `note` how to read it.
#[must_use]
pub fn figure(title: &str, note: &str, draw: &dyn Fn(Room) -> Drawing) -> Markup {
    let spoken = spoken(title, note);
    html! {
        figure {
            figcaption { b { (title) } @if !note.is_empty() { span.note { (note) } } }
            div.on-page { (picture::inline(&draw(Room::Page), &spoken)) }
            div.on-phone { (picture::inline(&draw(Room::Phone), &spoken)) }
        }
    }
}

/// A figure from a chart's file, whose own headline becomes the title; `about` says what it shows. Nothing if the file is
/// not a chart of this program.
#[must_use]
pub fn of_file(about: &str, svg: &str) -> Markup {
    let Some(parts) = picture::of_file(svg) else {
        return html! {};
    };
    html! {
        figure {
            figcaption { b { (parts.title) } span.note { (about) } }
            div.scroll tabindex="0" role="region" aria-label=(format!("Chart: {about}")) { (PreEscaped(parts.svg)) }
        }
    }
}

/// What a screen reader says of a picture.
fn spoken(title: &str, note: &str) -> String {
    if note.is_empty() {
        title.to_owned()
    } else {
        format!("{}. {note}", title.trim_end_matches('.'))
    }
}
