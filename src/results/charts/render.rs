//! Drawings to SVG and PNG through plotters, with fonts that are part of the program.
//!
//! plotters places everything on whole pixels. So SVG is drawn on a grid finer than its page, and PNG at twice its
//! size and averaged down, which also smooths the edges that plotters leaves jagged.

use crate::results::charts::drawing::Align;
use crate::results::charts::drawing::At;
use crate::results::charts::drawing::Drawing;
use crate::results::charts::drawing::Font;
use crate::results::charts::drawing::Shape;
use crate::results::charts::palette::Color;
use crate::results::export::ExportError;
use plotters::backend::BitMapBackend;
use plotters::backend::DrawingBackend;
use plotters::backend::SVGBackend;
use plotters::style::FontDesc;
use plotters::style::FontFamily;
use plotters::style::FontStyle;
use plotters::style::RGBAColor;
use plotters::style::ShapeStyle;
use plotters::style::TextStyle;
use plotters::style::register_font;
use plotters::style::text_anchor::HPos;
use plotters::style::text_anchor::Pos;
use plotters::style::text_anchor::VPos;
use std::path::Path;
use std::sync::OnceLock;

/// Family under which the embedded font is known; the rest is what an SVG viewer without it falls back to.
const FAMILY: &str = "Inter, Helvetica, Arial, sans-serif";
const REGULAR: &[u8] = include_bytes!("../../../assets/fonts/Inter-Regular.otf");
const SEMI_BOLD: &[u8] = include_bytes!("../../../assets/fonts/Inter-SemiBold.otf");

/// Steps of the SVG grid in a pixel of the page.
const SVG_GRID: f64 = 8.0;
/// PNG pixels drawn for each one written, in either direction.
const OVERSAMPLING: usize = 2;
/// plotters counts a font's size as this multiple of its em.
const PLOTTERS_EM: f64 = 1.24;
/// Baseline below the top of a text, in em, in plotters' SVG (`dy`) and bitmap backends.
const SVG_BASELINE: f64 = 0.76;
const BITMAP_BASELINE: f64 = PLOTTERS_EM / 2.0;

/// Why a drawing could not be rendered.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct RenderError(String);

impl RenderError {
    /// As an export error of a chart.
    #[must_use]
    pub fn of(self, chart: &str) -> ExportError {
        ExportError::Chart {
            chart: chart.to_owned(),
            reason: self.0,
        }
    }
}

fn failed(e: impl std::fmt::Display) -> RenderError {
    RenderError(e.to_string())
}

/// Registers the embedded fonts once; whether they could be read.
fn fonts_ready() -> bool {
    static READY: OnceLock<bool> = OnceLock::new();
    *READY.get_or_init(|| {
        register_font(FAMILY, FontStyle::Normal, REGULAR).is_ok()
            && register_font(FAMILY, FontStyle::Bold, SEMI_BOLD).is_ok()
    })
}

fn font_desc(font: Font, scale: f64) -> FontDesc<'static> {
    let style = if font.bold {
        FontStyle::Bold
    } else {
        FontStyle::Normal
    };
    FontDesc::new(
        FontFamily::Name(FAMILY),
        font.size * PLOTTERS_EM * scale,
        style,
    )
}

/// Width of a text, pixels of the page.
#[must_use]
pub fn text_width(text: &str, font: Font) -> f64 {
    // Measured large, since plotters rounds to whole pixels.
    const MAGNIFIED: f64 = 16.0;
    if !fonts_ready() {
        return 0.0;
    }
    let size = font_desc(font, MAGNIFIED).box_size(text);
    size.map_or(0.0, |(w, _)| f64::from(w) / MAGNIFIED)
}

/// The drawing as an SVG document.
///
/// # Errors
/// [`RenderError`] if the embedded font cannot be read or the backend refuses.
pub fn svg(drawing: &Drawing) -> Result<String, RenderError> {
    let size = pixels(drawing, SVG_GRID);
    let mut text = String::new();
    {
        let mut backend = SVGBackend::with_string(&mut text, size);
        paint(drawing, &mut backend, SVG_GRID, SVG_BASELINE)?;
    }
    // The page's own size, not the grid's.
    let grid = format!("width=\"{}\" height=\"{}\"", size.0, size.1);
    let page = format!("width=\"{}\" height=\"{}\"", drawing.width, drawing.height);
    Ok(text.replacen(&grid, &page, 1))
}

/// Writes the drawing as a PNG file.
///
/// # Errors
/// [`RenderError`] if the embedded font cannot be read or the file cannot be written.
pub fn png(drawing: &Drawing, path: &Path) -> Result<(), RenderError> {
    let fine = pixels(drawing, OVERSAMPLING as f64);
    let mut buffer = vec![255u8; fine.0 as usize * fine.1 as usize * 3];
    {
        let mut backend = BitMapBackend::with_buffer(&mut buffer, fine);
        paint(drawing, &mut backend, OVERSAMPLING as f64, BITMAP_BASELINE)?;
    }
    let size = pixels(drawing, 1.0);
    debug_assert_eq!(fine.0 as usize, size.0 as usize * OVERSAMPLING);
    let averaged = average(&buffer, fine.0 as usize, size.0 as usize, size.1 as usize);
    let mut file = BitMapBackend::new(path, size);
    file.blit_bitmap((0, 0), size, &averaged).map_err(failed)?;
    file.present().map_err(failed)
}

fn pixels(drawing: &Drawing, scale: f64) -> (u32, u32) {
    let n = |x: f64| (x * scale).round().max(1.0) as u32;
    (n(drawing.width), n(drawing.height))
}

/// Mean of every square of pixels.
fn average(fine: &[u8], fine_width: usize, width: usize, height: usize) -> Vec<u8> {
    const CHANNELS: usize = 3;
    let n = (OVERSAMPLING * OVERSAMPLING) as u16;
    let mut out = Vec::with_capacity(width * height * CHANNELS);
    let mut sums = vec![0u16; width * CHANNELS];
    for band in fine.chunks_exact(fine_width * CHANNELS * OVERSAMPLING) {
        sums.fill(0);
        for row in band.chunks_exact(fine_width * CHANNELS) {
            let squares = row.chunks_exact(CHANNELS * OVERSAMPLING);
            for (sum, square) in sums.chunks_exact_mut(CHANNELS).zip(squares) {
                for pixel in square.chunks_exact(CHANNELS) {
                    sum[0] += u16::from(pixel[0]);
                    sum[1] += u16::from(pixel[1]);
                    sum[2] += u16::from(pixel[2]);
                }
            }
        }
        out.extend(sums.iter().map(|sum| ((sum + n / 2) / n) as u8));
    }
    debug_assert_eq!(out.len(), width * height * CHANNELS);
    out
}

fn rgba(c: Color) -> RGBAColor {
    RGBAColor(c.0, c.1, c.2, c.3)
}

fn paint<B: DrawingBackend>(
    drawing: &Drawing,
    backend: &mut B,
    scale: f64,
    baseline: f64,
) -> Result<(), RenderError> {
    if !fonts_ready() {
        return Err(RenderError("the embedded font cannot be read".to_owned()));
    }
    let px = |v: f64| (v * scale).round() as i32;
    let place = |p: &At| (px(p.0), px(p.1));
    for shape in &drawing.shapes {
        match shape {
            Shape::Rect(from, to, color) => {
                // The right and lower edges belong to the neighbour.
                let (x1, y1) = (px(to.0) - 1, px(to.1) - 1);
                backend.draw_rect(place(from), (x1, y1), &rgba(*color), true)
            }
            Shape::Fill(points, color) => {
                backend.fill_polygon(points.iter().map(place), &rgba(*color))
            }
            Shape::Line(points, color, width, dash) => {
                let style = ShapeStyle {
                    color: rgba(*color),
                    filled: false,
                    stroke_width: (width * scale).round().max(1.0) as u32,
                };
                let pieces = dash.map_or_else(|| vec![points.clone()], |d| dashes(points, d));
                let mut drawn = Ok(());
                for piece in &pieces {
                    drawn = drawn.and_then(|()| backend.draw_path(piece.iter().map(place), &style));
                }
                drawn
            }
            Shape::Disc(at, radius, color) => {
                backend.draw_circle(place(at), px(*radius).max(1) as u32, &rgba(*color), true)
            }
            Shape::Text(at, text, font, align) => {
                let h_pos = match align {
                    Align::Left => HPos::Left,
                    Align::Centre => HPos::Center,
                    Align::Right => HPos::Right,
                };
                let color = rgba(font.color);
                let style = TextStyle::from(font_desc(*font, scale))
                    .color(&color)
                    .pos(Pos::new(h_pos, VPos::Top));
                let top = at.1 - baseline * font.size;
                backend.draw_text(text, &style, place(&(at.0, top)))
            }
        }
        .map_err(failed)?;
    }
    backend.present().map_err(failed)
}

/// A line cut into dashes of a length and gaps of another, pixels.
fn dashes(points: &[At], (dash, gap): (f64, f64)) -> Vec<Vec<At>> {
    let mut pieces = Vec::new();
    let mut piece: Vec<At> = points.first().copied().into_iter().collect();
    let (mut on, mut left) = (true, dash);
    for pair in points.windows(2) {
        let (mut p, q) = (pair[0], pair[1]);
        let mut rest = ((q.0 - p.0).powi(2) + (q.1 - p.1).powi(2)).sqrt();
        while rest > left {
            let f = left / rest;
            p = (p.0 + f * (q.0 - p.0), p.1 + f * (q.1 - p.1));
            rest -= left;
            if on {
                piece.push(p);
                pieces.push(std::mem::take(&mut piece));
            } else {
                piece = vec![p];
            }
            on = !on;
            left = if on { dash } else { gap };
        }
        left -= rest;
        if on {
            piece.push(q);
        }
    }
    if on && piece.len() > 1 {
        pieces.push(piece);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::charts::drawing::TICK;

    #[test]
    fn dashes_cover_their_share() {
        let pieces = dashes(&[(0.0, 0.0), (12.0, 0.0), (20.0, 0.0)], (6.0, 4.0));
        let ends: Vec<(f64, f64)> = pieces.iter().map(|p| (p[0].0, p[p.len() - 1].0)).collect();
        assert_eq!(ends.len(), 2);
        assert!((ends[0].1 - 6.0).abs() < 1e-9);
        assert!((ends[1].0 - 10.0).abs() < 1e-9 && (ends[1].1 - 16.0).abs() < 1e-9);
    }

    #[test]
    fn text_is_measured_with_the_embedded_font() {
        let one = TICK.width("MW");
        assert!(one > 15.0 && one < 30.0, "{one}");
        assert!((TICK.width("MWMW") / one - 2.0).abs() < 0.05);
    }

    #[test]
    fn averaging_halves_a_black_and_white_square() {
        let fine = [[0u8; 3], [255; 3], [255; 3], [0; 3]].concat();
        assert_eq!(average(&fine, 2, 1, 1), [128, 128, 128]);
    }

    #[test]
    fn an_svg_page_has_its_own_size() {
        let text = svg(&Drawing::page(300.0, 200.0, "Title", "more")).unwrap();
        assert!(
            text.starts_with("<svg width=\"300\" height=\"200\" viewBox=\"0 0 2400 1600\""),
            "{text}"
        );
        assert!(text.contains("Title") && text.trim_end().ends_with("</svg>"));
    }
}
