//! What has changed from one run to another.

use std::collections::BTreeSet;
use std::fmt::Write;

use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::estimate::{RESOLUTION, launch_ratios};
use crate::{Costs, Memory, Results, Row, Table};

/// How likely it may be that a comparison of two equal runs claims any difference at all.
const LEVEL: f64 = 0.05;

/// A row that both runs have.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The table and the row: lane, mailbox, workload, contestant.
    pub row: String,
    /// Time per command as a ratio to plain tokio's, in the first run: the mean over launches, on a logarithmic scale.
    pub before: f64,
    /// The same in the second run.
    pub after: f64,
    /// How likely such a difference is if there is none: a two-sided Welch test over launches.
    pub p: f64,
    /// Whether it is claimed: after Holm's correction for the number of rows, and by more than the resolution.
    pub claimed: bool,
}

/// A comparison of two runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Diff {
    /// What is different about where they ran.
    pub environment: Vec<String>,
    /// All rows that could be compared, as the first run has them.
    pub changes: Vec<Change>,
    /// Rows that only one of them has.
    pub unmatched: usize,
    /// Bytes per key and allocations per call that differ by more than the resolution. They are counted, so that no chance
    /// is in them.
    pub counted: Vec<String>,
}

impl Diff {
    /// Compares by ratios, so that runs on two machines can be compared as well.
    #[must_use]
    pub fn of(before: &Results, after: &Results) -> Self {
        let (old, new) = (rows(before), rows(after));
        let mut changes: Vec<Change> = old
            .iter()
            .filter_map(|(name, table, row)| {
                let (_, other_table, other_row) = new.iter().find(|(other, ..)| other == name)?;
                change(name, (table, row), (other_table, other_row))
            })
            .collect();
        claim(&mut changes);
        let names = |rows: &[(String, &Table, &Row)]| -> BTreeSet<String> {
            rows.iter().map(|(name, ..)| name.clone()).collect()
        };
        Self {
            environment: environment(before, after),
            changes,
            unmatched: names(&old).symmetric_difference(&names(&new)).count(),
            counted: [memory(&before.memory, &after.memory), allocations(&before.costs, &after.costs)]
                .concat(),
        }
    }

    /// The changes that are claimed.
    pub fn claimed(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|change| change.claimed)
    }
}

impl std::fmt::Display for Diff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for line in &self.environment {
            writeln!(f, "{line}")?;
        }
        let claimed = self.claimed().count();
        writeln!(
            f,
            "{} rows compared by their ratio to plain tokio; {} only in one of the runs",
            self.changes.len(),
            self.unmatched
        )?;
        let width = self.claimed().map(|change| change.row.chars().count()).max().unwrap_or(0);
        for Change { row, before, after, p, .. } in self.claimed() {
            let percent = (after / before - 1.0) * 100.0;
            writeln!(f, "  {row:width$}  {before:.2} -> {after:.2}  {percent:+.0} %  (p {p:.0e})")?;
        }
        for line in &self.counted {
            writeln!(f, "  {line}")?;
        }
        match claimed + self.counted.len() {
            0 => writeln!(f, "no significant difference"),
            1 => writeln!(f, "1 significant difference"),
            claimed => writeln!(f, "{claimed} significant differences"),
        }
    }
}

fn rows(results: &Results) -> Vec<(String, &Table, &Row)> {
    let named = |table: &Table, row: &Row| {
        let step = table.scale.as_ref().map(|scale| format!(" at {} {}", scale.at, scale.axis));
        let step = step.unwrap_or_default();
        format!("{}, {} \u{b7} {}{step} \u{b7} {}", table.lane, table.mailbox, table.workload, row.label)
    };
    results
        .tables
        .iter()
        .chain(&results.curves)
        .flat_map(|table| table.rows.iter().map(move |row| (table, row)))
        .filter(|(_, row)| !row.baseline)
        .map(|(table, row)| (named(table, row), table, row))
        .collect()
}

/// Logarithms of a row's median ratio, one per launch: launches are what was drawn at random, not rounds.
fn logs(table: &Table, row: &Row) -> Option<Vec<f64>> {
    let ratios = launch_ratios(row, table.baseline()?)?;
    (ratios.len() > 1).then(|| ratios.iter().map(|ratio| ratio.ln()).collect())
}

fn change(name: &str, before: (&Table, &Row), after: (&Table, &Row)) -> Option<Change> {
    let (old, new) = (logs(before.0, before.1)?, logs(after.0, after.1)?);
    let (before, after) = (mean(&old).exp(), mean(&new).exp());
    Some(Change { row: name.to_owned(), before, after, p: welch(&old, &new), claimed: false })
}

/// Holm's procedure: the smallest probability is held against the level divided by all rows, the next by one less, and so on
/// until one fails. It bounds the chance of *any* false claim, however the rows depend on each other.
fn claim(changes: &mut [Change]) {
    let mut order: Vec<usize> = (0..changes.len()).collect();
    order.sort_by(|&a, &b| changes[a].p.total_cmp(&changes[b].p));
    let count = changes.len();
    for (rank, index) in order.into_iter().enumerate() {
        let change = &mut changes[index];
        if change.p > LEVEL / (count - rank) as f64 {
            return;
        }
        change.claimed = (change.after / change.before).ln().abs() > RESOLUTION;
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The probability of a difference of means at least this large, if there is none: Welch's test, which does not ask for
/// equal variances.
fn welch(old: &[f64], new: &[f64]) -> f64 {
    let squared_error = |values: &[f64]| {
        let (mean, count) = (mean(values), values.len() as f64);
        values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0) / count
    };
    let (old_error, new_error) = (squared_error(old), squared_error(new));
    let error = old_error + new_error;
    let difference = (mean(new) - mean(old)).abs();
    if error == 0.0 {
        return if difference == 0.0 { 1.0 } else { 0.0 };
    }
    let freedom = error.powi(2)
        / (old_error.powi(2) / (old.len() as f64 - 1.0) + new_error.powi(2) / (new.len() as f64 - 1.0));
    match StudentsT::new(0.0, 1.0, freedom) {
        Ok(student) => 2.0 * student.sf(difference / error.sqrt()),
        // Not with a positive number of degrees of freedom.
        Err(_) => 1.0,
    }
}

fn environment(before: &Results, after: &Results) -> Vec<String> {
    let (old, new) = (&before.environment, &after.environment);
    let mut lines = Vec::new();
    let mut compare = |what: &str, old: &str, new: &str| {
        if old != new {
            lines.push(format!("{what}: {old} -> {new}"));
        }
    };
    compare("machine", &old.machine(), &new.machine());
    compare("compiler", &old.rustc, &new.rustc);
    compare("build", &old.build, &new.build);
    compare("versions", &old.version_list(), &new.version_list());
    let revision = |revision: &Option<String>| revision.clone().unwrap_or_else(|| "unknown".to_owned());
    compare("revision", &revision(&old.revision), &revision(&new.revision));
    compare("profile", &before.profile, &after.profile);
    lines
}

fn allocations(before: &[Costs], after: &[Costs]) -> Vec<String> {
    let mut lines = Vec::new();
    for old in before {
        let Some(new) = after.iter().find(|new| new.backend == old.backend) else { continue };
        for (what, old_call, new_call) in [("an ask", old.ask, new.ask), ("a tell", old.tell, new.tell)] {
            let figures = [
                ("allocations", old_call.allocations, new_call.allocations),
                ("bytes", old_call.bytes, new_call.bytes),
            ];
            for (kind, old_figure, new_figure) in figures {
                if (new_figure - old_figure).abs() > RESOLUTION * old_figure.max(1.0) {
                    lines.push(format!(
                        "{kind} of {what}, {}: {old_figure:.2} -> {new_figure:.2}",
                        old.backend
                    ));
                }
            }
        }
    }
    lines
}

fn memory(before: &[Memory], after: &[Memory]) -> Vec<String> {
    let mut lines = Vec::new();
    for old in before {
        let Some(new) = after.iter().find(|new| (&new.backend, new.keys) == (&old.backend, old.keys)) else {
            continue;
        };
        let pairs = [
            ("one actor for all", Some((old.shared, new.shared))),
            ("an actor per key", old.own.zip(new.own)),
        ];
        for (what, pair) in pairs {
            if let Some((old_bytes, new_bytes)) = pair
                && (new_bytes / old_bytes).ln().abs() > RESOLUTION
            {
                let mut line = String::new();
                let _ =
                    write!(line, "bytes per key, {what}, {}: {old_bytes:.0} -> {new_bytes:.0}", old.backend);
                lines.push(line);
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Environment, PerCall};

    /// A run whose launches of kameo have these ratios, in as many workloads.
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
    fn what_is_faster_in_every_launch_is_claimed() {
        let before = run(&[&[2.0, 2.01, 1.99, 2.0, 2.02], &[1.0, 1.1, 0.9, 1.0, 1.0]]);
        let after = run(&[&[1.5, 1.51, 1.49, 1.5, 1.52], &[1.02, 1.1, 0.9, 1.0, 1.0]]);
        let diff = Diff::of(&before, &after);
        let claimed: Vec<_> = diff.claimed().map(|change| change.row.as_str()).collect();
        assert_eq!(claimed, ["ct, unbounded \u{b7} w0 \u{b7} kameo"]);
        assert!(diff.to_string().contains("2.00 -> 1.50  -25 %"), "{diff}");
    }

    #[test]
    fn many_rows_ask_for_more_evidence() {
        // p is about 0.01: something for one row, nothing for fifty.
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
        let lines = super::memory(&[memory(2000.0)], &[memory(2100.0)]);
        assert_eq!(lines, ["bytes per key, an actor per key, tokio: 2000 -> 2100"]);
        assert!(super::memory(&[memory(2000.0)], &[memory(2001.0)]).is_empty());
    }

    #[test]
    fn allocations_are_counted_as_well() {
        let costs = |allocations| Costs {
            backend: "kameo".into(),
            ask: PerCall { allocations, bytes: 100.0, instructions: None },
            tell: PerCall { allocations: 0.0, bytes: 0.0, instructions: None },
            our_lines: 0,
            framework: None,
            command: String::new(),
        };
        assert_eq!(allocations(&[costs(4.0)], &[costs(5.0)]), ["allocations of an ask, kameo: 4.00 -> 5.00"]);
        assert!(allocations(&[costs(4.0)], &[costs(4.0)]).is_empty());
    }
}
