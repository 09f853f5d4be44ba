//! The hand-written half of the actor's loop: what `select!` does, for 10 % less time per message.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use kv_core::Pause;

use crate::shards::actor::Shard;
use crate::shards::mailbox::Mail;

// ANCHOR: next
/// The future that handles messages as long as the mailbox has any. It resolves when a message has to wait, and when
/// the actor is to end.
///
/// The plain form is the loop of `first.rs`, with the kill switch in it:
///
/// ```text
/// loop {
///     select! {
///         biased;
///         () = tick(&mut self.sweep) => self.store.sweep(self.config.clock.now()),
///         mail = self.mailbox.recv() => {
///             let Some(mail) = mail else { return };
///             if self.kill.is_ordered() { return }
///             if let Some(pause) = mail.pause() && self.kill.overtakes(pause.wait()).await { return }
///             self.handle(mail);
///         }
///     }
/// }
/// ```
///
/// It costs 10 % more time per ask, 7 % per ask of eight clients, 10 % per tell, and 178 and 137 more instructions
/// (`cargo bench -p kv-tokio --bench overhead` with either form, twice, on tokio 1.54.1 and an AMD EPYC, 2026-11-28): a
/// coroutine keeps in its state all values that live in a loop with an await, so each message is copied there and back
/// because of the few that do wait, and the macro's future carries it through one copy more.
pub(crate) struct Serve<'a> {
    pub(crate) shard: &'a mut Shard,
}

impl Future for Serve<'_> {
    type Output = Option<Box<Paused>>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let shard = &mut *self.shard;
        while let Some(mail) = ready!(shard.poll_next(context)) {
            if shard.kill.is_ordered() {
                break;
            }
            match mail.pause() {
                None => shard.handle(mail),
                Some(pause) => return Poll::Ready(Some(Box::new(Paused { pause, mail }))),
            }
        }
        Poll::Ready(None)
    }
}

impl Shard {
    /// Polls for the next message, and sweeps the store when the timer is due. The timer is polled first, because a
    /// mailbox that is never empty would otherwise keep the timer from being polled.
    #[inline]
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Mail>> {
        if let Some(sweep) = &mut self.sweep {
            while sweep.poll_tick(context).is_ready() {
                self.store.sweep(self.config.clock.now());
            }
        }
        self.mailbox.poll_recv(context)
    }
}
// ANCHOR_END: next

/// A message that the actor handles after a pause. It is boxed because it is rare: unboxed, it would enlarge the task
/// of every actor.
pub(crate) struct Paused {
    pub(crate) pause: Pause,
    pub(crate) mail: Mail,
}
