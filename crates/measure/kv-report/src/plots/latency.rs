//! The pictures of latency under load, one per lane: the median beside the 99th percentile.

use super::axis::{Axis, short, time};
use super::canvas::{Align, Canvas, FAINT, GRID, INK, card, colour};
use super::file_name;
use crate::estimate::median;
use crate::palette::look;
use crate::{LatencyRow, LatencyTable, LoadFigures, Results};

const SIZE: (u32, u32) = (880, 470);
const PANEL: i32 = 370;
const LEFT: i32 = 76;
const GAP: i32 = 40;
const TOP: i32 = 118;
const BOTTOM: i32 = 410;

/// A function that chooses one of the figures, in nanoseconds.
type Quantile = fn(&LoadFigures) -> f64;

pub(super) fn all(results: &Results) -> Vec<(String, String)> {
    let plot = |table: &LatencyTable| {
        Some((file_name(&["latency", &table.lane, &table.workload, &table.mailbox]), hockey_stick(table)?))
    };
    results.latency.iter().filter_map(plot).collect()
}

fn points(row: &LatencyRow) -> impl Iterator<Item = (f64, LoadFigures)> + '_ {
    row.points.iter().filter_map(|point| Some((point.share, point.figures()?)))
}

fn hockey_stick(table: &LatencyTable) -> Option<String> {
    let all = || table.rows.iter().flat_map(|row| points(row).map(|(_, figures)| figures));
    let y = Axis::over(all().flat_map(|figures| [figures.p50, figures.p99]), (BOTTOM, TOP))?;
    let title = format!(
        "{}, {}, mailbox {}: latency under a load that does not wait",
        table.lane, table.workload, table.mailbox
    );
    let offered = |left: i32| Axis::over(all().map(|figures| figures.offered), (left, left + PANEL));
    let panels: [(&str, Quantile); 2] =
        [("median", |figures| figures.p50), ("99th percentile", |figures| figures.p99)];
    Some(card(&title, SIZE.0, SIZE.1, |canvas| {
        canvas.heading(&title, (16, 24));
        let limited = if table.is_platform_limited() {
            "Platform-limited: these tails are the machine's. "
        } else {
            ""
        };
        let note = format!(
            "{limited}From when an ask was due to its reply; {} arrivals, {} clients. Ring: the median has grown tenfold. \
             Stroke below: saturation.",
            table.arrivals, table.clients
        );
        canvas.text(&note, (16, 46), 14, FAINT, Align::Left);
        let looks: Vec<_> = table.rows.iter().map(|row| (&*row.label, look(&row.label))).collect();
        canvas.legend(&looks, (16, 72), SIZE.0 as i32 - 32);
        for (index, (name, of)) in panels.into_iter().enumerate() {
            let left = LEFT + index as i32 * (PANEL + GAP);
            let Some(x) = offered(left) else { continue };
            frame(canvas, &x, &y, left, name);
            for row in &table.rows {
                curve(canvas, &x, &y, row, of);
            }
        }
    }))
}

fn frame(canvas: &Canvas<'_>, x: &Axis, y: &Axis, left: i32, name: &str) {
    for tick in y.ticks() {
        canvas.line(&[(left, y.at(tick)), (left + PANEL, y.at(tick))], GRID, 1);
        canvas.text(&time(tick), (left - 6, y.at(tick)), 13, FAINT, Align::Right);
    }
    for tick in x.ticks() {
        canvas.line(&[(x.at(tick), TOP), (x.at(tick), BOTTOM)], GRID, 1);
        canvas.text(&short(tick), (x.at(tick), BOTTOM + 14), 13, FAINT, Align::Middle);
    }
    let middle = left + PANEL / 2;
    canvas.text(name, (middle, TOP - 14), 15, INK, Align::Middle);
    canvas.text("asks offered per second, logarithmic", (middle, BOTTOM + 38), 14, FAINT, Align::Middle);
}

fn curve(canvas: &Canvas<'_>, x: &Axis, y: &Axis, row: &LatencyRow, of: Quantile) {
    let look = look(&row.label);
    let colour = colour(&look);
    let knee = row.knee();
    let at: Vec<(f64, (i32, i32))> =
        points(row).map(|(share, figures)| (share, (x.at(figures.offered), y.at(of(&figures))))).collect();
    let line: Vec<(i32, i32)> = at.iter().map(|(_, at)| *at).collect();
    if line.len() > 1 {
        canvas.line(&line, colour, 2);
    }
    for (share, at) in at {
        canvas.mark(look.marker, at, colour);
        if knee == Some(share) {
            canvas.ring(at, 8, colour);
        }
    }
    if !row.saturation.is_empty() {
        let x = x.at(median(&row.saturation));
        canvas.line(&[(x, BOTTOM), (x, BOTTOM - 14)], colour, 2);
    }
}
