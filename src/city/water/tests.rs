//! The water net of a generated town, stepped without the rest of the city.
