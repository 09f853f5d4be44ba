//! The abrupt stop.

use kv_core::TestGate;

use super::stopping::leftover;
use super::{asking, has_ended, held_with, outcome, spawn};
use crate::answers::{HowKilled, Queue, Sees};
use crate::stage::{on_one_thread, settle};
use crate::{Job, Journal, Native, NativeActor, Plan, Said, ours};

/// Kills an actor that awaits in a handler.
pub fn kill<N: Native>() -> HowKilled {
    on_one_thread(async {
        let (journal, actor, _gate) = held_with::<N>(&[]).await;
        if !actor.kill() {
            return HowKilled::NoCall;
        }
        assert!(has_ended(&journal).await, "{}: a kill that does not", N::NAME);
        HowKilled::AtNextAwait
    })
}

/// Kills an actor with messages in its queue.
pub fn kill_queue<N: Native>() -> Queue {
    on_one_thread(async {
        let (journal, actor, gate) = held_with::<N>(&[1]).await;
        if !actor.kill() {
            return Queue::NoCall;
        }
        assert!(has_ended(&journal).await, "{}: a kill that does not", N::NAME);
        gate.open();
        settle().await;
        leftover(&journal, &[1])
    })
}

/// Kills an actor that is at an ask.
pub fn kill_running_ask<N: Native>() -> Sees {
    let framework = on_one_thread(async {
        let actor = spawn::<N>(Plan::new(&Journal::default())).await;
        let gate = TestGate::new();
        let running = asking(&actor, Job::Hold(gate.clone(), 1)).await;
        gate.entered(1).await;
        if actor.kill() { outcome(running).await } else { Said::NO_SUCH_CALL.0 }
    });
    Sees::errors(framework, ours::kill::<N::Backend>().0)
}

/// Kills an actor with an ask in its queue.
pub fn kill_queued_ask<N: Native>() -> Sees {
    let framework = on_one_thread(async {
        let (_, actor, _gate) = held_with::<N>(&[]).await;
        let queued = asking(&actor, Job::Note(1)).await;
        if actor.kill() { outcome(queued).await } else { Said::NO_SUCH_CALL.0 }
    });
    Sees::errors(framework, ours::kill::<N::Backend>().1)
}
