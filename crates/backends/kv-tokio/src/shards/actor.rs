//! The actor: a task that owns a store and serves its mailbox.

use std::future::poll_fn;
use std::sync::Arc;

use kv_core::{Change, Config, KillSwitch, StopReason, Store, Supervision, Verdict};
use tokio::sync::oneshot;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use crate::shards::mailbox::{Mail, Receiver};
use crate::shards::quirks::{Paused, Serve};

pub(crate) struct Shard {
    pub(crate) config: Config,
    pub(crate) kill: Arc<KillSwitch>,
    pub(crate) store: Store,
    pub(crate) mailbox: Receiver,
    pub(crate) sweep: Option<Interval>,
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
        while let Some(Paused { pause, mail }) = (Serve { shard: self }).await.map(|paused| *paused) {
            if self.kill.overtakes(pause.wait()).await {
                return;
            }
            self.handle(mail);
        }
    }

    #[inline]
    pub(crate) fn handle(&mut self, mail: Mail) {
        match mail {
            Mail::Message(message) => message.handle(&mut self.store, self.config.clock.now()),
            // The mailbox is closed, and the loop goes on: commands that were accepted before the stop message are
            // still applied.
            Mail::Stop => self.mailbox.close(),
        }
    }
    // ANCHOR_END: run
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
