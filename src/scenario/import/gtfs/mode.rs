//! What kind of vehicle a route runs: GTFS `route_type`, and the extended types in use.

/// A kind of vehicle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// Tram, streetcar, light rail.
    Tram,
    /// Underground, metro.
    Metro,
    /// Railway.
    Rail,
    /// Bus, in town.
    Bus,
    /// Coach, between towns.
    Coach,
    /// Trolleybus.
    Trolleybus,
    /// Ferry and other boats.
    Ferry,
    /// Cable car in the street.
    CableTram,
    /// Gondola, suspended cable car.
    AerialLift,
    /// Funicular.
    Funicular,
    /// Monorail.
    Monorail,
    /// Aeroplane.
    Air,
    /// Taxi and other service on call.
    Taxi,
    /// What no type says.
    Other,
}

impl Mode {
    /// A word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Tram => "tram",
            Self::Metro => "metro",
            Self::Rail => "rail",
            Self::Bus => "bus",
            Self::Coach => "coach",
            Self::Trolleybus => "trolleybus",
            Self::Ferry => "ferry",
            Self::CableTram => "cable_tram",
            Self::AerialLift => "aerial_lift",
            Self::Funicular => "funicular",
            Self::Monorail => "monorail",
            Self::Air => "air",
            Self::Taxi => "taxi",
            Self::Other => "other",
        }
    }

    /// The mode of a `route_type`: 0 to 12 of the specification, 100 to 1799 of the extension (Google Transit, after TPEG).
    /// `None` for a number that neither knows.
    #[must_use]
    pub fn of_route_type(number: u16) -> Option<Self> {
        Some(match number {
            0 => Self::Tram,
            1 => Self::Metro,
            2 => Self::Rail,
            3 => Self::Bus,
            4 => Self::Ferry,
            5 => Self::CableTram,
            6 => Self::AerialLift,
            7 => Self::Funicular,
            11 => Self::Trolleybus,
            12 => Self::Monorail,
            100..=199 | 300..=399 => Self::Rail,
            200..=299 => Self::Coach,
            405 => Self::Monorail,
            400..=699 => Self::Metro,
            800..=899 => Self::Trolleybus,
            700..=799 => Self::Bus,
            900..=999 => Self::Tram,
            1000..=1099 | 1200..=1299 => Self::Ferry,
            1100..=1199 => Self::Air,
            1300..=1399 => Self::AerialLift,
            1400..=1499 => Self::Funicular,
            1500..=1599 => Self::Taxi,
            1600..=1799 => Self::Other,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_and_extended_types_are_known() {
        let modes = [3, 700, 0, 900, 109, 405, 8, 1800].map(Mode::of_route_type);
        assert_eq!(
            modes,
            [
                Some(Mode::Bus),
                Some(Mode::Bus),
                Some(Mode::Tram),
                Some(Mode::Tram),
                Some(Mode::Rail),
                Some(Mode::Monorail),
                None,
                None
            ]
        );
    }
}
