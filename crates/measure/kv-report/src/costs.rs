//! The costs of a backend beside time.

use serde::{Deserialize, Serialize};

/// The costs of one backend and of the framework below it. They are counted; only the compiler is timed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Costs {
    /// The backend's name.
    pub backend: String,
    /// The costs of an ask, on one thread.
    pub ask: PerCall,
    /// The costs of a tell, on one thread.
    pub tell: PerCall,
    /// Lines of the backend's own crate that have code on them: no blank ones, no comments, no tests.
    pub our_lines: usize,
    /// The same lines, storey by storey; `None` for a backend without storeys, for the first backends, and in older files.
    #[serde(default)]
    pub storeys: Option<Storeys>,
    /// Heap bytes of an idle actor whose store is empty; `None` for a backend without actors, and in older files.
    #[serde(default)]
    pub actor_bytes: Option<f64>,
    /// The framework's costs; `None` for a backend without one, or where its source or cargo is missing.
    pub framework: Option<Framework>,
    /// The command that measures it again.
    pub command: String,
}

/// The lines of a backend's crate that have code on them, storey by storey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Storeys {
    /// The lines of the store in the framework's plainest idiom.
    pub first: usize,
    /// The lines of the whole contract over one actor or one per shard, beside those of the first storey.
    pub shards: usize,
    /// The lines of an actor per key.
    pub per_key: usize,
}

/// The costs of one call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PerCall {
    /// How many times memory is asked for. A mailbox that allocates in blocks gives a fraction.
    pub allocations: f64,
    /// How many bytes are asked for.
    pub bytes: f64,
    /// Instructions, by callgrind; `None` where valgrind is not installed.
    pub instructions: Option<Instructions>,
}

/// Instructions of one call: the difference of two runs of different length, in which the start and the stop cancel
/// out.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Instructions {
    /// The median of several counts.
    pub median: f64,
    /// The largest count less the smallest: 0 if all counts are equal to the instruction.
    pub spread: f64,
}

/// A framework, as its registry and its source show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Framework {
    /// The crate's name.
    pub name: String,
    /// The version that the backend uses.
    pub version: String,
    /// When that version was published, UTC, RFC 3339; `None` if the registry's index does not tell.
    pub published: Option<String>,
    /// The newest version that the registry has, and when it was published.
    pub newest: Option<(String, Option<String>)>,
    /// Crates that a program with just this framework builds, not counting the framework itself.
    pub dependencies: usize,
    /// Lines of the framework's own crates that have code on them.
    pub lines: usize,
    /// Those of [`lines`](Self::lines) that are in unsafe blocks, functions, impls and traits.
    pub unsafe_lines: usize,
    /// The costs of compiling a minimal program; `None` if they were not measured.
    pub build: Option<Build>,
}

/// The costs of compiling and linking a minimal program with just one framework, optimised.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Build {
    /// Processor seconds, user and system, when only the sources have been fetched.
    pub cold_cpu_s: f64,
    /// Processor seconds after a change of the program's own file.
    pub incremental_cpu_s: f64,
    /// The stripped binary, in bytes.
    pub binary_bytes: u64,
}
