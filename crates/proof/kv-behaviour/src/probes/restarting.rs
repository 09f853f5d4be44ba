//! Restarts: what a framework restarts an actor after, and what outlives a restart after a panic.

use kv_core::TestGate;

use super::{HELD, fence, hold, outcome, send};
use crate::answers::{Gets, Kept, Queue, Restart, Sees, Stopped};
use crate::pool::InPool;
use crate::stage::{on_one_thread, settle, within};
use crate::{Entry, Job, Journal, Native, NativeActor, Parent, Plan, Said, Spawns, ours};

/// Whether the actor has begun again, with its old state or with a new one.
fn again(journal: &Journal) -> bool {
    journal.count(Entry::Started) + journal.count(Entry::Restarted) > 1
}

fn plan(journal: &Journal) -> Plan {
    Plan { parent: Parent::Restarts, ..Plan::new(journal) }
}

/// An actor that its framework restarts; `None` if the framework does not restart actors of such a plan.
async fn supervised<S: Spawns>(plan: Plan) -> Option<S::Actor> {
    let actor = S::spawn(plan).await.ok()?;
    settle().await;
    Some(actor)
}

/// Whether the framework restarts an actor that panics, and one that is told to stop.
async fn restarted_after<S: Spawns>() -> Option<(bool, bool)> {
    let journal = Journal::default();
    let actor = supervised::<S>(plan(&journal)).await?;
    send(&actor, Job::Panic).await;
    fence(&actor).await;
    let after_panic = again(&journal);
    let journal = Journal::default();
    let actor = supervised::<S>(plan(&journal)).await?;
    within("a stop", actor.stop()).await;
    fence(&actor).await;
    Some((after_panic, again(&journal)))
}

/// An actor that its framework restarts after a panic; `None` if the framework does not.
async fn survivor<S: Spawns>(plan: Plan) -> Option<S::Actor> {
    match restarted_after::<S>().await {
        Some((true, _)) => supervised::<S>(plan).await,
        _ => None,
    }
}

/// Lets an actor that its framework may restart panic, and tells another one to stop.
pub fn restart<N: Native>() -> InPool<Restart> {
    InPool::observe::<N>(restart_of::<N>, restart_of::<N::Pool>)
}

fn restart_of<S: Spawns>() -> Restart {
    match on_one_thread(restarted_after::<S>()) {
        Some((true, true)) => Restart::AfterBoth,
        Some((true, false)) => Restart::AfterPanic,
        Some((false, true)) => Restart::AfterStop,
        Some((false, false)) | None => Restart::NoCall,
    }
}

/// Tells an actor to stop that its framework restarts, with a message behind the order, and asks how many jobs its state
/// has counted.
pub fn restart_stopped<N: Native>() -> InPool<Stopped> {
    InPool::observe::<N>(stopped_of::<N>, stopped_of::<N::Pool>)
}

fn stopped_of<S: Spawns>() -> Stopped {
    on_one_thread(async {
        match restarted_after::<S>().await {
            Some((false, false)) | None => return Stopped::NoCall,
            Some((true, false)) => return Stopped::Ends,
            Some((_, true)) => {}
        }
        let journal = Journal::default();
        let actor = supervised::<S>(plan(&journal)).await.expect("it was there before");
        send(&actor, Job::Note(1)).await;
        let gate = hold(&actor).await;
        within("a stop", actor.stop()).await;
        let queued = within("a tell", actor.tell(Job::Note(2))).await;
        gate.open();
        fence(&actor).await;
        let counted = within("an ask", actor.ask(Job::Note(3))).await;
        assert!(again(&journal), "{}: restarted once, and not again", S::NAME);
        match (counted, queued.is_ok(), journal.did(2)) {
            (Err(_), false, false) => Stopped::AgainDeaf,
            // A new state has counted the queued message, the fence and the ask.
            (Ok(3), true, true) => Stopped::AgainAnew,
            (Ok(_), true, true) => Stopped::AgainAsItWas,
            seen => panic!("{}: no answer is known for {seen:?}", S::NAME),
        }
    })
}

/// Restarts an actor that has done a job, and asks how many jobs its state has counted.
pub fn restart_state<N: Native>() -> InPool<Kept> {
    InPool::observe::<N>(state_of::<N>, state_of::<N::Pool>)
}

fn state_of<S: Spawns>() -> Kept {
    on_one_thread(async {
        let Some(actor) = survivor::<S>(plan(&Journal::default())).await else { return Kept::NoCall };
        send(&actor, Job::Note(1)).await;
        send(&actor, Job::Panic).await;
        settle().await;
        let seen = within("an ask", actor.ask(Job::Note(2))).await;
        // The ask counts as one of the jobs.
        match seen.expect("the actor was restarted") {
            1 => Kept::Lost,
            _ => Kept::Kept,
        }
    })
}

// ANCHOR: queue
/// Restarts an actor with two messages in its queue.
pub fn restart_queue<N: Native>() -> InPool<Queue> {
    InPool::observe::<N>(queue_of::<N>, queue_of::<N::Pool>)
}

fn queue_of<S: Spawns>() -> Queue {
    on_one_thread(async {
        let journal = Journal::default();
        let Some(actor) = survivor::<S>(plan(&journal)).await else { return Queue::NoCall };
        let gate = hold(&actor).await;
        send(&actor, Job::Panic).await;
        send(&actor, Job::Note(1)).await;
        send(&actor, Job::Note(2)).await;
        gate.open();
        settle().await;
        assert!(again(&journal), "{}: restarted once, and not again", S::NAME);
        match journal.order()[..] {
            // The queue was kept, in its order.
            [HELD, 1, 2] => Queue::Done,
            [HELD] => Queue::Lost,
            ref order => panic!("{}: handled {order:?}", S::NAME),
        }
    })
}
// ANCHOR_END: queue

/// Restarts an actor with an ask in its queue.
pub fn restart_queued_ask<N: Native>() -> Sees {
    let framework = on_one_thread(queued_ask_of::<N>(None)).unwrap_or(Said::NO_SUCH_CALL.0);
    let seen = Sees { framework, in_pool: None, ours: ours::restart::<N::Backend>() };
    match on_one_thread(queued_ask_of::<N::Pool>(None)) {
        Some(in_pool) => seen.in_pool(<N::Pool as Spawns>::NAME, in_pool),
        None => seen,
    }
}

/// Restarts an actor with an ask in its queue, and with a child that has not ended yet.
pub fn restart_queued_ask_of_parent<N: Native>() -> Gets {
    on_one_thread(queued_ask_of::<N>(Some(TestGate::new()))).map_or(Gets::NoCall, Gets::Says)
}

async fn queued_ask_of<S: Spawns>(child: Option<TestGate>) -> Option<&'static str> {
    let journal = Journal::default();
    let actor = survivor::<S>(Plan { child: child.clone(), ..plan(&journal) }).await?;
    let gate = hold(&actor).await;
    send(&actor, Job::Panic).await;
    let queued = super::asking(&actor, Job::Note(1)).await;
    gate.open();
    let seen = outcome(queued).await;
    if let Some(child) = child {
        child.open();
    }
    settle().await;
    assert!(again(&journal), "{}: restarted once, and not again", S::NAME);
    Some(seen)
}

/// Restarts an actor, and asks it through the handle from before.
pub fn restart_handle<N: Native>() -> InPool<Kept> {
    InPool::observe::<N>(handle_of::<N>, handle_of::<N::Pool>)
}

fn handle_of<S: Spawns>() -> Kept {
    on_one_thread(async {
        let Some(actor) = survivor::<S>(plan(&Journal::default())).await else { return Kept::NoCall };
        send(&actor, Job::Panic).await;
        settle().await;
        let answer = outcome(super::asking(&actor, Job::Note(1)).await).await;
        if answer == Sees::ANSWER { Kept::Kept } else { Kept::Lost }
    })
}

/// Restarts an actor that has a name, and looks for it by that name.
pub fn restart_name<N: Native>() -> InPool<Kept> {
    InPool::observe::<N>(name_of::<N>, name_of::<N::Pool>)
}

fn name_of<S: Spawns>() -> Kept {
    on_one_thread(async {
        let name = super::unique_name();
        let named = Plan { name: Some(name.clone()), ..plan(&Journal::default()) };
        let Some(actor) = survivor::<S>(named).await else { return Kept::NoCall };
        if actor.find(&name).await.is_none() {
            return Kept::NoCall;
        }
        send(&actor, Job::Panic).await;
        settle().await;
        if actor.find(&name).await.is_some() { Kept::Kept } else { Kept::Lost }
    })
}
