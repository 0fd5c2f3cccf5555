//! Typical thermal parameters by kind of building, for a stock of a cool-temperate city.
//!
//! It deliberately holds one set a kind; a city's spread is the scenario's business.

use crate::solvers::thermal::building::AirConditioner;
use crate::solvers::thermal::building::Building;

/// Kinds of building with typical parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BuildingKind {
    /// Detached timber-framed house, per dwelling of 150 m2.
    Detached,
    /// Row house of masonry, per dwelling of 110 m2.
    Row,
    /// Flat in a building of up to four storeys, per dwelling of 75 m2.
    LowRise,
    /// Flat in a concrete tower, per dwelling of 65 m2.
    HighRise,
    /// Shop or office, per 100 m2 of floor.
    Commercial,
}

impl BuildingKind {
    /// Floor area that the parameters stand for, m2.
    #[must_use]
    pub fn floor_m2(self) -> f64 {
        match self {
            BuildingKind::Detached => 150.0,
            BuildingKind::Row => 110.0,
            BuildingKind::LowRise => 75.0,
            BuildingKind::HighRise => 65.0,
            BuildingKind::Commercial => 100.0,
        }
    }

    /// Typical parameters.
    ///
    /// Mass and its coupling follow ISO 13790:2008: table 12 gives 80 (very light), 110 (light), 165 (medium) and 260
    /// (heavy) kJ/K a m2 of floor; its air-to-surface 3.45 x 4.5 and surface-to-mass 9.1 x 2.5 W/K in series make
    /// 9.2 W/K a m2. Air with furniture: 20 kJ/K a m2 (about six times the bare air of 2.5 m height). UA a m2 falls with
    /// shared walls, 1.7 to 0.9 W/K, the existing stock of a cool-temperate city (IEE TABULA, 1960 to 1990). Solar
    /// aperture a m2: glazing 15 to 30 % of floor x g 0.6 x vertical-to-horizontal 0.5 x shading 0.4. Internal
    /// gains: ISO 13790 table G.8, 4 to 5 W/m2 of homes, 15 of shops and offices averaged over the day. Capacity is
    /// sized as installers do, for 35 C, 26 C indoors and a humid sky, with 15 to 30 % margin; COP 3.1 (EER 10.6 of an
    /// ageing stock), 3.3 for commercial plant. Band 1.5 K: set-points of a fleet differ by more than one dead band.
    #[must_use]
    pub fn typical(self) -> Building {
        let (ua, mass_kj, aperture, gain, capacity, cop) = match self {
            BuildingKind::Detached => (1.7, 110.0, 0.016, 4.0, 62.0, 3.1),
            BuildingKind::Row => (1.3, 165.0, 0.014, 4.0, 52.0, 3.1),
            BuildingKind::LowRise => (1.1, 165.0, 0.016, 5.0, 54.0, 3.1),
            BuildingKind::HighRise => (0.9, 260.0, 0.020, 5.0, 56.0, 3.1),
            BuildingKind::Commercial => (1.1, 165.0, 0.022, 15.0, 78.0, 3.3),
        };
        let floor = self.floor_m2();
        Building {
            ua_w_k: ua * floor,
            mass_coupling_w_k: 9.2 * floor,
            air_capacity_j_k: 20e3 * floor,
            mass_capacity_j_k: mass_kj * 1e3 * floor,
            solar_aperture_m2: aperture * floor,
            solar_to_air: 0.3,
            internal_gain_w: gain * floor,
            air_conditioner: AirConditioner {
                capacity_w: capacity * floor,
                cop,
                band_k: 1.5,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solvers::thermal::building::BuildingForcing;
    use crate::solvers::thermal::building::BuildingState;

    const KINDS: [BuildingKind; 5] = [
        BuildingKind::Detached,
        BuildingKind::Row,
        BuildingKind::LowRise,
        BuildingKind::HighRise,
        BuildingKind::Commercial,
    ];

    fn hot(outdoor_c: f64, cooling_available: f64) -> BuildingForcing {
        BuildingForcing {
            outdoor_c,
            ghi_w_m2: 600.0,
            internal_factor: 1.0,
            latent_factor: 1.3,
            set_point_c: 25.0,
            cooling_available,
        }
    }

    #[test]
    fn thermostat_holds_its_band_and_does_not_hunt_at_300_s() {
        for kind in KINDS {
            let stepper = kind.typical().stepper(300.0);
            let mut state = BuildingState {
                air_c: 25.0,
                mass_c: 25.5,
            };
            let mut last = stepper.step(state, &hot(34.0, 1.0));
            for step in 0..600 {
                let outcome = stepper.step(state, &hot(34.0, 1.0));
                if step > 2 {
                    assert!((outcome.duty - last.duty).abs() < 0.05, "{kind:?} hunts");
                }
                state = outcome.state;
                last = outcome;
            }
            assert!(
                (24.25..=25.75).contains(&state.air_c),
                "{kind:?}: {}",
                state.air_c
            );
            assert!(
                (0.5..1.0).contains(&last.duty),
                "{kind:?}: duty {} at 34 C",
                last.duty
            );
        }
    }

    #[test]
    fn homes_draw_what_the_sizing_sheet_says_at_41_c() {
        // SIZING.md: 1.0 kW a person at 41 C coincident, of which about 0.4 is not cooling, 2.3 persons a home and 75 %
        // owners: 1.5 to 2.2 kW of air conditioning an owner, averaged over the mix of homes.
        let mix = [
            (BuildingKind::Detached, 0.30),
            (BuildingKind::Row, 0.20),
            (BuildingKind::LowRise, 0.36),
            (BuildingKind::HighRise, 0.14),
        ];
        let mut mean_w = 0.0;
        for (kind, share) in mix {
            let stepper = kind.typical().stepper(60.0);
            let mut state = BuildingState {
                air_c: 25.0,
                mass_c: 25.5,
            };
            let mut power = 0.0;
            for _ in 0..360 {
                let outcome = stepper.step(state, &hot(41.0, 1.0));
                state = outcome.state;
                power = outcome.electric_w;
            }
            mean_w += share * power;
        }
        assert!((1500.0..2200.0).contains(&mean_w), "{mean_w}");
    }
}
