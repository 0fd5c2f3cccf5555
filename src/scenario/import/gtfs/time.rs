//! Times and dates as GTFS writes them: `7:05:00`, `25:30:00`, `20260714`.

use jiff::civil::Date;

/// Most hours a time may have: longer than any train runs, and far from overflow.
const MOST_HOURS: i32 = 999;

/// Seconds of the service day; `None` if the text is no time. Hours may have one to three digits, seconds may be absent.
#[must_use]
pub fn seconds(text: &[u8]) -> Option<i32> {
    let mut parts = text.split(|byte| *byte == b':');
    let hours = digits(parts.next()?, 3)?;
    let minutes = digits(parts.next()?, 2)?;
    let seconds = parts.next().map_or(Some(0), |part| digits(part, 2))?;
    let fits = parts.next().is_none() && hours <= MOST_HOURS && minutes < 60 && seconds < 60;
    fits.then_some(hours * 3600 + minutes * 60 + seconds)
}

/// One to `most` digits as a number.
fn digits(text: &[u8], most: usize) -> Option<i32> {
    let fits = (1..=most).contains(&text.len()) && text.iter().all(u8::is_ascii_digit);
    fits.then(|| {
        text.iter()
            .fold(0, |number, digit| number * 10 + i32::from(digit - b'0'))
    })
}

/// A date; `None` if the text is none.
pub(super) fn date(text: &[u8]) -> Option<Date> {
    if text.len() != 8 {
        return None;
    }
    let year = digits(&text[..4], 4)?;
    let (month, day) = (digits(&text[4..6], 2)?, digits(&text[6..], 2)?);
    Date::new(year as i16, month as i8, day as i8).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_pass_midnight_and_may_be_short() {
        assert_eq!(seconds(b"7:05:09"), Some(25_509));
        assert_eq!(seconds(b"25:30:00"), Some(91_800));
        assert_eq!(seconds(b"07:05"), Some(25_500));
        for wrong in [
            "",
            "7",
            "7:60:00",
            "7:00:60",
            "-7:00:00",
            "7:00:00:00",
            "x:00:00",
            "1000:00:00",
        ] {
            assert_eq!(seconds(wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn dates_must_exist() {
        assert_eq!(date(b"20260714"), Date::new(2026, 7, 14).ok());
        assert_eq!(date(b"20260230"), None);
        assert_eq!(date(b"2026-7-1"), None);
    }
}
