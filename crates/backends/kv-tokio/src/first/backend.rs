//! Storey 1 as a backend: how its actors start and end.

use kv_core::{Backend, Config, OnPanic, Promise, ShardedHandle, StartError};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{Mailbox, serve};

/// The store as tokio tasks, as tokio's own documentation would write it.
#[derive(Debug)]
pub struct First {
    handle: ShardedHandle<Mailbox>,
    actors: Vec<AbortHandle>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Backend for First {
    const NAME: &'static str = "tokio-first";
    const FRAMEWORK: Option<&'static str> = Some("tokio");
    const PROMISES: &'static [Promise] = &[
        Promise::Answers,
        Promise::Order,
        Promise::Bounded,
        Promise::Drained,
        Promise::TimesOut,
        Promise::CancelsCleanly,
        Promise::ExpiresByItself,
        Promise::LeaksNothing,
        Promise::OtherThreads,
    ];
    /// A caller that has its place in the channel and not yet sent waits for ever when the task is gone: its message, and the
    /// sender of its reply in it, stays in the channel.
    const RACES: &'static [Promise] = &[Promise::Killed, Promise::PanicsAreAnswered, Promise::Linearizable];
    type Handle = ShardedHandle<Mailbox>;

    async fn start(config: Config) -> Result<Self, StartError> {
        config.check_without_per_key(Self::NAME)?;
        config.check_on_panic(Self::NAME, &[OnPanic::Stop])?;
        let (tasks, stop, mut actors, mut mailboxes) =
            (TaskTracker::new(), CancellationToken::new(), Vec::new(), Vec::new());
        for _ in 0..config.topology.shards() {
            let (sender, mailbox) = mpsc::channel(config.mailbox.capacity());
            actors.push(tasks.spawn(serve(config.clone(), mailbox, stop.clone())).abort_handle());
            mailboxes.push(Mailbox { sender, ask_timeout: config.ask_timeout });
        }
        tasks.close();
        Ok(Self { handle: ShardedHandle::new(mailboxes), actors, tasks, stop })
    }

    fn handle(&self) -> Self::Handle {
        self.handle.clone()
    }

    async fn shutdown(&self) {
        self.stop.cancel();
        self.tasks.wait().await;
    }

    async fn kill(&self) {
        self.actors.iter().for_each(AbortHandle::abort);
        self.tasks.wait().await;
    }
}
