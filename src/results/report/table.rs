//! Tables with headed columns and rows; a wide one scrolls inside its frame.

use maud::Markup;
use maud::html;

/// A column's head.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// Name.
    pub name: String,
    /// Unit under the name; may be empty.
    pub unit: String,
    /// Whether its cells are numbers, set to the right.
    pub number: bool,
}

/// A column of words.
#[must_use]
pub fn words(name: &str) -> Head {
    Head {
        name: name.to_owned(),
        unit: String::new(),
        number: false,
    }
}

/// A column of numbers.
#[must_use]
pub fn numbers(name: &str, unit: &str) -> Head {
    Head {
        name: name.to_owned(),
        unit: unit.to_owned(),
        number: true,
    }
}

/// A table; the first cell of a row is the row's head. `caption` says what it holds.
#[must_use]
pub fn table(caption: &str, heads: &[Head], rows: &[Vec<Markup>]) -> Markup {
    html! {
        // Beside the table, not in it: there it would be as wide as the table and leave a phone's screen.
        p.caption { (caption) }
        div.scroll tabindex="0" role="region" aria-label=(caption) {
            table {
                thead { tr {
                    @for head in heads {
                        th scope="col" class=[head.number.then_some("n")] {
                            (head.name)
                            @if !head.unit.is_empty() { span.unit { (head.unit) } }
                        }
                    }
                } }
                tbody { @for row in rows { tr {
                    @for (k, cell) in row.iter().enumerate() {
                        @let n = heads.get(k).is_some_and(|h| h.number).then_some("n");
                        @if k == 0 { th scope="row" class=[n] { (cell) } }
                        @else { td class=[n] { (cell) } }
                    }
                } } }
            }
        }
    }
}

/// A text as a cell.
#[must_use]
pub fn cell(text: &str) -> Markup {
    html! { (text) }
}
