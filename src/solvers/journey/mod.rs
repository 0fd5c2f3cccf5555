//! Journeys through a day's timetable: round-based public transit routing (RAPTOR).
//!
//! A [`timetable::Timetable`] is one service day in dense arrays; [`footpaths::Footpaths`] says who can walk where;
//! [`raptor::Raptor`] puts
//! both in the order a search wants, and [`search::Search`] answers queries. It deliberately knows no fares, no delays, no crowding and no names: what a
//! rider prefers among the answers is the caller's business.
//!
//! Method: Delling, Pajor and Werneck, 'Round-Based Public Transit Routing', Transportation Science 49 (2015) 591.

pub mod footpaths;
pub mod frequency;
pub mod itinerary;
pub mod patterns;
pub mod profile;
pub mod raptor;
pub mod search;
pub mod timetable;
