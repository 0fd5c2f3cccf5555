//! Headline numbers, each in a box with its name, its unit and a line on what it means; the definition opens on demand.

use maud::Markup;
use maud::html;

/// A headline number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Card {
    /// Name, a few words.
    pub name: String,
    /// The number as shown.
    pub value: String,
    /// Its unit; may be empty.
    pub unit: String,
    /// What to make of it, one short sentence; may be empty.
    pub note: String,
    /// Its definition; may be empty.
    pub definition: String,
}

/// The boxes side by side, as many as there is room for.
#[must_use]
pub fn cards(all: &[Card]) -> Markup {
    html! {
        ul.cards {
            @for card in all {
                li.card {
                    span.name { (card.name) }
                    span.value {
                        (card.value)
                        @if !card.unit.is_empty() { " " span.unit { (card.unit) } }
                    }
                    @if !card.note.is_empty() { span.note { (card.note) } }
                    @if !card.definition.is_empty() {
                        details { summary { "Definition" } p { (card.definition) } }
                    }
                }
            }
        }
    }
}
