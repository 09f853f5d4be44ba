//! A random client that records its calls.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use kv_core::{Command, Debug, Effect, Handle, KvError};
use rand::RngExt as _;
use rand_pcg::Pcg64Mcg;
use tokio::sync::oneshot;
use tokio::task::yield_now;

use super::call::{Action, Outcome, Value};
use super::keys::Keys;
use super::plan::{Plan, Trouble};
use super::record::{Journal, KeyId};
use super::translate::{batch_with_a_read, command, first_of_batch, seen};

/// After so many refusals in a row a client gives up, because the backend has ended.
const REFUSALS: usize = 8;

/// The limit of tells of one client that wait for the reply which confirms them. Each such tell doubles the worlds
/// that the judge has to follow, and an unlucky client tells ten times in a row while its actor sleeps.
const TELLS_IN_A_ROW: usize = 2;

/// One client of a round, with its random numbers and its journal.
pub(super) struct Client<H> {
    pub(super) number: usize,
    pub(super) handle: H,
    pub(super) plan: Plan,
    pub(super) keys: Arc<Keys>,
    pub(super) random: Pcg64Mcg,
    pub(super) journal: Journal,
    /// The client drops this half way through, and then the trouble may begin.
    pub(super) half_way: Option<oneshot::Sender<()>>,
}

impl<H: Handle> Client<H> {
    pub(super) async fn run(mut self) -> Journal {
        let (mut written, mut refused, mut last) = (0, 0, 0);
        for n in 0..self.plan.calls {
            if n == self.plan.calls / 2 {
                self.half_way = None;
            }
            self.make_trouble().await;
            // An actor serves in turn, so without this the calls would hardly change their order.
            if self.random.random_ratio(1, 3) {
                yield_now().await;
            }
            // Often the same key again: a reply of it confirms the tells before.
            if self.random.random_ratio(1, 2) {
                last = self.random.random_range(0..self.plan.keys);
            }
            let id = self.keys.current(last);
            written += 1;
            // Unique: the client's number above, a count below.
            let action = self.action((self.number as Value + 1) << 32 | written);
            let error = self.call(id, action).await;
            refused = if error == Some(KvError::Stopped) { refused + 1 } else { 0 };
            if refused == REFUSALS {
                break;
            }
        }
        self.journal
    }

    fn action(&mut self, value: Value) -> Action {
        match self.random.random_range(0..20) {
            0..6 => Action::Get,
            6..9 => Action::Set(value),
            9..14 => Action::SetIfAbsent(value),
            14..16 => Action::SetIfPresent(value),
            _ => Action::Delete,
        }
    }

    async fn make_trouble(&mut self) {
        // A few times per round, whichever client it is.
        let now = self.random.random_ratio(3, (self.plan.calls * self.plan.clients).max(3) as u32);
        if !now {
            return;
        }
        let key = self.keys.current(self.random.random_range(0..self.plan.keys)).key();
        match self.plan.trouble {
            Trouble::Timeouts => {
                let nap = Duration::from_millis(2);
                let _ = self.handle.tell(Command::Debug(Debug::Sleep { key, duration: nap })).await;
            }
            Trouble::Panics(_) => {
                let invoked = self.journal.now();
                let result = self.handle.ask(Command::Debug(Debug::Panic { key: key.clone() })).await;
                // With an actor per key, a key that does not exist has no actor that could panic, and the command
                // gets a reply.
                if let Err(error) = result
                    && error.effect() == Effect::Unknown
                    && self.plan.may_lose_keys()
                {
                    // A command whose reply is lost was handled or thrown away: it cannot crash an actor later.
                    self.journal.crashed(key, invoked, error == KvError::ReplyLost);
                }
            }
            Trouble::None | Trouble::Cancellations | Trouble::Shutdown | Trouble::Kill => {}
        }
    }

    /// Makes one call, by ask or tell, and returns its error, if any.
    async fn call(&mut self, id: KeyId, action: Action) -> Option<KvError> {
        let return_old = self.random.random_ratio(2, 3);
        let mut command = command(id.key(), action, return_old);
        // In a batch the call is the same, and the other commands of the batch do not concern it.
        let batched = self.random.random_ratio(1, 4);
        if batched {
            let other = self.keys.current(self.random.random_range(0..self.plan.keys)).key();
            command = batch_with_a_read(command, other);
        }
        let invoked = self.journal.now();
        let must_ask = action == Action::Get || self.journal.unconfirmed(id) >= TELLS_IN_A_ROW;
        let verb = if must_ask { 9 } else { self.random.random_range(0..10) };
        let cancelled = self.plan.trouble == Trouble::Cancellations && self.random.random_ratio(1, 4);
        let polls = if cancelled { self.random.random_range(1..4) } else { usize::MAX };
        let result = match verb {
            0 => Some(self.handle.try_tell(command).map(|()| None)),
            1 => give_up_after(polls, self.handle.tell(command)).await.map(|told| told.map(|()| None)),
            _ => {
                let reply = give_up_after(polls, self.handle.ask(command)).await;
                reply.map(|reply| if batched { first_of_batch(reply?) } else { reply }.map(Some))
            }
        };
        let (outcome, error) = match result {
            Some(Ok(Some(reply))) => (Outcome::Done(seen(action, return_old, &reply)), None),
            Some(Ok(None)) => {
                let confirmable = !self.plan.may_lose_keys();
                self.journal.told(id, invoked, action, confirmable);
                if !confirmable {
                    self.keys.one_more_unknown(id);
                }
                return None;
            }
            Some(Err(error)) => match error.effect() {
                Effect::NotApplied => (Outcome::NotApplied, Some(error)),
                Effect::Unknown => (Outcome::Unknown, Some(error)),
            },
            None => (Outcome::Unknown, None),
        };
        self.journal.asked(id, invoked, action, outcome);
        if outcome == Outcome::Unknown && action != Action::Get {
            self.keys.one_more_unknown(id);
        }
        error
    }

    /// Reads every key one last time. The loss of a write that was never read would otherwise not be seen.
    pub(super) async fn read_back(mut self) -> Journal {
        let keys: Vec<_> = self.keys.all().collect();
        for id in keys {
            // A reader that times out tries again; a reader whose shard has ended does not.
            for _ in 0..20 {
                if !matches!(self.call(id, Action::Get).await, Some(KvError::TimedOut | KvError::Overloaded))
                {
                    break;
                }
            }
        }
        self.journal
    }
}

/// Polls a future as a runtime would, and drops it if it is not done after so many polls.
async fn give_up_after<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    let (mut future, mut left) = (std::pin::pin!(future), polls);
    poll_fn(|context| {
        left -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}
