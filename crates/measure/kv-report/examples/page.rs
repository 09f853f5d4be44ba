//! Makes the page and the pictures without the rest of Audition, which takes longer to build: `cargo run -p kv-report
//! --example page -- FOLDER [RESULTS]`.
//!
//! Without a results file the page shows invented figures in which every kind of section occurs; `parts.html` shows a
//! run that measured little.

#[path = "../tests/fixture/mod.rs"]
mod fixture;

use std::path::PathBuf;
use std::process::ExitCode;
use std::{env, fs};

use kv_report::{Results, page, plots};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("page: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let mut arguments = env::args_os().skip(1).map(PathBuf::from);
    let folder = arguments.next().ok_or("say into which folder the page is to be written")?;
    let results = match arguments.next() {
        None => fixture::results(),
        Some(file) => Results::read(&file).map_err(|error| error.to_string())?,
    };
    let parts = Results { latency: results.latency.clone(), ..Results::default() };
    let mut files = plots::plots(&results);
    files.push(("parts.html".to_owned(), page::html(&parts)));
    files.push(("index.html".to_owned(), page::html(&results)));
    let failed = |error| format!("cannot write into {}: {error}", folder.display());
    fs::create_dir_all(&folder).map_err(failed)?;
    for (name, content) in files {
        fs::write(folder.join(&name), &content).map_err(failed)?;
        println!("{:>9}  {}", content.len(), folder.join(name).display());
    }
    Ok(())
}
