//! A journey: rides and walks from door to door, in order.

/// One part of a journey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leg {
    /// On foot between two stops.
    Walk {
        /// Where it begins.
        from: u32,
        /// Where it ends.
        to: u32,
        /// When it begins, seconds of the service day.
        depart_s: i32,
        /// When it ends.
        arrive_s: i32,
    },
    /// Aboard one trip.
    Ride {
        /// The trip.
        trip: u32,
        /// Position of the call where one gets on, from 0.
        board: u32,
        /// Position of the call where one gets off.
        alight: u32,
        /// Stop where one gets on.
        from: u32,
        /// Stop where one gets off.
        to: u32,
        /// When the vehicle leaves.
        depart_s: i32,
        /// When it arrives.
        arrive_s: i32,
    },
}

impl Leg {
    /// When it begins, seconds of the service day.
    #[must_use]
    pub fn depart_s(&self) -> i32 {
        match *self {
            Self::Walk { depart_s, .. } | Self::Ride { depart_s, .. } => depart_s,
        }
    }

    /// When it ends.
    #[must_use]
    pub fn arrive_s(&self) -> i32 {
        match *self {
            Self::Walk { arrive_s, .. } | Self::Ride { arrive_s, .. } => arrive_s,
        }
    }
}

/// A way from one stop to another. A walk before the first ride begins as late as it can.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Journey {
    /// When it begins, seconds of the service day; not before the time asked for.
    pub depart_s: i32,
    /// When it ends.
    pub arrive_s: i32,
    /// Its parts; none if one is there already. No two walks follow each other.
    pub legs: Vec<Leg>,
}

impl Journey {
    /// Vehicles boarded.
    #[must_use]
    pub fn rides(&self) -> usize {
        let rides = self.legs.iter();
        rides.filter(|leg| matches!(leg, Leg::Ride { .. })).count()
    }

    /// Changes of vehicle.
    #[must_use]
    pub fn transfers(&self) -> usize {
        self.rides().saturating_sub(1)
    }
}
