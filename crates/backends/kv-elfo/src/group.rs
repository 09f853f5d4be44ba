//! The backend: a group of elfo actors of one topology.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use elfo::Blueprint;
use kv_core::{Backend, Config, Handle, KillSwitch, KvError, StartError};
use tokio_util::task::TaskTracker;

use crate::runtime_end::RuntimeEnd;
use crate::shards::actor::{Owned, Stop};
pub use crate::shards::sender::Sender;
use crate::system::Node;

/// The state that all actors of a backend share, in any topology.
pub struct Common {
    pub(crate) config: Config,
    pub(crate) kill: KillSwitch,
    stopping: AtomicBool,
    /// The tracker of all actors: it has a token for as long as an actor lives or may be restarted. elfo's `finished`
    /// cannot take its place: it waits for the actors of the moment, and not for those that are restarted later.
    pub(crate) living: TaskTracker,
}

impl Common {
    pub(crate) fn new(config: Config) -> Self {
        let living = TaskTracker::new();
        living.close();
        Self { config, kill: KillSwitch::default(), stopping: AtomicBool::new(false), living }
    }

    /// Notes that all actors are to end. An actor that is just being started reads this note, because it gets no
    /// message.
    pub(crate) fn stop(&self) {
        self.stopping.store(true, Ordering::Release);
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }
}

/// The actors of one topology.
pub trait Actors: Owned {
    /// Whether there is one actor per key.
    const PER_KEY: bool;
    /// The handle over them.
    type Handle: Handle;

    /// Makes the state that the actors share, and their group.
    fn new(config: Config) -> (Arc<Self>, Blueprint);
    /// Makes the handle of one client.
    fn handle(sender: Sender<Self>) -> Self::Handle;
    /// Notes that all actors are to end.
    fn stop(&self);
}

/// A backend: a running group of actors.
pub struct Group<A: Actors> {
    actors: Arc<A>,
    node: Node,
    handle: A::Handle,
    runtime_end: RuntimeEnd,
}

/// Notes that all actors are to end, when it is dropped.
struct StopAtEnd<A: Actors>(Arc<A>);

impl<A: Actors> Drop for StopAtEnd<A> {
    fn drop(&mut self) {
        self.0.stop();
    }
}

impl<A: Actors> Backend for Group<A> {
    const NAME: &'static str = "elfo";
    const FRAMEWORK: Option<&'static str> = Some("elfo");
    const PER_KEY: bool = A::PER_KEY;
    const INSIDE: bool = true;

    type Handle = A::Handle;

    async fn start(config: Config) -> Result<Self, StartError> {
        let mailbox = config.mailbox;
        let (actors, group) = A::new(config);
        let node = Node::start(group, mailbox)
            .await
            .map_err(|reason| StartError::Failed { backend: Self::NAME, reason })?;
        let handle = A::handle(Sender::new(&node.gateway, &node, &actors));
        let runtime_end = RuntimeEnd::new(StopAtEnd(Arc::clone(&actors)));
        Ok(Self { actors, node, handle, runtime_end })
    }

    fn handle(&self) -> Self::Handle {
        self.handle.clone()
    }

    // ANCHOR: client
    async fn client(&self) -> Result<Self::Handle, KvError> {
        if self.actors.common().is_stopping() {
            return Err(KvError::Stopped);
        }
        Ok(A::handle(Sender::new(&self.node.client().await?, &self.node, &self.actors)))
    }
    // ANCHOR_END: client

    // ANCHOR: shutdown
    async fn shutdown(&self) {
        self.stop();
        self.actors.common().living.wait().await;
        // elfo frees the actors' mailboxes, so the shutdown also waits until elfo has finished with the actors.
        self.runtime_end.or(self.node.gateway.context.finished(self.node.actors)).await;
    }

    async fn kill(&self) {
        self.order_kill();
        // The shutdown's message wakes the actors that wait for a message; all others see the kill order before it.
        self.shutdown().await;
    }
    // ANCHOR_END: shutdown
}

impl<A: Actors> Group<A> {
    /// Has all actors end before their queued messages are handled.
    fn order_kill(&self) {
        // `stop` comes first: an actor that sees the kill order ends and leaves the table, and its key must not seem
        // missing.
        self.actors.stop();
        self.actors.common().kill.order();
    }

    /// Asks all actors to end.
    fn stop(&self) {
        self.actors.stop();
        // The message goes past the bound, or it would wait for room behind others. The send fails only if there is
        // no actor at the moment.
        let stop = || self.node.gateway.context.unbounded_send_to(self.node.actors, Stop);
        let _ = self.node.gateway.scope().sync_within(stop);
    }
}

impl<A: Actors> Drop for Group<A> {
    /// Kills a backend that is dropped: it could not be stopped any more, and elfo's actors do not end by themselves
    /// when their last address is dropped.
    fn drop(&mut self) {
        self.order_kill();
        self.stop();
    }
}

impl<A: Actors> fmt::Debug for Group<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Group").finish_non_exhaustive()
    }
}
