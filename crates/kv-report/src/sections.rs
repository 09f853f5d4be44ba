//! What pages show between their markers.

use std::fmt::Write;

use kv_workload::catalogue;

use crate::{
    Results, costs_tables, curves, handler_work, headline, latency_tables, markdown, overload_tables,
};

/// Every section that these results have figures for: the name in its markers, and what stands between them.
#[must_use]
pub fn sections(results: &Results) -> Vec<(&'static str, String)> {
    let overview = (!results.tables.is_empty()).then(|| markdown::overview(results));
    let all = [
        ("results", overview),
        ("headline", headline::markdown(results)),
        ("handler work", has_crowds(results).then(|| handler_work(results)).flatten()),
        ("latency", latency_tables::markdown(results)),
        ("overload", overload_tables::markdown(results)),
        ("curves", curves::markdown(results)),
        ("costs", costs_tables::markdown(results)),
        ("analysis", (!results.tables.is_empty()).then(|| analysis(results))),
    ];
    all.into_iter().filter_map(|(name, text)| Some((name, text?))).collect()
}

/// Whether handlers that compute were asked by several numbers of clients. The page about them is about who meets whom, and
/// keeps what it has when a run does not say: the quick one does not.
fn has_crowds(results: &Results) -> bool {
    let mut clients: Vec<usize> = results
        .tables
        .iter()
        .filter(|table| table.computes())
        .filter_map(|t| Some(t.work?.clients))
        .collect();
    clients.sort_unstable();
    clients.dedup();
    clients.len() > 1
}

/// What the workloads show and why, for those that were played: it is kept beside them.
fn analysis(results: &Results) -> String {
    let mut out = String::new();
    for workload in catalogue() {
        if results.tables.iter().any(|table| table.workload == workload.id) {
            let _ = writeln!(out, "* **`{}`**, {}. {}.", workload.id, workload.title, workload.analysis);
        }
    }
    out
}
