//! The estimates for one row: a ratio with an interval, and a cost.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use crate::{Row, Table, control};

/// The smallest difference that is ever claimed. On a quiet machine the paired A/A control comes out within half of it,
/// and a hundredth is too little to decide a reader's choice.
pub const RESOLUTION: f64 = 0.01;

/// The widest interval from which a conclusion is drawn, as the ratio of its ends. A wider one would hide a difference
/// of a quarter, and most of the differences between frameworks are no larger.
pub const MOST_SPREAD: f64 = 1.25;

/// How many launches an interval needs, and with it any claim.
pub(crate) const LEAST_LAUNCHES: usize = 2;

/// The text in place of an interval or a claim after a single launch.
pub(crate) const ONE_LAUNCH: &str = "one launch";

/// The interval of a figure that was measured in one launch. A launch draws its memory layout and thread placement
/// once, so a single launch does not tell how far the next would come out from it.
const UNKNOWN: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

/// Resamples of the bootstrap. More would move the ends of an interval by less than the resolution.
const RESAMPLES: usize = 1000;

/// The estimates for a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Time per command as a ratio to the baseline's in the same round: the median over launches of the median
    /// over rounds.
    pub ratio: f64,
    /// The lower end of the ratio's 95 % interval; negative infinity after a single launch.
    pub low: f64,
    /// The upper end of the ratio's 95 % interval; infinity after a single launch.
    pub high: f64,
    /// Nanoseconds per command beyond the mutex's in the same round: the cost of carrying the command. `None` if no
    /// mutex took part.
    pub overhead_ns: Option<f64>,
    /// Nanoseconds per command, in the best launch on this machine. It must not be compared across machines or runs.
    pub best_ns: f64,
    /// The smallest difference that is claimed, on a logarithmic scale: the [`RESOLUTION`], or how far the table's
    /// control came out from 1 in its worst launch.
    pub resolution: f64,
}

impl Estimate {
    /// The estimates for a row of this table; `None` without a baseline or without rounds.
    #[must_use]
    pub fn of(row: &Row, table: &Table, seed: u64) -> Option<Self> {
        let baseline = table.baseline()?;
        let Ratio { ratio, low, high, resolution } = Ratio::of(row, baseline, table, seed)?;
        let overheads = table.floor().and_then(|floor| paired(row, floor, |own, floor| own - floor));
        let medians = row.launches.iter().map(|rounds| median(rounds));
        Some(Self {
            ratio,
            low,
            high,
            overhead_ns: overheads.map(|overheads| median_of_medians(&overheads)),
            best_ns: medians.fold(f64::INFINITY, f64::min),
            resolution,
        })
    }

    /// Whether the interval reaches 1, give or take the resolution: then no difference is claimed.
    #[must_use]
    pub fn is_about_one(&self) -> bool {
        is_about_one(self.low, self.high, self.resolution)
    }

    /// Whether there is an interval: it takes two launches.
    #[must_use]
    pub const fn has_interval(&self) -> bool {
        self.low.is_finite() && self.high.is_finite()
    }

    /// Whether the interval allows a conclusion. It does if it is narrow, its ends not further apart than
    /// [`MOST_SPREAD`]; or if it lies further from 1 than that, so that it is certain which row is faster, if not by
    /// how much. A row that is not conclusive is shown as such, and neither ranked nor coloured as a claim.
    #[must_use]
    pub fn is_conclusive(&self) -> bool {
        is_sure(self.low, self.high)
    }

    /// Whether this row is certainly faster than the other: the intervals are further apart than the resolution.
    #[must_use]
    pub fn is_faster_than(&self, other: &Self) -> bool {
        self.high < other.low * (-self.resolution.max(other.resolution)).exp()
    }
}

/// The comparison of one row with another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    /// Time per command as a ratio to the other's in the same round: the median over launches of the median over rounds.
    pub ratio: f64,
    /// The lower end of the 95 % interval.
    pub low: f64,
    /// The upper end of the 95 % interval.
    pub high: f64,
    /// The smallest difference that is claimed, as in [`Estimate::resolution`].
    pub resolution: f64,
}

impl Ratio {
    /// The ratio of two rows of this table; `None` without rounds.
    #[must_use]
    pub fn of(row: &Row, other: &Row, table: &Table, seed: u64) -> Option<Self> {
        let ratios = paired(row, other, |own, other| own / other)?;
        let (low, high) = interval(&ratios, seed);
        Some(Self {
            ratio: median_of_medians(&ratios),
            low,
            high,
            resolution: control::resolution(row, table),
        })
    }

    /// Whether the row is certainly faster than the other.
    #[must_use]
    pub fn is_faster(&self) -> bool {
        self.high < (-self.resolution).exp()
    }

    /// Whether the interval allows a conclusion, by the rule of [`Estimate::is_conclusive`].
    #[must_use]
    pub fn is_conclusive(&self) -> bool {
        is_sure(self.low, self.high)
    }

    /// Whether the interval reaches 1, by the rule of [`Estimate::is_about_one`].
    #[must_use]
    pub fn is_about_one(&self) -> bool {
        is_about_one(self.low, self.high, self.resolution)
    }
}

/// Nanoseconds per command, with the 95 % interval of the same bootstrap as a ratio's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nanos {
    /// The median over launches of the median over rounds.
    pub nanos: f64,
    /// The lower end of the 95 % interval.
    pub low: f64,
    /// The upper end of the 95 % interval.
    pub high: f64,
}

impl Nanos {
    /// The time of a command in this row, on this machine only; `None` without rounds.
    #[must_use]
    pub fn of(row: &Row, seed: u64) -> Option<Self> {
        typical_ns(row)?;
        Some(Self::over(&row.launches, seed))
    }

    /// The time of a command beyond the other row's in the same round; `None` without rounds.
    #[must_use]
    pub fn beyond(row: &Row, other: &Row, seed: u64) -> Option<Self> {
        paired(row, other, |own, other| own - other).map(|launches| Self::over(&launches, seed))
    }

    fn over(launches: &[Vec<f64>], seed: u64) -> Self {
        let (low, high) = interval(launches, seed);
        Self { nanos: median_of_medians(launches), low, high }
    }

    /// Whether the interval's ends are not further apart than [`MOST_SPREAD`]. For a difference whose interval reaches
    /// 0 this never holds.
    #[must_use]
    pub fn is_conclusive(&self) -> bool {
        is_narrow(self.low, self.high)
    }
}

fn is_sure(low: f64, high: f64) -> bool {
    is_narrow(low, high) || low > MOST_SPREAD || high < 1.0 / MOST_SPREAD
}

fn is_narrow(low: f64, high: f64) -> bool {
    low > 0.0 && high / low <= MOST_SPREAD
}

fn is_about_one(low: f64, high: f64, resolution: f64) -> bool {
    low <= resolution.exp() && high >= (-resolution).exp()
}

/// The median ratio of each launch.
pub(crate) fn launch_ratios(row: &Row, other: &Row) -> Option<Vec<f64>> {
    let ratios = paired(row, other, |own, other| own / other)?;
    Some(ratios.iter().map(|rounds| median(rounds)).collect())
}

/// Both rows' figures of the same round, joined; `None` if there are none.
pub(crate) fn paired(row: &Row, other: &Row, join: impl Fn(f64, f64) -> f64) -> Option<Vec<Vec<f64>>> {
    let launches = row.launches.iter().zip(&other.launches);
    let joined: Vec<Vec<f64>> =
        launches.map(|(own, other)| own.iter().zip(other).map(|(a, b)| join(*a, *b)).collect()).collect();
    (!joined.is_empty() && joined.iter().all(|rounds| !rounds.is_empty())).then_some(joined)
}

/// The 95 % interval of a two-level bootstrap: launches are drawn, then rounds within each. Rounds of one launch share
/// its memory layout and thread placement, so drawing rounds alone would give too narrow an interval.
///
/// A single launch has no interval: the returned ends are infinite, and no claim can be made from it.
pub(crate) fn interval(launches: &[Vec<f64>], seed: u64) -> (f64, f64) {
    if launches.len() < LEAST_LAUNCHES {
        return UNKNOWN;
    }
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let mut resampled = Vec::with_capacity(RESAMPLES);
    let mut rounds = Vec::new();
    for _ in 0..RESAMPLES {
        let medians: Vec<f64> = (0..launches.len())
            .map(|_| {
                let launch = &launches[random.random_range(0..launches.len())];
                rounds.clear();
                rounds.extend((0..launch.len()).map(|_| launch[random.random_range(0..launch.len())]));
                median(&rounds)
            })
            .collect();
        resampled.push(median(&medians));
    }
    resampled.sort_by(f64::total_cmp);
    let at = |share: f64| resampled[((RESAMPLES - 1) as f64 * share).round() as usize];
    (at(0.025), at(0.975))
}

/// The time per command of a row in nanoseconds: the median over launches of the median over rounds.
pub(crate) fn typical_ns(row: &Row) -> Option<f64> {
    let measured = !row.launches.is_empty() && row.launches.iter().all(|rounds| !rounds.is_empty());
    measured.then(|| median_of_medians(&row.launches))
}

pub(crate) fn median_of_medians(launches: &[Vec<f64>]) -> f64 {
    median(&launches.iter().map(|rounds| median(rounds)).collect::<Vec<_>>())
}

/// The median; of an even number the mean of the middle two.
///
/// # Panics
/// When there are no figures.
#[must_use]
pub fn median(figures: &[f64]) -> f64 {
    assert!(!figures.is_empty(), "a median needs a figure");
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[middle] } else { f64::midpoint(sorted[middle - 1], sorted[middle]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(label: &str, launches: &[&[f64]]) -> Row {
        Row {
            label: label.into(),
            backend: label.into(),
            baseline: label == "tokio",
            control: false,
            threads: "1".into(),
            launches: launches.iter().map(|rounds| rounds.to_vec()).collect(),
        }
    }

    fn estimate(low: f64, high: f64) -> Estimate {
        Estimate { ratio: low, low, high, overhead_ns: None, best_ns: 1.0, resolution: RESOLUTION }
    }

    fn table(rows: Vec<Row>) -> Table {
        Table {
            lane: "ct".into(),
            workload: "rtt".into(),
            title: String::new(),
            mailbox: "bounded 1024".into(),
            foreign_cpu: vec![None],
            rows,
            ..Table::default()
        }
    }

    #[test]
    fn the_median_of_an_even_number_lies_between() {
        assert!((median(&[4.0, 1.0, 3.0, 2.0]) - 2.5).abs() < 1e-9);
        assert!((median(&[9.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
    }

    #[test]
    fn a_ratio_is_paired_by_round() {
        // The machine is ten times slower in the second round; the ratio must not change by that.
        let table = table(vec![
            row("tokio", &[&[100.0, 1000.0, 100.0]]),
            row("kameo", &[&[200.0, 2000.0, 200.0]]),
            row("mutex", &[&[20.0, 200.0, 20.0]]),
        ]);
        let estimate = Estimate::of(&table.rows[1], &table, 1).expect("rounds");
        assert!((estimate.ratio - 2.0).abs() < 1e-9);
        assert!((estimate.overhead_ns.expect("a mutex") - 180.0).abs() < 1e-9);
    }

    #[test]
    fn a_single_launch_has_no_interval_and_claims_nothing() {
        let once = |launches: usize| {
            let own: Vec<&[f64]> = vec![&[900.0, 901.0]; launches];
            let base: Vec<&[f64]> = vec![&[100.0, 100.0]; launches];
            let table = table(vec![row("tokio", &base), row("A/A", &own), row("kameo", &own)]);
            let estimate = Estimate::of(&table.rows[2], &table, 1).expect("rounds");
            let nanos = Nanos::of(&table.rows[2], 1).expect("rounds");
            (estimate, nanos)
        };
        let (estimate, nanos) = once(1);
        assert!(!estimate.has_interval() && !estimate.is_conclusive() && estimate.is_about_one());
        assert!(!nanos.is_conclusive());
        let (twice, nanos) = once(2);
        assert!(twice.has_interval() && twice.is_conclusive() && !twice.is_about_one());
        assert!(nanos.is_conclusive());
        assert!(!estimate.is_faster_than(&twice) && !twice.is_faster_than(&estimate));
    }

    #[test]
    fn launches_that_disagree_widen_the_interval() {
        let own: Vec<Vec<f64>> = vec![vec![90.0; 9], vec![100.0; 9], vec![115.0; 9]];
        let own: Vec<&[f64]> = own.iter().map(Vec::as_slice).collect();
        let base = [100.0; 9];
        let table = table(vec![row("tokio", &[&base, &base, &base]), row("kameo", &own)]);
        let estimate = Estimate::of(&table.rows[1], &table, 1).expect("rounds");
        assert!(estimate.low <= 0.9 && estimate.high >= 1.15, "{estimate:?}");
        assert!(estimate.is_about_one());
    }

    #[test]
    fn nothing_is_claimed_within_the_resolution() {
        assert!(estimate(1.005, 1.02).is_about_one());
        assert!(!estimate(1.011, 1.02).is_about_one());
        assert!(estimate(0.9, 0.95).is_faster_than(&estimate(1.0, 1.1)));
        assert!(!estimate(0.9, 1.05).is_faster_than(&estimate(1.0, 1.1)));
    }

    #[test]
    fn nothing_is_claimed_that_the_control_does_as_well() {
        let mut control = row("A/A", &[&[100.0], &[104.0], &[100.0]]);
        control.backend = "tokio".into();
        let base: [&[f64]; 3] = [&[100.0]; 3];
        let estimate = |time: f64| {
            let other = [time];
            let rows = vec![row("tokio", &base), control.clone(), row("kameo", &[&other, &other, &other])];
            let table = table(rows);
            Estimate::of(&table.rows[2], &table, 1).expect("rounds")
        };
        assert!(estimate(103.9).is_about_one() && !estimate(104.1).is_about_one());
        assert!(estimate(97.0).is_about_one() && !estimate(96.0).is_about_one());
    }

    #[test]
    fn a_wide_interval_concludes_nothing() {
        let ratio = |low, high| Ratio { ratio: low, low, high, resolution: RESOLUTION };
        assert!(ratio(0.8, 1.0).is_conclusive() && ratio(2.0, 2.5).is_conclusive());
        assert!(!ratio(0.8, 1.01).is_conclusive() && !ratio(1.1, 1.4).is_conclusive());
        // It is certain that these rows are slower, and faster, if not by how much.
        assert!(ratio(2.0, 9.0).is_conclusive() && ratio(0.2, 0.7).is_conclusive());
        assert!(estimate(1.0, 1.2).is_conclusive() && !estimate(1.0, 1.3).is_conclusive());
        // The cost may be nothing, or less than nothing.
        assert!(!Nanos { nanos: 1.0, low: -1.0, high: 3.0 }.is_conclusive());
        assert!(!Nanos { nanos: 0.0, low: 0.0, high: 0.0 }.is_conclusive());
    }

    #[test]
    fn nanoseconds_are_of_launches_and_paired_by_round() {
        let (own, other) = (row("kameo", &[&[200.0, 2000.0, 200.0]]), row("mutex", &[&[20.0, 200.0, 20.0]]));
        let time = Nanos::of(&own, 1).expect("rounds");
        assert!((time.nanos - 200.0).abs() < 1e-9);
        assert!((Nanos::beyond(&own, &other, 1).expect("rounds").nanos - 180.0).abs() < 1e-9);
        assert_eq!(Nanos::of(&row("elfo", &[]), 1), None);
    }

    #[test]
    fn no_baseline_is_no_estimate() {
        let table = table(vec![row("kameo", &[&[1.0]])]);
        assert_eq!(Estimate::of(&table.rows[0], &table, 1), None);
    }
}
