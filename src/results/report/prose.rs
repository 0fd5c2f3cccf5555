//! Small pieces of text: warnings, code to copy, short hashes, numbers as people read them.

use crate::results::story::words::amount;
use maud::Markup;
use maud::html;

/// Characters of a hash that are shown; the whole is in the manifest.
const HASH_SHOWN: usize = 12;

/// Something that a reader must know before believing a number.
#[must_use]
pub fn warning(text: &str) -> Markup {
    html! { p.warning { b { "Note. " } (with_code(text)) } }
}

/// A message in which names stand between backticks, as messages on a terminal have them.
#[must_use]
pub fn with_code(text: &str) -> Markup {
    html! {
        @for (k, part) in text.split('`').enumerate() {
            @if k % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

/// A block of commands to copy.
#[must_use]
pub fn code(text: &str) -> Markup {
    html! { pre tabindex="0" { code { (text) } } }
}

/// The first characters of a hash.
#[must_use]
pub fn short(hash: &str) -> String {
    hash.chars().take(HASH_SHOWN).collect()
}

/// A number that may be missing.
#[must_use]
pub fn number(value: Option<f64>) -> String {
    value
        .filter(|v| v.is_finite())
        .map_or_else(|| "–".to_owned(), shown)
}

/// A number with three significant digits or whole, and a real minus sign.
#[must_use]
pub fn shown(value: f64) -> String {
    let size = value.abs();
    let text = if size > 0.0 && size < 0.000_95 {
        format!("{size:.1e}")
    } else if size > 0.0 && size < 0.0995 {
        format!("{size:.3}")
    } else if size > 0.0 && size < 9.95 {
        let text = format!("{size:.2}");
        text.strip_suffix(".00").map_or(text.clone(), str::to_owned)
    } else if size >= 99.95 {
        // Half a customer counts as one, as in the story.
        amount(size.round())
    } else {
        amount(size)
    };
    if value < 0.0 {
        format!("−{text}")
    } else {
        text
    }
}

/// A unit as it stands after a number; nothing for a plain number.
#[must_use]
pub fn unit(unit: &str) -> &str {
    if unit == "1" { "" } else { unit }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_three_digits() {
        let all = [0.0, 0.000_02, 0.0471, 0.256, 7.0, 31.84, -1234.4];
        let texts: Vec<String> = all.into_iter().map(shown).collect();
        assert_eq!(
            texts,
            ["0", "2.0e-5", "0.047", "0.26", "7", "31.8", "−1,234"]
        );
        assert_eq!(number(Some(f64::NAN)), "–");
    }

    #[test]
    fn text_is_escaped() {
        let html = warning("<script>alert(1)</script> & co").into_string();
        assert!(html.contains("&lt;script&gt;") && !html.contains("<script"));
        let html = with_code("no run has `<b>`: none").into_string();
        assert_eq!(html, "no run has <code>&lt;b&gt;</code>: none");
    }
}
