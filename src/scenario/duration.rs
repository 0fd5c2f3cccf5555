//! Spans of time as people write them: `36h`, `90min`, `2d 3h 30min`, `45s`.
//!
//! It knows whole seconds only.

/// Seconds of a span such as `1d 2h`.
///
/// # Errors
/// Says what a span looks like.
pub fn parse(text: &str) -> Result<u64, String> {
    let wrong = || format!("`{text}` is no span of time: write for example 36h, 90min or 1d 6h");
    let mut seconds = 0_u64;
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(wrong());
    }
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .ok_or_else(wrong)?;
        let number: f64 = rest[..digits].parse().map_err(|_| wrong())?;
        rest = rest[digits..].trim_start();
        let letters = rest
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(rest.len());
        let unit = match &rest[..letters] {
            "s" => 1.0,
            "m" | "min" => 60.0,
            "h" => 3600.0,
            "d" => 86_400.0,
            _ => return Err(wrong()),
        };
        let part = number * unit;
        // Ten years: nobody means more, and it keeps the sum far from overflow.
        if !(0.0..=3.2e8).contains(&part) || part.fract() != 0.0 {
            return Err(wrong());
        }
        seconds += part as u64;
        rest = rest[letters..].trim_start();
    }
    Ok(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read() {
        assert_eq!(parse("36h"), Ok(129_600));
        assert_eq!(parse("1d 2h 30min"), Ok(95_400));
        assert_eq!(parse("1.5h"), Ok(5400));
        assert_eq!(parse("45 s"), Ok(45));
    }

    #[test]
    fn what_is_no_span_is_refused() {
        for text in ["", "36", "h", "3 weeks", "-1h", "0.0001s", "1h later"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
