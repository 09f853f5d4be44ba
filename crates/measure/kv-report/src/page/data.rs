//! The data of the page, as JSON.

use serde::Serialize;

use super::latency::LatencyData;
use super::load::OverloadData;
use super::tables::TableData;
use crate::curves::curves;
use crate::palette::LOOKS;
use crate::{Costs, Memory, Overload, Results};

/// All data of the page.
#[derive(Serialize)]
pub(super) struct Data<'a> {
    run: Run<'a>,
    looks: Vec<LookData>,
    tables: Vec<TableData<'a>>,
    latency: Vec<LatencyData<'a>>,
    curves: Vec<TableData<'a>>,
    bends: Vec<Bend>,
    costs: &'a [Costs],
    memory: &'a [Memory],
    overload: Vec<OverloadData>,
}

/// The origin of the measurements.
#[derive(Serialize)]
struct Run<'a> {
    command: &'a str,
    started: &'a str,
    profile: &'a str,
    seed: u64,
    machine: String,
    versions: String,
    rustc: &'a str,
    build: &'a str,
    allocator: &'a str,
    revision: Option<&'a str>,
}

/// The look of a backend; its colour is in the style sheet.
#[derive(Serialize)]
struct LookData {
    label: &'static str,
    marker: &'static str,
    dash: &'static str,
}

impl<'a> Data<'a> {
    pub(super) fn of(results: &'a Results) -> Self {
        let environment = &results.environment;
        let table = |table| TableData::of(table, results);
        Self {
            run: Run {
                command: &results.command,
                started: &results.started,
                profile: &results.profile,
                seed: results.seed,
                machine: environment.machine(),
                versions: environment.version_list(),
                rustc: &environment.rustc,
                build: &environment.build,
                allocator: &environment.allocator,
                revision: environment.revision.as_deref(),
            },
            looks: LOOKS
                .iter()
                .map(|look| LookData { label: look.label, marker: look.marker.name(), dash: look.dash })
                .collect(),
            tables: results.tables.iter().map(table).collect(),
            latency: results.latency.iter().map(|table| LatencyData::of(table, results)).collect(),
            curves: results.curves.iter().map(table).collect(),
            bends: curves(results)
                .iter()
                .map(|curve| Bend {
                    axis: curve.axis.to_owned(),
                    lane: curve.lane.to_owned(),
                    label: curve.label.to_owned(),
                    words: curve.bends(),
                })
                .collect(),
            costs: &results.costs,
            memory: &results.memory,
            overload: results
                .overload
                .iter()
                .filter_map(Overload::borne_out)
                .map(|row| OverloadData::of(&row))
                .collect(),
        }
    }
}

/// The bends of one contestant's curve, in words.
#[derive(Serialize)]
struct Bend {
    axis: String,
    lane: String,
    label: String,
    words: String,
}

/// The command that makes these figures again; old results files have only the command of the whole run.
pub(super) fn command_of<'a>(own: &'a str, results: &'a Results) -> &'a str {
    if own.is_empty() { &results.command } else { own }
}
