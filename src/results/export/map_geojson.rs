//! `map.geojson`: districts and network with their worst state (RFC 7946, WGS 84 longitude and latitude).
//!
//! Local metres become degrees on the plane that touches the WGS 84 ellipsoid at the city's origin: within 0.1 % of a
//! geodesic for places up to 50 km away, which is finer than generated coordinates mean anything.

use crate::city::model::city::Site;
use crate::city::model::grid::Bus;
use crate::results::calendar::iso;
use crate::results::export::ExportError;
use crate::results::outcome::RunOutcome;
use crate::results::worst::Branch;
use crate::results::worst::BranchKind;
use crate::results::worst::branches;
use crate::results::worst::counts;
use serde_json::Value;
use serde_json::json;
use std::io::Write;

/// Semi-major axis of WGS 84, metres.
const A_M: f64 = 6_378_137.0;
/// First eccentricity of WGS 84, squared.
const E2: f64 = 0.006_694_379_990_14;

/// Longitude and latitude, degrees, of a place in metres east and north of the origin; seven decimals (1 cm).
#[must_use]
pub fn lon_lat(site: &Site, x_m: f64, y_m: f64) -> [f64; 2] {
    let latitude = site.latitude_deg.to_radians();
    let sin = libm::sin(latitude);
    let w = (1.0 - E2 * sin * sin).sqrt();
    let meridian_m = A_M * (1.0 - E2) / (w * w * w);
    let parallel_m = A_M / w * libm::cos(latitude);
    let round = |degrees: f64| (degrees * 1e7).round() / 1e7;
    // RFC 7946 3.1.9: longitudes beyond the antimeridian wrap.
    let lon = site.longitude_deg + (x_m / parallel_m).to_degrees();
    let wrapped = lon - 360.0 * ((lon + 180.0) / 360.0).floor();
    [
        round(wrapped),
        round(site.latitude_deg + (y_m / meridian_m).to_degrees()),
    ]
}

fn feature(id: &str, geometry: Value, properties: Value) -> Value {
    json!({ "type": "Feature", "id": id, "geometry": geometry, "properties": properties })
}

fn point(site: &Site, x_m: f64, y_m: f64) -> Value {
    json!({ "type": "Point", "coordinates": lon_lat(site, x_m, y_m) })
}

/// A closed ring, counterclockwise as RFC 7946 3.1.6 wants exterior rings.
fn ring(site: &Site, boundary_m: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let n = boundary_m.len();
    let twice_area: f64 = (0..n)
        .map(|k| {
            let (p, q) = (boundary_m[k], boundary_m[(k + 1) % n]);
            p[0] * q[1] - q[0] * p[1]
        })
        .sum();
    let mut corners = boundary_m.to_vec();
    if twice_area < 0.0 {
        corners.reverse();
    }
    let mut ring: Vec<[f64; 2]> = corners.iter().map(|p| lon_lat(site, p[0], p[1])).collect();
    ring.extend(ring.first().copied());
    ring
}

fn districts(o: &RunOutcome) -> Vec<Value> {
    let minutes = o.district_outage_min();
    let customers = o.district_customers();
    let rows = o.plan.city.districts.iter().enumerate();
    rows.map(|(k, d)| {
        feature(
            &format!("district/{}", d.id),
            json!({ "type": "Polygon", "coordinates": [ring(&o.plan.city.site, &d.boundary_m)] }),
            json!({
                "kind": "district",
                "name": d.name,
                "population": d.population,
                "customers": customers[k],
                "income_quintile": d.income_quintile,
                "outage_min_per_customer": minutes[k],
                "unserved_mwh": o.final_value(&format!("district/{}/unserved_mwh", d.id)),
            }),
        )
    })
    .collect()
}

fn branch(o: &RunOutcome, b: &Branch) -> Option<Value> {
    let site = &o.plan.city.site;
    let buses: &[Bus] = &o.plan.city.grid.buses;
    let (p, q) = (buses.get(b.from)?, buses.get(b.to)?);
    let geometry = match b.kind {
        BranchKind::Line => json!({
            "type": "LineString",
            "coordinates": [lon_lat(site, p.x_m, p.y_m), lon_lat(site, q.x_m, q.y_m)],
        }),
        BranchKind::Transformer => point(site, p.x_m, p.y_m),
    };
    let properties = json!({
        "kind": b.kind.as_str(),
        "base_kv": p.base_kv,
        "rating_mva": b.rating_mva,
        "max_loading_pct": b.loading.map(|e| e.value),
        "max_loading_local_time": b.loading.map(|e| iso(o.plan.start, e.t_s)),
        "hours_over_100_pct": b.over_h,
        "trips": b.counts.trips,
        "failures": b.counts.failures,
    });
    Some(feature(&b.name, geometry, properties))
}

fn sites(o: &RunOutcome) -> Vec<Value> {
    let site = &o.plan.city.site;
    let grid = &o.plan.city.grid;
    let counts = counts(o);
    let seen = |name: &str| {
        let element = o.elements.find(name);
        let n = element.and_then(|e| counts.get(&e).copied());
        n.unwrap_or_default()
    };
    let mut all = Vec::new();
    for s in &grid.substations {
        let name = format!("grid/substation/{}", s.id);
        let properties = json!({ "kind": "substation", "name": s.name });
        all.push(feature(&name, point(site, s.x_m, s.y_m), properties));
    }
    let mut at_bus = |name: String, bus: usize, mut properties: Value| {
        if let Some(b) = grid.buses.get(bus) {
            let n = seen(&name);
            properties["failures"] = json!(n.failures);
            properties["trips"] = json!(n.trips);
            all.push(feature(&name, point(site, b.x_m, b.y_m), properties));
        }
    };
    for p in &grid.plants {
        let properties = json!({
            "kind": "plant", "name": p.name, "technology": p.technology, "p_max_mw": p.p_max_mw,
        });
        at_bus(format!("grid/plant/{}", p.id), p.bus, properties);
    }
    for e in &grid.externals {
        let properties = json!({ "kind": "external", "limit_mw": e.limit_mw });
        at_bus(format!("grid/external/{}", e.id), e.bus, properties);
    }
    for b in &grid.batteries {
        let properties =
            json!({ "kind": "battery", "power_mw": b.power_mw, "energy_mwh": b.energy_mwh });
        at_bus(format!("grid/battery/{}", b.id), b.bus, properties);
    }
    for l in &grid.loads {
        let share = o.final_value(&format!("grid/load/{}/supplied_share", l.id));
        let properties = json!({
            "kind": "load",
            "critical": l.critical,
            "customers": l.homes + l.businesses,
            "supplied_share_at_end": share,
        });
        at_bus(format!("grid/load/{}", l.id), l.bus, properties);
    }
    all
}

/// Writes the document.
///
/// # Errors
/// [`ExportError`] if the writer refuses.
pub fn write(o: &RunOutcome, out: &mut dyn Write) -> Result<(), ExportError> {
    let mut features = districts(o);
    features.extend(branches(o).iter().filter_map(|b| branch(o, b)));
    features.extend(sites(o));
    let collection = json!({ "type": "FeatureCollection", "features": features });
    serde_json::to_writer(out, &collection)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::fixture::small;

    #[test]
    fn a_degree_of_latitude_and_longitude() {
        let mut site = small::outcome().plan.city.site.clone();
        (site.latitude_deg, site.longitude_deg) = (45.0, 179.999);
        // At 45 degrees a degree is 111,131.8 m of meridian and 78,846.8 m of parallel (WGS 84).
        let p = lon_lat(&site, 788.468, 1111.318);
        assert!((p[1] - 45.01).abs() < 1e-6);
        assert!((p[0] + 179.991).abs() < 1e-6, "{p:?}");
    }

    #[test]
    fn rings_are_closed_and_counterclockwise() {
        let mut bytes = Vec::new();
        write(&small::outcome(), &mut bytes).unwrap();
        let json: Value = serde_json::from_slice(&bytes).unwrap();
        let features = json["features"].as_array().unwrap();
        let ring = features[0]["geometry"]["coordinates"][0]
            .as_array()
            .unwrap();
        assert_eq!(ring.len(), 5);
        assert_eq!(ring[0], ring[4]);
        // The fixture draws its squares clockwise.
        let x = |k: usize| ring[k][0].as_f64().unwrap();
        let y = |k: usize| ring[k][1].as_f64().unwrap();
        let area: f64 = (0..4).map(|k| x(k) * y(k + 1) - x(k + 1) * y(k)).sum();
        assert!(area > 0.0);
        let line = features.iter().find(|f| f["id"] == "grid/line/L1").unwrap();
        assert_eq!(line["properties"]["failures"], 1);
    }
}
