//! Faults that leave something behind: a caller that waits for ever, a task that never ends.

use std::future::pending;

use kv_core::{Command, Handle, KvError, Reply};

use super::harness::{Broken, Fault, Honest};

pub(crate) type LeavesCallersHanging = Broken<Silent>;
pub(crate) type LeaksTasks = Broken<Leaky>;

/// Does not tell a caller that its actor died.
pub(crate) struct Silent;
impl Fault for Silent {
    const NAME: &'static str = "leaves-callers-hanging";
    type Memory = ();
    async fn ask(inner: &Honest, command: Command, _n: usize, (): &()) -> Result<Reply, KvError> {
        match inner.ask(command).await {
            Err(KvError::ReplyLost) => pending().await,
            answer => answer,
        }
    }
}

/// Starts a task that never ends.
pub(crate) struct Leaky;
impl Fault for Leaky {
    const NAME: &'static str = "leaks-tasks";
    type Memory = ();
    fn started() {
        tokio::spawn(pending::<()>());
    }
}
