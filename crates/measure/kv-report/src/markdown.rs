//! Tables in Markdown, for a page.

use std::fmt::Write;

use crate::estimate::typical_ns;
use crate::{Estimate, Memory, Results, Table};

/// One table per lane and kind of mailbox: a row per workload, a column per contestant, ratios to plain tokio.
#[must_use]
pub fn overview(results: &Results) -> String {
    let mut groups: Vec<(&str, &str, &str)> = Vec::new();
    for table in &results.tables {
        let group = (about(table), table.lane.as_str(), table.mailbox.as_str());
        if !groups.contains(&group) {
            groups.push(group);
        }
    }
    let mut out = String::new();
    groups.sort_by_key(|(about, ..)| ABOUT.iter().position(|known| known == about));
    for (what, lane, mailbox) in groups {
        let of_group =
            |table: &&Table| (about(table), &*table.lane, &*table.mailbox) == (what, lane, mailbox);
        let tables: Vec<&Table> = results.tables.iter().filter(of_group).collect();
        let _ = writeln!(out, "{}\n", caption(what, lane, mailbox, &tables));
        out.push_str(&matrix(&tables, results.seed));
        out.push('\n');
    }
    out.push_str(&memory(results));
    let _ = writeln!(
        out,
        "Time per command as a ratio to plain tokio's in the same round, median over {} process launches; \
         \u{2248} where the 95 % interval reaches 1 \u{b1} 1 %, or what the control came out from 1 in its worst launch; ? where this run is too noisy to conclude, \
         because the interval's ends are more than a quarter apart and it is not clear of 1; below it, nanoseconds per command beyond the \
         mutex. Of actors that come and crash: below it the time from nothing, or from the panic, to the reply, and how many \
         of them that makes in a second; on this machine. {}",
        launches(results),
        provenance(results)
    );
    out
}

/// How many processes measured the results.
pub(crate) fn launches(results: &Results) -> usize {
    launches_of(&results.tables)
}

/// How many processes measured these tables.
pub(crate) fn launches_of(tables: &[Table]) -> usize {
    tables.first().map_or(0, |table| table.foreign_cpu.len())
}

/// The origin of the figures, without which they mean nothing.
pub(crate) fn provenance(results: &Results) -> String {
    let environment = &results.environment;
    format!(
        "{}; {}; {}; {}; seed {}; {}.",
        environment.machine(),
        environment.version_list(),
        environment.rustc,
        environment.build,
        results.seed,
        results.started
    )
}

/// The subjects of tables, in the order in which they are shown. Only tables of one subject stand together.
const ABOUT: [&str; 3] = ["", "handlers that compute, ", "actors that come and crash, "];

const fn about(table: &Table) -> &'static str {
    match (table.life, table.work) {
        (true, _) => ABOUT[2],
        (false, Some(work)) if work.nanos > 0 => ABOUT[1],
        (false, _) => ABOUT[0],
    }
}

fn memory(results: &Results) -> String {
    let Some(first) = results.memory.first() else { return String::new() };
    let mut out = format!(
        "**Memory: bytes in the heap per idle key** (16-byte key, 32-byte value, {} keys, counted by the allocator)\n\n\
         | | one actor for all | an actor per key | the actor itself |\n|---|--:|--:|--:|\n",
        first.keys
    );
    for Memory { backend, shared, own, .. } in &results.memory {
        let own_cells =
            own.map_or_else(|| "- | -".to_owned(), |own| format!("{own:.0} | {:.0}", own - shared));
        let _ = writeln!(out, "| {backend} | {shared:.0} | {own_cells} |");
    }
    out.push('\n');
    out
}

pub(crate) fn caption(what: &str, lane: &str, mailbox: &str, tables: &[&Table]) -> String {
    let foreign: Vec<Option<f64>> = tables.iter().map(|table| table.worst_foreign_cpu()).collect();
    let indicative = if tables.iter().any(|table| table.indicative()) { " **Indicative only.**" } else { "" };
    caption_of(what, lane, mailbox, &foreign) + indicative
}

pub(crate) fn caption_of(what: &str, lane: &str, mailbox: &str, foreign_cpu: &[Option<f64>]) -> String {
    let place = if lane == "ct" { "everything on one thread" } else { "multi-threaded runtime" };
    let worst = foreign_cpu.iter().flatten().copied().reduce(f64::max);
    let busy = worst.map_or(String::new(), |share| {
        format!("; other processes took up to {:.0} % of the machine", share * 100.0)
    });
    format!("**`{lane}`: {what}{place}, mailbox {mailbox}**{busy}.")
}

fn matrix(tables: &[&Table], seed: u64) -> String {
    let mut labels: Vec<&str> = Vec::new();
    for row in tables.iter().flat_map(|table| &table.rows) {
        if !labels.contains(&row.label.as_str()) {
            labels.push(&row.label);
        }
    }
    let mut out = format!("| workload | {} |\n|---|{}\n", labels.join(" | "), "--:|".repeat(labels.len()));
    for table in tables {
        let _ = write!(out, "| `{}` |", table.workload);
        for label in &labels {
            let _ = write!(out, " {} |", cell(table, label, seed).unwrap_or_else(|| "-".into()));
        }
        out.push('\n');
    }
    out
}

fn cell(table: &Table, label: &str, seed: u64) -> Option<String> {
    let row = table.rows.iter().find(|row| row.label == label)?;
    let estimate = Estimate::of(row, table, seed)?;
    let cost = if table.life {
        // The start of an actor's life is a figure by itself: it is no cost that would be added to a handler's work.
        typical_ns(row).map(crate::text::lives)
    } else {
        estimate.overhead_ns.filter(|_| row.backend != "mutex").map(|overhead| format!("{overhead:.0} ns"))
    };
    let cost = cost.map_or(String::new(), |cost| format!("<br>{cost}"));
    let (ratio, _) = crate::text::ratio_and_interval(&estimate, row.baseline);
    Some(format!("{ratio}{cost}"))
}
