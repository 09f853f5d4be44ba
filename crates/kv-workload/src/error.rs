//! Why there is no number.

use std::fmt;
use std::time::Duration;

use kv_core::{KvError, StartError};
use thiserror::Error;

/// A workload that cannot be played or cannot be checked.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("workload {workload}: {what}")]
pub struct WorkloadError {
    /// Its id.
    pub workload: String,
    /// What is wrong, and what it should be.
    pub what: String,
}

/// A slice failed. It has no time: a wrong answer is not a fast one.
#[derive(Debug, Error)]
pub enum RunError {
    /// The workload is refused.
    #[error(transparent)]
    Workload(#[from] WorkloadError),
    /// There is no runtime to play on.
    #[error("no runtime: {0}")]
    Runtime(#[source] std::io::Error),
    /// The backend did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// A reply, or the state at the end, is not what the model says.
    #[error(transparent)]
    Mismatch(Box<Mismatch>),
    /// A call failed.
    #[error("{backend} on {workload}: client {client}, command {op}: {error}")]
    Call {
        /// The contestant's label.
        backend: String,
        /// The workload's id.
        workload: String,
        /// Which client.
        client: usize,
        /// Which of the client's commands, the first of the warm-in being 0.
        op: usize,
        /// What the handle said.
        error: KvError,
    },
    /// The backend itself did not do what everything needs: give out clients, preload, answer at the end.
    #[error("{backend} on {workload}: {doing} failed: {error}")]
    Service {
        /// The contestant's label.
        backend: String,
        /// The workload's id.
        workload: String,
        /// What was being done.
        doing: &'static str,
        /// What the handle said.
        error: KvError,
    },
    /// Somebody waited for an answer, or for the shutdown, that did not come.
    #[error("{backend} on {workload}: {doing} was not over after {patience:?}")]
    Hung {
        /// The contestant's label.
        backend: String,
        /// The workload's id.
        workload: String,
        /// What was being done.
        doing: &'static str,
        /// How long it was waited for.
        patience: Duration,
    },
    /// A client's task panicked: the backend's handle did, for the client itself does not.
    #[error("{backend} on {workload}: a client panicked: {message}")]
    Panicked {
        /// The contestant's label.
        backend: String,
        /// The workload's id.
        workload: String,
        /// What it said.
        message: String,
    },
    /// An earlier slice failed, so that nobody knows what the store holds.
    #[error("{backend} on {workload}: an earlier slice failed; start anew")]
    Broken {
        /// The contestant's label.
        backend: String,
        /// The workload's id.
        workload: String,
    },
}

/// What was answered instead of what.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub struct Mismatch {
    /// The contestant's label.
    pub backend: String,
    /// The workload's id.
    pub workload: String,
    /// Which client; `None` for the state at the end, which is everybody's.
    pub client: Option<usize>,
    /// Which of the client's commands, the first of the warm-in being 0.
    pub op: usize,
    /// The command.
    pub command: String,
    /// What the model says.
    pub expected: String,
    /// What the backend said.
    pub got: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}: ", self.backend, self.workload)?;
        match self.client {
            Some(client) => write!(f, "client {client}, command {} ({})", self.op, self.command)?,
            None => write!(f, "at the end of a slice, {}", self.command)?,
        }
        write!(f, ": expected {}, got {}", self.expected, self.got)
    }
}
