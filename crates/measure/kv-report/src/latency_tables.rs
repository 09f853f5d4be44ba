//! Tables of latency under load.

use std::fmt::Write;

use crate::markdown::{caption_of, provenance};
use crate::{LatencyRow, LatencyTable, LoadFigures, Results};

/// Tables of latency for a terminal: a line per backend and load.
#[must_use]
pub fn text(tables: &[LatencyTable]) -> String {
    let mut out = String::new();
    for table in tables {
        let _ = writeln!(
            out,
            "{} \u{b7} {} \u{b7} latency under a load that does not wait: {} arrivals, {} clients, windows of {} ms",
            table.lane, table.workload, table.arrivals, table.clients, table.window_ms
        );
        let _ = writeln!(out, "mailbox {}; {}", table.mailbox, busy(table));
        if table.is_platform_limited() {
            let _ = writeln!(out, "{}", LIMITED.to_uppercase());
        }
        let width = table.rows.iter().map(|row| row.label.len()).max().unwrap_or(0).max(7);
        let _ = writeln!(
            out,
            "  {:width$}  {:>5}  {:>9}  {:>9}  {:>9}  {:>9}  {:>9}  {:>9}  windows",
            "", "load", "offered/s", "done/s", "p50", "p99", "p99.9", "max"
        );
        for row in &table.rows {
            for point in &row.points {
                let load = format!("{:.0} %", point.share * 100.0);
                let _ = match point.figures() {
                    None => writeln!(
                        out,
                        "  {:width$}  {load:>5}  no figures: the generator lagged in every window",
                        row.label
                    ),
                    Some(figures) => writeln!(
                        out,
                        "  {:width$}  {load:>5}  {:>9}  {:>9}  {:>9}  {:>9}  {:>9}  {:>9}  {}",
                        row.label,
                        rate(figures.offered),
                        rate(figures.achieved),
                        time(figures.p50),
                        time(figures.p99),
                        time(figures.p999),
                        time(figures.max as f64),
                        windows(&figures)
                    ),
                };
            }
        }
        out.push('\n');
    }
    out
}

/// The text about a table in which the machine hides the backends.
const LIMITED: &str =
    "platform-limited: the mutex itself waits too long here, so no tail in this table is a framework's";

fn windows(figures: &LoadFigures) -> String {
    match figures.thrown_out {
        0 => figures.windows.to_string(),
        out => format!("{}, {out} thrown out", figures.windows),
    }
}

fn busy(table: &LatencyTable) -> String {
    match table.foreign_cpu.iter().flatten().copied().reduce(f64::max) {
        Some(share) => format!("other processes took up to {:.0} % of the machine", share * 100.0),
        None => "how much others took of the machine is not known".to_owned(),
    }
}

/// Tables of latency for a page, one per lane: a row per backend, a column per load, median over 99th percentile; and
/// the bend of each curve. `None` if no latency was measured.
#[must_use]
pub fn markdown(results: &Results) -> Option<String> {
    let first = results.latency.first()?;
    let mut out = String::new();
    for table in &results.latency {
        let _ = writeln!(
            out,
            "{}\n",
            caption_of("latency under load, ", &table.lane, &table.mailbox, &table.foreign_cpu)
        );
        let shares: Vec<f64> =
            table.rows.first().map_or_else(Vec::new, |row| row.points.iter().map(|p| p.share).collect());
        let heads: Vec<String> = shares.iter().map(|share| format!("{:.0} %", share * 100.0)).collect();
        let _ = writeln!(out, "| | saturation | {} | bends at |", heads.join(" | "));
        let _ = writeln!(out, "|---|--:|{}--:|", "--:|".repeat(heads.len()));
        for row in &table.rows {
            let cells: Vec<String> =
                row.points.iter().map(|point| point.figures().map_or("-".to_owned(), cell)).collect();
            let _ = writeln!(
                out,
                "| {} | {}/s | {} | {} |",
                row.label,
                rate(saturation(row)),
                cells.join(" | "),
                row.bends()
            );
        }
        out.push('\n');
    }
    let _ = writeln!(
        out,
        "`{}`, {} arrivals, {} clients with one ask each on its way, windows of {} ms. Load is the share of each backend's own \
         saturation, which is what the same generator gets through when more is due than can be done. In the cells the median and, below it, the \
         99th percentile, from when an ask was *due* to its reply; median over windows. Where a curve bends, the median is ten \
         times what it is at the smallest load. {}",
        first.workload,
        first.arrivals,
        first.clients,
        first.window_ms,
        provenance(results)
    );
    Some(out)
}

fn saturation(row: &LatencyRow) -> f64 {
    crate::estimate::median(&row.saturation)
}

fn cell(figures: LoadFigures) -> String {
    format!("{}<br>{}", time(figures.p50), time(figures.p99))
}

/// A time with three digits, in the unit that fits.
pub(crate) fn time(nanos: f64) -> String {
    let (value, unit) = match nanos {
        nanos if nanos < 1e3 => (nanos, "ns"),
        nanos if nanos < 1e6 => (nanos / 1e3, "\u{b5}s"),
        nanos if nanos < 1e9 => (nanos / 1e6, "ms"),
        nanos => (nanos / 1e9, "s"),
    };
    let decimals = if value < 9.995 { 2 } else { usize::from(value < 99.95) };
    format!("{value:.decimals$} {unit}")
}

fn rate(per_second: f64) -> String {
    if per_second < 1e6 { format!("{:.0} k", per_second / 1e3) } else { format!("{:.2} M", per_second / 1e6) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{LoadPoint, WindowFigures};

    fn table(p50: u64, lag_p99: u64) -> LatencyTable {
        let window = WindowFigures {
            launch: 0,
            offered: 250_000.0,
            achieved: 249_000.0,
            p50,
            p99: 12_345,
            p999: 99_960,
            max: 1_500_000,
            service_p50: 1,
            service_p99: 1,
            lag_p99,
        };
        let row = LatencyRow {
            label: "tokio".into(),
            backend: "tokio".into(),
            threads: "1".into(),
            saturation: vec![2_500_000.0],
            points: vec![LoadPoint { share: 0.1, windows: vec![window] }],
        };
        LatencyTable {
            lane: "ct".into(),
            workload: "ycsb-b".into(),
            title: String::new(),
            mailbox: "bounded 1024".into(),
            arrivals: "poisson".into(),
            clients: 16,
            window_ms: 15,
            command: String::new(),
            foreign_cpu: vec![Some(0.01)],
            rows: vec![row],
        }
    }

    #[test]
    fn a_line_has_all_that_was_measured_at_a_load() {
        let page = text(&[table(850, 10)]);
        let line = page.lines().find(|line| line.contains("10 %")).expect("a line per load");
        for cell in ["250 k", "249 k", "850 ns", "12.3 \u{b5}s", "100 \u{b5}s", "1.50 ms"] {
            assert!(line.contains(cell), "no {cell} in {line}");
        }
    }

    #[test]
    fn a_load_at_which_the_generator_lagged_has_no_figures() {
        let page = text(&[table(850, 1_000_000)]);
        assert!(page.contains("the generator lagged") && !page.contains("850 ns"), "{page}");
    }
}
