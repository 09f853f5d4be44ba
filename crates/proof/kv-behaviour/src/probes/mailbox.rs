//! Mailboxes and their bounds.

use tokio::task::spawn_local;

use super::held;
use crate::answers::{DefaultMailbox, DroppedTell, FullTell, MailboxBound, Sees};
use crate::stage::{is_pending, on_one_thread, settle};
use crate::{Capacity, Job, Journal, Native, NativeActor, Plan, Said, ours};

/// A mailbox that accepts this many messages counts as one that accepts any number.
const MANY: usize = 10_000;

/// The bound that a probe asks for, if the framework has bounds.
const BOUND: usize = 2;

/// The number of a tell to a full mailbox.
const LAST: u64 = 99;

/// Tells without waiting until the mailbox refuses. Returns how many it took, and the refusal.
fn fill<A: NativeActor>(actor: &A, limit: usize) -> (usize, Option<Said>) {
    for taken in 0..limit {
        if let Err(said) = actor.try_tell(Job::Note(taken as u64)) {
            return (taken, Some(said));
        }
    }
    (limit, None)
}

fn plan(mailbox: Capacity) -> Plan {
    Plan { mailbox, ..Plan::new(&Journal::default()) }
}

/// The tightest mailbox that the framework gives, with its actor held.
async fn tight<N: Native>(journal: &Journal) -> (N::Actor, kv_core::TestGate) {
    let tight = Plan { mailbox: Capacity::Exactly(BOUND), ..Plan::new(journal) };
    match N::spawn(tight.clone()).await {
        Ok(actor) => {
            drop(actor);
            held::<N>(tight).await
        }
        Err(_) => held::<N>(Plan::new(journal)).await,
    }
}

/// Sends to an actor that is held, until it refuses.
pub fn default_mailbox<N: Native>() -> DefaultMailbox {
    on_one_thread(async {
        let actor = match N::spawn(plan(Capacity::Default)).await {
            Ok(actor) => actor,
            Err(_) => return DefaultMailbox::NoDefault,
        };
        let _gate = super::hold(&actor).await;
        match fill(&actor, MANY) {
            (taken, Some(_)) => DefaultMailbox::Bounded(taken),
            (_, None) => DefaultMailbox::Unbounded,
        }
    })
}

/// Sends through one handle until it refuses, and then once through each of many clones of it.
pub fn bound<N: Native>() -> MailboxBound {
    on_one_thread(async {
        let actor = match N::spawn(plan(Capacity::Exactly(BOUND))).await {
            Ok(actor) => actor,
            Err(_) => return MailboxBound::NoSetting,
        };
        let _gate = super::hold(&actor).await;
        let (taken, refusal) = fill(&actor, MANY);
        let through_clones = (0..100).filter(|_| actor.clone().try_tell(Job::Note(LAST)).is_ok()).count();
        match (taken, refusal, through_clones) {
            (BOUND, Some(_), 0) => MailboxBound::Exact,
            (_, Some(_), 100) => MailboxBound::OneMorePerHandle,
            seen => panic!("{}: no answer is known for {seen:?}", N::NAME),
        }
    })
}

/// Fills a mailbox, tells once more, and looks whether that tell waits once everything has run that can.
pub fn tell_when_full<N: Native>() -> FullTell {
    on_one_thread(async {
        let (actor, _gate) = tight::<N>(&Journal::default()).await;
        let (_, refusal) = fill(&actor, MANY);
        let tell = spawn_local(async move { actor.tell(Job::Note(LAST)).await });
        settle().await;
        match (tell.is_finished(), refusal) {
            (false, _) => FullTell::Waits,
            (true, Some(_)) => FullTell::Squeezes,
            (true, None) => FullTell::NeverFull,
        }
    })
}

/// Fills a mailbox, and reads the refusal.
pub fn try_tell_when_full<N: Native>() -> Sees {
    let framework = on_one_thread(async {
        let (actor, _gate) = tight::<N>(&Journal::default()).await;
        fill(&actor, MANY).1.map_or("it is never full", |Said(error)| error)
    });
    Sees::errors(framework, ours::full::<N::Backend>())
}

/// Drops a tell while it waits for room, then makes room, and looks for it.
pub fn tell_dropped<N: Native>() -> DroppedTell {
    on_one_thread(async {
        let journal = Journal::default();
        let (actor, gate) = tight::<N>(&journal).await;
        fill(&actor, BOUND);
        let mut tell = Box::pin(actor.tell(Job::Note(LAST)));
        if !is_pending(tell.as_mut()).await {
            return DroppedTell::NeverWaits;
        }
        drop(tell);
        gate.open();
        settle().await;
        assert!(journal.did(BOUND as u64 - 1), "{}: what was in the mailbox is done", N::NAME);
        assert!(!journal.did(LAST), "{}: a tell that was dropped before it was sent is done", N::NAME);
        DroppedTell::NotSent
    })
}
