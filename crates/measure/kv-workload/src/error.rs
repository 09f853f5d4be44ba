//! The errors of a run, because of which there is no figure.

use std::fmt;
use std::time::Duration;

use kv_core::{KvError, StartError};
use thiserror::Error;

/// The error for a workload that cannot be played or cannot be checked.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("workload {workload}: {what}")]
pub struct WorkloadError {
    /// The workload's id.
    pub workload: String,
    /// The fault, and what the value should be.
    pub what: String,
}

/// The error of a slice. A slice that failed has no time, because a wrong answer must not count as a fast one.
#[derive(Debug, Error)]
pub enum RunError {
    /// The workload is refused.
    #[error(transparent)]
    Workload(#[from] WorkloadError),
    /// The runtime could not be built.
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
        /// The number of the client.
        client: usize,
        /// The number of the client's command, the first of the warm-in being 0.
        op: usize,
        /// The handle's error.
        error: KvError,
    },
    /// The backend failed at a service that every workload needs: to give out clients, to preload, to answer at the
    /// end.
    #[error("{backend} on {workload}: {doing} failed: {error}")]
    Service {
        /// The contestant's label.
        backend: String,
        /// The workload's id.
        workload: String,
        /// The service that failed.
        doing: &'static str,
        /// The handle's error.
        error: KvError,
    },
    /// A client did not get its answer, or the runner did not see the shutdown end, within the patience.
    #[error("{backend} on {workload}: {doing} was not over after {patience:?}")]
    Hung {
        /// The contestant's label.
        backend: String,
        /// The workload's id.
        workload: String,
        /// The call that hangs.
        doing: &'static str,
        /// How long the call was waited for.
        patience: Duration,
    },
    /// A client's task panicked: the backend's handle did, for the client itself does not.
    #[error("{backend} on {workload}: a client panicked: {message}")]
    Panicked {
        /// The contestant's label.
        backend: String,
        /// The workload's id.
        workload: String,
        /// The panic's message.
        message: String,
    },
    /// An earlier slice failed, so the state of the store is unknown.
    #[error("{backend} on {workload}: an earlier slice failed; start anew")]
    Broken {
        /// The contestant's label.
        backend: String,
        /// The workload's id.
        workload: String,
    },
}

/// A wrong answer, and the one that was expected.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub struct Mismatch {
    /// The contestant's label.
    pub backend: String,
    /// The workload's id.
    pub workload: String,
    /// The number of the client; `None` for the state at the end, to which all clients contributed.
    pub client: Option<usize>,
    /// The number of the client's command, the first of the warm-in being 0.
    pub op: usize,
    /// The command.
    pub command: String,
    /// The answer of the model.
    pub expected: String,
    /// The answer of the backend.
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
