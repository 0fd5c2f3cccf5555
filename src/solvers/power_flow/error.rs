//! What can be wrong with a network before any solving: data, not convergence.

/// Why a network cannot be solved at all.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PowerFlowError {
    /// A branch names a bus that does not exist.
    #[error("branch {branch} names a bus beyond the {buses} there are")]
    NoSuchBus {
        /// Branch index.
        branch: usize,
        /// Number of buses.
        buses: usize,
    },
    /// A branch begins and ends at the same bus.
    #[error("branch {branch} begins and ends at bus {bus}")]
    Loop {
        /// Branch index.
        branch: usize,
        /// Bus index.
        bus: usize,
    },
    /// A branch in service without impedance: join its buses instead.
    #[error("branch {branch} has no impedance")]
    NoImpedance {
        /// Branch index.
        branch: usize,
    },
    /// A branch in service without reactance, which the DC approximation divides by.
    #[error("branch {branch} has no reactance")]
    NoReactance {
        /// Branch index.
        branch: usize,
    },
    /// A branch or bus value that is not finite, or a tap that is not positive.
    #[error("{element} {index} has a value that is not finite, or a tap that is not positive")]
    BadValue {
        /// "branch" or "bus".
        element: &'static str,
        /// Its index.
        index: usize,
    },
    /// A bus in an island without slack bus: mark it isolated, or give its island a slack.
    #[error("bus {bus} is in an island without a slack bus")]
    NoSlack {
        /// One bus of the island.
        bus: usize,
    },
    /// Two slack buses in one island.
    #[error("buses {first} and {second} are both slack in one island")]
    TwoSlacks {
        /// The slack bus found first.
        first: usize,
        /// The other.
        second: usize,
    },
    /// A slice whose length is not that of the network.
    #[error("{what} has {got} entries, expected {expected}")]
    Length {
        /// Which argument.
        what: &'static str,
        /// Its length.
        got: usize,
        /// The length wanted.
        expected: usize,
    },
    /// A branch out of service on the given pattern cannot be changed in place: build anew.
    #[error("branch {branch} is not part of the network as built")]
    NotBuilt {
        /// Branch index.
        branch: usize,
    },
    /// The DC equations are singular (reactances that cancel).
    #[error("DC equations are singular at bus {bus}")]
    Singular {
        /// Bus index.
        bus: usize,
    },
}

impl PowerFlowError {
    /// An error unless `got` is the expected length.
    pub(crate) fn length(what: &'static str, got: usize, expected: usize) -> Result<(), Self> {
        if got == expected {
            Ok(())
        } else {
            Err(PowerFlowError::Length {
                what,
                got,
                expected,
            })
        }
    }
}
