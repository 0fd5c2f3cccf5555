//! Feeds made by hand.
