//! What a backend costs beside time.

use serde::{Deserialize, Serialize};

/// What one backend, and the framework below it, costs: counted, and not timed but for the compiler's time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Costs {
    /// The backend's name.
    pub backend: String,
    /// What an ask takes, on one thread.
    pub ask: PerCall,
    /// What a tell takes, on one thread.
    pub tell: PerCall,
    /// Lines of our backend that have code on them: no blank ones, no comments, no tests.
    pub our_lines: usize,
    /// What the framework brings along; `None` of a backend without one, or where its source or cargo is missing.
    pub framework: Option<Framework>,
    /// The command that measures it again.
    pub command: String,
}

/// What one call takes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PerCall {
    /// How many times memory is asked for. A mailbox that allocates by the block gives a fraction.
    pub allocations: f64,
    /// How many bytes are asked for.
    pub bytes: f64,
    /// Instructions, by callgrind; `None` where valgrind is not installed.
    pub instructions: Option<Instructions>,
}

/// Instructions of one call: the difference of two runs of different length, start and stop in neither.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Instructions {
    /// The median of several counts.
    pub median: f64,
    /// The largest count less the smallest: 0 where a count repeats to the instruction.
    pub spread: f64,
}

/// A framework, as its registry and its source show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Framework {
    /// The crate's name.
    pub name: String,
    /// The version that is on stage.
    pub version: String,
    /// When that version was published, UTC, RFC 3339; `None` where the registry's index does not tell.
    pub published: Option<String>,
    /// The newest version that the registry has, and when it was published.
    pub newest: Option<(String, Option<String>)>,
    /// Crates that a program with just this framework builds, itself not counted.
    pub dependencies: usize,
    /// Lines of the framework's own crates that have code on them.
    pub lines: usize,
    /// Of these, lines in unsafe blocks, functions, impls and traits.
    pub unsafe_lines: usize,
    /// What compiling a minimal program takes; `None` if that was not measured.
    pub build: Option<Build>,
}

/// What compiling and linking a minimal program with just one framework takes, optimised.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Build {
    /// Processor seconds, user and system, from nothing but fetched sources.
    pub cold_cpu_s: f64,
    /// Processor seconds after a change of the program's own file.
    pub incremental_cpu_s: f64,
    /// The stripped binary, in bytes.
    pub binary_bytes: u64,
}
