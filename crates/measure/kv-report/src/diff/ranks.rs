//! The comparison of two runs' rankings.

use crate::{Estimate, Results, Row, Table};

/// How many of the first run's claims about which contestant is faster the second run confirms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ranks {
    /// Pairs of contestants in one table whose intervals do not meet in the first run.
    pub claimed: usize,
    /// The pairs among them that come out the other way round in the second run.
    pub reversed: Vec<String>,
}

impl Ranks {
    /// Compares each pair of contestants of each table that both runs have.
    pub(super) fn of(before: &Results, after: &Results) -> Self {
        let mut ranks = Self::default();
        for old in before.tables.iter().chain(&before.curves) {
            let mut tables = after.tables.iter().chain(&after.curves);
            if let Some(new) = tables.find(|new| super::name(new) == super::name(old)) {
                ranks.add(&places(old, before.seed), &places(new, after.seed), &super::name(old));
            }
        }
        ranks
    }

    fn add(&mut self, old: &[(&str, Estimate)], new: &[(&str, Estimate)], table: &str) {
        let find =
            |label: &str| new.iter().find(|(other, _)| *other == label).map(|(_, estimate)| estimate.ratio);
        for (faster, fast) in old {
            for (slower, slow) in old.iter().filter(|(_, slow)| fast.is_faster_than(slow)) {
                let (Some(first), Some(second)) = (find(faster), find(slower)) else { continue };
                self.claimed += 1;
                if first >= second {
                    self.reversed.push(format!(
                        "{table}: {faster} {:.2} and {slower} {:.2} -> {first:.2} and {second:.2}",
                        fast.ratio, slow.ratio
                    ));
                }
            }
        }
    }
}

/// The contestants whose figures allow a claim. The baseline is one of them, at 1.
fn places(table: &Table, seed: u64) -> Vec<(&str, Estimate)> {
    let contestants = table.rows.iter().filter(|row: &&Row| !row.control);
    let estimates = contestants.filter_map(|row| Some((row.label.as_str(), Estimate::of(row, table, seed)?)));
    estimates.filter(|(_, estimate)| estimate.is_conclusive()).collect()
}
