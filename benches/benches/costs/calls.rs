//! What one call takes: allocations and bytes by the allocator, instructions by callgrind.

use std::path::Path;

use audition::compare::Profile;
use kv_backends::Visitor;
use kv_core::{Backend, Config, MailboxKind};
use kv_overhead::{CALLS, Load, Ours, allocations, callgrind, instructions_of};
use kv_report::{Instructions, PerCall};
use kv_workload::{RunError, bytes_per_actor};

use crate::ALLOCATOR;

/// Counts the calls of one backend after the other.
pub(crate) struct Calls {
    calls: usize,
    /// What the commands of an ask and of a tell take by themselves; `None` where instructions are not counted.
    none: Option<[Instructions; 2]>,
}

/// The program that callgrind runs.
const PROGRAM: &str = env!("CARGO_BIN_EXE_play-once");

impl Calls {
    /// Says in a line why instructions are not counted, if they are not.
    pub(crate) fn new(profile: Profile) -> Self {
        if profile == Profile::Smoke {
            return Self { calls: 64, none: None };
        }
        if !callgrind::is_installed() {
            println!("costs: instructions are not counted, valgrind is not installed");
            return Self { calls: CALLS, none: None };
        }
        let none = instructions("none");
        if none.is_none() {
            println!("costs: instructions are not counted, valgrind fails");
        }
        Self { calls: CALLS, none }
    }

    /// What an ask and a tell take, in this order.
    pub(crate) fn count(&self, backend: &str) -> Result<(PerCall, PerCall), String> {
        let allocated = kv_backends::with(backend, Allocate(self.calls));
        let (ask, tell) = allocated.map_err(|error| error.to_string())?;
        let instructions = match self.none {
            None => [None; 2],
            Some(none) => {
                let counted = instructions(backend).ok_or_else(|| format!("valgrind failed at {backend}"))?;
                // The commands' own part repeats to the instruction.
                [0, 1].map(|n| {
                    let Instructions { median, spread } = counted[n];
                    Some(Instructions { median: median - none[n].median, spread })
                })
            }
        };
        let both = |allocated: kv_overhead::PerCall, instructions| PerCall {
            allocations: allocated.allocations,
            bytes: allocated.bytes,
            instructions,
        };
        Ok((both(ask, instructions[0]), both(tell, instructions[1])))
    }
}

/// The heap bytes of an idle actor; `None` for a backend without actors.
pub(crate) fn actor_bytes(backend: &str) -> Result<Option<f64>, String> {
    let weighed = kv_backends::with(backend, Weigh).map_err(|error| error.to_string())?;
    weighed.transpose().map_err(|error| error.to_string())
}

struct Weigh;

impl Visitor for Weigh {
    type Output = Option<Result<f64, RunError>>;

    fn visit<B: Backend>(self) -> Self::Output {
        let has_actors = B::DECLARATION.mailbox != MailboxKind::None;
        has_actors.then(|| bytes_per_actor::<B>(|| ALLOCATOR.live_bytes()))
    }
}

fn instructions(backend: &str) -> Option<[Instructions; 2]> {
    let of = |load| instructions_of(Path::new(PROGRAM), backend, load);
    Some([of(Load::Ask)?, of(Load::Tell)?])
}

struct Allocate(usize);

impl Visitor for Allocate {
    type Output = (kv_overhead::PerCall, kv_overhead::PerCall);

    fn visit<B: Backend>(self) -> Self::Output {
        let config = Config { sweep_interval: None, ..Config::default() };
        allocations(&ALLOCATOR, self.0, async || Ours::start::<B>(config).await)
    }
}
