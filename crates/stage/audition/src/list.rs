//! The lists: backends, the frameworks' versions, and workloads.

use std::fmt::Write;

use kv_core::Placement;
use kv_report::splice::{MissingMarkers, splice};
use kv_workload::catalogue;

/// The list of backends, with the frameworks' versions that were compiled in.
#[must_use]
pub fn backends() -> String {
    let mut out = String::from("backend      framework             its actors live\n");
    for backend in kv_backends::all() {
        let framework = match backend.framework {
            Some((name, version)) => format!("{name} {version}"),
            None => "none (standard library)".to_owned(),
        };
        let home = match backend.placement {
            Placement::CallersRuntime => "on the caller's tokio runtime",
            Placement::OwnThreads => "on threads of their own",
            Placement::LocalSet => "on the caller's own thread (a LocalSet)",
        };
        let _ = writeln!(out, "{:<12} {framework:<21} {home}", backend.name);
    }
    out
}

/// A page with the table of the server's commands put between its markers.
///
/// # Errors
/// [`MissingMarkers`].
pub fn splice_commands(page: &str) -> Result<String, MissingMarkers> {
    let command = "cargo run -- list --commands --splice docs/src/commands.md";
    splice(page, "commands", command, kv_commands::command_table().trim())
}

/// The list of workloads, and what each models.
#[must_use]
pub fn workloads() -> String {
    let mut out = String::new();
    for workload in catalogue() {
        let _ = writeln!(out, "{}: {}", workload.id, workload.title);
        let _ = writeln!(out, "    models  {}", workload.models);
        let _ = writeln!(out, "    why     {}", workload.why);
        let _ = writeln!(out, "    shows   {}", workload.analysis);
    }
    out
}
