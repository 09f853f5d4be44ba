//! The graceful stop, and the end of an actor whose handles are all dropped.

use std::time::Duration;

use super::{HELD, asking, has_ended, held_with, outcome, send};
use crate::answers::{EveryHandleDropped, HastyStop, Queue, Sees};
use crate::stage::{on_one_thread, settle, within};
use crate::{Entry, Job, Journal, Native, NativeActor, Plan, Said, ours};

/// Orders the stop while messages are queued, and looks whether they are handled.
pub fn stop_queue<N: Native>() -> Queue {
    on_one_thread(async {
        let (journal, actor, gate) = held_with::<N>(&[1, 2]).await;
        stop(&actor).await;
        gate.open();
        journal.expect(Entry::Ended).await;
        if journal.did(2) { Queue::Done } else { Queue::Lost }
    })
}

/// Asks before the order to stop, and waits for the answer.
pub fn stop_queued_ask<N: Native>() -> Sees {
    let framework = on_one_thread(async {
        let (journal, actor, gate) = held_with::<N>(&[]).await;
        let queued = asking(&actor, Job::Note(1)).await;
        stop(&actor).await;
        gate.open();
        journal.expect(Entry::Ended).await;
        outcome(queued).await
    });
    Sees { framework, ours: ours::stop_queued::<N::Backend>() }
}

/// Asks after the order to stop, while a message is still queued.
pub fn stop_late_ask<N: Native>() -> Sees {
    let framework = on_one_thread(async {
        let (journal, actor, gate) = held_with::<N>(&[1]).await;
        stop(&actor).await;
        let late = asking(&actor, Job::Note(2)).await;
        gate.open();
        journal.expect(Entry::Ended).await;
        outcome(late).await
    });
    Sees { framework, ours: ours::stop_late::<N::Backend>() }
}

/// Asks when the actor has stopped.
pub fn stop_dead_ask<N: Native>() -> Sees {
    let framework = on_one_thread(async {
        let (journal, actor, gate) = held_with::<N>(&[]).await;
        gate.open();
        stop(&actor).await;
        journal.expect(Entry::Ended).await;
        settle().await;
        outcome(asking(&actor, Job::Note(1)).await).await
    });
    Sees::errors(framework, ours::stopped::<N::Backend>())
}

/// Tells when the actor has stopped.
pub fn stop_dead_tell<N: Native>() -> Sees {
    let framework = on_one_thread(async {
        let (journal, actor, gate) = held_with::<N>(&[]).await;
        gate.open();
        stop(&actor).await;
        journal.expect(Entry::Ended).await;
        settle().await;
        let told = within("a tell", actor.tell(Job::Note(1))).await;
        settle().await;
        assert!(!journal.did(1), "{}: a stopped actor does something", N::NAME);
        told.map_or_else(|Said(error)| error, |()| Sees::SILENCE)
    });
    Sees::errors(framework, ours::stopped::<N::Backend>())
}

/// Orders the stop, from a task of its own: some frameworks' orders return when the actor has taken them.
async fn stop<A: NativeActor>(actor: &A) {
    let actor = actor.clone();
    let _order = tokio::task::spawn_local(async move { actor.stop().await });
    settle().await;
}

/// Orders a stop that does not drain, of an actor with a message in its queue, and tells it one more.
pub fn stop_without_drain<N: Native>() -> HastyStop {
    on_one_thread(async {
        let (journal, actor, gate) = held_with::<N>(&[1]).await;
        if !actor.stop_without_drain() {
            return HastyStop::NoCall;
        }
        let late = within("a tell", actor.tell(Job::Note(2))).await;
        gate.open();
        journal.expect(Entry::Ended).await;
        settle().await;
        assert_eq!(journal.order(), [HELD], "{}: it does drain", N::NAME);
        if late.is_ok() { HastyStop::LosesInSilence } else { HastyStop::LosesAndRefuses }
    })
}

/// Drops every handle while messages are queued.
pub fn handles_dropped<N: Native>() -> EveryHandleDropped {
    drop_handles::<N>(None, None)
}

/// Drops every handle of an actor whose timer's period is longer than the probe.
pub fn timer_and_handles_dropped<N: Native>() -> EveryHandleDropped {
    drop_handles::<N>(Some(Duration::from_secs(3600)), None)
}

pub(super) fn drop_handles<N: Native>(timer: Option<Duration>, name: Option<String>) -> EveryHandleDropped {
    on_one_thread(async {
        let journal = Journal::default();
        let named = name.is_some();
        let actor = match N::spawn(Plan { timer, name, ..Plan::new(&journal) }).await {
            Ok(actor) => actor,
            Err(_) if named => return EveryHandleDropped::NoCall,
            Err(Said(error)) => panic!("{} does not spawn an actor: {error}", N::NAME),
        };
        send(&actor, Job::Note(1)).await;
        drop(actor);
        let ended = has_ended(&journal).await;
        assert!(journal.did(1), "{}: what was queued is handled", N::NAME);
        if ended { EveryHandleDropped::EndsWhenDrained } else { EveryHandleDropped::RunsForEver }
    })
}
