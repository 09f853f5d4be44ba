//! The actor: a task that owns a store and serves its mailbox.

use kv_core::{Clock, Command, CommandError, Config, Pause, Reply, Store};
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
        while let Some(message) = self.next().await {
            match message {
                Message::Ask { command, reply } => {
                    let answer = self.handle(command).await;
                    // The caller may have given up waiting. That is its right, and no error here.
                    let _ = reply.send(answer);
                }
                Message::Tell { command } => {
                    // Nobody waits to hear what the store thinks of it.
                    let _ = self.handle(command).await;
                }
                // Close, but do not leave: what was accepted before is still done.
                Message::Stop => self.mailbox.close(),
            }
        }
    }
    // ANCHOR_END: run

    // ANCHOR: next
    /// The next message. Meanwhile the actor does something else: it sweeps when its timer says so.
    async fn next(&mut self) -> Option<Message> {
        let Some(sweep) = &mut self.sweep else {
            return self.mailbox.recv().await;
        };
        loop {
            tokio::select! {
                // The timer first, or a mailbox that is never empty would keep it from ever being looked at.
                biased;
                _ = sweep.tick() => { self.store.sweep(self.clock.now()); }
                message = self.mailbox.recv() => return message,
            }
        }
    }
    // ANCHOR_END: next

    #[inline]
    async fn handle(&mut self, command: Command) -> Result<Reply, CommandError> {
        match command.pause() {
            None => self.store.apply(command, self.clock.now()),
            // Boxed: a command that lives across an await lives in the task's state, and would be copied there
            // and back for every one that does not pause.
            Some(pause) => Box::pin(self.handle_after(pause, command)).await,
        }
    }

    async fn handle_after(&mut self, pause: Pause, command: Command) -> Result<Reply, CommandError> {
        pause.wait().await;
        self.store.apply(command, self.clock.now())
    }
}
