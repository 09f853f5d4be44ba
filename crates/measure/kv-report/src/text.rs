//! Tables for a terminal.

use std::fmt::Write;

use crate::estimate::{ONE_LAUNCH, typical_ns};
use crate::{Estimate, Memory, Results, Table, geometric_means};

/// The legend of the tables, printed once above all of them.
pub const LEGEND: &str = "\
cost    nanoseconds per command beyond the mutex's, measured in the same round: what carrying it costs
time    of actors that come and crash: from nothing, or from the panic, to the reply; on this machine
ratio   time per command against plain tokio's in the same round, and its 95 % interval; \u{2248}: no difference
        to speak of (the interval reaches 1 \u{b1} 1 %, or what the control strayed); ?: too noisy to conclude (its ends are more than a quarter apart,
        and it is not clear of 1). One launch has no interval, so nothing is claimed from it. Time per command is the
        reciprocal of throughput.
";

/// The text of a whole run, in the order of its tables.
#[must_use]
pub fn all(results: &Results) -> String {
    let mut out = format!("{}\n", header(results));
    for table in &results.tables {
        let _ = writeln!(out, "{}", self::table(table, results.seed));
    }
    out.push_str(&crate::headline::text(results));
    out.push_str(&means(results));
    out.push_str(&memory(&results.memory));
    out.push_str(&crate::latency_tables::text(&results.latency));
    out.push_str(&crate::overload_tables::text(&results.overload));
    out.push_str(&crate::curves::text(results));
    out.push_str(&crate::costs_tables::text(results));
    out
}

/// The table of what an idle actor weighs.
#[must_use]
pub fn memory(memory: &[Memory]) -> String {
    let Some(first) = memory.first() else { return String::new() };
    let mut out = format!(
        "memory \u{b7} bytes in the heap per idle key of 16 bytes with a value of 32, at {} keys, counted\n",
        first.keys
    );
    let _ = writeln!(out, "  {:12}  {:>14}  {:>18}  {:>9}", "", "one actor", "an actor per key", "the actor");
    for Memory { backend, shared, own, .. } in memory {
        let _ = match own {
            Some(own) => {
                writeln!(out, "  {backend:12}  {shared:>14.0}  {own:>18.0}  {:>9.0}", own - shared)
            }
            None => writeln!(out, "  {backend:12}  {shared:>14.0}  {:>18}  {:>9}", "-", "-"),
        };
    }
    out
}

fn header(results: &Results) -> String {
    let environment = &results.environment;
    format!(
        "{}\n{}\n{}, {}, seed {}, profile {}, {}\n\n{LEGEND}",
        environment.machine(),
        environment.version_list(),
        environment.rustc,
        environment.build,
        results.seed,
        results.profile,
        results.started
    )
}

/// The text of one table.
#[must_use]
pub fn table(table: &Table, seed: u64) -> String {
    let mut out = format!("{} \u{b7} {} \u{b7} {}\n", table.lane, table.workload, table.title);
    let _ = write!(out, "mailbox {}; ", table.mailbox);
    let _ = match table.worst_foreign_cpu() {
        Some(share) => write!(out, "other processes took up to {:.0} % of the machine", share * 100.0),
        None => write!(out, "how much others took of the machine is not known"),
    };
    out.push_str(if table.indicative() { ": INDICATIVE ONLY\n" } else { "\n" });
    let width = table.rows.iter().map(|row| row.label.chars().count()).max().unwrap_or(0).max(7);
    let time = if table.life { "  time and rate" } else { "" };
    let _ = writeln!(out, "  {:width$}  {:>7}  {:>9}  {:>13}  threads{time}", "", "cost", "ratio", "95 %");
    for row in &table.rows {
        let Some(estimate) = Estimate::of(row, table, seed) else {
            let _ = writeln!(out, "  {:width$}  no figures", row.label);
            continue;
        };
        let (ratio, interval) = ratio_and_interval(&estimate, row.baseline);
        let _ = writeln!(
            out,
            "  {:width$}  {:>7}  {ratio:>9}  {interval:>13}  {}{}",
            row.label,
            cost(&estimate, row.backend == "mutex"),
            row.threads,
            typical_ns(row)
                .filter(|_| table.life)
                .map_or(String::new(), |nanos| format!("  {}", lives(nanos)))
        );
    }
    out
}

/// A time per actor, and the number of actors per second that it makes.
pub(crate) fn lives(nanos: f64) -> String {
    format!("{:.2} \u{b5}s, {:.0} k/s", nanos / 1e3, 1e6 / nanos)
}

fn cost(estimate: &Estimate, is_floor: bool) -> String {
    match estimate.overhead_ns {
        Some(_) if is_floor => "0".into(),
        Some(overhead) => format!("{overhead:.0}"),
        None => "-".into(),
    }
}

/// The ratio and the interval, as both kinds of table print them.
pub(crate) fn ratio_and_interval(estimate: &Estimate, baseline: bool) -> (String, String) {
    if baseline {
        return ("1".into(), "baseline".into());
    }
    let about = match (estimate.is_conclusive(), estimate.is_about_one()) {
        (false, _) => "? ",
        (true, true) => "\u{2248} ",
        (true, false) => "",
    };
    let interval = if estimate.has_interval() {
        format!("{:.2} .. {:.2}", estimate.low, estimate.high)
    } else {
        ONE_LAUNCH.into()
    };
    (format!("{about}{:.2}", estimate.ratio), interval)
}

/// The geometric means, each with its caution and its members.
#[must_use]
pub fn means(results: &Results) -> String {
    let mut out = String::new();
    for mean in geometric_means(results) {
        let _ = writeln!(
            out,
            "{} \u{b7} mailbox {} \u{b7} geometric mean of the ratios",
            mean.lane, mean.mailbox
        );
        let _ = writeln!(
            out,
            "CAUTION: one figure for {} workloads that no program runs in this proportion. Look at yours.",
            mean.workloads.len()
        );
        let _ = writeln!(out, "over {}", mean.workloads.join(", "));
        let width = mean.means.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0);
        for (label, ratio) in &mean.means {
            let _ = writeln!(out, "  {label:width$}  {ratio:>5.2}");
        }
        out.push('\n');
    }
    out
}
