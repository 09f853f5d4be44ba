//! The actor: a task that owns a store and serves its mailbox.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::FutureExt;
use kv_core::{Clock, Config, Kill, Pause, Store};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use crate::mailbox::{Message, Receiver};

pub(crate) struct Shard {
    kill: Arc<Kill>,
    store: Store,
    clock: Clock,
    mailbox: Receiver,
    sweep: Option<Interval>,
}

impl Shard {
    pub(crate) fn new(config: &Config, kill: Arc<Kill>, mailbox: Receiver) -> Self {
        let sweep = config.sweep_interval.map(|period| {
            let mut sweep = interval_at(Instant::now() + period, period);
            // After a long handler one sweep is enough; a burst of missed ones would only add to the delay.
            sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
            sweep
        });
        Self { kill, store: Store::new(config), clock: config.clock.clone(), mailbox, sweep }
    }

    // ANCHOR: run
    /// Serves until the mailbox is closed and empty (after a stop message, or when all handles are gone), until it
    /// is killed, or until a handler panics.
    pub(crate) async fn run(mut self) {
        let end = AssertUnwindSafe(self.serve()).catch_unwind().await;
        // Whatever the end was: nobody may wait for an answer that does not come. A receiver that is just dropped,
        // by an abort or a panic, leaves the message of a sender who had its place but had not sent yet in the
        // channel for as long as there are handles. Received until there is no place out, all of them are dropped.
        self.mailbox.close();
        while poll_fn(|context| self.mailbox.poll_recv(context)).await.is_some() {}
        if let Err(panic) = end {
            resume_unwind(panic);
        }
    }

    async fn serve(&mut self) {
        while let Some(message) = poll_fn(|context| self.poll_next(context)).await {
            if self.kill.is_ordered() {
                return;
            }
            match message.pause() {
                None => self.handle(message),
                // Boxed: a message that lives across an await lives in the task's state, and would be copied there
                // and back for every one that does not pause.
                Some(pause) => Box::pin(self.handle_after(pause, message)).await,
            }
        }
    }

    #[inline]
    fn handle(&mut self, message: Message) {
        match message {
            Message::Ask { command, reply } => {
                // The caller may have given up waiting. That is its right, and no error here.
                let _ = reply.send(self.store.apply(command, self.clock.now()));
            }
            Message::Tell { command } => {
                // Nobody waits to hear what the store thinks of it.
                let _ = self.store.apply(command, self.clock.now());
            }
            // Close, but do not leave: what was accepted before is still done.
            Message::Stop => self.mailbox.close(),
        }
    }
    // ANCHOR_END: run

    // ANCHOR: next
    /// The next message. Meanwhile the actor does something else: it sweeps when its timer says so.
    ///
    /// This is `select!` over the timer and the mailbox, written out: a macro's future inside a future would
    /// carry every message through one more copy. The timer comes first, or a mailbox that is never empty would
    /// keep it from ever being looked at.
    #[inline]
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Message>> {
        if let Some(sweep) = &mut self.sweep {
            while sweep.poll_tick(context).is_ready() {
                self.store.sweep(self.clock.now());
            }
        }
        self.mailbox.poll_recv(context)
    }
    // ANCHOR_END: next

    /// A debug command may make the actor wait before it does anything.
    async fn handle_after(&mut self, pause: Pause, message: Message) {
        let killed = self.kill.overtakes(pause.wait()).await;
        if !killed {
            self.handle(message);
        }
    }
}
