//! The actor: a task that owns a store and serves its mailbox.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use kv_core::{Change, Config, KillSwitch, Pause, StopReason, Store, Supervision, Verdict};
use tokio::sync::oneshot;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use crate::shards::mailbox::{Message, Receiver};

pub(crate) struct Shard {
    config: Config,
    kill: Arc<KillSwitch>,
    store: Store,
    mailbox: Receiver,
    sweep: Option<Interval>,
}

impl Shard {
    pub(crate) fn new(config: &Config, kill: Arc<KillSwitch>, mailbox: Receiver) -> Self {
        let sweep = config.sweep_interval.map(|period| {
            let mut sweep = interval_at(Instant::now() + period, period);
            // After a long handler one sweep is enough; a burst of missed ones would only add to the delay.
            sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
            sweep
        });
        Self { config: config.clone(), kill, store: Store::new(config), mailbox, sweep }
    }

    // ANCHOR: run
    /// Serves until the mailbox is closed and empty (after a stop message, or when all handles are gone), until it
    /// is killed, or until a handler panics.
    async fn run(&mut self) {
        while let Some(Paused { pause, message }) = (Serve { shard: self }).await.map(|paused| *paused) {
            if self.kill.overtakes(pause.wait()).await {
                return;
            }
            self.handle(message);
        }
    }

    #[inline]
    fn handle(&mut self, message: Message) {
        match message {
            Message::Ask { command, reply } => {
                // The caller may have dropped its receiver while it waited. That is no error here.
                let _ = reply.send(self.store.apply(command, self.config.clock.now()));
            }
            Message::Tell { command } => {
                // A tell has no reply: no caller waits for what the store returns.
                let _ = self.store.apply(command, self.config.clock.now());
            }
            // The mailbox is closed, and the loop goes on: commands that were accepted before the stop message are
            // still applied.
            Message::Stop => self.mailbox.close(),
        }
    }
    // ANCHOR_END: run

    // ANCHOR: next
    /// Polls for the next message, and sweeps the store when the timer is due.
    ///
    /// This is `select!` over the timer and the mailbox, written out: a macro's future inside a future would carry
    /// every message through one more copy. The timer is polled first, because a mailbox that is never empty would
    /// otherwise keep the timer from being polled.
    #[inline]
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Message>> {
        if let Some(sweep) = &mut self.sweep {
            while sweep.poll_tick(context).is_ready() {
                self.store.sweep(self.config.clock.now());
            }
        }
        self.mailbox.poll_recv(context)
    }
    // ANCHOR_END: next
}

/// A message that the actor handles after a pause. It is boxed because it is rare: unboxed, it would enlarge the task
/// of every actor.
struct Paused {
    pause: Pause,
    message: Message,
}

/// The future that handles messages as long as the mailbox has any. It resolves when a message has to wait, and when
/// the actor is to end.
///
/// It is written by hand. Rejected: an `async` loop. A coroutine keeps in its state all values that live in a loop with
/// an await, so each message would be copied there and back because of the few that do wait.
struct Serve<'a> {
    shard: &'a mut Shard,
}

impl Future for Serve<'_> {
    type Output = Option<Box<Paused>>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let shard = &mut *self.shard;
        while let Some(message) = ready!(shard.poll_next(context)) {
            if shard.kill.is_ordered() {
                break;
            }
            match message.pause() {
                None => shard.handle(message),
                Some(pause) => return Poll::Ready(Some(Box::new(Paused { pause, message }))),
            }
        }
        Poll::Ready(None)
    }
}

// ANCHOR: supervise
/// A running actor. When it ends, by a panic too, it leaves its shard to its supervisor.
struct Worker {
    shard: Option<Shard>,
    supervisor: Option<oneshot::Sender<Shard>>,
}

impl Drop for Worker {
    fn drop(&mut self) {
        if let (Some(shard), Some(supervisor)) = (self.shard.take(), self.supervisor.take()) {
            // The receiver is gone only when the whole runtime ends, and then no caller waits for an answer either.
            let _ = supervisor.send(shard);
        }
    }
}

/// Runs the actor in a task of its own, and again after a panic if that is the policy. The mailbox, which outlives the
/// panic with the rest of the shard, is handed on, so handles notice nothing.
pub(crate) async fn supervise(mut shard: Shard, mut supervision: Supervision) {
    supervision.announce(Change::Started);
    let reason = loop {
        let (supervisor, left) = oneshot::channel();
        let mut worker = Worker { shard: Some(shard), supervisor: Some(supervisor) };
        let task = tokio::spawn(async move {
            if let Some(shard) = &mut worker.shard {
                shard.run().await;
            }
        });
        let Ok(back) = left.await else { return };
        shard = back;
        if task.await.is_ok() || shard.kill.is_ordered() {
            break StopReason::Asked;
        }
        match supervision.panicked(std::time::Instant::now()) {
            Verdict::Stop(reason) => break reason,
            Verdict::Restart => {
                shard.store = Store::new(&shard.config);
                supervision.announce(Change::Restarted);
            }
            Verdict::Resume => {}
        }
    };
    // Every caller that waits gets an answer. A receiver that is just dropped leaves the message of a sender that had
    // its place but had not sent yet in the channel for as long as there are handles. So messages are received, and
    // dropped, until no place is taken.
    shard.mailbox.close();
    while poll_fn(|context| shard.mailbox.poll_recv(context)).await.is_some() {}
    drop(shard);
    supervision.announce(Change::Stopped(reason));
}
// ANCHOR_END: supervise
