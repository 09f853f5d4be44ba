//! Tables of the costs that are counted beside time.

use std::fmt::Write;

use crate::estimate::typical_ns;
use crate::markdown::provenance;
use crate::palette::FIRST;
use crate::{Costs, Framework, PerCall, Results};

/// The column heads of the two tables, for a page.
const CALL_HEADS: [&str; 8] = [
    "ask: allocations",
    "bytes",
    "instructions",
    "tell: allocations",
    "bytes",
    "instructions",
    "bytes per idle actor",
    "actors spawned per second",
];
const FRAMEWORK_HEADS: [&str; 10] = [
    "version",
    "published",
    "newest",
    "crates built",
    "compiled from nothing",
    "after a change",
    "binary",
    "lines",
    "of them unsafe",
    "lines of our backend",
];

/// The column heads of the two tables, as short as a terminal needs them.
const CALL_HEADS_SHORT: [&str; 8] =
    ["ask allocs", "bytes", "instr", "tell allocs", "bytes", "instr", "idle actor", "spawns"];
const FRAMEWORK_HEADS_SHORT: [&str; 10] =
    ["version", "published", "newest", "crates", "cold", "changed", "binary", "lines", "unsafe", "our lines"];

/// Tables of the costs for a terminal: of calls, and of frameworks; empty if no costs were measured.
#[must_use]
pub fn text(results: &Results) -> String {
    if results.costs.is_empty() {
        return String::new();
    }
    let mut out = String::from(
        "costs \u{b7} per call on one thread, counted; heap bytes of an idle actor, actors spawned per second\n",
    );
    out.push_str(&columns(&CALL_HEADS_SHORT, &all(results), |costs| calls(costs, results)));
    out.push_str(
        "costs \u{b7} what a framework brings along: a minimal program, processor seconds, stripped binary; source lines\n",
    );
    out.push_str(&columns(&FRAMEWORK_HEADS_SHORT, &whole(results), brought));
    out
}

/// Two tables of the costs for a page, a row per backend; `None` if no costs were measured.
#[must_use]
pub fn markdown(results: &Results) -> Option<String> {
    let first = results.costs.first()?;
    let mut out = String::from("**What a call takes, and an actor**\n\n");
    out.push_str(&piped(&CALL_HEADS, &all(results), |costs| calls(costs, results)));
    out.push_str("\n**What a framework brings along**\n\n");
    out.push_str(&piped(&FRAMEWORK_HEADS, &whole(results), brought));
    let _ = writeln!(
        out,
        "\nOn one thread: an ask is a get, a tell a set, of a key that is there. Bytes are those asked for; instructions are \
         the median of several counts by callgrind, with the difference of the largest and the smallest where it is one \
         instruction or more. Compiled: a minimal program, optimised, in processor seconds. Lines have code on them, tests \
         left out, whatever features they are behind. `-`: not measured, or there is none. `{}`. {}",
        first.command,
        provenance(results)
    );
    Some(out)
}

fn all(results: &Results) -> Vec<&Costs> {
    results.costs.iter().collect()
}

/// The rows without those of the first backends, whose framework stands in the row of the whole one.
fn whole(results: &Results) -> Vec<&Costs> {
    results.costs.iter().filter(|costs| !costs.backend.ends_with(FIRST)).collect()
}

/// The cells of a backend's row: an ask, a tell, and from the same run's other tables an idle actor's size and the
/// spawn rate.
fn calls(costs: &Costs, results: &Results) -> Vec<String> {
    let of_backend = results.memory.iter().find(|memory| memory.backend == costs.backend);
    let actor = of_backend.and_then(|memory| Some(memory.own? - memory.shared));
    let spawning = results.tables.iter().find(|table| table.lane == "ct" && table.workload == "spawn-many");
    let row = spawning.and_then(|table| table.rows.iter().find(|row| row.backend == costs.backend));
    let mut cells: Vec<String> = per_call(&costs.ask).into_iter().chain(per_call(&costs.tell)).collect();
    cells.push(or_none(actor.map(|bytes| format!("{bytes:.0}"))));
    cells.push(or_none(row.and_then(typical_ns).map(|nanos| format!("{:.0} k", 1e6 / nanos))));
    cells
}

fn per_call(call: &PerCall) -> [String; 3] {
    let instructions = call.instructions.map(|counted| {
        let spread = if counted.spread.round() == 0.0 {
            String::new()
        } else {
            format!(" (\u{394} {:.0})", counted.spread)
        };
        format!("{:.0}{spread}", counted.median)
    });
    [fraction(call.allocations), format!("{:.0}", call.bytes), or_none(instructions)]
}

/// A count per call: with two decimals, unless it is a whole number.
fn fraction(count: f64) -> String {
    let text = format!("{count:.2}");
    text.strip_suffix(".00").map_or(text.clone(), ToOwned::to_owned)
}

fn brought(costs: &Costs) -> Vec<String> {
    let of = |cell: &dyn Fn(&Framework) -> String| or_none(costs.framework.as_ref().map(cell));
    let built = |cell: &dyn Fn(crate::Build) -> String| {
        or_none(costs.framework.as_ref().and_then(|framework| framework.build).map(cell))
    };
    vec![
        of(&|framework| framework.version.clone()),
        of(&|framework| or_none(framework.published.as_deref().map(day))),
        of(&newest),
        of(&|framework| framework.dependencies.to_string()),
        built(&|build| format!("{:.1} s", build.cold_cpu_s)),
        built(&|build| format!("{:.1} s", build.incremental_cpu_s)),
        built(&|build| format!("{:.0} KiB", build.binary_bytes as f64 / 1024.0)),
        of(&|framework| framework.lines.to_string()),
        of(&|framework| framework.unsafe_lines.to_string()),
        costs.our_lines.to_string(),
    ]
}

fn newest(framework: &Framework) -> String {
    match &framework.newest {
        None => "-".to_owned(),
        Some((version, _)) if *version == framework.version => "this".to_owned(),
        Some((version, published)) => {
            version.clone() + &published.as_deref().map_or(String::new(), |time| format!(", {}", day(time)))
        }
    }
}

/// The date of a time.
fn day(time: &str) -> String {
    time.split('T').next().unwrap_or(time).to_owned()
}

fn or_none(cell: Option<String>) -> String {
    cell.unwrap_or_else(|| "-".to_owned())
}

/// The lines of a table, its head first, without the columns for which no backend has a figure.
fn lines(heads: &[&str], rows: &[&Costs], cells: impl Fn(&Costs) -> Vec<String>) -> Vec<Vec<String>> {
    let mut lines = vec![std::iter::once("").chain(heads.iter().copied()).map(str::to_owned).collect()];
    let line = |costs: &Costs| std::iter::once(costs.backend.clone()).chain(cells(costs)).collect();
    lines.extend(rows.iter().map(|costs| line(costs)));
    let has_figures = |n: usize| lines.iter().skip(1).any(|line: &Vec<String>| line[n] != "-");
    let kept: Vec<bool> = (0..=heads.len()).map(has_figures).collect();
    for line in &mut lines {
        let mut kept = kept.iter();
        line.retain(|_| kept.next() == Some(&true));
    }
    lines
}

fn piped(heads: &[&str], rows: &[&Costs], cells: impl Fn(&Costs) -> Vec<String>) -> String {
    let mut out = String::new();
    for (n, line) in lines(heads, rows, cells).iter().enumerate() {
        let _ = writeln!(out, "| {} |", line.join(" | ").trim_start());
        if n == 0 {
            let _ = writeln!(out, "|---|{}", "--:|".repeat(line.len() - 1));
        }
    }
    out
}

/// The same lines as text, in columns as wide as they have to be.
fn columns(heads: &[&str], rows: &[&Costs], cells: impl Fn(&Costs) -> Vec<String>) -> String {
    let lines = lines(heads, rows, cells);
    let width = |n: usize| lines.iter().map(|line| line[n].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..lines[0].len()).map(width).collect();
    let mut out = String::new();
    for line in &lines {
        let _ = write!(out, "  {:1$}", line[0], widths[0]);
        for (cell, width) in line.iter().zip(&widths).skip(1) {
            let _ = write!(out, "  {cell:>width$}");
        }
        out.push('\n');
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests;
