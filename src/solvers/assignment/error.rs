//! What can be wrong with an assignment's input before any solving: data, not convergence.

/// Why an assignment cannot be solved at all.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum AssignmentError {
    /// A link or a trip names a node that does not exist.
    #[error("{element} {index} names node {node} beyond the {nodes} there are")]
    NoSuchNode {
        /// "link" or "trip".
        element: &'static str,
        /// Its index.
        index: usize,
        /// Node index.
        node: usize,
        /// Number of nodes.
        nodes: usize,
    },
    /// A value of a link that is negative or not finite, or a capacity of 0 on a link whose cost depends on it.
    #[error("{field} of link {link} is {value}")]
    BadLink {
        /// Link index.
        link: usize,
        /// Which value.
        field: &'static str,
        /// The value.
        value: f64,
    },
    /// Trips that are negative or not finite.
    #[error("trip {index} carries {trips} vehicles")]
    BadTrips {
        /// Index of the trip as given.
        index: usize,
        /// Vehicles.
        trips: f64,
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
    /// More links or nodes than indices of 32 bits can name.
    #[error("{count} {what} are more than this solver can number")]
    TooMany {
        /// "nodes", "links" or "trips".
        what: &'static str,
        /// How many.
        count: usize,
    },
}

impl AssignmentError {
    /// An error unless `got` is the expected length.
    pub(super) fn length(what: &'static str, got: usize, expected: usize) -> Result<(), Self> {
        if got == expected {
            Ok(())
        } else {
            Err(Self::Length {
                what,
                got,
                expected,
            })
        }
    }

    /// An error if indices of 32 bits do not reach.
    pub(super) fn count(what: &'static str, count: usize) -> Result<(), Self> {
        // The greatest index stands for 'none'.
        if count < u32::MAX as usize {
            Ok(())
        } else {
            Err(Self::TooMany { what, count })
        }
    }
}
