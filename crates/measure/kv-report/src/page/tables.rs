//! The tables of time per command, of the page.

use serde::Serialize;

use super::data::command_of;
use crate::estimate::{Nanos, paired};
use crate::{Ratio, Results, Row, Scale, Table, Work};

/// A table of time per command.
#[derive(Serialize)]
pub(super) struct TableData<'a> {
    lane: &'a str,
    workload: &'a str,
    title: &'a str,
    mailbox: &'a str,
    /// The subject of the table: only tables of one subject stand together.
    kind: &'static str,
    work: Option<Work>,
    scale: Option<&'a Scale>,
    curve_lane: &'a str,
    command: &'a str,
    foreign: Option<f64>,
    indicative: bool,
    /// Whether the control shows a difference, although it has the same code as the baseline.
    doubtful: bool,
    rows: Vec<RowData<'a>>,
}

/// A row with its estimates.
#[derive(Serialize)]
struct RowData<'a> {
    label: &'a str,
    threads: &'a str,
    baseline: bool,
    control: bool,
    /// The time per command in nanoseconds.
    time: Figure,
    /// The time per command as a ratio to plain tokio's.
    ratio: Option<Figure>,
    /// The time per command beyond the mutex's, in nanoseconds.
    cost: Option<Figure>,
    /// The time per command as a ratio to the mutex's.
    mutex: Option<Figure>,
    spread: Spread,
}

/// A figure with its interval.
#[derive(Clone, Copy, Serialize)]
struct Figure {
    value: f64,
    low: f64,
    high: f64,
    /// Whether the figure was measured in one launch, and so has no interval: both ends are then the figure itself.
    once: bool,
    /// Whether the interval is too wide to conclude anything.
    noisy: bool,
    /// Whether the figure is a ratio whose interval reaches 1.
    about: bool,
}

/// The distribution of each launch's rounds: [`SHARES`] of the rounds are below each figure.
///
/// Not every round is kept, so that the page of a full run stays below a megabyte.
#[derive(Serialize)]
struct Spread {
    time: Vec<[f64; SHARES.len()]>,
    ratio: Vec<[f64; SHARES.len()]>,
}

/// The shares of a launch's rounds. The scripts know them by their places.
const SHARES: [f64; 7] = [0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0];

impl<'a> TableData<'a> {
    pub(super) fn of(table: &'a Table, results: &'a Results) -> Self {
        let rows: Vec<RowData> =
            table.rows.iter().filter_map(|row| RowData::of(row, table, results.seed)).collect();
        let baseline = table.baseline().map(|row| &row.backend);
        let again = |row: &Row| row.control && Some(&row.backend) == baseline;
        let again = table.rows.iter().find(|row| again(row)).map(|row| &row.label);
        let doubtful = rows.iter().any(|row| {
            again.is_some_and(|label| label == row.label) && row.ratio.is_some_and(|it| !it.about)
        });
        Self {
            lane: &table.lane,
            workload: &table.workload,
            title: &table.title,
            mailbox: &table.mailbox,
            kind: match table {
                Table { life: true, .. } => "life",
                table if table.computes() => "work",
                _ => "traffic",
            },
            work: table.work,
            scale: table.scale.as_ref(),
            curve_lane: table.curve_lane(),
            command: command_of(&table.command, results),
            foreign: table.worst_foreign_cpu(),
            indicative: table.indicative(),
            doubtful,
            rows,
        }
    }
}

impl<'a> RowData<'a> {
    /// The row of the page; `None` if the row has no rounds.
    fn of(row: &'a Row, table: &Table, seed: u64) -> Option<Self> {
        let baseline = table.baseline();
        let floor = table.floor();
        let against = |other| Ratio::of(row, other, table, seed);
        let mutex = floor.and_then(against);
        let cost = floor.and_then(|floor| Nanos::beyond(row, floor, seed));
        let by_round = baseline.and_then(|other| paired(row, other, |own, other| own / other));
        Some(Self {
            label: &row.label,
            threads: &row.threads,
            baseline: row.baseline,
            control: row.control,
            time: Nanos::of(row, seed)?.into(),
            ratio: baseline.and_then(against).map(Figure::from),
            // A cost is as certain as the ratio from which it is computed. Its own interval would be judged by how
            // small the cost is.
            cost: cost
                .zip(mutex)
                .map(|(cost, mutex)| Figure { noisy: !mutex.is_conclusive(), ..Figure::from(cost) }),
            mutex: mutex.map(Figure::from),
            spread: Spread {
                time: row.launches.iter().filter_map(|rounds| quantiles(rounds)).collect(),
                ratio: by_round.iter().flatten().filter_map(|rounds| quantiles(rounds)).collect(),
            },
        })
    }
}

impl From<Ratio> for Figure {
    fn from(ratio: Ratio) -> Self {
        let Ratio { ratio: value, low, high, .. } = ratio;
        Self { noisy: !ratio.is_conclusive(), about: ratio.is_about_one(), ..Self::between(value, low, high) }
    }
}

impl From<Nanos> for Figure {
    fn from(nanos: Nanos) -> Self {
        let Nanos { nanos: value, low, high } = nanos;
        Self { noisy: !nanos.is_conclusive(), ..Self::between(value, low, high) }
    }
}

impl Figure {
    fn between(value: f64, low: f64, high: f64) -> Self {
        let once = !low.is_finite() || !high.is_finite();
        let (low, high) = if once { (value, value) } else { (low, high) };
        Self { value, low, high, once, noisy: false, about: false }
    }
}

/// The quantiles of the rounds by the nearest rank, to four digits.
fn quantiles(rounds: &[f64]) -> Option<[f64; SHARES.len()]> {
    let mut sorted = rounds.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().checked_sub(1)?;
    Some(SHARES.map(|share| four_digits(sorted[(last as f64 * share).round() as usize])))
}

fn four_digits(figure: f64) -> f64 {
    format!("{figure:.3e}").parse().unwrap_or(figure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_rounds_of_the_launch() {
        let rounds: Vec<f64> = (0..=100).rev().map(f64::from).collect();
        assert_eq!(quantiles(&rounds), Some([0.0, 5.0, 25.0, 50.0, 75.0, 95.0, 100.0]));
        assert_eq!(quantiles(&[123.456]), Some([123.5; 7]));
        assert_eq!(quantiles(&[]), None);
    }
}
