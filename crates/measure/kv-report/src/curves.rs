//! Curves: the time per command as one parameter varies, and where that time changes.

use std::fmt::Write;

use crate::estimate::{LEAST_LAUNCHES, ONE_LAUNCH};
use crate::estimate::{median, typical_ns};
use crate::markdown::{caption, launches_of, provenance};
use crate::{Results, Row, Table};

/// The ratio to the best step's time beyond which a curve is said to bend.
const BEND: f64 = 1.25;

/// One contestant's curve on one lane.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve<'a> {
    /// The parameter that is varied.
    pub axis: &'a str,
    /// The lane.
    pub lane: &'a str,
    /// The contestant's label.
    pub label: &'a str,
    /// The steps, the smallest first: the parameter's value, and nanoseconds per command.
    pub steps: Vec<(u64, f64)>,
    /// The step that takes the least time per command.
    pub best: u64,
    /// The first step from which on, up to the best one, a command takes at most a quarter more than at the best;
    /// `None` if that is the first step.
    pub good_from: Option<u64>,
    /// The first step beyond the best one at which a command takes more than a quarter longer, in every launch; `None`
    /// if there is no such step.
    pub worse_from: Option<u64>,
    /// The least number of launches that measured a step. A single launch does not show where a curve bends.
    pub launches: usize,
}

/// All curves of a run: by axis and lane in the order of the tables, by contestant in that of the rows.
#[must_use]
pub fn curves(results: &Results) -> Vec<Curve<'_>> {
    let mut curves = Vec::new();
    for (axis, lane, tables) in groups(&results.curves) {
        for label in labels(&tables) {
            curves.extend(curve(axis, lane, label, &tables));
        }
    }
    curves
}

/// Tables of the curves for a terminal.
#[must_use]
pub fn text(results: &Results) -> String {
    let mut out = String::new();
    for (axis, lane, tables) in groups(&results.curves) {
        let first = tables[0];
        let _ = writeln!(out, "{lane} \u{b7} {} by {axis} \u{b7} nanoseconds per command", first.workload);
        let of_group = curves_of(axis, lane, &tables);
        let width = of_group.iter().map(|curve| curve.label.chars().count()).max().unwrap_or(0).max(7);
        let _ = write!(out, "  {:width$}", "");
        for table in &tables {
            let _ = write!(out, "  {:>7}", table.scale.as_ref().map_or(0, |scale| scale.at));
        }
        out.push_str("  bends\n");
        for curve in of_group {
            let _ = write!(out, "  {:width$}", curve.label);
            for (_, ns) in &curve.steps {
                let _ = write!(out, "  {ns:>7.0}");
            }
            let _ = writeln!(out, "  {}", curve.bends());
        }
        out.push('\n');
    }
    out
}

/// A table per axis and lane for a page; `None` if no curve was measured.
#[must_use]
pub fn markdown(results: &Results) -> Option<String> {
    if results.curves.is_empty() {
        return None;
    }
    let mut out = String::new();
    for (axis, lane, tables) in groups(&results.curves) {
        let what = format!("`{}` by {axis}, ", tables[0].workload);
        let _ = writeln!(out, "{}\n", caption(&what, lane, &tables[0].mailbox, &tables));
        let heads: Vec<String> =
            tables.iter().filter_map(|table| Some(table.scale.as_ref()?.at.to_string())).collect();
        let _ = writeln!(out, "| {axis} | {} | bends |", heads.join(" | "));
        let _ = writeln!(out, "|---|{}---|", "--:|".repeat(heads.len()));
        for curve in curves_of(axis, lane, &tables) {
            let cells: Vec<String> = curve.steps.iter().map(|(_, ns)| format!("{ns:.0}")).collect();
            let _ = writeln!(out, "| {} | {} | {} |", curve.label, cells.join(" | "), curve.bends());
        }
        out.push('\n');
    }
    let _ = writeln!(
        out,
        "Nanoseconds per command on this machine, median over {} process launches of the median over rounds. Steps come one \
         after the other, so from one to the next the machine may have changed; *plain tokio plays twice* in each, and its \
         two rows show by how much at least. A curve bends where a command takes a quarter more than at the best step: \
         *good from* is where it comes down to that, *worse from* where it leaves it again in every launch. {}",
        launches_of(&results.curves),
        provenance(results)
    );
    Some(out)
}

impl Curve<'_> {
    /// The bends of the curve, in words.
    #[must_use]
    pub fn bends(&self) -> String {
        if self.launches < LEAST_LAUNCHES {
            return format!("not known: {ONE_LAUNCH}");
        }
        match (self.good_from, self.worse_from) {
            (None, None) => "nowhere".to_owned(),
            (Some(from), None) => format!("good from {from}"),
            (None, Some(from)) => format!("worse from {from}"),
            (Some(good), Some(worse)) => format!("good from {good}, worse from {worse}"),
        }
    }
}

fn groups(tables: &[Table]) -> Vec<(&str, &str, Vec<&Table>)> {
    let mut groups: Vec<(&str, &str, Vec<&Table>)> = Vec::new();
    for table in tables {
        let Some(scale) = &table.scale else { continue };
        let lane = table.curve_lane();
        let axis = scale.axis.as_str();
        match groups.iter_mut().find(|(other, of, _)| (*other, *of) == (axis, lane)) {
            Some((_, _, tables)) => tables.push(table),
            None => groups.push((axis, lane, vec![table])),
        }
    }
    for (_, _, tables) in &mut groups {
        tables.sort_by_key(|table| table.scale.as_ref().map(|scale| scale.at));
    }
    groups
}

fn labels<'a>(tables: &[&'a Table]) -> Vec<&'a str> {
    tables.first().map_or_else(Vec::new, |table| table.rows.iter().map(|row| row.label.as_str()).collect())
}

fn curves_of<'a>(axis: &'a str, lane: &'a str, tables: &[&'a Table]) -> Vec<Curve<'a>> {
    labels(tables).into_iter().filter_map(|label| curve(axis, lane, label, tables)).collect()
}

fn curve<'a>(axis: &'a str, lane: &'a str, label: &'a str, tables: &[&'a Table]) -> Option<Curve<'a>> {
    let mut steps = Vec::new();
    for table in tables {
        let row = table.rows.iter().find(|row| row.label == label)?;
        steps.push((table.scale.as_ref()?.at, typical_ns(row)?, row));
    }
    let launches = steps.iter().map(|(_, _, row)| row.launches.len()).min()?;
    let bends = launches >= LEAST_LAUNCHES;
    let best = (0..steps.len()).min_by(|a, b| steps[*a].1.total_cmp(&steps[*b].1))?;
    let good = (0..=best).rev().take_while(|step| steps[*step].1 <= BEND * steps[best].1).last()?;
    let worse = (best + 1..steps.len()).find(|step| is_worse(steps[*step].2, steps[best].2));
    Some(Curve {
        axis,
        lane,
        label,
        best: steps[best].0,
        good_from: (bends && good > 0).then(|| steps[good].0),
        worse_from: worse.filter(|_| bends).map(|step| steps[step].0),
        launches,
        steps: steps.iter().map(|(at, ns, _)| (*at, *ns)).collect(),
    })
}

/// Whether a command takes more than a quarter longer than at the best step, in every launch.
fn is_worse(row: &Row, best: &Row) -> bool {
    let medians = |row: &Row| row.launches.iter().map(|rounds| median(rounds)).collect::<Vec<_>>();
    medians(row).iter().zip(medians(best)).all(|(own, best)| *own > BEND * best)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Environment, Scale};

    fn results(steps: &[(u64, [f64; 3])]) -> Results {
        let table = |(at, launches): &(u64, [f64; 3])| Table {
            lane: "ct".into(),
            workload: "ycsb-b".into(),
            mailbox: "bounded 1024".into(),
            scale: Some(Scale { axis: "clients".into(), at: *at }),
            foreign_cpu: vec![None; 3],
            rows: vec![Row {
                label: "tokio".into(),
                backend: "tokio".into(),
                baseline: true,
                control: false,
                threads: "1".into(),
                launches: launches.iter().map(|ns| vec![*ns; 5]).collect(),
            }],
            ..Table::default()
        };
        let curves = steps.iter().map(table).collect();
        Results { curves, ..Results::of_run("test", "quick", 1, Environment::default()) }
    }

    #[test]
    fn a_curve_bends_where_it_comes_down_and_where_it_leaves_again() {
        // The steps are out of order, because the files promise no order.
        let results = results(&[
            (64, [105.0; 3]),
            (1, [300.0; 3]),
            (4, [120.0; 3]),
            (16, [100.0; 3]),
            (256, [110.0, 150.0, 150.0]),
            (1024, [130.0, 140.0, 150.0]),
        ]);
        let all = curves(&results);
        let [curve] = &all[..] else { panic!("one curve: {all:?}") };
        assert_eq!((curve.best, curve.good_from, curve.worse_from), (16, Some(4), Some(1024)));
        assert_eq!(curve.bends(), "good from 4, worse from 1024");
        let page = markdown(&results).expect("there is a curve");
        let line = "| tokio | 300 | 120 | 100 | 105 | 150 | 140 | good from 4, worse from 1024 |";
        assert!(page.lines().any(|other| other == line), "{page}");
        assert!(text(&results).contains("good from 4, worse from 1024"));
    }

    #[test]
    fn one_launch_does_not_show_where_a_curve_bends() {
        let mut results = results(&[(1, [300.0; 3]), (4, [100.0; 3]), (16, [400.0; 3])]);
        let rows = results.curves.iter_mut().flat_map(|table| &mut table.rows);
        rows.for_each(|row| row.launches.truncate(1));
        let curve = curves(&results).remove(0);
        assert_eq!((curve.best, curve.good_from, curve.worse_from), (4, None, None));
        assert_eq!(curve.bends(), "not known: one launch");
    }

    #[test]
    fn a_flat_curve_bends_nowhere() {
        let results = results(&[(1, [100.0; 3]), (4, [101.0; 3]), (16, [120.0; 3])]);
        assert_eq!(curves(&results)[0].bends(), "nowhere");
        assert_eq!(markdown(&Results::default()), None);
    }
}
