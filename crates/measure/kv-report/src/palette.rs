//! The look of each backend in every chart: a colour per theme, and a marker and a dash for readers who cannot tell the
//! colours apart.

/// The look of one backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// The backend's label in tables.
    pub label: &'static str,
    /// The backend's colour on a light ground, as `#rrggbb`.
    pub light: &'static str,
    /// The backend's colour on a dark ground, as `#rrggbb`.
    pub dark: &'static str,
    /// The backend's marker.
    pub marker: Marker,
    /// Lengths of line and gap in pixels, as SVG's `stroke-dasharray` takes them; empty for a line without gaps.
    pub dash: &'static str,
}

/// The shape that marks a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    /// A filled circle.
    Circle,
    /// A circle's rim.
    Ring,
    /// A filled square.
    Square,
    /// A filled square on its corner.
    Diamond,
    /// A filled triangle that points up.
    Up,
    /// A filled triangle that points down.
    Down,
    /// Two crossing lines, upright.
    Plus,
    /// Two crossing lines, slanted.
    Cross,
}

impl Marker {
    /// The marker's name in the page's data.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Circle => "circle",
            Self::Ring => "ring",
            Self::Square => "square",
            Self::Diamond => "diamond",
            Self::Up => "up",
            Self::Down => "down",
            Self::Plus => "plus",
            Self::Cross => "cross",
        }
    }
}

/// The ground that charts are drawn on, light and dark.
pub const GROUND: (&str, &str) = ("#ffffff", "#16191d");

/// Every backend that has a look of its own, in the order of tables.
///
/// Rejected: Okabe and Ito's eight colours, three of which do not stand out from a white page. The colours here were
/// found by a search for colours that lie far from each other for every kind of sight, and far from the ground. A test
/// measures both.
pub const LOOKS: [Look; 8] = [
    Look { label: "mutex", light: "#3b3b3b", dark: "#e8e8e8", marker: Marker::Plus, dash: "2 3" },
    Look { label: "tokio", light: "#3c22d8", dark: "#21a7ff", marker: Marker::Circle, dash: "" },
    Look { label: "tokio (A/A)", light: "#318dff", dark: "#a6c7f3", marker: Marker::Ring, dash: "9 3" },
    Look { label: "kameo", light: "#f75c00", dark: "#ec5f27", marker: Marker::Square, dash: "6 3" },
    Look { label: "ractor", light: "#297971", dark: "#62807c", marker: Marker::Diamond, dash: "9 3 2 3" },
    Look { label: "actix", light: "#712085", dark: "#af3af9", marker: Marker::Up, dash: "4 2" },
    Look { label: "actix-local", light: "#d948c2", dark: "#bb94aa", marker: Marker::Down, dash: "3 2 3 6" },
    Look { label: "elfo", light: "#a84a1e", dark: "#dcab13", marker: Marker::Cross, dash: "12 4" },
];

/// The look of a backend that has none in [`LOOKS`].
const OTHER: Look =
    Look { label: "other", light: "#767676", dark: "#9a9a9a", marker: Marker::Circle, dash: "1 4" };

/// The end of the name of each framework's first backend.
pub(crate) const FIRST: &str = "-first";

/// The end of the label of a row whose clients are inside the framework.
const INSIDE: &str = " (inside)";

/// The look of a backend, by its label in tables. A first backend, say `kameo-first`, has the colour of `kameo`, with
/// [`Marker::Ring`] and a dotted line; so has `elfo (inside)` that of `elfo`.
#[must_use]
pub fn look(label: &str) -> Look {
    let known = |label: &str| LOOKS.into_iter().find(|look| look.label == label);
    let first = || known(label.strip_suffix(FIRST).or_else(|| label.strip_suffix(INSIDE))?);
    let dotted = |look| Look { marker: Marker::Ring, dash: "1 3", ..look };
    known(label).or_else(|| first().map(dotted)).unwrap_or(OTHER)
}

/// The three channels of a `#rrggbb`.
pub(crate) fn channels(colour: &str) -> (u8, u8, u8) {
    let number = u32::from_str_radix(colour.trim_start_matches('#'), 16).unwrap_or(0);
    let [_, red, green, blue] = number.to_be_bytes();
    (red, green, blue)
}

#[cfg(test)]
mod tests;
