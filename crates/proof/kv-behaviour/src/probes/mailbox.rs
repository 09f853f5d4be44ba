//! Mailboxes and their bounds.

use tokio::task::spawn_local;

use super::{fence, held, hold};
use crate::answers::{DefaultMailbox, DroppedTell, FullTell, MailboxBound, Passed, Sees};
use crate::pool::InPool;
use crate::stage::{is_pending, on_one_thread, settle, within};
use crate::{Capacity, Job, Journal, Native, NativeActor, Plan, Said, Spawns, ours};

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
async fn tight<S: Spawns>(journal: &Journal) -> (S::Actor, kv_core::TestGate) {
    let tight = Plan { mailbox: Capacity::Exactly(BOUND), ..Plan::new(journal) };
    match S::spawn(tight.clone()).await {
        Ok(actor) => {
            drop(actor);
            held::<S>(tight).await
        }
        Err(_) => held::<S>(Plan::new(journal)).await,
    }
}

/// Sends to an actor that is held, until it refuses.
pub fn default_mailbox<N: Native>() -> DefaultMailbox {
    on_one_thread(async {
        let actor = match N::spawn(plan(Capacity::Default)).await {
            Ok(actor) => actor,
            Err(_) => return DefaultMailbox::NoDefault,
        };
        let _gate = hold(&actor).await;
        match fill(&actor, MANY) {
            (taken, Some(_)) => DefaultMailbox::Bounded(taken),
            (_, None) => DefaultMailbox::Unbounded,
        }
    })
}

/// Sends through one handle until it refuses, and then once through each of many clones of it.
pub fn bound<N: Native>() -> InPool<MailboxBound> {
    InPool::observe::<N>(bound_of::<N>, bound_of::<N::Pool>)
}

fn bound_of<S: Spawns>() -> MailboxBound {
    on_one_thread(async {
        let actor = match S::spawn(plan(Capacity::Exactly(BOUND))).await {
            Ok(actor) => actor,
            Err(_) => return MailboxBound::NoSetting,
        };
        let _gate = hold(&actor).await;
        let (taken, refusal) = fill(&actor, MANY);
        let through_clones = (0..100).filter(|_| actor.clone().try_tell(Job::Note(LAST)).is_ok()).count();
        match (taken, refusal, through_clones) {
            (BOUND, Some(_), 0) => MailboxBound::Exact,
            (_, Some(_), 100) => MailboxBound::OneMorePerHandle,
            (MANY, None, 100) if accepted::<S>().await == BOUND => MailboxBound::IfAwaited,
            seen => panic!("{}: no answer is known for {seen:?}", S::NAME),
        }
    })
}

/// How many tells are accepted by an actor that is held, if each is awaited.
async fn accepted<S: Spawns>() -> usize {
    let (actor, _gate) = held::<S>(plan(Capacity::Exactly(BOUND))).await;
    for taken in 0..MANY {
        if within("a tell", actor.tell(Job::Note(LAST))).await.is_err() {
            return taken;
        }
    }
    MANY
}

/// Fills a mailbox, puts ten messages more into it, lets the actor empty it, and fills it again.
pub fn bound_passed<N: Native>() -> Passed {
    on_one_thread(async {
        let (actor, gate) = tight::<N>(&Journal::default()).await;
        let (before, refusal) = fill(&actor, MANY);
        if refusal.is_none() || !(0..10).all(|_| actor.pass_bound(Job::Note(LAST))) {
            return Passed::NoCall;
        }
        gate.open();
        fence(&actor).await;
        let _gate = hold(&actor).await;
        match fill(&actor, MANY).0 {
            after if after == before => Passed::LeavesAsItWas,
            after if after == before + 10 => Passed::LeavesWider,
            after => panic!("{}: took {before} and then {after}", N::NAME),
        }
    })
}

/// Fills a mailbox, tells once more, and looks whether that tell waits once everything has run that can.
pub fn tell_when_full<N: Native>() -> InPool<FullTell> {
    InPool::observe::<N>(full_tell_of::<N>, full_tell_of::<N::Pool>)
}

fn full_tell_of<S: Spawns>() -> FullTell {
    on_one_thread(async {
        let (actor, _gate) = tight::<S>(&Journal::default()).await;
        let (_, refusal) = fill(&actor, MANY);
        let tell = spawn_local(async move { actor.tell(Job::Note(LAST)).await });
        settle().await;
        if !tell.is_finished() {
            return FullTell::Waits;
        }
        match (tell.await.expect("a tell does not panic"), refusal) {
            (Ok(()), Some(_)) => FullTell::Squeezes,
            (Ok(()), None) => FullTell::NeverFull,
            (Err(_), _) => FullTell::GivenBack,
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
