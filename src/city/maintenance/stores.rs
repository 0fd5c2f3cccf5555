//! Spare parts: what cannot be mended but only replaced waits for one.
//!
//! Nothing is delivered within a run: a new power transformer takes months, a batch of service transformers weeks.

use crate::engine::damage::Work;
use serde::Deserialize;
use serde::Serialize;

/// Service (MV/LV) transformers in store per resident: the middle of 25 to 40 for 240,000 (SIZING.md section 6).
const SERVICE_UNITS_PER_RESIDENT: f64 = 32.0 / 240_000.0;
/// Mobile substations or spare power transformers per resident: SIZING.md section 6 names one for a city of 240,000.
const MOBILES_PER_RESIDENT: f64 = 1.0 / 300_000.0;

/// Parts in store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stores {
    /// Service transformers.
    pub service_units: u32,
    /// Mobile substations or spare power transformers.
    pub mobiles: u32,
}

impl Stores {
    /// What a city of this many residents keeps; at least one of each.
    #[must_use]
    pub fn of(population: u64) -> Self {
        let parts = |per_resident: f64| ((population as f64 * per_resident).round() as u32).max(1);
        Self {
            service_units: parts(SERVICE_UNITS_PER_RESIDENT),
            mobiles: parts(MOBILES_PER_RESIDENT),
        }
    }

    /// Takes the part that the work needs; `false` if there is none left.
    pub fn take(&mut self, work: Work) -> bool {
        let stock = match work {
            Work::ReplaceServiceUnit => &mut self.service_units,
            Work::RepairTransformer => &mut self.mobiles,
            Work::Switch
            | Work::RepairCable
            | Work::RepairOverhead
            | Work::RepairPlant
            | Work::RepairMain => {
                return true;
            }
        };
        let some = *stock > 0;
        *stock = stock.saturating_sub(1);
        some
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stocks_scale_and_run_out() {
        assert_eq!(
            Stores::of(240_000),
            Stores {
                service_units: 32,
                mobiles: 1
            }
        );
        let mut stores = Stores::of(0);
        assert!(stores.take(Work::ReplaceServiceUnit) && !stores.take(Work::ReplaceServiceUnit));
        assert!(stores.take(Work::RepairTransformer) && !stores.take(Work::RepairTransformer));
        assert!(stores.take(Work::RepairCable) && stores.take(Work::RepairCable));
    }
}
