//! The command `report`: tables, pages and pictures out of a results file.

use std::path::{Path, PathBuf};

use clap::Args;
use kv_report::{Results, files, page, plots, sections, splice, text};

use super::{Failure, print, rewrite};

#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// The results file.
    #[arg(long)]
    from: PathBuf,
    /// A Markdown page to put tables into, between the markers that it has: `results` for the overview, `headline`,
    /// `handler work`, `latency`, `overload`, `curves`, `costs` and `analysis` for what they say.
    #[arg(long, value_name = "FILE")]
    splice: Option<PathBuf>,
    /// Writes a page to look through with a browser: one file, which loads nothing.
    #[arg(long, value_name = "FILE")]
    page: Option<PathBuf>,
    /// Writes pictures into this folder, as SVG.
    #[arg(long, value_name = "FOLDER")]
    plots: Option<PathBuf>,
}

/// Writes the files that were asked for; prints the tables if none were.
pub(super) fn run(args: &ReportArgs) -> Result<(), Failure> {
    let results = Results::read(&args.from)?;
    if args.splice.is_none() && args.page.is_none() && args.plots.is_none() {
        return print(&text::all(&results));
    }
    if let Some(markdown) = &args.splice {
        splice_into(markdown, &results)?;
    }
    if let Some(path) = &args.page {
        write(path, &page::html(&results))?;
    }
    if let Some(folder) = &args.plots {
        for (name, svg) in plots::plots(&results) {
            write(&folder.join(name), &svg)?;
        }
    }
    Ok(())
}

fn splice_into(page: &Path, results: &Results) -> Result<(), Failure> {
    rewrite(page, |old| splice::those_with_markers(old, &results.command, &sections(results)))
}

/// Writes a file, and names it in the error if that fails.
fn write(path: &Path, content: &str) -> Result<(), Failure> {
    files::write(path, content).map_err(|error| format!("cannot write {}: {error}", path.display()).into())
}
