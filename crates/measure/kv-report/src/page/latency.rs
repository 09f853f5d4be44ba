//! The latency tables of the page.

use serde::Serialize;

use super::data::command_of;
use crate::estimate::median;
use crate::{LatencyRow, LatencyTable, LoadFigures, LoadPoint, Results, WindowFigures};

/// A latency table.
#[derive(Serialize)]
pub(super) struct LatencyData<'a> {
    lane: &'a str,
    workload: &'a str,
    title: &'a str,
    mailbox: &'a str,
    arrivals: &'a str,
    clients: usize,
    window_ms: u64,
    command: &'a str,
    limited: bool,
    rows: Vec<LatencyRowData<'a>>,
}

#[derive(Serialize)]
struct LatencyRowData<'a> {
    label: &'a str,
    threads: &'a str,
    /// Asks per second, median over launches.
    saturation: Option<f64>,
    /// The load at which the curve bends, as a share of the saturation.
    knee: Option<f64>,
    /// The bend in words.
    bends: String,
    points: Vec<PointData>,
}

#[derive(Serialize)]
struct PointData {
    share: f64,
    thrown_out: usize,
    /// The figures; `None` if the generator kept up in no window.
    figures: Option<PointFigures>,
}

/// The figures of one load: asks per second, and nanoseconds with the half of the windows that lies in the middle.
#[derive(Serialize)]
struct PointFigures {
    offered: f64,
    achieved: f64,
    windows: usize,
    p50: Middle,
    p99: Middle,
    p999: Middle,
    max: Middle,
    service_p99: Middle,
}

/// A figure, and the two values between which half of the windows lie. For `max` the figure is the longest of all
/// windows.
#[derive(Serialize)]
struct Middle {
    value: f64,
    low: f64,
    high: f64,
}

impl<'a> LatencyData<'a> {
    pub(super) fn of(table: &'a LatencyTable, results: &'a Results) -> Self {
        Self {
            lane: &table.lane,
            workload: &table.workload,
            title: &table.title,
            mailbox: &table.mailbox,
            arrivals: &table.arrivals,
            clients: table.clients,
            window_ms: table.window_ms,
            command: command_of(&table.command, results),
            limited: table.is_platform_limited(),
            rows: table.rows.iter().map(LatencyRowData::of).collect(),
        }
    }
}

impl<'a> LatencyRowData<'a> {
    fn of(row: &'a LatencyRow) -> Self {
        Self {
            label: &row.label,
            threads: &row.threads,
            saturation: (!row.saturation.is_empty()).then(|| median(&row.saturation)),
            knee: row.knee(),
            bends: row.bends(),
            points: row.points.iter().map(PointData::of).collect(),
        }
    }
}

impl PointData {
    fn of(point: &LoadPoint) -> Self {
        let figures = point.figures();
        let counted = figures.map_or(0, |figures| figures.windows);
        Self {
            share: point.share,
            thrown_out: point.windows.len() - counted,
            figures: figures.map(|figures| PointFigures::of(&figures, point)),
        }
    }
}

impl PointFigures {
    fn of(figures: &LoadFigures, point: &LoadPoint) -> Self {
        let middle = |value: f64, of: fn(&WindowFigures) -> u64| {
            let mut all: Vec<u64> = point.windows.iter().filter(|window| window.counts()).map(of).collect();
            all.sort_unstable();
            let at = |share: f64| all[((all.len() - 1) as f64 * share).round() as usize] as f64;
            Middle { value, low: at(0.25), high: at(0.75) }
        };
        Self {
            offered: figures.offered,
            achieved: figures.achieved,
            windows: figures.windows,
            p50: middle(figures.p50, |window| window.p50),
            p99: middle(figures.p99, |window| window.p99),
            p999: middle(figures.p999, |window| window.p999),
            max: middle(figures.max as f64, |window| window.max),
            service_p99: middle(figures.service_p99, |window| window.service_p99),
        }
    }
}
