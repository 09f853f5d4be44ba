//! The graceful stop, and the end of an actor whose handles are all dropped.

use std::time::Duration;

use kv_core::TestGate;

use super::{HELD, asking, has_ended, held_with, outcome, send, spawn};
use crate::answers::{Ends, EveryHandleDropped, HastyStop, Queue, Sees, Waiting, Waits};
use crate::stage::{on_one_thread, settle, within};
use crate::{Entry, Job, Journal, Native, NativeActor, Plan, Said, ours};

/// Orders the stop while messages are queued, and looks whether they are handled.
pub fn stop_queue<N: Native>() -> Queue {
    on_one_thread(async {
        let (journal, actor, gate) = held_with::<N>(&[1, 2]).await;
        stop(&actor).await;
        gate.open();
        journal.expect(Entry::Ended).await;
        leftover(&journal, &[1, 2])
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
    Sees { framework, in_pool: None, ours: ours::stop_queued::<N::Backend>() }
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
    Sees { framework, in_pool: None, ours: ours::stop_late::<N::Backend>() }
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

/// Tells, by the call that does not wait, when the actor has stopped.
pub fn stop_dead_try_tell<N: Native>() -> Sees {
    let framework = on_one_thread(async {
        let (journal, actor, gate) = held_with::<N>(&[]).await;
        gate.open();
        stop(&actor).await;
        journal.expect(Entry::Ended).await;
        settle().await;
        let told = actor.try_tell(Job::Note(1));
        settle().await;
        assert!(!journal.did(1), "{}: a stopped actor does something", N::NAME);
        told.map_or_else(|Said(error)| error, |()| Sees::SILENCE)
    });
    Sees::errors(framework, ours::stopped::<N::Backend>())
}

/// Orders the stop while a handler awaits.
pub fn stop_waiting<N: Native>() -> Waiting {
    on_one_thread(async {
        let gate = TestGate::new();
        let job = Job::Await(gate.clone(), 1);
        stop_during::<N>(&gate, async |actor| actor.ask(job).await).await
    })
}

/// Orders the stop while a wait goes on that a handler has handed on.
pub fn stop_handed_on<N: Native>() -> Waiting {
    on_one_thread(async {
        let gate = TestGate::new();
        let job = Job::HandOn(gate.clone(), 1);
        stop_during::<N>(&gate, async |actor| actor.ask_to_hand_on(job).await).await
    })
}

/// Stops an actor after an ask has come to the gate, and then opens the gate.
async fn stop_during<N: Native>(
    gate: &TestGate,
    ask: impl AsyncFnOnce(N::Actor) -> Result<u64, Said> + 'static,
) -> Waiting {
    let journal = Journal::default();
    let actor = spawn::<N>(Plan::new(&journal)).await;
    let asker = actor.clone();
    let waiting = tokio::task::spawn_local(async move { ask(asker).await });
    within("the wait begins", gate.entered(1)).await;
    stop(&actor).await;
    let ended_before = has_ended(&journal).await;
    gate.open();
    let answer = outcome(waiting).await;
    journal.expect(Entry::Ended).await;
    match (ended_before, journal.did(1), answer) {
        (false, true, Sees::ANSWER) => Waiting::FinishedFirst,
        (true, true, Sees::ANSWER) => Waiting::Outlives,
        (true, false, _) => Waiting::Cut,
        seen => panic!("{}: no answer is known for {seen:?}", N::NAME),
    }
}

/// Lets a handler stop its own actor, with two tells in the queue.
pub fn stop_itself<N: Native>() -> Queue {
    on_one_thread(async {
        let (journal, actor, gate) = held_with::<N>(&[]).await;
        send(&actor, Job::Stop).await;
        send(&actor, Job::Note(1)).await;
        send(&actor, Job::Note(2)).await;
        gate.open();
        journal.expect(Entry::Ended).await;
        settle().await;
        leftover(&journal, &[1, 2])
    })
}

/// What has become of tells that were in the queue of an actor that has ended.
pub(super) fn leftover(journal: &Journal, numbers: &[u64]) -> Queue {
    let all = |entry: fn(u64) -> Entry| numbers.iter().all(|number| journal.count(entry(*number)) == 1);
    match (all(Entry::Did), all(Entry::Undelivered)) {
        (true, false) => Queue::Done,
        (false, true) => Queue::Hook,
        (false, false) => Queue::Lost,
        (true, true) => panic!("done, and given to the hook as well: {:?}", journal.entries()),
    }
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

/// Holds an actor at the last hook of its life, and looks which of the framework's waits return all the same.
pub fn wait_for_end<N: Native>() -> Ends {
    on_one_thread(async {
        let gate = TestGate::new();
        let plan = Plan { last: Some(gate.clone()), ..Plan::new(&Journal::default()) };
        let actor = spawn::<N>(plan).await;
        let waits = actor.ends().into_iter();
        let waits: Vec<_> = waits.map(|(call, wait)| (call, tokio::task::spawn_local(wait))).collect();
        if waits.is_empty() {
            return Ends::NO_CALL;
        }
        stop(&actor).await;
        within("the actor comes to its last hook", gate.entered(1)).await;
        settle().await;
        let early: Vec<_> = waits.iter().map(|(_, wait)| wait.is_finished()).collect();
        gate.open();
        let mut ends = Ends::NO_CALL;
        for ((end, early), (call, wait)) in ends.0.iter_mut().zip(early).zip(waits) {
            within("the actor's end", wait).await.expect("a wait does not panic");
            *end = Some((call, if early { Waits::BeforeHook } else { Waits::AfterHook }));
        }
        ends
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
