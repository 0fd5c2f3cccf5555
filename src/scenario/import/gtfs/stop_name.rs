//! Finds the stops that a text names: by id, else by a name that only one place has.

use crate::scenario::import::gtfs::feed::Feed;
use crate::scenario::import::gtfs::place::PLATFORM;
use crate::scenario::import::gtfs::place::STATION;
use crate::scenario::problem::Problem;
use crate::scenario::problem::did_you_mean;

/// Stops listed where a name is not enough.
const MOST_LISTED: usize = 12;

impl Feed {
    /// The stops that a text names: one, or all those of a station. An id is looked for first, then a name in any case.
    ///
    /// # Errors
    /// When nothing has that id or name, or several places have the name.
    pub fn stops_named(&self, text: &str) -> Result<Vec<u32>, Box<Problem>> {
        let text = text.trim();
        if let Some(row) = self.stops.iter().position(|stop| stop.id == text) {
            return Ok(self.stops_at(row as u32));
        }
        let wanted = text.to_lowercase();
        let named = |row: &u32| {
            let stop = &self.stops[*row as usize];
            matches!(stop.kind, PLATFORM | STATION) && stop.name.to_lowercase() == wanted
        };
        let found: Vec<u32> = (0..self.stops.len() as u32).filter(named).collect();
        // A station and its own stops may share the name; they are one place.
        let place = |row: &u32| self.stops[*row as usize].parent.unwrap_or(*row);
        match found.as_slice() {
            [] => Err(Box::new(self.nothing_named(text))),
            [first, rest @ ..] if rest.iter().all(|row| place(row) == place(first)) => Ok(self
                .stops_at(if rest.is_empty() {
                    *first
                } else {
                    place(first)
                })),
            several => {
                let ids = several.iter().take(MOST_LISTED);
                let ids: Vec<&str> = ids
                    .map(|row| self.stops[*row as usize].id.as_str())
                    .collect();
                let more = several.len().saturating_sub(MOST_LISTED);
                let more = if more > 0 {
                    format!(" and {more} more")
                } else {
                    String::new()
                };
                let message = format!("{} stops are named `{text}`", several.len());
                let help = format!("name one by its stop_id: {}{more}", ids.join(", "));
                Err(Box::new(Problem::new(&self.name, message).help(help)))
            }
        }
    }

    /// A stop itself, or the stops of a station.
    fn stops_at(&self, row: u32) -> Vec<u32> {
        if self.stops[row as usize].kind != STATION {
            return vec![row];
        }
        let belongs = |other: &u32| {
            let stop = &self.stops[*other as usize];
            stop.kind == PLATFORM && stop.parent == Some(row)
        };
        let mut members: Vec<u32> = (0..self.stops.len() as u32).filter(belongs).collect();
        // Some feeds let trips call at the station itself.
        members.push(row);
        members
    }

    fn nothing_named(&self, text: &str) -> Problem {
        let stops = self
            .stops
            .iter()
            .filter(|s| matches!(s.kind, PLATFORM | STATION));
        let ids = stops.clone().map(|stop| stop.id.as_str());
        let names = stops.map(|stop| stop.name.as_str());
        Problem::new(&self.name, format!("no stop has the id or name `{text}`")).help(
            did_you_mean(text, names.chain(ids))
                .unwrap_or_else(|| "the ids are in the feed's stops.txt".to_owned()),
        )
    }
}
