//! Reads shapes.txt: the paths of trips on the ground.

use crate::scenario::import::gtfs::archive::Archive;
use crate::scenario::import::gtfs::feed::Shape;
use crate::scenario::import::gtfs::findings::Findings;
use crate::scenario::import::gtfs::place::Ids;
use crate::scenario::import::gtfs::table::Columns;
use crate::scenario::import::gtfs::table::Presence;
use crate::scenario::import::gtfs::table::each_row;
use crate::scenario::problem::Problem;

const COLUMNS: &Columns = &[
    ("shape_id", true),
    ("shape_pt_lat", true),
    ("shape_pt_lon", true),
    ("shape_pt_sequence", true),
];

/// Reads the shapes that trips name; one that is not there has no points and is noted.
pub(super) fn read(archive: &Archive, ids: &Ids, findings: &mut Findings) -> Vec<Shape> {
    let mut shapes: Vec<Shape> = vec![Shape::default(); ids.len()];
    for (id, number) in ids {
        shapes[*number as usize].id = String::from_utf8_lossy(id).into_owned();
    }
    let mut points: Vec<Vec<(f64, [f64; 2])>> = vec![Vec::new(); ids.len()];
    each_row(
        archive,
        "shapes.txt",
        Presence::Optional,
        COLUMNS,
        findings,
        |row, findings| {
            let Some(number) = ids.get(row.bytes(0)) else {
                return;
            };
            let mut number_at = |column: usize, most: f64| {
                let text = row.text(column);
                let value = text.parse::<f64>().ok();
                let value = value.filter(|value| value.abs() <= most);
                if value.is_none() {
                    let message = format!("`{text}`: the point is left out");
                    findings.notice("wrong points of shapes", row.problem(column, message));
                }
                value
            };
            let (latitude, longitude) = (number_at(1, 90.0), number_at(2, 180.0));
            let sequence = number_at(3, f64::from(u32::MAX));
            if let (Some(latitude), Some(longitude), Some(sequence)) =
                (latitude, longitude, sequence)
            {
                points[*number as usize].push((sequence, [latitude, longitude]));
            }
        },
    );
    for (shape, mut points) in shapes.iter_mut().zip(points) {
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        shape.points_deg = points.into_iter().map(|point| point.1).collect();
        if shape.points_deg.is_empty() {
            let message = format!("shape `{}` is not there: its trips have no path", shape.id);
            let notice = Problem::new(archive.path_of("shapes.txt"), message);
            findings.notice("missing shapes", notice);
        }
    }
    shapes
}
