//! The price of the promises: what the whole contract adds to each framework's first backend.

use std::fmt::Write;

use crate::estimate::Ratio;
use crate::markdown::provenance;
use crate::palette::FIRST;
use crate::{Costs, PerCall, Results, Row, Table};

/// The workloads whose time is compared: one caller and many, alone and in a pipeline, asks and tells.
const WORKLOADS: [&str; 5] = ["rtt", "ycsb-b", "pipe", "fanin", "tell"];

/// The table of prices for a page, a row per framework; `None` if no first backend was measured beside its whole one.
#[must_use]
pub(crate) fn markdown(results: &Results) -> Option<String> {
    let tables: Vec<&Table> = WORKLOADS.iter().filter_map(|workload| table(results, workload)).collect();
    let mut whole: Vec<&str> = Vec::new();
    for row in tables.iter().flat_map(|table| &table.rows) {
        if let Some(name) = row.label.strip_suffix(FIRST)
            && !whole.contains(&name)
        {
            whole.push(name);
        }
    }
    if whole.is_empty() {
        return None;
    }
    let mut out = String::from("| | lines: first | the whole | per key |");
    let workloads: Vec<&str> = tables.iter().map(|table| table.workload.as_str()).collect();
    for workload in &workloads {
        let _ = write!(out, " `{workload}` |");
    }
    out.push_str(" allocations of an ask | of a tell | bytes of an idle actor |\n|---|");
    out.push_str(&"--:|".repeat(workloads.len() + 6));
    out.push('\n');
    for name in whole {
        let _ = writeln!(out, "| {name} |{}", line(name, &tables, results));
    }
    let _ = writeln!(
        out,
        "\nLines have code on them: those of storey 1, those that the whole contract adds, and those of an actor per key. Time: \
         the whole backend's as a ratio to the first one's in the same round, on one thread, mailbox bounded; \u{2248} where the \
         95 % interval reaches 1, ? where the run is too noisy to conclude. Counts: first \u{2192} whole. {}",
        provenance(results)
    );
    Some(out)
}

/// The workload's table in which the first backends play.
fn table<'a>(results: &'a Results, workload: &str) -> Option<&'a Table> {
    results.tables.iter().find(|table| {
        table.lane == "ct" && table.mailbox != "unbounded" && table.workload == workload && !table.life
    })
}

fn line(name: &str, tables: &[&Table], results: &Results) -> String {
    let first = format!("{name}{FIRST}");
    // On one thread actix plays as `actix-local`.
    let local = format!("{name}-local");
    let costs = |name: &str| results.costs.iter().find(|costs| costs.backend == name);
    let row = |table: &'_ Table, name: &str| table.rows.iter().position(|row| row.label == name);
    let whole = costs(name).or_else(|| costs(&local));
    let mut cells = match whole.and_then(|whole| whole.storeys) {
        Some(lines) => vec![lines.first.to_string(), lines.shards.to_string(), lines.per_key.to_string()],
        None => vec!["-".to_owned(); 3],
    };
    for table in tables {
        let whole = row(table, name).or_else(|| row(table, &local));
        let pair =
            whole.zip(row(table, &first)).map(|(whole, first)| (&table.rows[whole], &table.rows[first]));
        cells.push(
            pair.and_then(|(whole, first)| ratio(whole, first, table, results.seed)).unwrap_or_else(none),
        );
    }
    let count = |of: fn(&PerCall) -> f64, call: fn(&Costs) -> PerCall| {
        step(costs(&first).map(|costs| of(&call(costs))), whole.map(|costs| of(&call(costs))))
    };
    cells.push(count(|call| call.allocations, |costs| costs.ask));
    cells.push(count(|call| call.allocations, |costs| costs.tell));
    cells.push(step(
        costs(&first).and_then(|costs| costs.actor_bytes),
        whole.and_then(|costs| costs.actor_bytes),
    ));
    cells.iter().map(|cell| format!(" {cell} |")).collect()
}

fn ratio(whole: &Row, first: &Row, table: &Table, seed: u64) -> Option<String> {
    let ratio = Ratio::of(whole, first, table, seed)?;
    let sign = match (ratio.is_conclusive(), ratio.is_about_one()) {
        (false, _) => "? ",
        (true, true) => "\u{2248} ",
        (true, false) => "",
    };
    Some(format!("{sign}{:.2}", ratio.ratio))
}

/// Two counts, as whole numbers.
fn step(first: Option<f64>, whole: Option<f64>) -> String {
    match (first, whole) {
        (Some(first), Some(whole)) => format!("{first:.0} \u{2192} {whole:.0}"),
        _ => none(),
    }
}

fn none() -> String {
    "-".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Storeys;

    fn row(label: &str, nanos: f64) -> Row {
        Row {
            label: label.into(),
            backend: label.into(),
            baseline: false,
            control: false,
            threads: "1".into(),
            launches: vec![vec![nanos; 5]; 3],
        }
    }

    fn costs(backend: &str, allocations: f64, storeys: Option<Storeys>, actor_bytes: f64) -> Costs {
        let call = PerCall { allocations, bytes: 0.0, instructions: None };
        Costs {
            backend: backend.into(),
            ask: call,
            tell: call,
            storeys,
            actor_bytes: Some(actor_bytes),
            ..Costs::default()
        }
    }

    #[test]
    fn the_whole_is_compared_with_the_first_of_its_framework() {
        let rows = vec![
            row("kameo-first", 200.0),
            row("kameo", 210.0),
            row("actix-first", 100.0),
            row("actix-local", 90.0),
        ];
        let table = Table {
            lane: "ct".into(),
            mailbox: "bounded 1024".into(),
            workload: "rtt".into(),
            rows,
            ..Table::default()
        };
        let storeys = Storeys { first: 170, shards: 300, per_key: 250 };
        let results = Results {
            tables: vec![table],
            costs: vec![costs("kameo-first", 4.0, None, 900.0), costs("kameo", 4.02, Some(storeys), 1_000.4)],
            ..Results::default()
        };
        let page = markdown(&results).expect("both play");
        let kameo = "| kameo | 170 | 300 | 250 | 1.05 | 4 \u{2192} 4 | 4 \u{2192} 4 | 900 \u{2192} 1000 |";
        assert!(page.contains(kameo), "{page}");
        assert!(page.contains("| actix | - | - | - | 0.90 | - | - | - |"), "{page}");
    }

    #[test]
    fn without_a_first_backend_there_is_no_price() {
        let table = Table {
            lane: "ct".into(),
            workload: "rtt".into(),
            rows: vec![row("kameo", 1.0)],
            ..Table::default()
        };
        assert_eq!(markdown(&Results { tables: vec![table], ..Results::default() }), None);
    }
}
