//! Tables of overloads.

use std::fmt::Write;

use crate::estimate::median;
use crate::latency_tables::time;
use crate::markdown::provenance;
use crate::{Overload, OverloadFigures, Results};

const HEADS: [&str; 7] =
    ["can do", "refused", "an ask waits", "at most", "until empty", "memory grows", "behind, if tells wait"];

/// Tables of overloads for a terminal, one per lane and mailbox.
#[must_use]
pub fn text(rows: &[Overload]) -> String {
    let mut out = String::new();
    for (first, rows) in groups(&borne_out(rows)) {
        let _ = writeln!(
            out,
            "{} \u{b7} overload \u{b7} {} of what it can do for {} ms, {} us of work each; mailbox {}",
            first.lane,
            percent(first.share),
            first.phase_ms,
            f64::from(first.work_ns) / 1e3,
            first.mailbox
        );
        let width = rows.iter().map(|row| row.label.len()).max().unwrap_or(0).max(7);
        let [can, refused, waits, most, empty, grows, behind] = HEADS;
        let _ = writeln!(
            out,
            "  {:width$}  {can:>9}  {refused:>7}  {waits:>12}  {most:>9}  {empty:>11}  {grows:>12}  {behind:>21}",
            ""
        );
        for row in rows {
            let [can, refused, waits, most, empty, grows, behind] = cells(row);
            let _ = writeln!(
                out,
                "  {:width$}  {can:>9}  {refused:>7}  {waits:>12}  {most:>9}  {empty:>11}  {grows:>12}  {behind:>21}",
                row.label
            );
        }
        out.push('\n');
    }
    if let Some(left_out) = left_out(rows) {
        let _ = writeln!(out, "{left_out}\n");
    }
    out
}

/// Tables of overloads for a page, one per lane and mailbox; `None` if no overload was measured.
#[must_use]
pub fn markdown(results: &Results) -> Option<String> {
    let first = results.overload.first()?;
    let mut out = String::new();
    for (first, rows) in groups(&borne_out(&results.overload)) {
        let place = if first.lane == "ct" { "everything on one thread" } else { "multi-threaded runtime" };
        let _ = writeln!(out, "**`{}`: {place}, mailbox {}**.\n", first.lane, first.mailbox);
        let _ = writeln!(out, "| | {} |\n|---|{}", HEADS.join(" | "), "--:|".repeat(HEADS.len()));
        for row in rows {
            let _ = writeln!(out, "| {} | {} |", row.label, cells(row).join(" | "));
        }
        out.push('\n');
    }
    let _ = writeln!(
        out,
        "For {} ms, {} of what each backend can do with {} \u{b5}s of work per command, in tells that do not wait for room. \
         *Refused* is their share that found none; *an ask waits*, median and at most, if it comes meanwhile; *until empty* is \
         from the last offer to the moment when all that was accepted is done; *memory grows* at most. Then the same in tells \
         that do wait: how late the last one was accepted. Median over {} process launches, the longest of all where it says \
         at most. {}{}",
        first.phase_ms,
        percent(first.share),
        f64::from(first.work_ns) / 1e3,
        first.launches.len(),
        left_out(&results.overload).map_or_else(String::new, |left_out| left_out + " "),
        provenance(results)
    );
    Some(out)
}

fn borne_out(rows: &[Overload]) -> Vec<Overload> {
    rows.iter().filter_map(Overload::borne_out).collect()
}

/// The rows that are not shown, in a sentence; `None` if all are.
fn left_out(rows: &[Overload]) -> Option<String> {
    let left_out: Vec<_> = rows
        .iter()
        .filter(|row| row.borne_out().is_none())
        .map(|row| format!("{} ({}, mailbox {})", row.label, row.lane, row.mailbox))
        .collect();
    (!left_out.is_empty()).then(|| {
        format!(
            "Left out, because in most launches it did more than was estimated and so was not overloaded: {}.",
            left_out.join(", ")
        )
    })
}

fn groups(rows: &[Overload]) -> Vec<(&Overload, Vec<&Overload>)> {
    let mut groups: Vec<(&Overload, Vec<&Overload>)> = Vec::new();
    for row in rows {
        let group = groups.iter_mut().find(|(of, _)| of.lane == row.lane && of.mailbox == row.mailbox);
        match group {
            Some((_, rows)) => rows.push(row),
            None => groups.push((row, vec![row])),
        }
    }
    groups
}

fn cells(row: &Overload) -> [String; HEADS.len()] {
    if row.launches.is_empty() {
        return [const { String::new() }; HEADS.len()].map(|_| "-".to_owned());
    }
    let of =
        |figure: fn(&OverloadFigures) -> f64| median(&row.launches.iter().map(figure).collect::<Vec<_>>());
    let most = row.launches.iter().map(|figures| figures.wait_max).max().unwrap_or(0);
    [
        format!("{:.0} k/s", of(|figures| figures.capacity) / 1e3),
        percent(of(|figures| figures.refused as f64 / figures.offered.max(1) as f64)),
        time(of(|figures| figures.wait_p50 as f64)),
        time(most as f64),
        time(of(|figures| figures.recovery as f64)),
        format!("{:.0} kB", of(|figures| figures.grown as f64) / 1e3),
        time(of(|figures| figures.behind as f64)),
    ]
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Environment;

    fn row(mailbox: &str, refused: [u64; 3]) -> Overload {
        let launch = |refused| OverloadFigures {
            capacity: 300_000.0,
            offered: 1_000,
            refused,
            wait_p50: 3_400_000,
            wait_max: 5_000_000 + refused,
            recovery: 3_300_000,
            grown: 150_000,
            behind: 10_000_000,
        };
        Overload {
            label: "tokio".into(),
            backend: "tokio".into(),
            lane: "ct".into(),
            mailbox: mailbox.into(),
            work_ns: 3_000,
            share: 1.2,
            phase_ms: 50,
            launches: refused.into_iter().map(launch).collect(),
            command: String::new(),
        }
    }

    #[test]
    fn a_table_per_mailbox_has_the_median_launch_and_the_longest_wait() {
        let overload = vec![row("bounded 1024", [100, 120, 900]), row("unbounded", [0; 3])];
        let results = Results { overload, ..Results::of_run("test", "quick", 1, Environment::default()) };
        let page = markdown(&results).expect("there was an overload");
        let line = "| tokio | 300 k/s | 12 % | 3.40 ms | 5.00 ms | 3.30 ms | 150 kB | 10.0 ms |";
        assert!(page.lines().any(|other| other == line), "{page}");
        assert_eq!(page.matches("mailbox").count(), 2);
        assert!(page.contains("120 % of what"), "{page}");
        assert!(text(&results.overload).contains("12 %"));
        assert!(!page.contains("Left out"), "{page}");
    }

    #[test]
    fn a_row_that_was_not_overloaded_is_named_below_the_tables_and_not_shown() {
        let idle = |figures: OverloadFigures| OverloadFigures {
            offered: 18_000,
            recovery: 10_000,
            behind: 0,
            ..figures
        };
        let mut none = row("bounded 1024", [0; 3]);
        none.label = "actix".into();
        none.launches = none.launches.into_iter().map(idle).collect();
        let results = Results { overload: vec![row("bounded 1024", [100; 3]), none], ..Results::default() };
        let page = markdown(&results).expect("there was an overload");
        assert!(
            !page.contains("| actix |") && page.contains("not overloaded: actix (ct, mailbox bounded 1024)."),
            "{page}"
        );
        assert!(text(&results.overload).contains("not overloaded: actix"));
    }
}
