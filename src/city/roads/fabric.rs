//! What of the roads never changes during a run: the network, its links' performance, who drives when, and the traffic of
//! a normal day, which is worked out hour by hour when it is first asked for.
//!
//! Worlds of one city share it. A normal hour is a function of the city alone: who asks first makes no difference.

use crate::city::model::city::City;
use crate::city::model::roads::RoadClass;
use crate::city::model::roads::Roads;
use crate::city::model::travel::Travel;
use crate::city::roads::inlets::TripFactor;
use crate::engine::element::ElementId;
use crate::engine::element::Elements;
use crate::solvers::assignment::demand::Demand;
use crate::solvers::assignment::equilibrium::AssignmentOptions;
use crate::solvers::assignment::gradient_projection;
use crate::solvers::assignment::gradient_projection::PathFlows;
use crate::solvers::assignment::network::RoadNetwork;
use crate::solvers::assignment::performance::LinkPerformance;
use bevy_ecs::resource::Resource;
use std::sync::Arc;
use std::sync::OnceLock;

/// Hours of a weekday and of a weekend day.
pub const SLOTS: usize = 48;
/// Gap of a normal hour: link times within a few thousandths (Boyce et al. 2004 ask for 1e-4 of a planning study).
const NORMAL: AssignmentOptions = AssignmentOptions {
    gap: 1e-4,
    max_iterations: 200,
};
/// Hours of a weekday whose routes are kept, to start others from: a morning, a midday and an evening.
const ANCHORS: [usize; 3] = [8, 12, 17];
/// Links with points of their own at most: the busiest main roads. Each adds a row to the element series every interval.
const MOST_WATCHED: usize = 100;

/// Traffic that nothing disturbs.
#[derive(Clone, Debug)]
pub struct NormalHour {
    /// Vehicles an hour by link.
    pub flow: Vec<f64>,
    /// Minutes by link at that flow, without what is paid at any flow.
    pub min: Vec<f64>,
    /// Vehicle-hours an hour over the empty network.
    pub delay_veh: f64,
}

/// Static data of the domain.
#[derive(Debug)]
pub struct Fabric {
    /// The city, for its roads and its travel.
    city: Arc<City>,
    /// The network as the solver knows it.
    pub network: RoadNetwork,
    /// Performance of the sound links, minutes and vehicles an hour.
    pub links: Vec<LinkPerformance>,
    /// Element of each node.
    pub node_ids: Vec<ElementId>,
    /// Element of each link.
    pub link_ids: Vec<ElementId>,
    /// First link element, for finding a link by its element: they are registered in a row.
    first_link: u32,
    /// Element of each district.
    pub district_ids: Vec<Option<ElementId>>,
    /// Links into each node.
    pub into: Vec<Vec<u32>>,
    /// Links with points of their own.
    pub watched: Vec<usize>,
    normal: [OnceLock<NormalHour>; SLOTS],
    anchors: [OnceLock<PathFlows>; ANCHORS.len()],
}

/// The fabric of a world.
#[derive(Resource, Clone, Debug)]
pub struct SharedFabric(pub Arc<Fabric>);

impl Fabric {
    /// The fabric of a city; none if it has no roads.
    #[must_use]
    pub fn new(city: &Arc<City>, elements: &Elements) -> Option<Self> {
        let roads = city.roads.as_ref()?;
        city.travel.as_ref()?;
        let ends: Vec<(usize, usize)> = roads.links.iter().map(|l| (l.from, l.to)).collect();
        let network = RoadNetwork::new(roads.nodes.len(), roads.first_through, &ends).ok()?;
        let links = roads
            .links
            .iter()
            .map(|l| LinkPerformance {
                free_flow_time: l.free_flow_min,
                b: l.b,
                power: l.power,
                capacity: l.capacity_veh_h,
                fixed_cost: l.fixed_min,
                closed: false,
            })
            .collect();
        let find = |name: String| elements.find(&name);
        let node_ids = roads
            .nodes
            .iter()
            .map(|n| find(format!("road/node/{}", n.id)))
            .collect::<Option<Vec<_>>>()?;
        let link_ids = roads
            .links
            .iter()
            .map(|l| find(format!("road/link/{}", l.id)))
            .collect::<Option<Vec<_>>>()?;
        let mut into = vec![Vec::new(); roads.nodes.len()];
        for (l, link) in roads.links.iter().enumerate() {
            into[link.to].push(l as u32);
        }
        let mut fabric = Self {
            first_link: link_ids.first().map_or(0, |id| id.0),
            network,
            links,
            node_ids,
            link_ids,
            district_ids: city
                .districts
                .iter()
                .map(|d| find(format!("district/{}", d.id)))
                .collect(),
            into,
            watched: Vec::new(),
            normal: std::array::from_fn(|_| OnceLock::new()),
            anchors: std::array::from_fn(|_| OnceLock::new()),
            city: Arc::clone(city),
        };
        fabric.watched = busiest(&fabric);
        Some(fabric)
    }

    /// Whether it is of this city.
    #[must_use]
    pub fn is_of(&self, city: &Arc<City>) -> bool {
        Arc::ptr_eq(&self.city, city)
    }

    /// The roads.
    #[must_use]
    pub fn roads(&self) -> &Roads {
        // There are roads, or there were no fabric.
        static NONE: Roads = Roads {
            nodes: Vec::new(),
            first_through: 0,
            links: Vec::new(),
            zone_nodes: Vec::new(),
        };
        self.city.roads.as_ref().unwrap_or(&NONE)
    }

    /// The travel demand.
    #[must_use]
    pub fn travel(&self) -> &Travel {
        static NONE: Travel = Travel {
            zones: Vec::new(),
            profiles: Vec::new(),
            flows: Vec::new(),
        };
        self.city.travel.as_ref().unwrap_or(&NONE)
    }

    /// The link of an element, if it is one.
    #[must_use]
    pub fn link_of(&self, element: ElementId) -> Option<usize> {
        let link = element.0.checked_sub(self.first_link)? as usize;
        (self.link_ids.get(link) == Some(&element)).then_some(link)
    }

    /// The element of a node's district.
    #[must_use]
    pub fn district_of(&self, node: usize) -> Option<ElementId> {
        let district = self.roads().nodes[node].district;
        self.district_ids.get(district).copied().flatten()
    }

    /// Vehicles of a slot (hour of the day, 24 more on a weekend) from node to node.
    #[must_use]
    pub fn demand(&self, slot: usize, factor: &TripFactor) -> Demand {
        let (roads, travel) = (self.roads(), self.travel());
        let hour = slot % 24;
        let shares: Vec<f64> = travel
            .profiles
            .iter()
            .map(|p| {
                let day = if slot < 24 { &p.weekday } else { &p.weekend };
                day.get(hour).copied().unwrap_or(0.0)
            })
            .collect();
        let trips = travel.flows.iter().map(|f| {
            let district = travel.zones[f.from].district;
            let vehicles = f.car_trips * shares[f.profile] * factor.of(f.profile, district);
            (roads.zone_nodes[f.from], roads.zone_nodes[f.to], vehicles)
        });
        // Zones' nodes are checked when the city is read, and factors are finite.
        Demand::new(roads.nodes.len(), trips).unwrap_or_default()
    }

    /// Routes to start an hour's search from.
    #[must_use]
    pub fn start(&self, slot: usize) -> PathFlows {
        let anchor = match slot % 24 {
            4..=10 => 0,
            11..=14 => 1,
            _ => 2,
        };
        let solved = self.anchors[anchor].get_or_init(|| {
            let demand = self.demand(ANCHORS[anchor], &TripFactor::default());
            let mut paths = PathFlows::default();
            let solved = gradient_projection::solve(
                &self.network,
                &self.links,
                &demand,
                &mut paths,
                &NORMAL,
            );
            // What cannot be solved is found by the check of the city; an empty start is as good as any.
            if solved.is_err() {
                paths = PathFlows::default();
            }
            paths
        });
        solved.clone()
    }

    /// The traffic of a slot on a normal day.
    #[must_use]
    pub fn normal(&self, slot: usize) -> &NormalHour {
        self.normal[slot % SLOTS].get_or_init(|| {
            let demand = self.demand(slot, &TripFactor::default());
            let mut paths = self.start(slot);
            let solved = gradient_projection::solve(
                &self.network,
                &self.links,
                &demand,
                &mut paths,
                &NORMAL,
            );
            let flow = solved.map(|found| found.flow);
            self.hour(flow.unwrap_or_else(|_| vec![0.0; self.links.len()]))
        })
    }

    fn hour(&self, flow: Vec<f64>) -> NormalHour {
        let min: Vec<f64> = flow
            .iter()
            .zip(&self.links)
            .map(|(f, l)| minutes(l, *f, 1.0))
            .collect();
        let over = flow.iter().zip(&min).zip(&self.links);
        NormalHour {
            delay_veh: over
                .map(|((f, m), l)| f * (m - l.free_flow_time) / 60.0)
                .sum(),
            flow,
            min,
        }
    }
}

/// Minutes on a link of which a share of the capacity is left (more than 0), at a flow in vehicles an hour; without
/// queue and without what is paid at any flow.
#[must_use]
pub fn minutes(link: &LinkPerformance, flow: f64, share: f64) -> f64 {
    if !link.depends_on_flow() {
        return link.free_flow_time;
    }
    let saturation = (flow / (link.capacity * share)).max(0.0);
    link.free_flow_time * (1.0 + link.b * libm::pow(saturation, link.power))
}

/// The busiest main roads of a normal weekday's peaks, in order of their number.
fn busiest(fabric: &Fabric) -> Vec<usize> {
    let links = &fabric.roads().links;
    let [morning, _, evening] = ANCHORS.map(|slot| &fabric.normal(slot).flow);
    let flow = |l: usize| morning[l].max(evening[l]);
    let is_main = |l: &usize| matches!(links[*l].class, RoadClass::Motorway | RoadClass::Arterial);
    let mut main: Vec<usize> = (0..links.len()).filter(is_main).collect();
    main.sort_by(|a, b| flow(*b).total_cmp(&flow(*a)).then(a.cmp(b)));
    main.truncate(MOST_WATCHED);
    main.sort_unstable();
    main
}
