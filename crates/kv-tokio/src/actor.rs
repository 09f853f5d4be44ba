//! The actor: a task that owns a store and serves its mailbox.

use std::future::poll_fn;
use std::task::{Context, Poll};

use kv_core::{Clock, Config, Pause, Store};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use crate::mailbox::{Message, Receiver};

pub(crate) struct Shard {
    store: Store,
    clock: Clock,
    mailbox: Receiver,
    sweep: Option<Interval>,
}

impl Shard {
    pub(crate) fn new(config: &Config, mailbox: Receiver) -> Self {
        let sweep = config.sweep_interval.map(|period| {
            let mut sweep = interval_at(Instant::now() + period, period);
            // After a long handler one sweep is enough; a burst of missed ones would only add to the delay.
            sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
            sweep
        });
        Self { store: Store::new(config), clock: config.clock.clone(), mailbox, sweep }
    }

    // ANCHOR: run
    /// Serves until the mailbox is closed and empty: after a stop message, or when all handles are gone.
    pub(crate) async fn run(mut self) {
        while let Some(message) = poll_fn(|context| self.poll_next(context)).await {
            match message.pause() {
                None => self.handle(message),
                // Boxed: a message that lives across an await lives in the task's state, and would be copied
                // there and back for every one that does not pause.
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
        pause.wait().await;
        self.handle(message);
    }
}
