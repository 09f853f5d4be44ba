//! The differences between two runs.

mod counted;
mod ranks;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use statrs::distribution::{ContinuousCDF, StudentsT};

pub use self::ranks::Ranks;
use crate::control::strayed;
use crate::estimate::{RESOLUTION, launch_ratios};
use crate::{Results, Row, Table};

/// The probability with which a comparison of two equal runs may claim any difference at all.
const LEVEL: f64 = 0.05;

/// A row that both runs have.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The table and the row: lane, mailbox, workload, contestant.
    pub row: String,
    /// Time per command as a ratio to plain tokio's, in the first run: the mean over launches, on a logarithmic scale.
    pub before: f64,
    /// The same ratio in the second run.
    pub after: f64,
    /// The probability of such a difference if there is none: a two-sided Welch test over launches.
    pub p: f64,
    /// How far the controls strayed. A control is plain tokio's code, played beside it; this is its distance from 1, on
    /// a logarithmic scale: the worst launch of the first run and of the second, added.
    pub strayed: f64,
    /// Whether the difference is claimed: after Holm's correction for the number of rows, and if it is larger than the
    /// resolution and than the controls strayed.
    pub claimed: bool,
}

/// A comparison of two runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Diff {
    /// The differences between the two environments.
    pub environment: Vec<String>,
    /// All rows that could be compared, in the order of the first run.
    pub changes: Vec<Change>,
    /// How many rows only one of the runs has.
    pub unmatched: usize,
    /// How many rows both runs have, one of them from a single launch: such rows cannot be compared.
    pub measured_once: usize,
    /// Whether the second run ranks the contestants as the first does.
    pub ranks: Ranks,
    /// Bytes per key and allocations per call that differ by more than the resolution. They are counted, so chance has
    /// no part in them.
    pub counted: Vec<String>,
}

impl Diff {
    /// Compares two runs by ratios, so that runs on different machines can be compared as well.
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
        let compared = changes.len();
        let names = |rows: &[(String, &Table, &Row)]| -> BTreeSet<String> {
            rows.iter().map(|(name, ..)| name.clone()).collect()
        };
        Self {
            environment: environment(before, after),
            changes,
            unmatched: names(&old).symmetric_difference(&names(&new)).count(),
            measured_once: names(&old).intersection(&names(&new)).count().saturating_sub(compared),
            ranks: Ranks::of(before, after),
            counted: [
                counted::memory(&before.memory, &after.memory),
                counted::allocations(&before.costs, &after.costs),
            ]
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
        if self.measured_once > 0 {
            writeln!(
                f,
                "not compared, because a single launch has no interval: {} of the rows",
                self.measured_once
            )?;
        }
        let Ranks { claimed: pairs, reversed } = &self.ranks;
        let borne_out = pairs - reversed.len();
        writeln!(
            f,
            "the first run claims who is faster of {pairs} pairs; the second ranks {borne_out} of them alike"
        )?;
        for line in reversed {
            writeln!(f, "  {line}")?;
        }
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

/// The name of a table, the same in both runs.
fn name(table: &Table) -> String {
    let step = table.scale.as_ref().map(|scale| format!(" at {} {}", scale.at, scale.axis));
    format!("{}, {} \u{b7} {}{}", table.lane, table.mailbox, table.workload, step.unwrap_or_default())
}

fn rows(results: &Results) -> Vec<(String, &Table, &Row)> {
    results
        .tables
        .iter()
        .chain(&results.curves)
        .flat_map(|table| table.rows.iter().map(move |row| (table, row)))
        .filter(|(_, row)| !row.baseline)
        .map(|(table, row)| (format!("{} \u{b7} {}", name(table), row.label), table, row))
        .collect()
}

/// Logarithms of a row's median ratio, one per launch: the launches are the random sample, not the rounds.
fn logs(table: &Table, row: &Row) -> Option<Vec<f64>> {
    let ratios = launch_ratios(row, table.baseline()?)?;
    (ratios.len() > 1).then(|| ratios.iter().map(|ratio| ratio.ln()).collect())
}

fn change(name: &str, before: (&Table, &Row), after: (&Table, &Row)) -> Option<Change> {
    let (old, new) = (logs(before.0, before.1)?, logs(after.0, after.1)?);
    Some(Change {
        row: name.to_owned(),
        before: mean(&old).exp(),
        after: mean(&new).exp(),
        p: welch(&old, &new),
        strayed: strayed(before.0) + strayed(after.0),
        claimed: false,
    })
}

/// Holm's procedure: the smallest probability is compared with the level divided by the number of rows, the next with
/// the level divided by one row less, and so on until one fails. It bounds the chance of *any* false claim, however the
/// rows depend on each other.
fn claim(changes: &mut [Change]) {
    let mut order: Vec<usize> = (0..changes.len()).collect();
    order.sort_by(|&a, &b| changes[a].p.total_cmp(&changes[b].p));
    let count = changes.len();
    for (rank, index) in order.into_iter().enumerate() {
        let change = &mut changes[index];
        if change.p > LEVEL / (count - rank) as f64 {
            return;
        }
        change.claimed = (change.after / change.before).ln().abs() > RESOLUTION.max(change.strayed);
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The probability of a difference of means at least this large, if there is none. It is Welch's test, which does not
/// need equal variances.
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
        // The constructor cannot fail for a positive number of degrees of freedom.
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
