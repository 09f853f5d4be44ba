//! Geometric means: one figure for many tables, with the caution that it needs.

use crate::estimate::LEAST_LAUNCHES;
use crate::{Estimate, Results};

/// A contestant's geometric mean over all workloads of one lane and one kind of mailbox.
#[derive(Clone, Debug, PartialEq)]
pub struct GeometricMean {
    /// The lane.
    pub lane: String,
    /// The kind of mailbox.
    pub mailbox: String,
    /// The workloads of the mean: only those that every contestant took part in, in more than one launch.
    pub workloads: Vec<String>,
    /// Each contestant's label and the mean of its ratios to plain tokio.
    pub means: Vec<(String, f64)>,
}

/// The geometric means of a run: one per lane and kind of mailbox, never across them.
#[must_use]
pub fn geometric_means(results: &Results) -> Vec<GeometricMean> {
    let mut groups: Vec<(&str, &str)> = Vec::new();
    for table in results.tables.iter().filter(|table| !table.life && !table.computes()) {
        let group = (table.lane.as_str(), table.mailbox.as_str());
        if !groups.contains(&group) {
            groups.push(group);
        }
    }
    groups.into_iter().filter_map(|(lane, mailbox)| mean_of(results, lane, mailbox)).collect()
}

fn mean_of(results: &Results, lane: &str, mailbox: &str) -> Option<GeometricMean> {
    let traffic = || results.tables.iter().filter(|table| !table.life && !table.computes());
    let tables = || traffic().filter(|table| table.lane == lane && table.mailbox == mailbox);
    let labels: Vec<&str> = tables().next()?.rows.iter().map(|row| row.label.as_str()).collect();
    // A mean over different workloads per row would compare unequal things, and a mean over figures that allow no claim
    // would rank contestants nevertheless.
    let complete: Vec<_> = tables()
        .filter(|table| table.rows.iter().all(|row| row.launches.len() >= LEAST_LAUNCHES))
        .filter(|table| labels.iter().all(|label| table.rows.iter().any(|row| row.label == *label)))
        .collect();
    if complete.len() < 2 {
        return None;
    }
    let mean = |label: &str| {
        let logs = complete.iter().filter_map(|table| {
            let row = table.rows.iter().find(|row| row.label == label)?;
            Some(Estimate::of(row, table, results.seed)?.ratio.ln())
        });
        let logs: Vec<f64> = logs.collect();
        (logs.iter().sum::<f64>() / logs.len() as f64).exp()
    };
    Some(GeometricMean {
        lane: lane.to_owned(),
        mailbox: mailbox.to_owned(),
        workloads: complete.iter().map(|table| table.workload.clone()).collect(),
        means: labels.iter().map(|label| ((*label).to_owned(), mean(label))).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Environment, Row, Table};

    #[test]
    fn one_launch_has_no_mean() {
        let row = |label: &str, launches: usize| Row {
            label: label.into(),
            backend: label.into(),
            baseline: label == "tokio",
            control: false,
            threads: "1".into(),
            launches: vec![vec![if label == "tokio" { 100.0 } else { 200.0 }; 3]; launches],
        };
        let table = |launches| Table {
            rows: vec![row("tokio", launches), row("kameo", launches)],
            ..Table::default()
        };
        let of = |tables| {
            let run = Results::of_run("test", "quick", 1, Environment::default());
            geometric_means(&Results { tables, ..run })
        };
        let twice = of(vec![table(2), table(2)]);
        assert!((twice[0].means[1].1 - 2.0).abs() < 1e-9, "{twice:?}");
        assert_eq!(of(vec![table(1), table(1)]), []);
    }
}
