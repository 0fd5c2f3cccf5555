//! What a link costs at a flow: the Bureau of Public Roads' function with each link's own B and power.
//!
//! `t(x) = t0 (1 + B (x / capacity)^power) + fixed` (Bureau of Public Roads, Traffic Assignment Manual, 1964; in this
//! form in Transportation Networks for Research). It knows no queues: flow may exceed capacity, at a price.

use crate::solvers::assignment::error::AssignmentError;

/// A link's cost as a function of its flow.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct LinkPerformance {
    /// Time on the empty link; may be 0.
    pub free_flow_time: f64,
    /// Share of the free-flow time that is added at capacity; 0 for a link that never slows.
    pub b: f64,
    /// How sharply time grows with flow; 0 makes the added share constant.
    pub power: f64,
    /// Flow at which time has grown by `b`, vehicles in the period; counts only where time depends on flow.
    pub capacity: f64,
    /// What is paid at any flow, in units of time: distance and toll at their factors.
    pub fixed_cost: f64,
    /// A closed link carries nothing.
    pub closed: bool,
}

impl LinkPerformance {
    /// Whether its cost grows with flow.
    #[must_use]
    pub fn depends_on_flow(&self) -> bool {
        self.free_flow_time > 0.0 && self.b > 0.0 && self.power > 0.0
    }

    /// An error for values that no link can have.
    pub(super) fn check(&self, link: usize) -> Result<(), AssignmentError> {
        let fields = [
            ("free-flow time", self.free_flow_time, true),
            ("B", self.b, true),
            ("power", self.power, true),
            ("fixed cost", self.fixed_cost, true),
            ("capacity", self.capacity, self.depends_on_flow()),
        ];
        let positive = self.depends_on_flow() && !self.closed;
        for (field, value, counts) in fields {
            let too_small = value < 0.0 || (field == "capacity" && positive && value == 0.0);
            if counts && (!value.is_finite() || too_small) {
                return Err(AssignmentError::BadLink { link, field, value });
            }
        }
        Ok(())
    }
}

/// Powers up to this are computed by multiplication if they are whole.
const MOST_MULTIPLIED: f64 = 64.0;

/// The derivative of a power below 1 is infinite at 0, which would forbid any first step onto an empty link; it is taken
/// at this share of capacity or above. It steers steps alone: the cost itself stays exact.
const LEAST_SATURATION: f64 = 1e-3;

/// A link's cost function made ready for many evaluations.
#[derive(Clone, Copy, Debug)]
pub(super) struct CostLaw {
    /// Cost of the empty link; infinite if it is closed.
    base: f64,
    /// `t0 B`; 0 where cost does not depend on flow.
    rise: f64,
    per_capacity: f64,
    power: f64,
    /// The power, if it is whole and small; 0 otherwise.
    whole: u32,
}

impl CostLaw {
    pub(super) fn new(link: &LinkPerformance) -> Self {
        if link.closed {
            return Self {
                base: f64::INFINITY,
                rise: 0.0,
                per_capacity: 0.0,
                power: 1.0,
                whole: 1,
            };
        }
        let varies = link.depends_on_flow();
        let constant = if varies || link.power > 0.0 {
            0.0
        } else {
            link.free_flow_time * link.b
        };
        let is_whole = link.power.fract() == 0.0 && link.power <= MOST_MULTIPLIED;
        Self {
            base: link.free_flow_time + constant + link.fixed_cost,
            rise: if varies {
                link.free_flow_time * link.b
            } else {
                0.0
            },
            per_capacity: if varies { 1.0 / link.capacity } else { 0.0 },
            power: link.power,
            whole: if is_whole { link.power as u32 } else { 0 },
        }
    }

    /// Whether cost is the same at any flow.
    pub(super) fn is_constant(&self) -> bool {
        self.rise == 0.0
    }

    /// Cost at a flow, and its derivative by flow.
    #[inline]
    pub(super) fn cost_and_slope(&self, flow: f64) -> (f64, f64) {
        if self.rise == 0.0 {
            return (self.base, 0.0);
        }
        let saturation = (flow * self.per_capacity).max(0.0);
        let lower = self.lower_power(saturation);
        let cost = self.base + self.rise * lower * saturation;
        let slope_at = if self.power < 1.0 && saturation < LEAST_SATURATION {
            self.lower_power(LEAST_SATURATION)
        } else {
            lower
        };
        (
            // A power below 1 at flow 0 makes infinity times 0.
            if cost.is_nan() { self.base } else { cost },
            self.rise * self.power * self.per_capacity * slope_at,
        )
    }

    /// Integral of cost from flow 0: the link's term of Beckmann's objective. 0 for a closed link.
    pub(super) fn integral(&self, flow: f64) -> f64 {
        if flow <= 0.0 {
            return 0.0;
        }
        let saturation = flow * self.per_capacity;
        let growth = if self.rise == 0.0 {
            0.0
        } else {
            self.rise * self.lower_power(saturation) * saturation / (self.power + 1.0)
        };
        flow * (self.base + growth)
    }

    /// `saturation^(power - 1)`.
    #[inline]
    fn lower_power(&self, saturation: f64) -> f64 {
        match self.whole {
            4 => saturation * saturation * saturation,
            0 => libm::pow(saturation, self.power - 1.0),
            whole => multiplied(saturation, whole - 1),
        }
    }
}

/// A whole power by squaring; the same bits everywhere, which `f64::powi` does not promise.
fn multiplied(base: f64, exponent: u32) -> f64 {
    let (mut product, mut square, mut left) = (1.0, base, exponent);
    while left > 0 {
        if left & 1 == 1 {
            product *= square;
        }
        square *= square;
        left >>= 1;
    }
    product
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: LinkPerformance = LinkPerformance {
        free_flow_time: 10.0,
        b: 0.15,
        power: 4.0,
        capacity: 1000.0,
        fixed_cost: 2.0,
        closed: false,
    };

    impl CostLaw {
        fn cost(&self, flow: f64) -> f64 {
            self.cost_and_slope(flow).0
        }
    }

    fn law(link: LinkPerformance) -> CostLaw {
        CostLaw::new(&link)
    }

    #[test]
    fn bpr_by_hand() {
        // At twice the capacity: 10 (1 + 0.15 x 16) + 2 = 36; slope 10 x 0.15 x 4 x 8 / 1000.
        let (cost, slope) = law(LINK).cost_and_slope(2000.0);
        assert!((cost - 36.0).abs() < 1e-12 && (slope - 0.048).abs() < 1e-15);
        // Integral: 12 x 2000 + 10 x 0.15 x 16 / 5 x 2000.
        assert!((law(LINK).integral(2000.0) - 33_600.0).abs() < 1e-9);
    }

    #[test]
    fn any_power_agrees_with_its_definition() {
        for power in [0.0, 0.5, 1.0, 1.5, 2.0, 4.0, 4.924, 5.0, 7.0, 16.83, 90.0] {
            let law = law(LinkPerformance { power, ..LINK });
            for flow in [0.0, 1.0, 500.0, 1000.0, 1700.0] {
                let expected = 12.0 + 1.5 * f64::powf(flow / 1000.0, power);
                let cost = law.cost(flow);
                assert!(
                    (cost - expected).abs() <= 1e-12 * expected,
                    "{power} at {flow}: {cost}, not {expected}"
                );
                // Slope and integral against differences of the cost.
                let (step, middle) = (1e-3, flow + 100.0);
                let slope = (law.cost(middle + step) - law.cost(middle - step)) / (2.0 * step);
                assert!(
                    (law.cost_and_slope(middle).1 - slope).abs() <= 1e-5 * slope.abs() + 1e-9,
                    "{power} at {middle}"
                );
                let area =
                    (law.integral(middle + step) - law.integral(middle - step)) / (2.0 * step);
                assert!((area - law.cost(middle)).abs() <= 1e-6 * area);
            }
        }
    }

    #[test]
    fn links_that_never_slow() {
        for link in [
            LinkPerformance { b: 0.0, ..LINK },
            LinkPerformance {
                free_flow_time: 0.0,
                capacity: 0.0,
                ..LINK
            },
        ] {
            let law = law(link);
            assert!(law.is_constant());
            assert_eq!(
                law.cost_and_slope(1e6),
                (link.free_flow_time + 2.0, 0.0),
                "{link:?}"
            );
            assert!(link.check(0).is_ok());
        }
        assert_eq!(
            law(LinkPerformance {
                closed: true,
                ..LINK
            })
            .cost(0.0),
            f64::INFINITY
        );
    }

    #[test]
    fn impossible_links_are_named() {
        let field = |link: LinkPerformance| match link.check(3) {
            Err(AssignmentError::BadLink { link: 3, field, .. }) => field,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            field(LinkPerformance {
                capacity: 0.0,
                ..LINK
            }),
            "capacity"
        );
        assert_eq!(field(LinkPerformance { b: -0.1, ..LINK }), "B");
        assert_eq!(
            field(LinkPerformance {
                power: f64::NAN,
                ..LINK
            }),
            "power"
        );
        assert_eq!(
            field(LinkPerformance {
                free_flow_time: f64::INFINITY,
                ..LINK
            }),
            "free-flow time"
        );
    }
}
