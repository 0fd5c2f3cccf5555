//! What the heat did to people: exposure, expected deaths, cooling centres, hospitals, and who bore it.
//!
//! Expected numbers of a model with a stated interval (docs/people.md), not counts of persons.

use crate::results::metrics::Better;
use crate::results::metrics::Metric;
use crate::results::outcome::RunOutcome;

/// Exposure, person-hours a thousand residents, below which a ratio of quintiles is noise.
const TRACE: f64 = 1.0;

/// The family.
pub const METRICS: &[Metric] = &[
    Metric {
        key: "heat_exposure_person_h",
        unit: "person h",
        better: Better::Lower,
        definition: "Time that people spent in homes of 32 C and more.",
        layer: "people",
        compute: |o| o.final_value("people/heat_exposure_person_h"),
    },
    Metric {
        key: "heat_exposure_dark_person_h",
        unit: "person h",
        better: Better::Lower,
        definition: "Time that people spent in homes of 32 C and more which had no power or had not cooled down since: the \
                     part of the exposure that outages explain or prolong.",
        layer: "people",
        compute: |o| o.final_value("people/heat_exposure_dark_person_h"),
    },
    Metric {
        key: "heat_exposure_65_plus_person_h",
        unit: "person h",
        better: Better::Lower,
        definition: "Time that people of 65 years and over spent in homes of 32 C and more.",
        layer: "people",
        compute: |o| o.final_value("people/heat_exposure_65_plus_person_h"),
    },
    Metric {
        key: "excess_deaths",
        unit: "persons",
        better: Better::Lower,
        definition: "Deaths beyond normal expected within ten days of the heat borne during the run, central estimate; those \
                     of heat after the run do not count.",
        layer: "people",
        compute: |o| o.final_value("people/excess_deaths"),
    },
    Metric {
        key: "excess_deaths_low",
        unit: "persons",
        better: Better::Lower,
        definition: "The same with the lower response to heat of the stated interval.",
        layer: "people",
        compute: |o| o.final_value("people/excess_deaths_low"),
    },
    Metric {
        key: "excess_deaths_high",
        unit: "persons",
        better: Better::Lower,
        definition: "The same with the upper response to heat of the stated interval.",
        layer: "people",
        compute: |o| o.final_value("people/excess_deaths_high"),
    },
    Metric {
        key: "cooling_centre_visits",
        unit: "visits",
        better: Better::Neither,
        definition: "Visits to cooling centres that began during the run.",
        layer: "people",
        compute: |o| o.final_value("people/cooling_centre_visits"),
    },
    Metric {
        key: "cooling_centre_dark_h",
        unit: "h",
        better: Better::Lower,
        definition: "Opening hours in which cooling centres had no power, summed over centres.",
        layer: "people",
        compute: |o| o.final_value("people/cooling_centre_dark_h"),
    },
    Metric {
        key: "hospital_dark_h",
        unit: "h",
        better: Better::Lower,
        definition: "Hours that hospitals had power neither from the grid nor from their own sets, summed over hospitals.",
        layer: "people",
        compute: |o| o.final_value("people/hospital_dark_h"),
    },
    Metric {
        key: "exposure_ratio",
        unit: "1",
        better: Better::Lower,
        definition: "Hours a resident in homes of 32 C and more in the districts of the lowest income quintile over those of \
                     the highest; 1 if neither had any to speak of, no value if only the highest had none.",
        layer: "people",
        compute: |o| {
            let (poor, rich) = (quintile_h(o, 1)?, quintile_h(o, 5)?);
            if rich * 1000.0 >= TRACE {
                Some(poor / rich)
            } else {
                (poor * 1000.0 < TRACE).then_some(1.0)
            }
        },
    },
];

/// Hours of exposure a resident over all districts of an income quintile; none if there is no such district.
#[must_use]
pub fn quintile_h(o: &RunOutcome, quintile: u8) -> Option<f64> {
    let (mut hours, mut people) = (0.0, 0.0);
    let districts = o.plan.city.districts.iter();
    for d in districts.filter(|d| d.income_quintile == quintile) {
        hours += o.final_value(&format!("people/district/{}/heat_exposure_person_h", d.id))?;
        people += f64::from(d.population);
    }
    (people > 0.0).then(|| hours / people)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::fixture::heat_wave;
    use crate::results::fixture::small;
    use crate::results::metrics::evaluate;
    use crate::results::metrics::find;

    #[test]
    fn the_ratio_is_that_of_hours_a_resident() {
        let o = heat_wave::outcome();
        let (poor, rich) = (quintile_h(&o, 1).unwrap(), quintile_h(&o, 5).unwrap());
        let ratio = (find("exposure_ratio").unwrap().compute)(&o).unwrap();
        assert!((ratio - poor / rich).abs() < 1e-12);
        assert!(poor > rich);
    }

    #[test]
    fn a_run_without_people_has_none_of_them() {
        let o = small::outcome();
        assert!(evaluate(&o).iter().all(|(m, _)| m.layer != "people"));
    }
}
