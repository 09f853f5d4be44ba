//! The sections: the generated parts of pages, between their markers.

use std::fmt::Write;

use kv_workload::catalogue;

use crate::{
    Results, costs_tables, curves, handler_work, headline, latency_tables, markdown, overload_tables, price,
};

/// Every section for which these results have figures: the name in its markers, and its text.
#[must_use]
pub fn sections(results: &Results) -> Vec<(&'static str, String)> {
    let overview = (!results.tables.is_empty()).then(|| markdown::overview(results));
    let all = [
        ("results", overview),
        ("headline", headline::markdown(results)),
        ("handler work", handler_work(results)),
        ("latency", latency_tables::markdown(results)),
        ("overload", overload_tables::markdown(results)),
        ("curves", curves::markdown(results)),
        ("costs", costs_tables::markdown(results)),
        ("price", price::markdown(results)),
        ("analysis", (!results.tables.is_empty()).then(|| analysis(results))),
    ];
    all.into_iter().filter_map(|(name, text)| Some((name, text?))).collect()
}

/// The analysis of the workloads that were played, which stands beside them in the catalogue.
fn analysis(results: &Results) -> String {
    let mut out = String::new();
    for workload in catalogue() {
        if results.tables.iter().any(|table| table.workload == workload.id) {
            let _ = writeln!(out, "* **`{}`**, {}. {}.", workload.id, workload.title, workload.analysis);
        }
    }
    out
}
