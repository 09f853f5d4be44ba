//! The results file: the record of a run.

use std::path::{Path, PathBuf};
use std::{fs, io};

use kv_core::Clock;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Costs, Environment, LatencyTable, Overload, compact, date_of, files};

/// The version of the JSON format. It is raised when an old reader would misread a new file. A new field that an old
/// reader may pass over does not raise it, and is empty when an old file is read.
pub const SCHEMA: u32 = 1;

/// All measurements of one run. The raw figures are the result; everything printed is computed from them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// The version of this format: [`SCHEMA`].
    pub schema: u32,
    /// The command that made the results.
    pub command: String,
    /// When the run began, UTC, RFC 3339.
    pub started: String,
    /// The profile: `smoke`, `quick` or `full`.
    pub profile: String,
    /// The seed of the streams, the order of slices and the bootstrap.
    pub seed: u64,
    /// The environment in which it ran.
    pub environment: Environment,
    /// The tables: one per workload, lane and kind of mailbox.
    pub tables: Vec<Table>,
    /// The sizes of keys and actors; empty if they were not measured.
    #[serde(default)]
    pub memory: Vec<Memory>,
    /// Latency under load, a table per lane; empty if that was not measured.
    #[serde(default)]
    pub latency: Vec<LatencyTable>,
    /// The steps of curves, each a table that says in [`Table::scale`] on which curve it is and where; empty if none
    /// was measured.
    #[serde(default)]
    pub curves: Vec<Table>,
    /// The costs of each backend beside time; empty if they were not measured.
    #[serde(default)]
    pub costs: Vec<Costs>,
    /// The overloads; empty if they were not measured.
    #[serde(default)]
    pub overload: Vec<Overload>,
}

/// The size of one key in one backend, in live bytes of the heap: counted exactly, with so many keys.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    /// The backend's name.
    pub backend: String,
    /// How many keys there were.
    pub keys: usize,
    /// Bytes per key with one actor for all of them: the entry, its key and its value.
    pub shared: f64,
    /// Bytes per key with an actor for each; `None` if the backend cannot have that.
    pub own: Option<f64>,
    /// The command that measures it again; empty in old files, which lack it.
    #[serde(default)]
    pub command: String,
}

/// The measurements of one workload on one lane with one kind of mailbox.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// The lane: `ct`, or `mt` with its number of threads.
    pub lane: String,
    /// The workload's id.
    pub workload: String,
    /// The workload's title, in a line.
    pub title: String,
    /// The mailbox: `bounded 1024` or `unbounded`.
    pub mailbox: String,
    /// Whether the workload is about the lives of actors (spawned, restarted) and not about traffic: shown apart, in no
    /// mean.
    #[serde(default)]
    pub life: bool,
    /// The work of the handlers and the number of clients, in tables about handlers that compute.
    #[serde(default)]
    pub work: Option<Work>,
    /// The curve and the place on it, in tables that are steps of a curve.
    #[serde(default)]
    pub scale: Option<Scale>,
    /// The command that measures it again; empty in old files, which lack it.
    #[serde(default)]
    pub command: String,
    /// The share of the whole machine's processor time that other processes took, per launch, 0 to 1; `None` if the
    /// system does not tell.
    pub foreign_cpu: Vec<Option<f64>>,
    /// The rows, one per contestant, in the order of tables.
    pub rows: Vec<Row>,
}

/// The work that handlers do in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Work {
    /// How many clients ask at once.
    pub clients: usize,
    /// How long a handler computes, in nanoseconds; 0 for the table with which the others are compared.
    pub nanos: u32,
}

/// A step of a curve: the table's workload, with one parameter set to a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Scale {
    /// The parameter: `clients`, `shards`, `keys`, `value-bytes`, `capacity` or `workers`.
    pub axis: String,
    /// The parameter's value.
    pub at: u64,
}

/// The measurements of one contestant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The contestant's label in this table.
    pub label: String,
    /// The backend's name.
    pub backend: String,
    /// Whether this row is the baseline, with which all others are compared: plain tokio, the first time.
    pub baseline: bool,
    /// Whether the contestant takes part as a control, to show what the others cost or how fine this measurement is:
    /// the mutex, and plain tokio the second time.
    pub control: bool,
    /// The worker threads of the backend's runtime, and its own threads.
    pub threads: String,
    /// Per process launch, per round: nanoseconds per command of one slice. The rounds of all rows of a table
    /// are the same rounds, so that they can be compared in pairs.
    #[serde(serialize_with = "compact::launches")]
    pub launches: Vec<Vec<f64>>,
}

/// A results file could not be read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The file could not be opened or read.
    #[error("cannot read {path}: {source}")]
    Io {
        /// The file's path.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// The file is not a results file.
    #[error("{path} is not a results file: {source}")]
    Format {
        /// The file's path.
        path: PathBuf,
        /// The error in its JSON.
        source: serde_json::Error,
    },
    /// The file was written by a later version of Audition.
    #[error("{path} has format {found}, and this version reads up to {SCHEMA}; use a newer Audition")]
    TooNew {
        /// The file's path.
        path: PathBuf,
        /// The file's format.
        found: u32,
    },
}

impl Results {
    /// Results that hold no figures yet, of a run that begins now.
    #[must_use]
    pub fn of_run(command: &str, profile: &str, seed: u64, environment: Environment) -> Self {
        Self {
            schema: SCHEMA,
            command: command.to_owned(),
            started: date_of(Clock::System.now()),
            profile: profile.to_owned(),
            seed,
            environment,
            ..Self::default()
        }
    }

    /// Writes the results as JSON; creates the folder if need be.
    ///
    /// # Errors
    /// When the folder or the file cannot be written.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        files::write(path, &self.to_json())
    }

    /// The results as JSON.
    ///
    /// # Panics
    /// Never: the types have no map with odd keys and no number that JSON lacks.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("plain data serialises")
    }

    /// Reads results that [`Results::write`] wrote, by this or an earlier version.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn read(path: &Path) -> Result<Self, ReadError> {
        #[derive(Deserialize)]
        struct Version {
            schema: u32,
        }
        let path = || path.to_owned();
        let text = fs::read_to_string(path()).map_err(|source| ReadError::Io { path: path(), source })?;
        let format = |source| ReadError::Format { path: path(), source };
        let Version { schema } = serde_json::from_str(&text).map_err(format)?;
        if schema > SCHEMA {
            return Err(ReadError::TooNew { path: path(), found: schema });
        }
        serde_json::from_str(&text).map_err(format)
    }
}

impl Table {
    /// Whether the handlers have more to do than the store asks of them: such tables are shown apart, in no mean.
    #[must_use]
    pub fn computes(&self) -> bool {
        self.work.is_some_and(|work| work.nanos > 0)
    }

    /// The lane of the curve to which this step belongs: in a curve over workers, `mt2` is a step of `mt`.
    pub(crate) fn curve_lane(&self) -> &str {
        match &self.scale {
            Some(scale) if scale.axis == "workers" => {
                self.lane.trim_end_matches(|c: char| c.is_ascii_digit())
            }
            _ => &self.lane,
        }
    }

    /// The row with which the others are compared.
    #[must_use]
    pub fn baseline(&self) -> Option<&Row> {
        self.rows.iter().find(|row| row.baseline)
    }

    /// The row of the mutex, the backend that carries nothing.
    #[must_use]
    pub fn floor(&self) -> Option<&Row> {
        self.rows.iter().find(|row| row.backend == "mutex")
    }

    /// The largest share of the machine that other processes took in any launch.
    #[must_use]
    pub fn worst_foreign_cpu(&self) -> Option<f64> {
        self.foreign_cpu.iter().flatten().copied().reduce(f64::max)
    }

    /// Whether the figures are only indicative: in the multi-thread lane they depend on processors that other
    /// processes were using. The threshold of a fifth of the machine is where the ratios of repeated runs were
    /// seen to come apart.
    #[must_use]
    pub fn indicative(&self) -> bool {
        self.lane != "ct" && self.worst_foreign_cpu().is_none_or(|share| share > 0.2)
    }
}
