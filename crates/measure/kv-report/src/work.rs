//! The table of handlers that compute: where the cost of carrying a command stops to matter, and where a lock costs
//! more.

use std::fmt::Write;

use crate::estimate::{LEAST_LAUNCHES, typical_ns};
use crate::markdown::{caption, launches, provenance};
use crate::{Ratio, Results, Row, Table, Work};

/// The ratio to the work below which a cost is called little.
const LITTLE: f64 = 1.1;

/// Tables of the time per command by the work of the handler, and in words where the mutex is better and where it is
/// not; `None` if no work was measured.
#[must_use]
pub fn handler_work(results: &Results) -> Option<String> {
    if !results.tables.iter().any(Table::computes) {
        return None;
    }
    let mut lanes: Vec<(&str, &str)> = Vec::new();
    for table in results.tables.iter().filter(|table| table.computes()) {
        let lane = (table.lane.as_str(), table.mailbox.as_str());
        if !lanes.contains(&lane) {
            lanes.push(lane);
        }
    }
    let mut out = String::new();
    for (lane, mailbox) in lanes {
        let mut tables: Vec<(Work, &Table)> = results
            .tables
            .iter()
            .filter(|table| table.lane == lane && table.mailbox == mailbox)
            .filter_map(|table| Some((table.work?, table)))
            .collect();
        tables.sort_by_key(|(work, _)| *work);
        let shown: Vec<&Table> = tables.iter().map(|(_, table)| *table).collect();
        let _ = writeln!(out, "{}\n", caption("handlers that compute, ", lane, mailbox, &shown));
        out.push_str(&matrix(&tables, results.seed));
        out.push_str(&said(&tables, results.seed));
    }
    let _ = writeln!(
        out,
        "The first column is the work that was asked for; how many rounds of computing fill it is measured once, when a \
         process begins. The mutex: time per command. Others: time per command as a ratio to the mutex's in the same \
         round, median over {} process launches, \u{2248} where the 95 % interval reaches 1 \u{b1} 1 %, or what the control strayed, ? where this run is too noisy to conclude, and the \
         difference. {}",
        launches(results),
        provenance(results)
    );
    Some(out)
}

fn labels<'a>(tables: &[(Work, &'a Table)]) -> Vec<&'a str> {
    let mut labels: Vec<&str> = Vec::new();
    for row in tables.iter().flat_map(|(_, table)| &table.rows) {
        if row.backend != "mutex" && !labels.contains(&row.label.as_str()) {
            labels.push(&row.label);
        }
    }
    labels
}

fn row<'a>(table: &'a Table, label: &str) -> Option<&'a Row> {
    table.rows.iter().find(|row| row.label == label)
}

/// The ratio of a row of the table to the mutex's.
fn against_mutex(table: &Table, label: &str, seed: u64) -> Option<Ratio> {
    Ratio::of(row(table, label)?, table.floor()?, table, seed)
}

fn matrix(tables: &[(Work, &Table)], seed: u64) -> String {
    let labels = labels(tables);
    let columns = "--:|".repeat(labels.len());
    let mut out = format!("| work | clients | mutex | {} |\n|--:|--:|--:|{columns}\n", labels.join(" | "));
    for (work, table) in tables {
        let floor = table.floor().and_then(typical_ns);
        let mutex = floor.map_or_else(|| "-".to_owned(), |nanos| format!("{nanos:.0} ns"));
        let _ = write!(out, "| {} | {} | {mutex} |", duration(work.nanos), work.clients);
        for label in &labels {
            let cell = floor.and_then(|floor| {
                let ratio = against_mutex(table, label, seed)?;
                let about = match (ratio.is_conclusive(), ratio.is_about_one()) {
                    (false, _) => "? ",
                    (true, true) => "\u{2248} ",
                    (true, false) => "",
                };
                // The difference is computed from the paired ratio. Rejected: from the two medians, which different
                // rounds may have set.
                let more = floor * (ratio.ratio - 1.0);
                Some(format!("{about}{:.2}<br>{more:+.0} ns", ratio.ratio))
            });
            let _ = write!(out, " {} |", cell.unwrap_or_else(|| "-".into()));
        }
        out.push('\n');
    }
    out.push('\n');
    out
}

/// The conclusions of the table, and no more than its intervals allow.
fn said(tables: &[(Work, &Table)], seed: u64) -> String {
    if tables.iter().any(|(_, table)| table.rows.iter().any(|row| row.launches.len() < LEAST_LAUNCHES)) {
        // The text does not even say "at none": it would say that of all backends alike, whatever they cost.
        return "* One launch has no interval: which backend costs little, or is faster, is not known.\n\n"
            .into();
    }
    let mut labels = labels(tables);
    // The controls are left out: all about them is in their columns.
    labels.retain(|label| !tables.iter().any(|(_, table)| row(table, label).is_some_and(|row| row.control)));
    let mut out = String::new();
    let mut clients: Vec<usize> = tables.iter().map(|(work, _)| work.clients).collect();
    clients.dedup();
    for clients in clients {
        let of_clients: Vec<_> = tables.iter().filter(|(work, _)| work.clients == clients).collect();
        let each: Vec<String> = labels
            .iter()
            .map(|label| {
                let is_little = |table: &Table| {
                    against_mutex(table, label, seed).is_some_and(|ratio| ratio.high < LITTLE)
                };
                // The cost is called little from the step from which on it stays little: a single step of less work can
                // be little by chance.
                let from = of_clients.iter().rev().take_while(|(_, table)| is_little(table)).last();
                let from = from.map_or_else(
                    || "at none".to_owned(),
                    |(work, _)| format!("from {}", duration(work.nanos)),
                );
                format!("{label} {from}")
            })
            .collect();
        let _ = writeln!(
            out,
            "* Less than 10 % beyond the mutex, with {}: {}.",
            clients_of(clients),
            each.join(", ")
        );
    }
    let slower: Vec<String> = labels
        .iter()
        .filter_map(|label| {
            let wins = tables.iter().filter(|(_, table)| {
                against_mutex(table, label, seed).is_some_and(|ratio| ratio.is_faster())
            });
            let wins: Vec<_> = wins
                .map(|(work, _)| format!("{} and {}", duration(work.nanos), clients_of(work.clients)))
                .collect();
            (!wins.is_empty()).then(|| format!("{label} ({})", wins.join("; ")))
        })
        .collect();
    let slower = if slower.is_empty() { "none".to_owned() } else { slower.join(", ") };
    let _ = writeln!(out, "* Faster than the mutex beyond doubt: {slower}.\n");
    out
}

fn clients_of(clients: usize) -> String {
    if clients == 1 { "one client".to_owned() } else { format!("{clients} clients") }
}

/// The duration of the work, in the words of the command line.
fn duration(nanos: u32) -> String {
    match nanos {
        0 => "none".to_owned(),
        nanos => format!("{} \u{b5}s", f64::from(nanos) / 1000.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Environment;

    fn table(nanos: u32, clients: usize, mutex: f64, tokio: f64) -> Table {
        let row = |label: &str, ns: f64| Row {
            label: label.into(),
            backend: label.into(),
            baseline: label == "tokio",
            control: label == "mutex",
            threads: "2".into(),
            launches: vec![vec![ns; 5]; 3],
        };
        Table {
            lane: "mt2".into(),
            workload: format!("work-{nanos}"),
            title: String::new(),
            mailbox: "bounded 1024".into(),
            work: Some(Work { clients, nanos }),
            foreign_cpu: vec![Some(0.0)],
            rows: vec![row("mutex", mutex), row("tokio", tokio)],
            ..Table::default()
        }
    }

    fn results(tables: Vec<Table>) -> Results {
        Results { tables, ..Results::of_run("test", "quick", 1, Environment::default()) }
    }

    #[test]
    fn one_launch_says_nothing_about_the_mutex() {
        let mut tables = vec![table(0, 8, 50.0, 200.0), table(10_000, 8, 12_000.0, 10_200.0)];
        tables.iter_mut().flat_map(|table| &mut table.rows).for_each(|row| row.launches.truncate(1));
        let page = handler_work(&results(tables)).expect("there is work");
        assert!(
            page.contains("| ? 0.85<br>-1800 ns |") && page.contains("One launch has no interval"),
            "{page}"
        );
        assert!(!page.contains("beyond doubt") && !page.contains("Less than 10 %"), "{page}");
    }

    #[test]
    fn the_words_say_what_the_figures_say() {
        let tables = vec![
            table(10_000, 8, 12_000.0, 10_200.0),
            table(0, 8, 50.0, 200.0),
            table(1_000, 8, 1_000.0, 1_050.0),
            table(300, 8, 400.0, 500.0),
            table(10_000, 1, 10_000.0, 12_000.0),
        ];
        let page = handler_work(&results(tables)).expect("there is work");
        for line in [
            "| none | 8 | 50 ns | 4.00<br>+150 ns |",
            "| 0.3 \u{b5}s | 8 | 400 ns | 1.25<br>+100 ns |",
            "| 10 \u{b5}s | 8 | 12000 ns | 0.85<br>-1800 ns |",
            "* Less than 10 % beyond the mutex, with one client: tokio at none.",
            "* Less than 10 % beyond the mutex, with 8 clients: tokio from 1 \u{b5}s.",
            "* Faster than the mutex beyond doubt: tokio (10 \u{b5}s and 8 clients).",
        ] {
            assert!(page.lines().any(|other| other == line), "no line {line:?} in:\n{page}");
        }
        let position = |cell: &str| page.find(cell).expect("it was found before");
        assert!(position("| none |") < position("| 0.3 ") && position("| 0.3 ") < position("| 1 \u{b5}s"));
    }

    #[test]
    fn without_work_there_is_nothing_to_say() {
        assert_eq!(handler_work(&results(vec![table(0, 8, 50.0, 200.0)])), None);
    }
}
