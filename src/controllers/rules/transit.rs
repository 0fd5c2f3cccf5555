//! Public transport by rule: even headways, spares out, late vehicles turned short, the heat timetable before a hot day.
//!
//! It needs no memory: what is set is read from the set-points. It reroutes nothing and adds no trips.

use crate::city::model::city::City;
use crate::city::model::transit::Transit;
use crate::controllers::rules::orders::Orders;
use crate::controllers::rules::tags::LEADS;
use crate::engine::control::View;
use crate::engine::points::PointId;
use crate::engine::points::PointTable;

/// Share of a too short headway for which vehicles are held: two thirds of Daganzo's (2009) gain for full evenness, since
/// a hold delays those on board.
const HOLDING_GAIN: f64 = 0.6;
/// Trips a day in one direction from which a line counts as frequent: every 12 min over 16 h.
const FREQUENT_TRIPS: usize = 80;
/// Mean lateness of a route at which vehicles may be turned short, and at which they no longer are, minutes.
const TURN_MIN: [f64; 2] = [8.0, 3.0];
/// Share of the fleet that stands in for what breaks down: all that a depot usually keeps (10 to 15 %).
const SPARE_SHARE: f64 = 0.12;
/// Forecast air at which the heat timetable is put in force, and below which it is taken back, Celsius: rails are 20 K
/// hotter, and slow orders begin at 50.
const HEAT_C: [f64; 2] = [33.0, 30.0];
/// Hours ahead that a timetable is announced and then holds.
const HEAT_LEAD_H: usize = 6;

/// Points of a route.
#[derive(Clone, Copy, Debug)]
struct RouteTags {
    late: Option<PointId>,
    holding: Option<PointId>,
    short_turn: Option<PointId>,
    frequent: bool,
}

/// The desk of public transport.
#[derive(Clone, Debug)]
pub struct TransitDesk {
    routes: Vec<(String, RouteTags)>,
    spares: Option<PointId>,
    spare_vehicles: f64,
    heat: Option<PointId>,
    temp: Option<PointId>,
    temp_ahead: Vec<PointId>,
}

impl TransitDesk {
    /// The desk of a city with public transport.
    #[must_use]
    pub fn new(city: &City, table: &PointTable) -> Option<Self> {
        let transit = city.transit.as_ref()?;
        let fleet: u32 = transit.fleets.iter().map(|f| f.vehicles).sum();
        let frequent = frequent(transit);
        let routes = transit
            .routes
            .iter()
            .zip(frequent)
            .map(|(route, frequent)| {
                let find = |name: &str| table.find(&format!("transit/route/{}/{name}", route.id));
                let tags = RouteTags {
                    late: find("late_min"),
                    holding: find("holding_gain"),
                    short_turn: find("short_turn"),
                    frequent,
                };
                (route.id.clone(), tags)
            });
        Some(Self {
            routes: routes.collect(),
            spares: table.find("transit/spares_released"),
            spare_vehicles: (SPARE_SHARE * f64::from(fleet)).round(),
            heat: table.find("transit/heat_timetable"),
            temp: table.find("weather/temp_c"),
            temp_ahead: (1..=LEADS.min(HEAT_LEAD_H))
                .filter_map(|h| table.find(&format!("weather/forecast/{h}h/temp_c")))
                .collect(),
        })
    }

    /// Orders of one decision.
    pub fn act(&self, view: &View<'_>, orders: &mut Orders) {
        let seen = |point: Option<PointId>| point.map_or(f64::NAN, |p| view.seen.get(p));
        for (id, tags) in &self.routes {
            if tags.frequent && seen(tags.holding) < HOLDING_GAIN {
                let reason = format!("route {id} is frequent: keep its vehicles apart");
                orders.set(tags.holding, HOLDING_GAIN, reason);
            }
            let (late, turning) = (seen(tags.late), seen(tags.short_turn) >= 0.5);
            if !turning && late > TURN_MIN[0] {
                let reason =
                    format!("route {id} is {late:.0} min late on average: turn vehicles short");
                orders.set(tags.short_turn, 1.0, reason);
            } else if turning && late < TURN_MIN[1] {
                let reason = format!("route {id} is on time again");
                orders.set(tags.short_turn, 0.0, reason);
            }
        }
        if seen(self.spares) < self.spare_vehicles {
            let reason = "spare vehicles stand in for what breaks down".to_owned();
            orders.set(self.spares, self.spare_vehicles, reason);
        }
        let ahead = self.temp_ahead.iter().map(|p| view.seen.get(*p));
        let hottest = ahead.fold(seen(self.temp), f64::max);
        let slow = seen(self.heat) >= 0.5;
        if !slow && hottest >= HEAT_C[0] {
            let reason =
                format!("{hottest:.0} C expected: publish the heat timetable of the trams");
            orders.set(self.heat, 1.0, reason);
        } else if slow && hottest < HEAT_C[1] {
            let reason = format!("no more than {hottest:.0} C expected: ordinary timetable");
            orders.set(self.heat, 0.0, reason);
        }
    }
}

/// Whether each route runs often enough that people come without a timetable.
fn frequent(transit: &Transit) -> Vec<bool> {
    let mut trips = vec![[0_usize; 2]; transit.routes.len()];
    for trip in &transit.trips {
        let pattern = &transit.patterns[transit.timings[trip.timing].pattern];
        // A Monday's: the usual day.
        if transit.services[trip.service].days[0] {
            trips[pattern.route][usize::from(pattern.direction.min(1))] += 1;
        }
    }
    trips
        .iter()
        .map(|t| t[0].max(t[1]) >= FREQUENT_TRIPS)
        .collect()
}
