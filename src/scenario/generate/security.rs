//! N-1 security of the mesh by DC power flow with line outage factors.
//!
//! Dense on purpose: a mesh has some dozens to a few hundred nodes, and one inverse serves every outage. Power
//! transfer and outage distribution factors: Wood, Wollenberg and Sheble, Power Generation, Operation and Control,
//! 3rd ed., section 7.

/// A branch of the mesh as planning sees it.
#[derive(Clone, Copy, Debug)]
pub struct Branch {
    /// From node.
    pub from: usize,
    /// To node.
    pub to: usize,
    /// Reactance, per unit.
    pub x_pu: f64,
    /// Most it may carry with all elements in service, megawatts.
    pub intact_mw: f64,
    /// Most it may carry after an outage, megawatts.
    pub outage_mw: f64,
}

/// Angle sensitivities: inverse of the nodal susceptance matrix without the slack's row and column, which stay 0.
/// None if some node is cut off.
fn sensitivities(nodes: usize, slack: usize, branches: &[Branch]) -> Option<Vec<f64>> {
    let mut a = vec![0.0; nodes * nodes];
    for b in branches {
        let y = 1.0 / b.x_pu;
        a[b.from * nodes + b.from] += y;
        a[b.to * nodes + b.to] += y;
        a[b.from * nodes + b.to] -= y;
        a[b.to * nodes + b.from] -= y;
    }
    for k in 0..nodes {
        a[slack * nodes + k] = 0.0;
        a[k * nodes + slack] = 0.0;
    }
    a[slack * nodes + slack] = 1.0;
    let largest = (0..nodes).map(|k| a[k * nodes + k]).fold(0.0, f64::max);
    // Gauss-Jordan in place without pivoting: the matrix is symmetric positive definite unless a node is cut off.
    for k in 0..nodes {
        let pivot = a[k * nodes + k];
        if pivot < 1e-9 * largest {
            return None;
        }
        a[k * nodes + k] = 1.0;
        for j in 0..nodes {
            a[k * nodes + j] /= pivot;
        }
        for i in 0..nodes {
            if i != k {
                let factor = a[i * nodes + k];
                if factor != 0.0 {
                    a[i * nodes + k] = 0.0;
                    for j in 0..nodes {
                        a[i * nodes + j] -= factor * a[k * nodes + j];
                    }
                }
            }
        }
    }
    a[slack * nodes + slack] = 0.0;
    Some(a)
}

/// For each branch its worst loading, share of the limit that applies, over every dispatch (net injections by node,
/// megawatts) and every single outage. None if a node is cut off with all branches in service.
///
/// A branch whose outage cuts off a node with a load or plant counts as loaded a thousand times.
#[must_use]
pub fn loadings(
    nodes: usize,
    slack: usize,
    branches: &[Branch],
    dispatches: &[Vec<f64>],
) -> Option<Vec<f64>> {
    let z = sensitivities(nodes, slack, branches)?;
    let at = |i: usize, j: usize| z[i * nodes + j];
    let flows: Vec<Vec<f64>> = dispatches
        .iter()
        .map(|p| {
            let angles: Vec<f64> = (0..nodes)
                .map(|i| (0..nodes).map(|j| at(i, j) * p[j]).sum())
                .collect();
            branches
                .iter()
                .map(|b| (angles[b.from] - angles[b.to]) / b.x_pu)
                .collect()
        })
        .collect();
    let mut worst = vec![0.0_f64; branches.len()];
    for flow in &flows {
        for (l, b) in branches.iter().enumerate() {
            worst[l] = worst[l].max(flow[l].abs() / b.intact_mw);
        }
    }
    for (k, out) in branches.iter().enumerate() {
        // Sensitivity of every angle to a transfer between the ends of the branch that is out.
        let transfer: Vec<f64> = (0..nodes)
            .map(|i| at(i, out.from) - at(i, out.to))
            .collect();
        let own = (transfer[out.from] - transfer[out.to]) / out.x_pu;
        if 1.0 - own < 1e-7 {
            // A radial branch: no matter if nothing flows through it.
            if flows.iter().any(|f| f[k].abs() > 1e-6) {
                worst[k] = 1000.0;
            }
            continue;
        }
        for (l, b) in branches.iter().enumerate() {
            if l != k {
                let factor = (transfer[b.from] - transfer[b.to]) / b.x_pu / (1.0 - own);
                for flow in &flows {
                    worst[l] = worst[l].max((flow[l] + factor * flow[k]).abs() / b.outage_mw);
                }
            }
        }
    }
    Some(worst)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn branch(from: usize, to: usize, x_pu: f64, mw: f64) -> Branch {
        Branch {
            from,
            to,
            x_pu,
            intact_mw: mw,
            outage_mw: mw,
        }
    }

    #[test]
    fn triangle_by_hand() {
        // Slack 0 feeds 90 MW at node 2: 60 direct, 30 the long way; losing the direct line puts all 90 on the others.
        let branches = [
            branch(0, 2, 0.1, 100.0),
            branch(0, 1, 0.1, 100.0),
            branch(1, 2, 0.1, 90.0),
        ];
        let found = loadings(3, 0, &branches, &[vec![0.0, 0.0, -90.0]]).unwrap();
        assert!((found[2] - 1.0).abs() < 1e-9 && (found[0] - 0.9).abs() < 1e-9);
        let cut = loadings(3, 0, &branches[..2], &[vec![0.0, -30.0, -60.0]]).unwrap();
        assert_eq!(cut, vec![1000.0, 1000.0]);
    }

    #[test]
    fn factors_agree_with_solving_the_outage() {
        let branches = [
            branch(0, 1, 0.05, 50.0),
            branch(1, 2, 0.1, 80.0),
            branch(2, 3, 0.07, 60.0),
            branch(3, 0, 0.2, 70.0),
            branch(1, 3, 0.11, 40.0),
        ];
        let p = vec![vec![0.0, -20.0, -35.0, -10.0]];
        let found = loadings(4, 0, &branches, &p)
            .unwrap()
            .into_iter()
            .fold(0.0, f64::max);
        let mut direct = 0.0_f64;
        for k in 0..branches.len() {
            let rest: Vec<Branch> = branches
                .iter()
                .enumerate()
                .filter(|(i, _)| *i != k)
                .map(|(_, b)| *b)
                .collect();
            let z = sensitivities(4, 0, &rest).unwrap();
            for b in &rest {
                let angle = |i: usize| (0..4).map(|j| z[i * 4 + j] * p[0][j]).sum::<f64>();
                direct = direct.max(((angle(b.from) - angle(b.to)) / b.x_pu).abs() / b.outage_mw);
            }
        }
        assert!((found - direct).abs() < 1e-9, "{found} {direct}");
    }
}
