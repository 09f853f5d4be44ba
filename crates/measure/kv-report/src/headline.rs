//! The headline, the one number that most readers need: the handler time from which on the framework's cost no longer
//! matters.

use std::fmt::Write;

use crate::estimate::{interval, median_of_medians, paired, typical_ns};
use crate::markdown::{launches, provenance};
use crate::{Results, Row, Table};

/// The share of the handler's time below which a cost is called little.
const LITTLE: f64 = 0.1;

/// The cost of carrying a command with one contestant, and the handler time that follows from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Headline {
    /// The contestant's label.
    pub label: String,
    /// Nanoseconds per command beyond the mutex's in the same round, with a handler that has no work.
    pub cost_ns: f64,
    /// The lower end of its 95 % interval; negative infinity after a single launch.
    pub low: f64,
    /// The upper end of its 95 % interval; infinity after a single launch.
    pub high: f64,
    /// The model's largest error: how far the time per command with work in the handler differs from the mutex's with
    /// that work plus this cost, as a share of it. `None` if no work was measured, or after a single launch.
    pub off: Option<f64>,
}

/// The headline of each contestant, on the one-thread lane with bounded mailboxes; empty if that was not measured.
///
/// It follows the additive model: a backend adds the same cost to each command, whatever the handler does.
/// [`Headline::off`] says how far that holds.
#[must_use]
pub fn headlines(results: &Results) -> Vec<Headline> {
    let tables: Vec<&Table> = results
        .tables
        .iter()
        .filter(|table| table.lane == "ct" && table.mailbox != "unbounded" && table.work.is_some())
        .collect();
    let Some(idle) = tables.iter().find(|table| table.work.is_some_and(|work| work.nanos == 0)) else {
        return Vec::new();
    };
    let contestants = idle.rows.iter().filter(|row| row.backend != "mutex" && (!row.control || row.baseline));
    contestants.filter_map(|row| headline(row, idle, &tables, results.seed)).collect()
}

fn headline(row: &Row, idle: &Table, tables: &[&Table], seed: u64) -> Option<Headline> {
    let costs = paired(row, idle.floor()?, |own, floor| own - floor)?;
    let cost_ns = median_of_medians(&costs);
    let (low, high) = interval(&costs, seed);
    let off = |table: &&Table| {
        if !table.computes() {
            return None;
        }
        let busy = table.rows.iter().find(|other| other.label == row.label)?;
        let ratio = median_of_medians(&paired(busy, table.floor()?, |own, floor| own / floor)?);
        let predicted = 1.0 + cost_ns / typical_ns(table.floor()?)?;
        Some((ratio / predicted - 1.0).abs())
    };
    // The model's error is a claim like any other, so it needs an interval.
    let off = tables.iter().filter_map(off).reduce(f64::max).filter(|_| high.is_finite());
    Some(Headline { label: row.label.clone(), cost_ns, low, high, off })
}

impl Headline {
    /// The handler time, in microseconds, above which the cost is less than a tenth of it. It is computed from the
    /// interval's upper end, so that the promise is safe; `None` without an interval.
    #[must_use]
    pub fn little_from_us(&self) -> Option<f64> {
        self.high.is_finite().then(|| (self.high.max(0.0) / LITTLE / 1e3 * 10.0).ceil() / 10.0)
    }

    /// The interval, and the handler time that follows from it.
    fn claims(&self, microseconds: &str) -> (String, String) {
        match self.little_from_us() {
            Some(little) => {
                (format!("({:.0} to {:.0})", self.low, self.high), format!("{little:.1} {microseconds}"))
            }
            None => ("(one launch, no interval)".into(), "-".into()),
        }
    }
}

/// The table of headlines for a page; `None` if there are none.
#[must_use]
pub fn markdown(results: &Results) -> Option<String> {
    let all = headlines(results);
    if all.is_empty() {
        return None;
    }
    let mut out = String::from(
        "| | carrying a command costs | less than 10 % of a handler that takes more than | the model is off by at most |\n\
         |---|--:|--:|--:|\n",
    );
    for headline in &all {
        let (interval, little) = headline.claims("\u{b5}s");
        let _ = writeln!(
            out,
            "| {} | {:.0} ns {interval} | {little} | {} |",
            headline.label,
            headline.cost_ns,
            headline.off.map_or_else(|| "-".to_owned(), |off| format!("{:.1} %", off * 100.0))
        );
    }
    let _ = writeln!(
        out,
        "\nOn one thread, beyond the mutex, with 8 clients that read; the 95 % interval over {} process launches. The model: \
         whoever carries a command adds this to it, whatever the handler does. How far it is off is measured with handlers \
         that compute. {}",
        launches(results),
        provenance(results)
    );
    Some(out)
}

/// The table of headlines for a terminal.
#[must_use]
pub fn text(results: &Results) -> String {
    let all = headlines(results);
    if all.is_empty() {
        return String::new();
    }
    let mut out = String::from(
        "ct \u{b7} what carrying a command costs beyond the mutex, and the handler time above which that is less than 10 %\n",
    );
    let width = all.iter().map(|headline| headline.label.chars().count()).max().unwrap_or(0);
    for headline in &all {
        let (interval, little) = headline.claims("us");
        let _ =
            writeln!(out, "  {:width$}  {:>5.0} ns {interval}  {little}", headline.label, headline.cost_ns);
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Environment, Work};

    fn table(nanos: u32, mutex: f64, kameo: f64) -> Table {
        let row = |label: &str, ns: f64| Row {
            label: label.into(),
            backend: label.into(),
            baseline: false,
            control: label == "mutex",
            threads: "1".into(),
            launches: vec![vec![ns; 5]; 3],
        };
        Table {
            lane: "ct".into(),
            mailbox: "bounded 1024".into(),
            work: Some(Work { clients: 8, nanos }),
            rows: vec![row("mutex", mutex), row("kameo", kameo)],
            ..Table::default()
        }
    }

    fn results(tables: Vec<Table>) -> Results {
        Results { tables, ..Results::of_run("test", "quick", 1, Environment::default()) }
    }

    #[test]
    fn a_tenth_of_the_handler_is_ten_times_the_cost() {
        // The cost is 450 beyond the mutex; with 1 us of work 1450 are predicted and 1595 measured.
        let results = results(vec![table(0, 100.0, 550.0), table(1_000, 1_000.0, 1_595.0)]);
        let all = headlines(&results);
        let [kameo] = &all[..] else { panic!("one headline: {all:?}") };
        assert!((kameo.cost_ns - 450.0).abs() < 1e-9 && kameo.little_from_us() == Some(4.5));
        assert!((kameo.off.expect("there is work") - 0.1).abs() < 1e-9);
        let page = markdown(&results).expect("there is a headline");
        assert!(page.contains("| kameo | 450 ns (450 to 450) | 4.5 \u{b5}s | 10.0 % |"), "{page}");
    }

    #[test]
    fn a_single_launch_promises_nothing() {
        let mut results = results(vec![table(0, 100.0, 550.0), table(1_000, 1_000.0, 1_595.0)]);
        let rows = results.tables.iter_mut().flat_map(|table| &mut table.rows);
        rows.for_each(|row| row.launches.truncate(1));
        let page = markdown(&results).expect("there is a headline");
        assert!(page.contains("| kameo | 450 ns (one launch, no interval) | - | - |"), "{page}");
        assert!(
            text(&results).contains("kameo    450 ns (one launch, no interval)  -"),
            "{}",
            text(&results)
        );
    }

    #[test]
    fn without_the_idle_handler_nothing_is_said() {
        assert_eq!(markdown(&results(vec![table(1_000, 1_000.0, 1_500.0)])), None);
    }
}
