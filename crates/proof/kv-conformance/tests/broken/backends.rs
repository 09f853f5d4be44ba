//! Faults that one caller can see.

use kv_core::{Backend, Command, Config, Handle, KvError, Mailbox, Reply};
use kv_tokio::Tokio;

use super::harness::{Broken, Fault, Honest};

pub(crate) type DropsWrites = Broken<Forgetful>;
pub(crate) type WritesTwice = Broken<Stuttering>;
pub(crate) type IgnoresItsBound = Broken<Boundless>;
pub(crate) type LosesTheQueue = Broken<Abrupt>;
pub(crate) type LiesAboutRefusals = Broken<Lying>;

/// Says "accepted" to one tell in a thousand and forgets it.
pub(crate) struct Forgetful;
impl Fault for Forgetful {
    const NAME: &'static str = "drops-writes";
    type Memory = ();
    async fn tell(inner: &Honest, command: Command, n: usize, (): &()) -> Result<(), KvError> {
        if n % 1000 == 999 { Ok(()) } else { inner.tell(command).await }
    }
}

/// Retries a write that did not fail.
pub(crate) struct Stuttering;
impl Fault for Stuttering {
    const NAME: &'static str = "writes-twice";
    type Memory = ();
    async fn ask(inner: &Honest, command: Command, _n: usize, (): &()) -> Result<Reply, KvError> {
        if !command.is_read() {
            inner.tell(command.clone()).await?;
        }
        inner.ask(command).await
    }
}

/// Has no bound, whatever the configuration says.
pub(crate) struct Boundless;
impl Fault for Boundless {
    const NAME: &'static str = "ignores-its-bound";
    type Memory = ();
    fn config(config: Config) -> Config {
        Config { mailbox: Mailbox::Unbounded, ..config }
    }
}

/// Confirms a shutdown at once and drops the queue.
pub(crate) struct Abrupt;
impl Fault for Abrupt {
    const NAME: &'static str = "loses-the-queue";
    type Memory = ();
    async fn shutdown(inner: &Tokio) {
        inner.kill().await;
    }
}

/// Answers "not applied" for a command that it did apply, once in a hundred times.
pub(crate) struct Lying;
impl Fault for Lying {
    const NAME: &'static str = "lies-about-refusals";
    type Memory = ();
    async fn ask(inner: &Honest, command: Command, n: usize, (): &()) -> Result<Reply, KvError> {
        let reply = inner.ask(command).await;
        if n % 100 == 10 { reply.and(Err(KvError::Stopped)) } else { reply }
    }
}
