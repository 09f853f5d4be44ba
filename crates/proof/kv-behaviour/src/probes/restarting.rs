//! Restarts: what a framework restarts an actor after, and what outlives the restart.

use super::{HELD, hold, outcome, send};
use crate::answers::{Kept, Queue, Restart, Sees};
use crate::stage::{on_one_thread, settle, within};
use crate::{Entry, Job, Journal, Native, NativeActor, Parent, Plan, Said, ours};

/// The event that makes a framework restart an actor.
#[derive(Clone, Copy)]
enum Cause {
    Panic,
    Stop,
}

impl Cause {
    async fn of<N: Native>() -> Option<Self> {
        for cause in [Self::Panic, Self::Stop] {
            let (journal, actor) = supervised::<N>(None).await?;
            cause.befall(&actor).await;
            settle().await;
            if again(&journal) {
                return Some(cause);
            }
        }
        None
    }

    async fn befall<A: NativeActor>(self, actor: &A) {
        match self {
            Self::Panic => send(actor, Job::Panic).await,
            Self::Stop => within("a stop", actor.stop()).await,
        }
    }
}

/// Whether the actor has begun again, with its old state or with a new one.
fn again(journal: &Journal) -> bool {
    journal.count(Entry::Started) + journal.count(Entry::Restarted) > 1
}

/// An actor that its parent restarts; `None` if the framework has no such parents.
async fn supervised<N: Native>(name: Option<String>) -> Option<(Journal, N::Actor)> {
    let journal = Journal::default();
    let plan = Plan { parent: Parent::Restarts, name, ..Plan::new(&journal) };
    let actor = N::spawn(plan).await.ok()?;
    settle().await;
    Some((journal, actor))
}

/// Lets an actor with a restarting parent panic, and then another one stop.
pub fn restart<N: Native>() -> Restart {
    match on_one_thread(Cause::of::<N>()) {
        Some(Cause::Panic) => Restart::AfterPanic,
        Some(Cause::Stop) => Restart::AfterStop,
        None => Restart::NoCall,
    }
}

/// Restarts an actor that has done a job, and asks how many jobs its state has counted.
pub fn restart_state<N: Native>() -> Kept {
    on_one_thread(async {
        let Some(cause) = Cause::of::<N>().await else { return Kept::NoCall };
        let (_, actor) = supervised::<N>(None).await.expect("it was there before");
        send(&actor, Job::Note(1)).await;
        cause.befall(&actor).await;
        settle().await;
        let seen = within("an ask", actor.successor().await.ask(Job::Note(2))).await;
        // The ask counts as one of the jobs.
        match seen.expect("the actor was restarted") {
            1 => Kept::Lost,
            _ => Kept::Kept,
        }
    })
}

// ANCHOR: queue
/// Restarts an actor with two messages in its queue.
pub fn restart_queue<N: Native>() -> Queue {
    on_one_thread(async {
        let Some(cause) = Cause::of::<N>().await else { return Queue::NoCall };
        let (journal, actor) = supervised::<N>(None).await.expect("it was there before");
        let gate = hold(&actor).await;
        cause.befall(&actor).await;
        send(&actor, Job::Note(1)).await;
        send(&actor, Job::Note(2)).await;
        gate.open();
        settle().await;
        assert!(again(&journal), "{}: restarted once, and not again", N::NAME);
        match journal.order()[..] {
            // The queue was kept, in its order.
            [HELD, 1, 2] => Queue::Done,
            [HELD] => Queue::Lost,
            ref order => panic!("{}: handled {order:?}", N::NAME),
        }
    })
}
// ANCHOR_END: queue

/// Restarts an actor with an ask in its queue.
pub fn restart_queued_ask<N: Native>() -> Sees {
    let framework = on_one_thread(async {
        let Some(cause) = Cause::of::<N>().await else { return Said::NO_SUCH_CALL.0 };
        let (journal, actor) = supervised::<N>(None).await.expect("it was there before");
        let gate = hold(&actor).await;
        cause.befall(&actor).await;
        let queued = super::asking(&actor, Job::Note(1)).await;
        gate.open();
        let seen = outcome(queued).await;
        settle().await;
        assert!(again(&journal), "{}: restarted once, and not again", N::NAME);
        seen
    });
    Sees { framework, ours: ours::restart::<N::Backend>() }
}

/// Restarts an actor, and asks it through the handle from before.
pub fn restart_handle<N: Native>() -> Kept {
    on_one_thread(async {
        let Some(cause) = Cause::of::<N>().await else { return Kept::NoCall };
        let (_, actor) = supervised::<N>(None).await.expect("it was there before");
        cause.befall(&actor).await;
        settle().await;
        let answer = outcome(super::asking(&actor, Job::Note(1)).await).await;
        if answer == Sees::ANSWER { Kept::Kept } else { Kept::Lost }
    })
}

/// Restarts an actor that has a name, and looks for it by that name.
pub fn restart_name<N: Native>() -> Kept {
    on_one_thread(async {
        let Some(cause) = Cause::of::<N>().await else { return Kept::NoCall };
        let name = super::unique_name();
        let Some((_, actor)) = supervised::<N>(Some(name.clone())).await else { return Kept::NoCall };
        if actor.find(&name).await.is_none() {
            return Kept::NoCall;
        }
        cause.befall(&actor).await;
        settle().await;
        if actor.find(&name).await.is_some() { Kept::Kept } else { Kept::Lost }
    })
}
