//! Journeys worked out by hand.
