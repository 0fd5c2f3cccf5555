//! How much a city draws: customers and coincident peaks a person, by class.
//!
//! All figures are SIZING.md section 2 unless said otherwise. Peaks here are coincident with the city's; the classes'
//! own daily peaks without cooling (`home_mw`, `commerce_mw`) are a little higher, since homes peak after shops do.

/// Persons in a household.
pub const PERSONS_A_HOME: f64 = 2.3;
/// Residents who live in a household of their own name; the rest are in institutions (SIZING.md section 7: 3 % of dwellings).
pub const SHARE_IN_HOUSEHOLDS: f64 = 0.997;
/// Residents for each customer that is not a home: 240,000 / 11,000.
pub const PERSONS_A_BUSINESS: f64 = 21.8;
/// Customers behind one load bus, which stands for two to four service transformers.
pub const CUSTOMERS_A_BUS: f64 = 190.0;

/// Homes at the city's peak on the 35 C design day, kilowatts a person, cooling included.
pub const HOMES_35_KW: f64 = 0.80;
/// Homes at the city's peak at 41 C.
pub const HOMES_41_KW: f64 = 1.00;
/// Shops and offices at 35 C.
pub const COMMERCE_35_KW: f64 = 0.70;
/// Shops and offices at 41 C.
pub const COMMERCE_41_KW: f64 = 0.80;
/// Industry, at any temperature.
pub const INDUSTRY_KW: f64 = 0.25;
/// Transit, water, hospitals and cooling centres together.
pub const CRITICAL_KW: f64 = 0.10;

/// Daily peak of homes without cooling, kilowatts a person. The city's 276 MW at 22 C less industry and critical
/// services leaves 192 MW; homes take 0.42 of it a person at the city's peak hour and 7 % more at their own, 20 h.
pub const HOME_BASE_KW: f64 = 0.45;
/// Daily peak of shops and offices without cooling, kilowatts a person: 0.38 at the city's peak hour, 10 % more at 14 h.
pub const COMMERCE_BASE_KW: f64 = 0.42;
/// Cooled floor of shops and offices, square metres a person. With it the 0.32 kW of cooling at 35 C are 21 W/m2 and
/// the 0.42 kW at 41 C 28 W/m2, the range of packaged units at a design day (25 m2 a person stand in the US, not all cooled).
pub const COMMERCE_FLOOR_M2: f64 = 15.0;
/// Power factor of homes and shops with many air conditioners.
pub const POWER_FACTOR: f64 = 0.97;
/// Roof photovoltaics, kilowatts peak a person: 70 MWp in a city of 240,000.
pub const PV_KWP: f64 = 0.29;

/// Shares of the city's residents, commerce and industry at one place.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Shares {
    /// Share of residents.
    pub people: f64,
    /// Share of shops and offices.
    pub commerce: f64,
    /// Share of industry.
    pub industry: f64,
}

impl Shares {
    /// Adds another place to this one.
    pub fn add(&mut self, other: Self) {
        self.people += other.people;
        self.commerce += other.commerce;
        self.industry += other.industry;
    }

    /// Share of the city's customers.
    #[must_use]
    pub fn customers(self) -> f64 {
        let homes = SHARE_IN_HOUSEHOLDS / PERSONS_A_HOME;
        let businesses = 1.0 / PERSONS_A_BUSINESS;
        (homes * self.people + businesses * self.commerce) / (homes + businesses)
    }

    /// Coincident peak at 35 C, megawatts, in a city of `population`.
    #[must_use]
    pub fn peak_35_mw(self, population: f64) -> f64 {
        1e-3 * population
            * (HOMES_35_KW * self.people
                + COMMERCE_35_KW * self.commerce
                + INDUSTRY_KW * self.industry)
    }

    /// Coincident peak at 41 C, megawatts, in a city of `population`.
    #[must_use]
    pub fn peak_41_mw(self, population: f64) -> f64 {
        1e-3 * population
            * (HOMES_41_KW * self.people
                + COMMERCE_41_KW * self.commerce
                + INDUSTRY_KW * self.industry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lakeside_peaks_are_those_of_the_sizing_sheet() {
        let all = Shares {
            people: 1.0,
            commerce: 1.0,
            industry: 1.0,
        };
        let critical = 1e-3 * 240_000.0 * CRITICAL_KW;
        assert!((all.peak_35_mw(240_000.0) + critical - 444.0).abs() < 1e-9);
        assert!((all.peak_41_mw(240_000.0) + critical - 516.0).abs() < 1e-9);
        assert!((all.customers() - 1.0).abs() < 1e-12);
    }
}
