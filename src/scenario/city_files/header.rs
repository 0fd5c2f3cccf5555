//! `city.toml`: what is said once of a whole city.

use crate::city::model::city::City;
use crate::city::model::city::Provenance;
use crate::city::model::city::Site;
use crate::city::model::district::District;
use crate::city::model::grid::Grid;
use crate::scenario::problem::Problem;
use crate::scenario::problem::Problems;
use crate::scenario::problem::did_you_mean;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

/// The format of this folder, so that a later reader knows an earlier city.
const FORMAT: u32 = 1;

/// The JSON schema of `city.toml`; the tables beside it are CSV.
#[must_use]
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Header).to_value()
}

/// Bases of the per-unit values.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Base {
    /// Power, megavolt-amperes.
    pub base_mva: f64,
    /// Frequency, hertz.
    pub frequency_hz: f64,
}

/// Where the city lies.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Place {
    latitude_deg: f64,
    longitude_deg: f64,
    elevation_m: f64,
    utc_offset_h: f64,
}

/// Where a part of it comes from.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Origin {
    item: String,
    rule: String,
    synthetic: bool,
}

/// The header.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Header {
    format: u32,
    name: String,
    description: String,
    seed: u64,
    site: Place,
    /// Bases.
    pub base: Base,
    #[serde(default)]
    provenance: Vec<Origin>,
}

impl Header {
    /// The header of a city.
    #[must_use]
    pub fn of(city: &City) -> Self {
        let site = &city.site;
        Self {
            format: FORMAT,
            name: city.name.clone(),
            description: city.description.clone(),
            seed: city.seed,
            site: Place {
                latitude_deg: site.latitude_deg,
                longitude_deg: site.longitude_deg,
                elevation_m: site.elevation_m,
                utc_offset_h: site.utc_offset_h,
            },
            base: Base {
                base_mva: city.grid.base_mva,
                frequency_hz: city.grid.frequency_hz,
            },
            provenance: city
                .provenance
                .iter()
                .map(|p| Origin {
                    item: p.item.clone(),
                    rule: p.rule.clone(),
                    synthetic: p.synthetic,
                })
                .collect(),
        }
    }

    /// Reads a header.
    pub fn parse(file: &str, text: &str, problems: &mut Problems) -> Option<Self> {
        let error = match toml::from_str::<Self>(text) {
            Ok(header) if header.format == FORMAT => return Some(header),
            Ok(header) => {
                let message = format!(
                    "format {} is not known to this program, which reads {FORMAT}",
                    header.format
                );
                problems.push(Problem::new(file, message).field("format"));
                return None;
            }
            Err(error) => error,
        };
        let place = error.span().map(|span| {
            let before = text.get(..span.start).unwrap_or_default();
            let line = 1 + before.matches('\n').count();
            (
                line,
                1 + before.chars().rev().take_while(|c| *c != '\n').count(),
            )
        });
        let message = error.message().to_owned();
        let unknown = message
            .strip_prefix("unknown field `")
            .and_then(|m| m.split('`').next())
            .map(str::to_owned);
        let help = unknown.as_deref().and_then(|wrong| {
            let rest = message.split("expected").nth(1).unwrap_or_default();
            did_you_mean(wrong, rest.split('`').skip(1).step_by(2))
        });
        problems.push(Problem {
            line: place.map(|p| p.0),
            column: place.map(|p| p.1),
            field: unknown,
            help,
            ..Problem::new(file, message)
        });
        None
    }

    /// The city with this header, its optional layers left out.
    #[must_use]
    pub fn city(self, districts: Vec<District>, grid: Grid) -> City {
        City {
            name: self.name,
            description: self.description,
            seed: self.seed,
            site: Site {
                latitude_deg: self.site.latitude_deg,
                longitude_deg: self.site.longitude_deg,
                elevation_m: self.site.elevation_m,
                utc_offset_h: self.site.utc_offset_h,
            },
            districts,
            grid,
            travel: None,
            roads: None,
            transit: None,
            water: None,
            provenance: self
                .provenance
                .into_iter()
                .map(|o| Provenance {
                    item: o.item,
                    rule: o.rule,
                    synthetic: o.synthetic,
                })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_key_is_named_with_its_line() {
        let text = "format = 1\nname = \"x\"\ndescripton = \"y\"\n";
        let mut problems = Problems::default();
        assert!(Header::parse("city.toml", text, &mut problems).is_none());
        assert_eq!(problems.0[0].line, Some(3));
        assert_eq!(
            problems.0[0].help.as_deref(),
            Some("did you mean `description`?")
        );
    }
}
