//! Tests of the tables' text.

use super::{markdown, text};
use crate::{Build, Costs, Framework, Instructions, Memory, PerCall, Results, Row, Table};

fn call(allocations: f64, instructions: Option<(f64, f64)>) -> PerCall {
    let instructions = instructions.map(|(median, spread)| Instructions { median, spread });
    PerCall { allocations, bytes: 328.4, instructions }
}

fn framework(newest: &str) -> Framework {
    let build = Build { cold_cpu_s: 21.26, incremental_cpu_s: 0.84, binary_bytes: 1024 * 700 };
    Framework {
        name: "kameo".into(),
        version: "0.22.2".into(),
        published: Some("2026-07-18T03:34:11Z".into()),
        newest: Some((newest.into(), Some("2026-09-01T00:00:00Z".into()))),
        dependencies: 37,
        lines: 9_876,
        unsafe_lines: 12,
        build: Some(build),
    }
}

fn results() -> Results {
    let kameo = Costs {
        backend: "kameo".into(),
        ask: call(4.0, Some((2_345.2, 0.3))),
        tell: call(2.03, Some((1_234.0, 17.0))),
        our_lines: 1_004,
        framework: Some(framework("0.22.2")),
        command: "the command".into(),
        ..Costs::default()
    };
    let mutex = Costs {
        backend: "mutex".into(),
        ask: call(0.0, None),
        tell: call(0.0, None),
        our_lines: 150,
        command: "the command".into(),
        ..Costs::default()
    };
    Results { costs: vec![mutex, kameo], ..Results::default() }
}

/// The cells of a backend's row in one of the tables of a page.
fn cells(page: &str, table: usize, backend: &str) -> Vec<String> {
    let start = format!("| {backend} |");
    let row = page.lines().filter(|line| line.starts_with(&start)).nth(table).expect("a row in each table");
    row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
}

#[test]
fn a_row_has_what_was_counted() {
    let page = markdown(&results()).expect("there are costs");
    assert_eq!(cells(&page, 0, "kameo"), ["kameo", "4", "328", "2345", "2.03", "328", "1234 (\u{394} 17)"]);
    assert_eq!(
        cells(&page, 1, "kameo"),
        ["kameo", "0.22.2", "2026-07-18", "this", "37", "21.3 s", "0.8 s", "700 KiB", "9876", "12", "1004"]
    );
    assert!(page.contains("`the command`"), "{page}");
}

#[test]
fn what_was_not_measured_has_a_dash() {
    let mut results = results();
    if let Some(framework) = &mut results.costs[1].framework {
        framework.build = None;
        framework.published = None;
        framework.newest = None;
    }
    let page = markdown(&results).expect("there are costs");
    assert_eq!(cells(&page, 0, "mutex")[1..], ["0", "328", "-", "0", "328", "-"]);
    assert_eq!(cells(&page, 1, "mutex")[1..], ["-", "-", "-", "-", "150"]);
    let head = "| | version | crates built | lines | of them unsafe | lines of our backend |";
    assert!(page.contains(head), "no column without a figure: {page}");
    assert_eq!(cells(&page, 1, "kameo")[1..], ["0.22.2", "37", "9876", "12", "1004"]);
}

#[test]
fn a_newer_version_is_named_with_its_date() {
    let mut results = results();
    results.costs[1].framework = Some(framework("0.23.0"));
    let page = markdown(&results).expect("there are costs");
    assert_eq!(cells(&page, 1, "kameo")[3], "0.23.0, 2026-09-01");
}

#[test]
fn the_actors_weight_and_spawn_rate_come_from_the_runs_other_tables() {
    let mut results = results();
    results.memory = vec![Memory {
        backend: "kameo".into(),
        keys: 1_000,
        shared: 150.0,
        own: Some(1_250.0),
        command: String::new(),
    }];
    let row = Row {
        label: "kameo".into(),
        backend: "kameo".into(),
        baseline: false,
        control: false,
        threads: "1".into(),
        launches: vec![vec![4_000.0, 5_000.0, 6_000.0]],
    };
    let table = |lane: &str| Table {
        lane: lane.into(),
        workload: "spawn-many".into(),
        rows: vec![row.clone()],
        ..Table::default()
    };
    results.tables = vec![table("mt 2")];
    let page = markdown(&results).expect("there are costs");
    assert_eq!(cells(&page, 0, "kameo")[7..], ["1100"], "another lane is another figure");
    results.tables = vec![table("ct")];
    let page = markdown(&results).expect("there are costs");
    assert_eq!(cells(&page, 0, "kameo")[7..], ["1100", "200 k"]);
    assert_eq!(cells(&page, 0, "mutex")[7..], ["-", "-"]);
}

#[test]
fn a_terminal_gets_the_same_figures_in_columns() {
    let out = text(&results());
    for cell in ["2345", "1234 (\u{394} 17)", "0.22.2", "21.3 s", "9876"] {
        assert!(out.contains(cell), "no {cell} in {out}");
    }
    let table: Vec<usize> = out.lines().skip(1).take(3).map(|line| line.chars().count()).collect();
    assert!(table.iter().all(|width| *width == table[0]), "the columns stand below each other: {out}");
}

#[test]
fn nothing_measured_is_nothing_said() {
    assert_eq!(markdown(&Results::default()), None);
    assert_eq!(text(&Results::default()), "");
}

#[test]
fn a_first_backend_stands_beside_its_calls_only() {
    let first = Costs { backend: "kameo-first".into(), ask: call(4.0, None), ..Costs::default() };
    let mut results = results();
    results.costs.insert(1, first);
    let page = markdown(&results).expect("there are costs");
    assert_eq!(page.lines().filter(|line| line.starts_with("| kameo-first |")).count(), 1, "{page}");
}
