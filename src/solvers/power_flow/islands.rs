//! Which buses hang together, and which branches hold them together.
//!
//! It looks at topology alone; whether an island has a source is [`slack_of_islands`]'s question.

use crate::solvers::power_flow::error::PowerFlowError;
use crate::solvers::power_flow::network::BusKind;
use crate::solvers::power_flow::network::Network;

/// Label of a bus that belongs to no island.
pub const NO_ISLAND: u32 = u32::MAX;

/// Connected components of the live part of a network.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Islands {
    /// Island of each bus, numbered from 0 in order of their lowest bus; [`NO_ISLAND`] for isolated buses.
    pub of_bus: Vec<u32>,
    /// Number of islands.
    pub count: usize,
}

/// Whether a branch carries anything: in service, and neither end isolated.
pub fn is_live(network: &Network, branch: usize) -> bool {
    let b = &network.branches[branch];
    let live = |bus: usize| {
        network
            .buses
            .get(bus)
            .is_some_and(|bus| bus.kind != BusKind::Isolated)
    };
    b.in_service && live(b.from) && live(b.to)
}

/// Finds the islands formed by branches in service; a bus of kind isolated belongs to none and joins none.
pub fn islands(network: &Network) -> Islands {
    let n = network.buses.len();
    // Union-find, always hanging the higher bus under the lower one, so that a root is its island's lowest bus.
    let mut parent: Vec<u32> = (0..n as u32).collect();
    for (index, branch) in network.branches.iter().enumerate() {
        if !is_live(network, index) {
            continue;
        }
        let a = root(&mut parent, branch.from);
        let b = root(&mut parent, branch.to);
        parent[a.max(b) as usize] = a.min(b);
    }
    let mut of_bus = vec![NO_ISLAND; n];
    let mut count = 0;
    for bus in 0..n {
        if network.buses[bus].kind == BusKind::Isolated {
            continue;
        }
        let r = root(&mut parent, bus) as usize;
        if r == bus {
            of_bus[bus] = count;
            count += 1;
        } else {
            of_bus[bus] = of_bus[r];
        }
    }
    Islands {
        of_bus,
        count: count as usize,
    }
}

/// Root of a bus, halving the path on the way.
fn root(parent: &mut [u32], bus: usize) -> u32 {
    let mut at = bus;
    while parent[at] as usize != at {
        parent[at] = parent[parent[at] as usize];
        at = parent[at] as usize;
    }
    at as u32
}

/// The slack bus of each island.
///
/// # Errors
/// An island without a slack bus, or with two.
pub fn slack_of_islands(
    network: &Network,
    islands: &Islands,
) -> Result<Vec<usize>, PowerFlowError> {
    let mut slack: Vec<Option<usize>> = vec![None; islands.count];
    for (bus, &island) in islands.of_bus.iter().enumerate() {
        if network.buses[bus].kind == BusKind::Slack {
            let known = &mut slack[island as usize];
            if let Some(first) = *known {
                return Err(PowerFlowError::TwoSlacks { first, second: bus });
            }
            *known = Some(bus);
        }
    }
    let found: Vec<usize> = slack.iter().copied().flatten().collect();
    if found.len() < islands.count {
        let orphan = |&label: &u32| label != NO_ISLAND && slack[label as usize].is_none();
        let bus = islands.of_bus.iter().position(orphan).unwrap_or(0);
        return Err(PowerFlowError::NoSlack { bus });
    }
    Ok(found)
}

/// Which branches are bridges: live branches whose loss would split their island. Parallel branches are not.
pub fn bridges(network: &Network) -> Vec<bool> {
    let n = network.buses.len();
    let live: Vec<usize> = (0..network.branches.len())
        .filter(|&b| is_live(network, b))
        .collect();
    let mut start = vec![0usize; n + 1];
    for &b in &live {
        start[network.branches[b].from + 1] += 1;
        start[network.branches[b].to + 1] += 1;
    }
    for i in 0..n {
        start[i + 1] += start[i];
    }
    let mut next = start.clone();
    let mut incident = vec![(0usize, 0usize); start[n]];
    for &b in &live {
        let branch = &network.branches[b];
        for (here, there) in [(branch.from, branch.to), (branch.to, branch.from)] {
            incident[next[here]] = (b, there);
            next[here] += 1;
        }
    }
    // Tarjan 1974: a tree edge is a bridge if nothing below it reaches above it. `next` is each bus's place in its list.
    next.copy_from_slice(&start[..=n]);
    const UNSEEN: usize = usize::MAX;
    let mut found_at = vec![UNSEEN; n];
    let mut lowest = vec![UNSEEN; n];
    let mut bridge = vec![false; network.branches.len()];
    let mut clock = 0;
    let mut path: Vec<(usize, usize)> = Vec::new();
    for origin in 0..n {
        if found_at[origin] != UNSEEN {
            continue;
        }
        found_at[origin] = clock;
        lowest[origin] = clock;
        clock += 1;
        path.push((origin, UNSEEN));
        while let Some(&(bus, by)) = path.last() {
            if next[bus] < start[bus + 1] {
                let (branch, other) = incident[next[bus]];
                next[bus] += 1;
                if branch == by {
                    continue;
                }
                if found_at[other] == UNSEEN {
                    found_at[other] = clock;
                    lowest[other] = clock;
                    clock += 1;
                    path.push((other, branch));
                } else {
                    lowest[bus] = lowest[bus].min(found_at[other]);
                }
            } else {
                path.pop();
                if let Some(&(above, _)) = path.last() {
                    lowest[above] = lowest[above].min(lowest[bus]);
                    bridge[by] = lowest[bus] > found_at[above];
                }
            }
        }
    }
    bridge
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solvers::power_flow::network::Branch;
    use crate::solvers::power_flow::network::Bus;

    fn network(kinds: &[BusKind], edges: &[(usize, usize)]) -> Network {
        let bus = |&kind: &BusKind| Bus {
            kind,
            gs_pu: 0.0,
            bs_pu: 0.0,
        };
        let branch = |&(from, to): &(usize, usize)| Branch {
            from,
            to,
            r_pu: 0.0,
            x_pu: 0.1,
            b_pu: 0.0,
            tap: 1.0,
            shift_rad: 0.0,
            in_service: true,
        };
        Network {
            base_mva: 100.0,
            buses: kinds.iter().map(bus).collect(),
            branches: edges.iter().map(branch).collect(),
        }
    }

    use BusKind::Isolated;
    use BusKind::Pq;
    use BusKind::Slack;

    #[test]
    fn labels_are_dense_and_skip_isolated_buses() {
        let mut net = network(
            &[Pq, Slack, Isolated, Pq, Slack, Pq],
            &[(0, 1), (3, 4), (4, 5), (1, 3), (2, 3)],
        );
        net.branches[3].in_service = false;
        let found = islands(&net);
        assert_eq!(found.of_bus, [0, 0, NO_ISLAND, 1, 1, 1]);
        assert_eq!(slack_of_islands(&net, &found), Ok(vec![1, 4]));
        net.buses[4].kind = Pq;
        assert_eq!(
            slack_of_islands(&net, &found),
            Err(PowerFlowError::NoSlack { bus: 3 })
        );
        net.branches[3].in_service = true;
        net.buses[5].kind = Slack;
        let joined = islands(&net);
        assert_eq!(
            slack_of_islands(&net, &joined),
            Err(PowerFlowError::TwoSlacks {
                first: 1,
                second: 5
            })
        );
    }

    #[test]
    fn bridge_joins_two_triangles_and_a_parallel_pair_is_none() {
        let edges = [
            (0, 1),
            (1, 2),
            (2, 0),
            (2, 3),
            (3, 4),
            (4, 5),
            (5, 3),
            (5, 6),
            (5, 6),
        ];
        let net = network(&[Pq; 7], &edges);
        let expected = [false, false, false, true, false, false, false, false, false];
        assert_eq!(bridges(&net), expected);
    }
}
