//! The pictures of the curves: the time of a command as one parameter grows.

use super::axis::{Axis, short, time};
use super::canvas::{Align, Canvas, FAINT, GRID, NOISE, card, colour};
use super::{distinct, file_name};
use crate::palette::look;
use crate::{Nanos, Results, Scale, Table};

const SIZE: (u32, u32) = (760, 450);
const LEFT: i32 = 76;
const RIGHT: i32 = 736;
const TOP: i32 = 104;
const BOTTOM: i32 = 390;

/// One curve's points: the parameter's value, and the time measured there.
type Curve<'a> = (&'a str, Vec<(f64, Nanos)>);

pub(super) fn all(results: &Results) -> Vec<(String, String)> {
    let keys = distinct(results.curves.iter().filter_map(key));
    keys.into_iter()
        .filter_map(|of| {
            let mut steps: Vec<(&Scale, &Table)> = results
                .curves
                .iter()
                .filter(|table| key(table) == Some(of))
                .filter_map(|table| Some((table.scale.as_ref()?, table)))
                .collect();
            steps.sort_by_key(|(scale, _)| scale.at);
            let (axis, lane, workload, mailbox) = of;
            let title = format!("{lane}, {workload}, mailbox {mailbox}: time per command by {axis}");
            Some((
                file_name(&["curve", axis, lane, workload, mailbox]),
                plot(&title, axis, &steps, results.seed)?,
            ))
        })
        .collect()
}

fn key(table: &Table) -> Option<(&str, &str, &str, &str)> {
    let scale = table.scale.as_ref()?;
    Some((&scale.axis, table.curve_lane(), &table.workload, &table.mailbox))
}

fn curves<'a>(steps: &[(&Scale, &'a Table)], seed: u64) -> Vec<Curve<'a>> {
    let labels = distinct(steps.iter().flat_map(|(_, table)| &table.rows).map(|row| &*row.label));
    let points = |label: &str| {
        let step = |(scale, table): &(&Scale, &Table)| {
            let row = table.rows.iter().find(|row| row.label == label)?;
            // A logarithmic axis has no place for 0; half of the smallest value that is not 0 lies left of all others.
            Some(((scale.at as f64).max(0.5), Nanos::of(row, seed)?))
        };
        steps.iter().filter_map(step).collect()
    };
    labels.into_iter().map(|label| (label, points(label))).collect()
}

fn plot(title: &str, axis: &str, steps: &[(&Scale, &Table)], seed: u64) -> Option<String> {
    let curves = curves(steps, seed);
    let all = || curves.iter().flat_map(|(_, points)| points);
    let x = Axis::over(all().map(|(at, _)| *at), (LEFT + 8, RIGHT))?;
    let y = Axis::over(all().flat_map(|(_, nanos)| [nanos.low, nanos.nanos, nanos.high]), (BOTTOM, TOP))?;
    Some(card(title, SIZE.0, SIZE.1, |canvas| {
        canvas.heading(title, (16, 24));
        let indicative =
            if steps.iter().any(|(_, table)| table.indicative()) { "Indicative only. " } else { "" };
        let note = format!(
            "{indicative}Median over launches and its 95 % interval, on this machine; grey: too noisy to conclude."
        );
        canvas.text(&note, (16, 46), 14, FAINT, Align::Left);
        let looks: Vec<_> = curves.iter().map(|(label, _)| (*label, look(label))).collect();
        canvas.legend(&looks, (16, 70), SIZE.0 as i32 - 32);
        frame(canvas, &x, &y, axis, steps);
        for curve in &curves {
            draw(canvas, &x, &y, curve);
        }
    }))
}

fn frame(canvas: &Canvas<'_>, x: &Axis, y: &Axis, axis: &str, steps: &[(&Scale, &Table)]) {
    for tick in y.ticks() {
        canvas.line(&[(LEFT, y.at(tick)), (RIGHT, y.at(tick))], GRID, 1);
        canvas.text(&time(tick), (LEFT - 6, y.at(tick)), 13, FAINT, Align::Right);
    }
    for at in distinct(steps.iter().map(|(scale, _)| scale.at)) {
        let place = x.at((at as f64).max(0.5));
        canvas.line(&[(place, TOP), (place, BOTTOM)], GRID, 1);
        // The marks stand at the measured values, and not at round figures between them.
        let name = if at < 10_000 { at.to_string() } else { short(at as f64) };
        canvas.text(&name, (place, BOTTOM + 14), 13, FAINT, Align::Middle);
    }
    let name = format!("{axis}, logarithmic");
    canvas.text(&name, (i32::midpoint(LEFT, RIGHT), BOTTOM + 38), 14, FAINT, Align::Middle);
}

fn draw(canvas: &Canvas<'_>, x: &Axis, y: &Axis, (label, points): &Curve<'_>) {
    let look = look(label);
    let line: Vec<(i32, i32)> = points.iter().map(|(at, nanos)| (x.at(*at), y.at(nanos.nanos))).collect();
    if line.len() > 1 {
        canvas.line(&line, colour(&look), 1);
    }
    for ((_, nanos), (x, at)) in points.iter().zip(line) {
        let colour = if nanos.is_conclusive() { colour(&look) } else { NOISE };
        if nanos.high.is_finite() {
            canvas.line(&[(x, y.at(nanos.low)), (x, y.at(nanos.high))], colour, 2);
        }
        canvas.mark(look.marker, (x, at), colour);
    }
}
