//! What a key and an idle actor weigh: bytes in the heap, counted by an allocator that only this program has.
//!
//! Leaves its figures in `target/audition/memory.json`, where the comparison finds them.

use std::process::ExitCode;

use audition::compare::{Profile, arguments_of_bench, profile_of_bench, target_folder};
use counting_alloc::CountingAllocator;
use kv_backends::Visitor;
use kv_core::{Backend, Placement, Topology};
use kv_report::{Memory, files, text};
use kv_workload::{RunError, bytes_per_key};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::new();

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("memory: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let arguments = arguments_of_bench();
    if let Some(filter) = arguments.iter().find(|argument| !argument.starts_with('-'))
        && !"memory".contains(filter.as_str())
    {
        return Ok(());
    }
    let profile = profile_of_bench(&arguments)?;
    let keys = match profile {
        Profile::Smoke => 100,
        Profile::Quick => 20_000,
        // The claim is a million actors.
        Profile::Full => 1_000_000,
    };
    let mut memory = Vec::new();
    for backend in kv_backends::whole().filter(|backend| backend.placement != Placement::OwnThreads) {
        let measured = kv_backends::with(backend.name, Weigh(keys)).map_err(|error| error.to_string())?;
        memory.push(measured.map_err(|error| error.to_string())?);
    }
    if profile == Profile::Smoke {
        println!("memory: {} backends weighed; run `cargo bench` for figures", memory.len());
        return Ok(());
    }
    println!("{}", text::memory(&memory));
    let path = target_folder().join("memory.json");
    let json = serde_json::to_string_pretty(&memory).map_err(|error| error.to_string())?;
    files::write(&path, &json).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

struct Weigh(usize);

impl Visitor for Weigh {
    type Output = Result<Memory, RunError>;

    fn visit<B: Backend>(self) -> Self::Output {
        let weigh = |topology| bytes_per_key::<B>(topology, self.0, || ALLOCATOR.live_bytes());
        let own = if B::PER_KEY { Some(weigh(Topology::PerKey)?) } else { None };
        let command = "cargo bench --bench memory".to_owned();
        Ok(Memory {
            backend: B::NAME.to_owned(),
            keys: self.0,
            shared: weigh(Topology::Single)?,
            own,
            command,
        })
    }
}
