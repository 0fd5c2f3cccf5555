//! The points that `rules` reads and sets, parsed once; a point that the world does not have is simply absent.

use crate::city::model::grid::Grid;
use crate::engine::points::Access;
use crate::engine::points::PointId;
use crate::engine::points::PointTable;

/// Hours ahead for which forecast points are looked for.
pub const LEADS: usize = 48;

/// Points of a line.
#[derive(Clone, Copy, Debug, Default)]
pub struct LineTags {
    pub loading: Option<PointId>,
    pub p: Option<PointId>,
    pub rating: Option<PointId>,
    pub failed: Option<PointId>,
    pub closed: Option<PointId>,
}

/// Points of a transformer.
#[derive(Clone, Copy, Debug, Default)]
pub struct TransformerTags {
    pub loading: Option<PointId>,
    pub p: Option<PointId>,
    pub hot_spot: Option<PointId>,
    pub top_oil: Option<PointId>,
    pub energised: Option<PointId>,
    pub failed: Option<PointId>,
    pub closed: Option<PointId>,
    pub v_set: Option<PointId>,
}

/// Points of a feeder.
#[derive(Clone, Copy, Debug, Default)]
pub struct FeederTags {
    pub p: Option<PointId>,
    pub loading: Option<PointId>,
    pub demand: Option<PointId>,
    pub tripped: Option<PointId>,
    pub closed: Option<PointId>,
}

/// Points of a plant.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlantTags {
    pub p: Option<PointId>,
    pub available: Option<PointId>,
    pub p_set: Option<PointId>,
    pub v_set: Option<PointId>,
}

/// Points of an external grid.
#[derive(Clone, Copy, Debug, Default)]
pub struct ExternalTags {
    pub p: Option<PointId>,
    pub limit: Option<PointId>,
}

/// Points of a battery.
#[derive(Clone, Copy, Debug, Default)]
pub struct BatteryTags {
    pub p: Option<PointId>,
    pub soc: Option<PointId>,
    pub p_set: Option<PointId>,
}

/// All of them, in the grid's order of elements.
#[derive(Clone, Debug, Default)]
pub struct Tags {
    pub lines: Vec<LineTags>,
    pub transformers: Vec<TransformerTags>,
    pub feeders: Vec<FeederTags>,
    pub plants: Vec<PlantTags>,
    pub externals: Vec<ExternalTags>,
    pub batteries: Vec<BatteryTags>,
    pub bus_voltage: Vec<Option<PointId>>,
    pub unserved: Option<PointId>,
    pub temp: Option<PointId>,
    pub ghi: Option<PointId>,
    /// Forecast temperature, index 0 for a lead of one hour.
    pub temp_ahead: Vec<Option<PointId>>,
    /// Forecast irradiance, index 0 for a lead of one hour.
    pub ghi_ahead: Vec<Option<PointId>>,
}

impl Tags {
    /// Looks all points of a grid up.
    #[must_use]
    pub fn find(grid: &Grid, table: &PointTable) -> Self {
        let seen = |kind: &str, id: &str, quantity: &str| {
            table.find(&format!("grid/{kind}/{id}/{quantity}"))
        };
        let set = |kind: &str, id: &str, quantity: &str| {
            seen(kind, id, quantity).filter(|p| table.spec(*p).access == Access::Controllable)
        };
        let ahead = |quantity: &str| {
            (1..=LEADS)
                .map(|lead| table.find(&format!("weather/forecast/{lead}h/{quantity}")))
                .collect()
        };
        Self {
            lines: grid
                .lines
                .iter()
                .map(|l| LineTags {
                    loading: seen("line", &l.id, "loading_pct"),
                    p: seen("line", &l.id, "p_mw"),
                    rating: seen("line", &l.id, "rating_mva"),
                    failed: seen("line", &l.id, "failed"),
                    closed: set("line", &l.id, "closed"),
                })
                .collect(),
            transformers: grid
                .transformers
                .iter()
                .map(|t| TransformerTags {
                    loading: seen("transformer", &t.id, "loading_pct"),
                    p: seen("transformer", &t.id, "p_mw"),
                    hot_spot: seen("transformer", &t.id, "hot_spot_c"),
                    top_oil: seen("transformer", &t.id, "top_oil_c"),
                    energised: seen("transformer", &t.id, "energised"),
                    failed: seen("transformer", &t.id, "failed"),
                    closed: set("transformer", &t.id, "closed"),
                    v_set: set("transformer", &t.id, "v_set_pu"),
                })
                .collect(),
            feeders: grid
                .feeders
                .iter()
                .map(|f| FeederTags {
                    p: seen("feeder", &f.id, "p_mw"),
                    loading: seen("feeder", &f.id, "loading_pct"),
                    demand: seen("feeder", &f.id, "demand_mw"),
                    tripped: seen("feeder", &f.id, "tripped"),
                    closed: set("feeder", &f.id, "closed"),
                })
                .collect(),
            plants: grid
                .plants
                .iter()
                .map(|p| PlantTags {
                    p: seen("plant", &p.id, "p_mw"),
                    available: seen("plant", &p.id, "available_mw"),
                    p_set: set("plant", &p.id, "p_set_mw"),
                    v_set: set("plant", &p.id, "v_set_pu"),
                })
                .collect(),
            externals: grid
                .externals
                .iter()
                .map(|e| ExternalTags {
                    p: seen("external", &e.id, "p_mw"),
                    limit: seen("external", &e.id, "limit_mw"),
                })
                .collect(),
            batteries: grid
                .batteries
                .iter()
                .map(|b| BatteryTags {
                    p: seen("battery", &b.id, "p_mw"),
                    soc: seen("battery", &b.id, "soc_pct"),
                    p_set: set("battery", &b.id, "p_set_mw"),
                })
                .collect(),
            bus_voltage: grid
                .buses
                .iter()
                .map(|b| seen("bus", &b.id, "voltage_pu"))
                .collect(),
            unserved: table.find("grid/unserved_mw"),
            temp: table.find("weather/temp_c"),
            ghi: table.find("weather/ghi_w_m2"),
            temp_ahead: ahead("temp_c"),
            ghi_ahead: ahead("ghi_w_m2"),
        }
    }
}
