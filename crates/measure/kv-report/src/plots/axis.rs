//! Logarithmic axes: ratios and times differ by factors, and equal factors are to look equal.

use plotters::coord::combinators::LogCoord;
use plotters::coord::ranged1d::Ranged;
use plotters::prelude::IntoLogRange;

/// An axis that maps figures to pixels.
pub(super) struct Axis {
    coord: LogCoord<f64>,
    low: f64,
    high: f64,
    pixels: (i32, i32),
}

impl Axis {
    /// An axis with room for all figures; `None` if no figure has a logarithm.
    pub(super) fn over(figures: impl Iterator<Item = f64>, pixels: (i32, i32)) -> Option<Self> {
        let ends =
            figures.filter(|figure| figure.is_finite() && *figure > 0.0).fold(
                None,
                |ends, figure| match ends {
                    None => Some((figure, figure)),
                    Some((low, high)) => Some((f64::min(low, figure), f64::max(high, figure))),
                },
            );
        let (low, high) = ends?;
        let (low, high) = (low / 1.08, high * 1.08);
        Some(Self { coord: (low..high).log_scale().into(), low, high, pixels })
    }

    /// The place of a figure in pixels; figures beyond an end lie at the end.
    pub(super) fn at(&self, figure: f64) -> i32 {
        self.coord.map(&figure.clamp(self.low, self.high), self.pixels)
    }

    /// Round figures to put marks at: 1, 2 and 5 of each power of ten, or only the powers where these are many.
    pub(super) fn ticks(&self) -> Vec<f64> {
        let powers = self.low.log10().floor() as i32..=self.high.log10().ceil() as i32;
        let steps: &[f64] = if self.high / self.low > 2e3 { &[1.0] } else { &[1.0, 2.0, 5.0] };
        powers
            .flat_map(|power| steps.iter().map(move |step| step * 10f64.powi(power)))
            .filter(|tick| (self.low..=self.high).contains(tick))
            .collect()
    }
}

/// A figure at a mark, without a unit: `0.5`, `20`, `5k`, `2M`.
pub(super) fn short(figure: f64) -> String {
    let (figure, unit) = match figure {
        figure if figure >= 1e6 => (figure / 1e6, "M"),
        figure if figure >= 1e3 => (figure / 1e3, "k"),
        figure => (figure, ""),
    };
    // The sum of a power of ten and its step is not exact; nine digits are, and the zeros at the end are cut off.
    let text = format!("{figure:.9}");
    format!("{}{unit}", text.trim_end_matches('0').trim_end_matches('.'))
}

/// A time at a mark, in the unit that fits: `20 ns`, `1 ms`.
pub(super) fn time(nanos: f64) -> String {
    let (value, unit) = match nanos {
        nanos if nanos < 0.999e3 => (nanos, "ns"),
        nanos if nanos < 0.999e6 => (nanos / 1e3, "\u{b5}s"),
        nanos if nanos < 0.999e9 => (nanos / 1e6, "ms"),
        nanos => (nanos / 1e9, "s"),
    };
    format!("{} {unit}", short(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_round_and_within() {
        let axis = Axis::over([0.2, 3.0].into_iter(), (0, 100)).expect("figures");
        assert_eq!(axis.ticks().into_iter().map(short).collect::<Vec<_>>(), ["0.2", "0.5", "1", "2"]);
        assert!(axis.at(0.2) < axis.at(1.0) && axis.at(99.0) == 100);
        let wide = Axis::over([1.0, 1e6].into_iter(), (0, 100)).expect("figures");
        assert_eq!(wide.ticks().into_iter().map(time).collect::<Vec<_>>()[3..5], ["1 \u{b5}s", "10 \u{b5}s"]);
        assert!(Axis::over([0.0, -1.0, f64::NAN].into_iter(), (0, 100)).is_none());
    }
}
