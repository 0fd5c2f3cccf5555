//! Pictures inside a page: drawings as short SVG text, and SVG files of this program with what the page already says
//! left out.
//!
//! `charts::render` writes files for other programs; this writes the same shapes for a page that brings the font along.
//! Rectangles of one colour that follow each other become one path, since heat maps have thousands of them.

use crate::results::charts::drawing::Align;
use crate::results::charts::drawing::At;
use crate::results::charts::drawing::Drawing;
use crate::results::charts::drawing::Shape;
use crate::results::charts::palette::Color;
use maud::Escaper;
use maud::Markup;
use maud::PreEscaped;
use std::fmt::Write;

/// Family, size and line breaks are the page's; plotters writes them with every text.
const SAID_BY_THE_PAGE: [&str; 4] = [
    " font-family=\"Inter, Helvetica, Arial, sans-serif\"",
    " opacity=\"1\"",
    " stroke=\"none\"",
    ".00000000000001",
];

/// Height of a page's headline and second line, pixels.
const BELOW_HEADLINE: f64 = 70.0;

/// A drawing as SVG, as wide as it was drawn or as its frame, whichever is less; `spoken` says what it shows.
#[must_use]
pub fn inline(drawing: &Drawing, spoken: &str) -> Markup {
    let mut text = format!(
        "<svg viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" role=\"img\" aria-label=\"{2}\">",
        drawing.width,
        drawing.height,
        escaped(spoken)
    );
    let mut pending: Option<(Color, String)> = None;
    for shape in &drawing.shapes {
        if let Shape::Rect(from, to, color) = shape {
            match &mut pending {
                Some((same, path)) if same == color => path.push_str(&rectangle(*from, *to)),
                _ => {
                    flush(&mut text, &mut pending);
                    pending = Some((*color, rectangle(*from, *to)));
                }
            }
            continue;
        }
        flush(&mut text, &mut pending);
        text.push_str(&element(shape));
    }
    flush(&mut text, &mut pending);
    text.push_str("</svg>");
    PreEscaped(text)
}

/// A chart's file taken apart: headline and second line, still escaped, and the rest of the picture.
#[derive(Clone, Debug)]
pub struct FileParts {
    /// What it found.
    pub title: PreEscaped<String>,
    /// Which run it shows.
    pub subtitle: PreEscaped<String>,
    /// The picture below both.
    pub svg: String,
}

/// Takes a chart's file apart, as `charts::render` wrote it: in a page its headline is text, which
/// wraps on a phone. None if the file does not begin with a page and two texts.
#[must_use]
pub fn of_file(svg: &str) -> Option<FileParts> {
    let svg = svg.replace(['\n', '\r'], "");
    let mut rest = svg.strip_prefix("<svg width=\"")?;
    let width = until(&mut rest, "\" height=\"")?;
    let height: f64 = until(&mut rest, "\"")?.parse().ok()?;
    let width: f64 = width.parse().ok()?;
    until(&mut rest, "viewBox=\"0 0 ")?;
    let grid_width: f64 = until(&mut rest, " ")?.parse().ok()?;
    let grid = grid_width / width;
    until(&mut rest, "<rect")?;
    until(&mut rest, "/><text")?;
    until(&mut rest, ">")?;
    let title = until(&mut rest, "</text><text")?;
    until(&mut rest, ">")?;
    let subtitle = until(&mut rest, "</text>")?;
    let mut body = rest.to_owned();
    for said in SAID_BY_THE_PAGE {
        body = body.replace(said, "");
    }
    let [left, top, right, bottom] =
        [0.0, BELOW_HEADLINE, width, height - BELOW_HEADLINE].map(|v| v * grid);
    let svg = format!(
        "<svg class=\"chart\" viewBox=\"{left} {top} {right} {bottom}\" width=\"{width}\" height=\"{}\" role=\"img\" aria-label=\"{title}\">{body}",
        height - BELOW_HEADLINE
    );
    Some(FileParts {
        title: PreEscaped(title.to_owned()),
        subtitle: PreEscaped(subtitle.to_owned()),
        svg,
    })
}

/// What stands before a mark; `rest` goes on behind it.
fn until<'a>(rest: &mut &'a str, mark: &str) -> Option<&'a str> {
    let (before, after) = rest.split_once(mark)?;
    *rest = after;
    Some(before)
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = Escaper::new(&mut out).write_str(text);
    out
}

fn flush(text: &mut String, pending: &mut Option<(Color, String)>) {
    if let Some((color, path)) = pending.take() {
        text.push_str(&format!("<path{} d=\"{path}\"/>", paint("fill", color)));
    }
}

fn rectangle(from: At, to: At) -> String {
    let (w, h) = (to.0 - from.0, to.1 - from.1);
    format!(
        "M{} {}h{}v{}H{}z",
        n(from.0),
        n(from.1),
        n(w),
        n(h),
        n(from.0)
    )
}

fn element(shape: &Shape) -> String {
    match shape {
        Shape::Rect(from, to, color) => {
            format!(
                "<path{} d=\"{}\"/>",
                paint("fill", *color),
                rectangle(*from, *to)
            )
        }
        Shape::Fill(points, color) => {
            format!("<path{} d=\"{}z\"/>", paint("fill", *color), path(points))
        }
        Shape::Line(points, color, width, dash) => {
            let dash = dash.map_or_else(String::new, |(on, off)| {
                format!(" stroke-dasharray=\"{} {}\"", n(on), n(off))
            });
            format!(
                "<path fill=\"none\"{} stroke-width=\"{}\"{dash} stroke-linejoin=\"round\" d=\"{}\"/>",
                paint("stroke", *color),
                n(*width),
                path(points)
            )
        }
        Shape::Disc(at, radius, color) => format!(
            "<circle{} cx=\"{}\" cy=\"{}\" r=\"{}\"/>",
            paint("fill", *color),
            n(at.0),
            n(at.1),
            n(*radius)
        ),
        Shape::Text(at, words, font, align) => {
            let anchor = match align {
                Align::Left => "",
                Align::Centre => " text-anchor=\"middle\"",
                Align::Right => " text-anchor=\"end\"",
            };
            let weight = if font.bold {
                " font-weight=\"700\""
            } else {
                ""
            };
            format!(
                "<text x=\"{}\" y=\"{}\" font-size=\"{}\"{weight}{anchor}{}>{}</text>",
                n(at.0),
                n(at.1),
                n(font.size),
                paint("fill", font.color),
                escaped(words)
            )
        }
    }
}

fn path(points: &[At]) -> String {
    let mut text = String::with_capacity(points.len() * 12);
    for (k, p) in points.iter().enumerate() {
        text.push(if k == 0 { 'M' } else { 'L' });
        let _ = write!(text, "{} {}", n(p.0), n(p.1));
    }
    text
}

/// A colour as the attribute `what`, with its opacity where it is not full.
fn paint(what: &str, color: Color) -> String {
    let Color(r, g, b, opacity) = color;
    let full = format!(" {what}=\"#{r:02x}{g:02x}{b:02x}\"");
    if opacity < 1.0 {
        format!("{full} {what}-opacity=\"{}\"", n(opacity))
    } else {
        full
    }
}

/// A length with at most two decimals; what is not finite is 0, so that a page never shows `NaN`.
fn n(x: f64) -> String {
    if !x.is_finite() {
        return "0".to_owned();
    }
    // Adding 0 turns -0 into 0.
    let rounded = (x * 100.0).round() / 100.0 + 0.0;
    format!("{rounded}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::charts::drawing::LABEL;
    use crate::results::charts::palette::BLUE;
    use crate::results::charts::palette::INK;

    #[test]
    fn neighbours_of_one_colour_become_one_path() {
        let mut d = Drawing {
            width: 20.0,
            height: 10.0,
            shapes: Vec::new(),
        };
        d.rect((0.0, 0.0), (1.5, 2.0), BLUE);
        d.rect((2.0, 0.0), (3.0, 2.0), BLUE);
        d.rect((4.0, 0.0), (5.0, 2.0), INK.alpha(0.5));
        let svg = inline(&d, "a \"b\" <c>").into_string();
        assert_eq!(svg.matches("<path").count(), 2);
        assert!(
            svg.contains("M0 0h1.5v2H0zM2 0h1v2H2z") && svg.contains("fill-opacity=\"0.5\""),
            "{svg}"
        );
        assert!(svg.contains("a &quot;b&quot; &lt;c&gt;"), "{svg}");
    }

    #[test]
    fn texts_are_escaped_and_numbers_finite() {
        let mut d = Drawing {
            width: 20.0,
            height: 10.0,
            shapes: Vec::new(),
        };
        d.text((f64::NAN, 3.0), "</svg><script>", LABEL, Align::Right);
        let svg = inline(&d, "").into_string();
        assert!(
            svg.contains("&lt;/svg&gt;&lt;script&gt;") && !svg.contains("NaN"),
            "{svg}"
        );
    }
}
