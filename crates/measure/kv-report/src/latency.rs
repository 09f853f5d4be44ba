//! Latency under an offered load: asks are sent on a schedule, which does not wait for replies.

use serde::{Deserialize, Serialize};

use crate::estimate::median;
use crate::estimate::{LEAST_LAUNCHES, ONE_LAUNCH};

/// One workload offered on a schedule to every backend, on one lane.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LatencyTable {
    /// The lane: `ct`, or `mt` with its number of threads.
    pub lane: String,
    /// The workload's id.
    pub workload: String,
    /// The workload's title, in a line.
    pub title: String,
    /// The mailbox: `bounded 1024` or `unbounded`.
    pub mailbox: String,
    /// How asks are spread over a window: `constant` or `poisson`.
    pub arrivals: String,
    /// How many clients share the load; each has at most one ask on its way.
    pub clients: usize,
    /// How long a window is, in milliseconds.
    pub window_ms: u64,
    /// The command that measures it again.
    #[serde(default)]
    pub command: String,
    /// The foreign processor time, as in [`Table::foreign_cpu`](crate::Table::foreign_cpu).
    pub foreign_cpu: Vec<Option<f64>>,
    /// The rows, one per contestant.
    pub rows: Vec<LatencyRow>,
}

/// The measurements of one contestant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LatencyRow {
    /// The contestant's label in this table.
    pub label: String,
    /// The backend's name.
    pub backend: String,
    /// The worker threads of the backend's runtime, and its own threads.
    pub threads: String,
    /// The saturation per launch: the asks per second that the generator gets through when more are due than can be
    /// answered.
    pub saturation: Vec<f64>,
    /// The measurements by the offered share of the saturation, the smallest first.
    pub points: Vec<LoadPoint>,
}

/// The measurements at one load.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoadPoint {
    /// The offered load, as a share of the launch's saturation.
    pub share: f64,
    /// Every window of every launch.
    pub windows: Vec<WindowFigures>,
}

/// One window. Times are in nanoseconds, from when an ask was due to its reply, unless a field says otherwise.
// The module `compact` has its serialised form.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct WindowFigures {
    /// The number of the launch, from 0.
    pub launch: usize,
    /// Asks per second, as scheduled.
    pub offered: f64,
    /// Asks per second, as answered.
    pub achieved: f64,
    /// The median.
    pub p50: u64,
    /// The 99th percentile.
    pub p99: u64,
    /// The 99.9th percentile.
    pub p999: u64,
    /// The longest.
    pub max: u64,
    /// The median from sending to the reply: what a measurement without a schedule would report.
    pub service_p50: u64,
    /// The 99th percentile from sending to the reply.
    pub service_p99: u64,
    /// The 99th percentile of the generator's delay in sends for which a client was free.
    pub lag_p99: u64,
}

/// The largest lag of the generator in a valid window, in nanoseconds. A window in which a client was free and the
/// generator still sent later than this is thrown out: it would measure the generator.
pub const MOST_LAG_NS: u64 = 50_000;

/// The largest 99th percentile of the mutex at the smallest load, in nanoseconds. The mutex carries nothing, so a
/// larger value is the machine's doing: the limit is far beyond any lock, far below a lost time slice.
pub const MOST_FLOOR_NS: f64 = 100_000.0;

impl LatencyTable {
    /// Whether the machine was too busy to show anything of a backend: then no quantile of any row is to be believed.
    #[must_use]
    pub fn is_platform_limited(&self) -> bool {
        let floor = self.rows.iter().find(|row| row.backend == "mutex").and_then(|row| row.points.first());
        floor.is_some_and(|point| point.figures().is_none_or(|figures| figures.p99 > MOST_FLOOR_NS))
    }
}

impl WindowFigures {
    /// Whether the generator kept to its schedule.
    #[must_use]
    pub const fn counts(&self) -> bool {
        self.lag_p99 <= MOST_LAG_NS
    }
}

/// The figures of one load.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LoadFigures {
    /// Asks per second, median of the windows.
    pub offered: f64,
    /// Answered asks per second, median of the windows.
    pub achieved: f64,
    /// Median over windows of each quantile, in nanoseconds.
    pub p50: f64,
    /// Median over windows, in nanoseconds.
    pub p99: f64,
    /// Median over windows, in nanoseconds.
    pub p999: f64,
    /// The longest of all windows, in nanoseconds.
    pub max: u64,
    /// Median over windows of what a measurement without a schedule would report, in nanoseconds.
    pub service_p99: f64,
    /// How many windows are valid.
    pub windows: usize,
    /// How many windows were thrown out.
    pub thrown_out: usize,
}

impl LoadPoint {
    /// The figures of the valid windows; `None` if the generator kept up in no window.
    #[must_use]
    pub fn figures(&self) -> Option<LoadFigures> {
        let windows: Vec<&WindowFigures> = self.windows.iter().filter(|window| window.counts()).collect();
        if windows.is_empty() {
            return None;
        }
        let of = |figure: fn(&WindowFigures) -> f64| {
            median(&windows.iter().map(|window| figure(window)).collect::<Vec<_>>())
        };
        Some(LoadFigures {
            offered: of(|window| window.offered),
            achieved: of(|window| window.achieved),
            p50: of(|window| window.p50 as f64),
            p99: of(|window| window.p99 as f64),
            p999: of(|window| window.p999 as f64),
            max: windows.iter().map(|window| window.max).max().unwrap_or(0),
            service_p99: of(|window| window.service_p99 as f64),
            windows: windows.len(),
            thrown_out: self.windows.len() - windows.len(),
        })
    }
}

impl LatencyRow {
    /// The first load at which the median is ten times what it is at the smallest: where the curve bends. `None` if
    /// there is none, and after a single launch, which does not show it: see [`LatencyRow::bends`].
    #[must_use]
    pub fn knee(&self) -> Option<f64> {
        if self.saturation.len() < LEAST_LAUNCHES {
            return None;
        }
        let points = || self.points.iter().filter_map(|point| Some((point.share, point.figures()?)));
        let (_, rest) = points().next()?;
        points().find(|(_, figures)| figures.p50 > 10.0 * rest.p50).map(|(share, _)| share)
    }

    /// The curve's bend, in words.
    #[must_use]
    pub fn bends(&self) -> String {
        match self.knee() {
            Some(share) => format!("{:.0} %", share * 100.0),
            None if self.saturation.len() < LEAST_LAUNCHES => format!("not known: {ONE_LAUNCH}"),
            None => "nowhere".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(p50: u64, lag_p99: u64) -> WindowFigures {
        WindowFigures {
            launch: 0,
            offered: 1000.0,
            achieved: 990.0,
            p50,
            p99: p50 * 2,
            p999: p50 * 3,
            max: p50 * 4,
            service_p50: p50,
            service_p99: p50,
            lag_p99,
        }
    }

    #[test]
    fn a_window_in_which_the_generator_lagged_does_not_count() {
        let late = MOST_LAG_NS + 1;
        let point = LoadPoint { share: 0.5, windows: vec![window(10, 1), window(30, 1), window(9000, late)] };
        let figures = point.figures().expect("two count");
        assert_eq!((figures.windows, figures.thrown_out, figures.max), (2, 1, 120));
        assert!((figures.p50 - 20.0).abs() < 1e-9);
        assert_eq!(LoadPoint { share: 0.5, windows: vec![window(9000, late)] }.figures(), None);
    }

    #[test]
    fn a_tail_that_the_mutex_has_as_well_is_the_machines() {
        let table = |p50| LatencyTable {
            lane: "ct".into(),
            workload: "ycsb-b".into(),
            title: String::new(),
            mailbox: "unbounded".into(),
            arrivals: "poisson".into(),
            clients: 16,
            window_ms: 15,
            command: String::new(),
            foreign_cpu: Vec::new(),
            rows: vec![LatencyRow {
                label: "mutex".into(),
                backend: "mutex".into(),
                threads: "1".into(),
                saturation: vec![1e6],
                points: vec![LoadPoint { share: 0.1, windows: vec![window(p50, 1)] }],
            }],
        };
        assert!(!table(1_000).is_platform_limited());
        assert!(table(1_000_000).is_platform_limited());
    }

    #[test]
    fn the_knee_is_where_the_median_has_grown_tenfold() {
        let point = |share, p50| LoadPoint { share, windows: vec![window(p50, 1)] };
        let row = |points: &[LoadPoint], launches| LatencyRow {
            label: "tokio".into(),
            backend: "tokio".into(),
            threads: "1".into(),
            saturation: vec![1e6; launches],
            points: points.to_vec(),
        };
        let steep = [point(0.1, 10), point(0.5, 40), point(0.9, 101)];
        assert_eq!((row(&steep, 2).knee(), row(&steep, 2).bends()), (Some(0.9), "90 %".to_owned()));
        assert_eq!(row(&steep[..2], 2).bends(), "nowhere");
        let once = row(&steep, 1);
        assert_eq!((once.knee(), once.bends()), (None, "not known: one launch".to_owned()));
    }
}
