//! Colours: Okabe and Ito's set for categories (readable with any colour vision), viridis for sequences, greys.

/// Red, green, blue (0 to 255) and opacity (0 to 1).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Color(pub u8, pub u8, pub u8, pub f64);

impl Color {
    /// The same colour with another opacity.
    #[must_use]
    pub const fn alpha(self, opacity: f64) -> Self {
        Self(self.0, self.1, self.2, opacity)
    }

    /// Mixed with white; `share` of white from 0 to 1.
    #[must_use]
    pub fn lighter(self, share: f64) -> Self {
        let mix = |c: u8| (f64::from(c) + (255.0 - f64::from(c)) * share).round() as u8;
        Self(mix(self.0), mix(self.1), mix(self.2), self.3)
    }
}

/// Text and data lines that carry the message.
pub const INK: Color = Color(31, 36, 42, 1.0);
/// Second text: ticks, subtitles.
pub const GREY: Color = Color(94, 102, 112, 1.0);
/// Axis lines.
pub const AXIS: Color = Color(150, 156, 164, 1.0);
/// Grid lines.
pub const GRID: Color = Color(226, 229, 233, 1.0);
/// Night.
pub const NIGHT: Color = Color(241, 243, 247, 1.0);
/// Paper.
pub const WHITE: Color = Color(255, 255, 255, 1.0);

/// Okabe-Ito orange.
pub const ORANGE: Color = Color(230, 159, 0, 1.0);
/// Okabe-Ito sky blue.
pub const SKY: Color = Color(86, 180, 233, 1.0);
/// Okabe-Ito bluish green.
pub const GREEN: Color = Color(0, 158, 115, 1.0);
/// Okabe-Ito yellow.
pub const YELLOW: Color = Color(240, 228, 66, 1.0);
/// Okabe-Ito blue.
pub const BLUE: Color = Color(0, 114, 178, 1.0);
/// Okabe-Ito vermilion.
pub const VERMILION: Color = Color(213, 94, 0, 1.0);
/// Okabe-Ito reddish purple.
pub const PURPLE: Color = Color(204, 121, 167, 1.0);

/// Order for lines that are peers: dark and distinct first.
pub const PEERS: [Color; 5] = [BLUE, VERMILION, GREEN, PURPLE, ORANGE];

/// Viridis at nine even places (van der Walt and Smith 2015).
const VIRIDIS: [[u8; 3]; 9] = [
    [68, 1, 84],
    [71, 45, 123],
    [59, 82, 139],
    [44, 114, 142],
    [33, 145, 140],
    [40, 174, 128],
    [94, 201, 98],
    [173, 220, 48],
    [253, 231, 37],
];

/// Viridis reversed, so that more is darker on white paper; `x` from 0 to 1.
#[must_use]
pub fn viridis(x: f64) -> Color {
    let x = (1.0 - x.clamp(0.0, 1.0)) * (VIRIDIS.len() - 1) as f64;
    let i = (x as usize).min(VIRIDIS.len() - 2);
    let f = x - i as f64;
    let mix = |c: usize| {
        let (a, b) = (f64::from(VIRIDIS[i][c]), f64::from(VIRIDIS[i + 1][c]));
        (a + f * (b - a)).round() as u8
    };
    Color(mix(0), mix(1), mix(2), 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_ends_where_it_should() {
        assert_eq!(viridis(0.0), Color(253, 231, 37, 1.0));
        assert_eq!(viridis(1.0), Color(68, 1, 84, 1.0));
        assert_eq!(viridis(0.5), Color(33, 145, 140, 1.0));
        assert_eq!(
            Color(0, 100, 200, 1.0).lighter(0.5),
            Color(128, 178, 228, 1.0)
        );
    }
}
