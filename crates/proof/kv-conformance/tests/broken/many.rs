//! Faults in what carries many commands at once.

use kv_core::{Command, Handle, KvError, Reply, Version};
use tokio::task::yield_now;

use super::harness::{Broken, Fault, Honest};

pub(crate) type TakesBatchesApart = Broken<Scattered>;
pub(crate) type MixesUpBatches = Broken<Reversed>;
pub(crate) type ChecksThenTransacts = Broken<Unlocked>;
pub(crate) type ForgetsAbsence = Broken<Oblivious>;

/// Sends a batch's commands one by one. Every reply is one that the command could have had.
pub(crate) struct Scattered;
impl Fault for Scattered {
    const NAME: &'static str = "takes-batches-apart";
    type Memory = ();
    async fn ask(inner: &Honest, command: Command, _n: usize, (): &()) -> Result<Reply, KvError> {
        let Command::Batch(batch) = command else { return inner.ask(command).await };
        let mut replies = Vec::new();
        for command in batch.into_commands() {
            replies.push(inner.ask(command).await);
            yield_now().await;
        }
        Ok(Reply::Batch(replies))
    }
}

/// Answers a batch in the wrong order.
pub(crate) struct Reversed;
impl Fault for Reversed {
    const NAME: &'static str = "mixes-up-batches";
    type Memory = ();
    async fn ask(inner: &Honest, command: Command, _n: usize, (): &()) -> Result<Reply, KvError> {
        Ok(match inner.ask(command).await? {
            Reply::Batch(replies) => Reply::Batch(replies.into_iter().rev().collect()),
            other => other,
        })
    }
}

/// Looks whether the watched keys have changed, and then does a transaction's commands.
pub(crate) struct Unlocked;
impl Fault for Unlocked {
    const NAME: &'static str = "checks-then-transacts";
    type Memory = ();
    async fn ask(inner: &Honest, command: Command, _n: usize, (): &()) -> Result<Reply, KvError> {
        let Command::Transaction(transaction) = command else { return inner.ask(command).await };
        let (watched, commands) = transaction.into_parts();
        for (key, version) in watched {
            if inner.ask(Command::Version { key }).await? != Reply::Version(version) {
                return Ok(Reply::Transaction(None));
            }
        }
        yield_now().await;
        let mut replies = Vec::new();
        for command in commands {
            replies.push(match inner.ask(command).await {
                Ok(reply) => Ok(reply),
                Err(KvError::Command(refused)) => Err(refused),
                Err(error) => return Err(error),
            });
        }
        Ok(Reply::Transaction(Some(replies)))
    }
}

/// Says of a key that it is absent, and no longer which absence it was.
pub(crate) struct Oblivious;
impl Fault for Oblivious {
    const NAME: &'static str = "forgets-absence";
    type Memory = ();
    async fn ask(inner: &Honest, command: Command, _n: usize, (): &()) -> Result<Reply, KvError> {
        Ok(match inner.ask(command).await? {
            Reply::Version(version) if version.is_absent() => Reply::Version(Version::ABSENT),
            other => other,
        })
    }
}
