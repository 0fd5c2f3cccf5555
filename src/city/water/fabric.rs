//! What never changes during a run, made ready for the domain's systems: the network as the solver reads it, zones, ids.
//!
//! Outlets of the solver's network are, in this order: leakage of every node that leaks, then one hole for every junction,
//! shut unless a main burst there or hydrants are open.

use crate::city::model::city::City;
use crate::city::model::water::Water;
use crate::engine::element::ElementId;
use crate::engine::element::Elements;
use crate::engine::element::key_of;
use crate::solvers::hydraulics::curve::Curve;
use crate::solvers::hydraulics::network::EnergyDefaults;
use crate::solvers::hydraulics::network::Friction;
use crate::solvers::hydraulics::network::Link;
use crate::solvers::hydraulics::network::LinkKind;
use crate::solvers::hydraulics::network::Network;
use crate::solvers::hydraulics::network::Node;
use crate::solvers::hydraulics::network::NodeKind;
use crate::solvers::hydraulics::network::Outlet;
use crate::solvers::hydraulics::network::ValveKind;
use crate::solvers::hydraulics::pump::PumpLaw;
use crate::solvers::hydraulics::solver::Hydraulics;
use crate::solvers::hydraulics::tank::Tank;
use bevy_ecs::resource::Resource;
use std::sync::Arc;

/// Exponent of leakage by pressure: between 0.5 of fixed holes and 1.5 of slits, about 1 for a whole net (May 1994;
/// Lambert 2001).
const LEAK_EXPONENT: f64 = 1.0;
/// Pressure head at which a node's leakage is given, metres.
const LEAK_AT_M: f64 = 40.0;
/// Head at no flow over that at the best point, and the curve's exponent: radial pumps (EPANET's one-point curve has 4/3,
/// which suits steeper ones).
const SHUT_OFF: f64 = 1.2;
/// Kinematic viscosity of water at 15 C, m2/s; Hazen-Williams does not use it.
const VISCOSITY_M2S: f64 = 1.14e-6;

/// Static data of the domain's systems.
#[derive(Debug)]
pub struct WaterFabric {
    /// The city.
    pub city: Arc<City>,
    /// A solver of its network, analysed; worlds take a copy.
    pub solver: Hydraulics,
    /// Zone of each node: parts that mains join without passing pumps or check valves.
    pub zone: Vec<usize>,
    /// First tank of each zone.
    pub zone_tank: Vec<Option<usize>>,
    /// Station that pumps into each zone.
    pub zone_station: Vec<Option<usize>>,
    /// Outlet that is the hole of each node; none at tanks and sources.
    pub hole: Vec<Option<usize>>,
    /// Outlets that are leakage: the first so many.
    pub leaks: usize,
    /// Pumps of each station, in table order.
    pub pumps_of: Vec<Vec<usize>>,
    /// Element ids by table.
    pub ids: Ids,
    /// Keys of mains' and nodes' random draws.
    pub main_keys: Vec<u64>,
    /// Keys of nodes' random draws.
    pub node_keys: Vec<u64>,
    /// Residents by district that the net serves.
    pub people: Vec<f64>,
}

/// Element ids, in table order.
#[derive(Clone, Debug, Default)]
pub struct Ids {
    /// Of mains.
    pub mains: Vec<ElementId>,
    /// Of stations.
    pub stations: Vec<ElementId>,
    /// Of tanks.
    pub tanks: Vec<ElementId>,
    /// Of districts.
    pub districts: Vec<ElementId>,
}

/// The fabric as a resource, shared between worlds of one city.
#[derive(Resource, Clone, Debug)]
pub struct Shared(pub Arc<WaterFabric>);

impl WaterFabric {
    /// The fabric of a city; none if it has no water layer, or one that cannot be solved at all.
    #[must_use]
    pub fn new(city: &Arc<City>, elements: &Elements) -> Option<Self> {
        let water = city.water.as_ref()?;
        let (network, hole, leaks) = network(water);
        let solver = Hydraulics::new(Arc::new(network)).ok()?;
        let zone = zones(water);
        let count = zone.iter().max().map_or(0, |z| z + 1);
        let mut zone_tank = vec![None; count];
        for (t, tank) in water.tanks.iter().enumerate() {
            zone_tank[zone[tank.node]].get_or_insert(t);
        }
        let mut zone_station = vec![None; count];
        let mut pumps_of = vec![Vec::new(); water.stations.len()];
        for (p, pump) in water.pumps.iter().enumerate() {
            zone_station[zone[pump.to]].get_or_insert(pump.station);
            pumps_of[pump.station].push(p);
        }
        let find = |table: &str, id: &str| elements.find(&format!("water/{table}/{id}"));
        let ids = Ids {
            mains: water
                .mains
                .iter()
                .filter_map(|m| find("main", &m.id))
                .collect(),
            stations: water
                .stations
                .iter()
                .filter_map(|s| find("station", &s.id))
                .collect(),
            tanks: water
                .tanks
                .iter()
                .filter_map(|t| find("tank", &t.id))
                .collect(),
            districts: city
                .districts
                .iter()
                .filter_map(|d| elements.find(&format!("district/{}", d.id)))
                .collect(),
        };
        let mut people = vec![0.0; city.districts.len()];
        for node in &water.nodes {
            people[node.district] += node.people;
        }
        Some(Self {
            solver,
            zone,
            zone_tank,
            zone_station,
            hole,
            leaks,
            pumps_of,
            ids,
            main_keys: water.mains.iter().map(|m| key_of(&m.id)).collect(),
            node_keys: water.nodes.iter().map(|n| key_of(&n.id)).collect(),
            people,
            city: Arc::clone(city),
        })
    }

    /// The water layer; the fabric of a city without one is never built.
    #[must_use]
    pub fn water(&self) -> &Water {
        static NONE: Water = Water {
            nodes: Vec::new(),
            mains: Vec::new(),
            stations: Vec::new(),
            pumps: Vec::new(),
            tanks: Vec::new(),
            sources: Vec::new(),
            valves: Vec::new(),
            patterns: Vec::new(),
        };
        self.city.water.as_ref().unwrap_or(&NONE)
    }

    /// The solver's link of a pump.
    #[must_use]
    pub fn pump_link(&self, pump: usize) -> usize {
        self.water().mains.len() + pump
    }
}

/// The network as the solver reads it (links: mains, pumps, valves), each node's hole, and the number of leaks.
fn network(water: &Water) -> (Network, Vec<Option<usize>>, usize) {
    let junction = || NodeKind::Junction {
        demands: Vec::new(),
    };
    let mut nodes: Vec<Node> = water
        .nodes
        .iter()
        .map(|n| Node {
            elevation_m: n.elevation_m,
            kind: junction(),
        })
        .collect();
    for source in &water.sources {
        nodes[source.node].kind = NodeKind::Reservoir { pattern: None };
    }
    for tank in &water.tanks {
        nodes[tank.node].kind = NodeKind::Tank(Tank {
            initial_level_m: tank.start_m,
            min_level_m: 0.0,
            max_level_m: tank.depth_m,
            area_m2: tank.area_m2,
            min_volume_m3: 0.0,
            volume: None,
            can_overflow: false,
        });
    }
    let link = |from, to, kind, setting| Link {
        from,
        to,
        kind,
        open: true,
        setting,
    };
    let mut links: Vec<Link> = water
        .mains
        .iter()
        .map(|m| {
            let kind = LinkKind::Pipe {
                length_m: m.length_m,
                diameter_m: 1e-3 * m.diameter_mm,
                roughness: m.roughness,
                minor_loss: 0.0,
                check_valve: m.check_valve,
            };
            link(m.from, m.to, kind, None)
        })
        .collect();
    for pump in &water.pumps {
        let q = pump.flow_m3h / 3600.0;
        let kind = LinkKind::Pump {
            law: PumpLaw::Power {
                shut_off_m: SHUT_OFF * pump.head_m,
                coefficient: (SHUT_OFF - 1.0) * pump.head_m / (q * q),
                exponent: 2.0,
                design_m3s: q,
            },
            speed_pattern: None,
            // A usual curve: falls off to both sides of the best point.
            efficiency: Some(Curve {
                x: [0.0, 0.5, 0.8, 1.0, 1.3, 2.0].map(|k| k * q).to_vec(),
                y: [0.25, 0.80, 0.97, 1.0, 0.95, 0.60]
                    .map(|k| 100.0 * k * pump.efficiency)
                    .to_vec(),
            }),
            price: None,
            price_pattern: None,
        };
        links.push(link(pump.from, pump.to, kind, Some(1.0)));
    }
    for valve in &water.valves {
        let kind = LinkKind::Valve {
            kind: ValveKind::PressureReducing,
            diameter_m: 1e-3 * valve.diameter_mm,
            minor_loss: 2.0,
        };
        links.push(link(valve.from, valve.to, kind, Some(valve.setting_m)));
    }
    let mut outlets = Vec::new();
    for (n, node) in water.nodes.iter().enumerate() {
        if node.leak_m3h > 0.0 && nodes[n].is_junction() {
            outlets.push(Outlet {
                node: n,
                coefficient: node.leak_m3h / 3600.0 / libm::pow(LEAK_AT_M, LEAK_EXPONENT),
                exponent: LEAK_EXPONENT,
                backflow: false,
            });
        }
    }
    let leaks = outlets.len();
    let mut hole = vec![None; nodes.len()];
    for (n, node) in nodes.iter().enumerate() {
        if node.is_junction() {
            hole[n] = Some(outlets.len());
            outlets.push(Outlet {
                node: n,
                coefficient: 0.0,
                exponent: 0.5,
                backflow: false,
            });
        }
    }
    let network = Network {
        friction: Friction::HazenWilliams,
        viscosity_m2s: VISCOSITY_M2S,
        specific_gravity: 1.0,
        nodes,
        links,
        outlets,
        patterns: Vec::new(),
        demand_multiplier: 1.0,
        energy: EnergyDefaults::default(),
    };
    (network, hole, leaks)
}

/// Parts that mains join without passing pumps or check valves, numbered in order of their first node.
fn zones(water: &Water) -> Vec<usize> {
    let n = water.nodes.len();
    let mut near = vec![Vec::new(); n];
    let plain = water.mains.iter().filter(|m| !m.check_valve);
    for main in plain {
        near[main.from].push(main.to);
        near[main.to].push(main.from);
    }
    let mut zone = vec![usize::MAX; n];
    let mut count = 0;
    for start in 0..n {
        if zone[start] != usize::MAX {
            continue;
        }
        zone[start] = count;
        let mut stack = vec![start];
        while let Some(a) = stack.pop() {
            for &b in &near[a] {
                if zone[b] == usize::MAX {
                    zone[b] = count;
                    stack.push(b);
                }
            }
        }
        count += 1;
    }
    zone
}
