//! Points of the people domain. It computes nothing but sums.

use crate::city::people::centres::Centres;
use crate::city::people::fabric::Fabric;
use crate::city::people::hospitals::Hospitals;
use crate::city::people::toll::Toll;
use crate::engine::element::Elements;
use crate::engine::points::Keep;
use crate::engine::points::PointId;
use crate::engine::points::Points;
use crate::engine::points::PointsBuilder;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;
use bevy_ecs::resource::Resource;

/// Ids of this domain's points; static.
#[derive(Resource, Clone, Debug)]
pub struct Tags {
    /// Command: cooling centres stay open at night.
    pub extended: PointId,
    city: [PointId; CITY.len()],
    /// Exposed people, their hours, expected deaths, indoor temperature, by district.
    districts: Vec<[PointId; 4]>,
}

/// Points of the whole city: name, unit, whether a column of the time series, what it is; in order of publication.
const CITY: [(&str, &str, bool, &str); 15] = [
    (
        "exposed_persons",
        "persons",
        true,
        "People in homes of 32 C and more",
    ),
    (
        "exposed_dark_persons",
        "persons",
        true,
        "Of these, people whose home has no power or has not cooled down since",
    ),
    (
        "heat_exposure_person_h",
        "person h",
        true,
        "Time people spent in homes of 32 C and more",
    ),
    (
        "heat_exposure_dark_person_h",
        "person h",
        false,
        "Of this, in homes without power or not cooled down since",
    ),
    (
        "heat_exposure_65_plus_person_h",
        "person h",
        false,
        "Of this, people of 65 years and over",
    ),
    (
        "cooling_centre_persons",
        "persons",
        true,
        "People in cooling centres",
    ),
    (
        "cooling_centre_visits",
        "visits",
        true,
        "Visits to cooling centres begun so far",
    ),
    (
        "cooling_centre_dark_h",
        "h",
        false,
        "Hours of opening that cooling centres had no power, summed over centres",
    ),
    (
        "excess_deaths",
        "persons",
        true,
        "Excess deaths expected within ten days of the heat borne so far",
    ),
    (
        "excess_deaths_low",
        "persons",
        true,
        "The same, lower estimate",
    ),
    (
        "excess_deaths_high",
        "persons",
        true,
        "The same, upper estimate",
    ),
    (
        "excess_deaths_due",
        "persons",
        false,
        "Of these, deaths that have come by now",
    ),
    (
        "indoor_no_ac_c",
        "degC",
        true,
        "Mean indoor temperature of homes without air conditioning",
    ),
    (
        "hospitals_on_generator",
        "",
        false,
        "Hospitals that run on their own standby sets",
    ),
    (
        "hospital_dark_h",
        "h",
        false,
        "Hours without any power, summed over hospitals",
    ),
];

/// Adds the points.
pub fn register(fabric: &Fabric, elements: &Elements, points: &mut PointsBuilder) -> Tags {
    let range = [0.0, f64::INFINITY];
    let city = CITY.map(|(name, unit, column, about)| {
        let entry = points.measured(format!("people/{name}"), unit, range, "people", about);
        entry.keep(if column { Keep::City } else { Keep::No }).id()
    });
    let extended = points
        .controllable(
            "people/cooling_centres_extended".to_owned(),
            "",
            [0.0, 1.0],
            "people",
            "1 keeps cooling centres open at night too, 0 from 9 to 20 h",
            0.0,
        )
        .id();
    let mut districts = Vec::with_capacity(fabric.people.len());
    for d in &fabric.city.districts {
        let element = elements.find(&format!("district/{}", d.id));
        let mut add = |name: &str, unit: &str, keep: Keep, about: &str| {
            let path = format!("people/district/{}/{name}", d.id);
            let mut entry = points.measured(path, unit, range, "people", about);
            if let Some(element) = element {
                entry = entry.of(element);
            }
            entry.keep(keep).id()
        };
        districts.push([
            add(
                "exposed_persons",
                "persons",
                Keep::Element,
                "People in homes of 32 C and more",
            ),
            add(
                "heat_exposure_person_h",
                "person h",
                Keep::No,
                "Time people spent in homes of 32 C and more",
            ),
            add(
                "excess_deaths",
                "persons",
                Keep::No,
                "Excess deaths expected within ten days of the heat borne so far",
            ),
            add(
                "indoor_no_ac_c",
                "degC",
                Keep::Element,
                "Mean indoor temperature of homes without air conditioning",
            ),
        ]);
    }
    Tags {
        extended,
        city,
        districts,
    }
}

/// Publishes all points.
pub fn publish(
    fabric: Res<Fabric>,
    tags: Res<Tags>,
    toll: Res<Toll>,
    centres: Res<Centres>,
    hospitals: Res<Hospitals>,
    mut points: ResMut<Points>,
) {
    let exposed: f64 = toll.exposed.iter().flatten().sum();
    let dark: f64 = toll.exposed.iter().map(|e| e[1]).sum();
    let hours: f64 = toll.person_h.iter().flatten().sum();
    let old: f64 = toll.person_h.iter().map(|h| h[2] + h[3]).sum();
    let people: f64 = fabric.people.iter().sum();
    let indoor = toll.indoor_c.iter().zip(&fabric.people);
    let indoor: f64 = indoor.map(|(c, n)| c * n).sum::<f64>() / people.max(1.0);
    let deaths = |e: usize| toll.expected(e).sum::<f64>();
    let values = [
        exposed,
        dark,
        hours,
        toll.cause_h[1],
        old,
        centres.people(),
        centres.visits,
        centres.dark_h,
        deaths(0),
        deaths(1),
        deaths(2),
        toll.due,
        indoor,
        hospitals.on_sets() as f64,
        hospitals.dark_h,
    ];
    for (id, value) in tags.city.iter().zip(values) {
        points.publish(*id, value);
    }
    for ((district, ids), deaths) in tags.districts.iter().enumerate().zip(toll.expected(0)) {
        points.publish(ids[0], toll.exposed[district].iter().sum());
        points.publish(ids[1], toll.person_h[district].iter().sum());
        points.publish(ids[2], deaths);
        points.publish(ids[3], toll.indoor_c[district]);
    }
}
