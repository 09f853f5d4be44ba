//! The supervision of an actor: its lives, and what becomes of it when it panicked.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::thread;

use elfo::RestartPolicy;
use kv_core::{Change, StopReason, Store, Verdict};

use super::actor::{Owned, Owner};
use super::quirks::arrive;

// ANCHOR: live
impl<A: Owned> Owner<A> {
    /// Lives one life of the actor, which ends as asked, or with a panic. After a panic that is to be followed by a
    /// restart, elfo makes the next life, with a new mailbox.
    pub(crate) async fn live(mut self) {
        let restarted = self.ctx.start_info().cause.is_restarted();
        if restarted {
            arrive(&self.ctx, || A::arrive(self.ctx.key())).await;
        }
        A::started(&mut self);
        self.actors.announce(self.ctx.key(), if restarted { Change::Restarted } else { Change::Started });
        if self.actors.common().is_stopping() {
            // The `Stop` message may have gone to the previous life, or to none.
            self.close();
        }
        let (reason, panic) = loop {
            let Err(panic) = caught(pin!(self.run())).await else { break (StopReason::Asked, None) };
            match self.actors.panicked(self.ctx.key()) {
                // The command that panicked is lost. The context, the mailbox and the store are kept.
                Verdict::Resume if A::is_over(&mut self, false) => break (StopReason::Asked, None),
                Verdict::Resume => {}
                Verdict::Restart => {
                    // The mailbox is closed first. elfo drops it later, and must find in it every accepted message, or
                    // the callers would get no answer.
                    self.close();
                    self.ended = true;
                    self.actors.gate(self.ctx.key()).open();
                    resume_unwind(panic);
                }
                Verdict::Stop(reason) => {
                    self.ctx.set_restart_policy(RestartPolicy::never());
                    self.refuse_the_rest().await;
                    break (reason, Some(panic));
                }
            }
        };
        self.forget();
        self.ended = true;
        self.actors.end(self.ctx.key(), reason);
        if let Some(panic) = panic {
            // The panic goes on to elfo, which reports it as the actor's last status.
            resume_unwind(panic);
        }
    }

    /// Frees the store, before the end is announced. The new one is made by `new`, which takes no memory, unlike
    /// `of_one`.
    pub(crate) fn forget(&mut self) {
        self.store = Store::new(&self.actors.common().config);
    }
}
// ANCHOR_END: live

/// Awaits a future and catches its panic, as elfo does around an actor's function. The panic is caught once per poll,
/// not per message, so the catch costs nothing that could be measured.
async fn caught<F: Future>(mut future: Pin<&mut F>) -> thread::Result<F::Output> {
    std::future::poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(poll) => poll.map(Ok),
        Err(panic) => Poll::Ready(Err(panic)),
    })
    .await
}
