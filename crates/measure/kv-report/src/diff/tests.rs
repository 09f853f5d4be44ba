use super::*;
use crate::{Costs, Environment, Memory, PerCall};

/// A run in which the launches of kameo have these ratios, one list per workload.
fn run(workloads: &[&[f64]]) -> Results {
    let row = |label: &str, launches: Vec<Vec<f64>>| Row {
        label: label.into(),
        backend: label.into(),
        baseline: label == "tokio",
        control: false,
        threads: "1".into(),
        launches,
    };
    let table = |(index, ratios): (usize, &&[f64])| Table {
        lane: "ct".into(),
        workload: format!("w{index}"),
        title: String::new(),
        mailbox: "unbounded".into(),
        rows: vec![
            row("tokio", ratios.iter().map(|_| vec![100.0; 3]).collect()),
            row("kameo", ratios.iter().map(|ratio| vec![100.0 * ratio; 3]).collect()),
        ],
        ..Table::default()
    };
    Results {
        tables: workloads.iter().enumerate().map(table).collect(),
        ..Results::of_run("test", "quick", 1, Environment::capture(Vec::new()))
    }
}

#[test]
fn a_run_does_not_differ_from_itself() {
    let results = run(&[&[2.0, 2.1, 1.9, 2.0, 2.05], &[1.0, 1.1, 0.9, 1.0, 1.0]]);
    let diff = Diff::of(&results, &results);
    assert_eq!((diff.changes.len(), diff.claimed().count(), diff.unmatched), (2, 0, 0));
    assert!(diff.to_string().contains("no significant difference"), "{diff}");
}

#[test]
fn what_was_measured_in_one_launch_is_not_compared() {
    let (once, often) = (run(&[&[2.0]]), run(&[&[1.0, 1.01, 1.02]]));
    let diff = Diff::of(&once, &often);
    assert_eq!((diff.changes.len(), diff.unmatched, diff.measured_once), (0, 0, 1));
    assert!(diff.to_string().contains("a single launch has no interval: 1 of the rows"), "{diff}");
    assert_eq!(diff.ranks.claimed, 0);
}

#[test]
fn what_is_faster_in_every_launch_is_claimed() {
    let before = run(&[&[2.0, 2.01, 1.99, 2.0, 2.02], &[1.0, 1.1, 0.9, 1.0, 1.0]]);
    let after = run(&[&[1.5, 1.51, 1.49, 1.5, 1.52], &[1.02, 1.1, 0.9, 1.0, 1.0]]);
    let diff = Diff::of(&before, &after);
    let claimed: Vec<_> = diff.claimed().map(|change| change.row.as_str()).collect();
    assert_eq!(claimed, ["ct, unbounded \u{b7} w0 \u{b7} kameo"]);
    assert!(diff.to_string().contains("2.00 -> 1.50  -25 %"), "{diff}");
}

#[test]
fn nothing_is_claimed_that_the_control_does_as_well() {
    let with_control = |kameo: f64, control: f64| {
        let mut results = run(&[&[kameo, kameo * 1.001, kameo * 0.999, kameo, kameo]]);
        let rows = &mut results.tables[0].rows;
        let mut row = Row { label: "tokio (A/A)".into(), control: true, ..rows[1].clone() };
        row.backend = "tokio".into();
        row.launches =
            vec![vec![100.0 * control; 3], vec![100.0; 3], vec![100.0; 3], vec![100.0; 3], vec![100.0; 3]];
        rows.push(row);
        results
    };
    let claims = |control| Diff::of(&with_control(2.0, 1.0), &with_control(2.2, control)).claimed().count();
    assert_eq!((claims(1.02), claims(1.15), claims(0.85)), (1, 0, 0));
}

#[test]
fn a_rank_that_turns_is_named() {
    let ranks = |after: &[f64]| {
        let before = run(&[&[2.0, 2.01, 1.99, 2.0, 2.02]]);
        Diff::of(&before, &run(&[after])).ranks
    };
    assert_eq!(ranks(&[1.5, 1.4, 1.6, 1.5, 1.5]), Ranks { claimed: 1, reversed: vec![] });
    let turned = ranks(&[0.9, 0.91, 0.9, 0.9, 0.89]);
    assert_eq!(turned.reversed, ["ct, unbounded \u{b7} w0: tokio 1.00 and kameo 2.00 -> 1.00 and 0.90"]);
}

#[test]
fn a_rank_that_was_never_claimed_may_turn() {
    let (old, new): (&[f64], &[f64]) = (&[1.0, 1.1, 0.9, 1.02, 1.0], &[0.9, 0.91, 0.9, 0.9, 0.89]);
    assert_eq!(Diff::of(&run(&[old]), &run(&[new])).ranks, Ranks::default());
}

#[test]
fn many_rows_ask_for_more_evidence() {
    // p is about 0.01: that is a difference if there is one row, and none if there are fifty.
    let (old, new): (&[f64], &[f64]) = (&[1.0, 1.03, 0.97, 1.01, 0.99], &[1.05, 1.08, 1.02, 1.06, 1.04]);
    assert_eq!(Diff::of(&run(&[old]), &run(&[new])).claimed().count(), 1);
    assert_eq!(Diff::of(&run(&[old; 50]), &run(&[new; 50])).claimed().count(), 0);
}

#[test]
fn the_probability_is_that_of_the_textbook() {
    // t = 2 with 8 degrees of freedom.
    let (old, new) = ([0.0, 1.0, 2.0, 3.0, 4.0], [2.0, 3.0, 4.0, 5.0, 6.0]);
    assert!((welch(&old, &new) - 0.080_516).abs() < 1e-4, "{}", welch(&old, &new));
}

#[test]
fn memory_is_exact_so_any_difference_counts() {
    let memory = |own| Memory {
        backend: "tokio".into(),
        keys: 10,
        shared: 180.0,
        own: Some(own),
        command: String::new(),
    };
    let lines = super::counted::memory(&[memory(2000.0)], &[memory(2100.0)]);
    assert_eq!(lines, ["bytes per key, an actor per key, tokio: 2000 -> 2100"]);
    assert!(super::counted::memory(&[memory(2000.0)], &[memory(2001.0)]).is_empty());
}

#[test]
fn allocations_are_counted_as_well() {
    let costs = |allocations| Costs {
        backend: "kameo".into(),
        ask: PerCall { allocations, bytes: 100.0, instructions: None },
        ..Costs::default()
    };
    assert_eq!(
        super::counted::allocations(&[costs(4.0)], &[costs(5.0)]),
        ["allocations of an ask, kameo: 4.00 -> 5.00"]
    );
    assert!(super::counted::allocations(&[costs(4.0)], &[costs(4.0)]).is_empty());
}
