//! `[PATTERNS]`, `[CURVES]` and `[COORDINATES]`.
//!
//! What a curve is for is not known here, so it is kept in the file's units.

use crate::scenario::import::epanet::line::Section;
use crate::scenario::import::epanet::reader::RawCurve;
use crate::scenario::import::epanet::reader::Reader;

/// Reads patterns and curves.
pub fn read(reader: &mut Reader<'_>) {
    for line in reader.take(Section::Patterns) {
        let name = line.words[0].text;
        let known = reader.patterns.index.get(name).copied();
        let index = known.or_else(|| {
            reader.network.patterns.push(Vec::new());
            reader.patterns.add(name, line.number)
        });
        let Some(index) = index else { continue };
        for word in 1..line.words.len() {
            if let Some(value) = reader.number(&line, word, "[PATTERNS]") {
                reader.network.patterns[index].push(value);
            }
        }
    }
    for line in reader.take(Section::Curves) {
        let name = line.words[0].text;
        let known = reader.curves.index.get(name).copied();
        let index = known.or_else(|| {
            reader.raw_curves.push(RawCurve {
                line: line.number,
                ..RawCurve::default()
            });
            reader.curves.add(name, line.number)
        });
        let Some(index) = index else { continue };
        if line.words.len().is_multiple_of(2) {
            reader.fault(
                &line,
                line.words.len(),
                "[CURVES]",
                "a point needs x and y",
                None,
            );
        }
        for word in (1..line.words.len().saturating_sub(1)).step_by(2) {
            let x = reader.number(&line, word, "[CURVES] X-Value");
            let y = reader.number(&line, word + 1, "[CURVES] Y-Value");
            let (Some(x), Some(y)) = (x, y) else { continue };
            let points = &mut reader.raw_curves[index].points;
            if points.x.last().is_some_and(|last| *last >= x) {
                let message = format!("x of curve `{name}` must rise from point to point");
                reader.fault(&line, word, "[CURVES] X-Value", message, None);
                continue;
            }
            points.x.push(x);
            points.y.push(y);
        }
    }
}

/// Reads the coordinates of nodes that exist; others are passed over, as drawing programs leave them behind.
pub fn read_coordinates(reader: &mut Reader<'_>) {
    for line in reader.take(Section::Coordinates) {
        let number = |at: usize| line.words.get(at).and_then(|word| word.text.parse().ok());
        let node = reader.nodes.index.get(line.words[0].text).copied();
        if let (Some(node), Some(x), Some(y)) = (node, number(1), number(2)) {
            reader.coordinates.insert(node, (x, y));
        }
    }
}
