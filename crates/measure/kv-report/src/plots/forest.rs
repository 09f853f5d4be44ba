//! Ratios to plain tokio with their intervals: a picture per lane, kind of mailbox and kind of workload.

use super::axis::{Axis, short};
use super::canvas::{Align, Canvas, FAINT, GRID, INK, NOISE, card, colour};
use super::{distinct, file_name};
use crate::palette::look;
use crate::{Estimate, Results, Table};

const WIDTH: i32 = 840;
const LEFT: i32 = 130;
const RIGHT: i32 = WIDTH - 24;
const TOP: i32 = 104;
/// Between two backends of a workload, and around a workload.
const STEP: i32 = 11;
const AROUND: i32 = 12;

pub(super) fn all(results: &Results) -> Vec<(String, String)> {
    let groups = distinct(results.tables.iter().map(group));
    groups
        .into_iter()
        .filter_map(|(kind, lane, mailbox)| {
            let of_group = |table: &&Table| group(table) == (kind, lane, mailbox);
            let tables: Vec<&Table> = results.tables.iter().filter(of_group).collect();
            let svg = forest(&tables, kind, results.seed)?;
            Some((file_name(&["ratios", kind, lane, mailbox]), svg))
        })
        .collect()
}

fn group(table: &Table) -> (&'static str, &str, &str) {
    let kind = match table {
        Table { life: true, .. } => "lives",
        table if table.computes() => "work",
        _ => "traffic",
    };
    (kind, &table.lane, &table.mailbox)
}

fn forest(tables: &[&Table], kind: &str, seed: u64) -> Option<String> {
    let bands: Vec<(&Table, Vec<(&str, Estimate)>)> = tables
        .iter()
        .map(|table| {
            let rows = table.rows.iter().filter(|row| !row.baseline);
            let rows = rows.filter_map(|row| Some((&*row.label, Estimate::of(row, table, seed)?)));
            (*table, rows.collect())
        })
        .collect();
    let estimates = || bands.iter().flat_map(|(_, rows)| rows);
    let ends =
        estimates().flat_map(|(_, estimate)| [estimate.low, estimate.ratio, estimate.high]).chain([1.0]);
    estimates().next()?;
    let axis = Axis::over(ends, (LEFT + 8, RIGHT))?;
    let bottom = TOP + bands.iter().map(|(_, rows)| band_height(rows.len())).sum::<i32>();
    let labels = distinct(estimates().map(|(label, _)| *label));
    let first = tables.first()?;
    let about = match kind {
        "lives" => "actors that come and crash",
        "work" => "handlers that compute",
        _ => "traffic",
    };
    let title =
        format!("{}, {about}, mailbox {}: time per command against plain tokio's", first.lane, first.mailbox);
    let height = u32::try_from(bottom + 52).ok()?;
    Some(card(&title, WIDTH as u32, height, |canvas| {
        canvas.heading(&title, (16, 24));
        let indicative = if tables.iter().any(|table| table.indicative()) { "Indicative only. " } else { "" };
        let note = format!(
            "{indicative}Median over launches and its 95 % interval; grey: too noisy to conclude. Left of 1 is less time."
        );
        canvas.text(&note, (16, 46), 14, FAINT, Align::Left);
        let looks: Vec<_> = labels.iter().map(|label| (*label, look(label))).collect();
        canvas.legend(&looks, (16, 70), WIDTH - 32);
        grid(canvas, &axis, bottom);
        let mut y = TOP;
        for (table, rows) in &bands {
            let next = y + band_height(rows.len());
            canvas.text(&table.workload, (LEFT - 8, i32::midpoint(y, next)), 15, INK, Align::Right);
            for (index, (label, estimate)) in rows.iter().enumerate() {
                row(canvas, &axis, y + AROUND + index as i32 * STEP, label, estimate);
            }
            canvas.line(&[(16, next), (RIGHT, next)], GRID, 1);
            y = next;
        }
    }))
}

const fn band_height(rows: usize) -> i32 {
    2 * AROUND + (rows.saturating_sub(1)) as i32 * STEP
}

fn grid(canvas: &Canvas<'_>, axis: &Axis, bottom: i32) {
    for tick in axis.ticks() {
        let x = axis.at(tick);
        canvas.line(&[(x, TOP - 6), (x, bottom)], GRID, 1);
        canvas.text(&short(tick), (x, bottom + 12), 14, FAINT, Align::Middle);
    }
    let one = axis.at(1.0);
    canvas.line(&[(one, TOP - 6), (one, bottom)], INK, 1);
    let name = "ratio to plain tokio in the same round, logarithmic";
    canvas.text(name, (i32::midpoint(LEFT, RIGHT), bottom + 34), 14, FAINT, Align::Middle);
}

fn row(canvas: &Canvas<'_>, axis: &Axis, y: i32, label: &str, estimate: &Estimate) {
    let look = look(label);
    let colour = if estimate.is_conclusive() { colour(&look) } else { NOISE };
    if estimate.has_interval() {
        canvas.line(&[(axis.at(estimate.low), y), (axis.at(estimate.high), y)], colour, 2);
    }
    canvas.mark(look.marker, (axis.at(estimate.ratio), y), colour);
}
