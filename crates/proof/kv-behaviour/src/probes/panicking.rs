//! A handler's panic, and what askers and watchers learn of it.

use super::stopping::leftover;
use super::{asking, held_with, outcome, send, spawn};
use crate::answers::{Alive, Notice, Queue, Sees};
use crate::pool::InPool;
use crate::stage::{on_one_thread, settle};
use crate::{Entry, Job, Journal, Native, NativeActor, Parent, Plan, Said, Spawns, ours};

/// Asks for a panic.
pub fn panic_ask<N: Native>() -> Sees {
    let framework = on_one_thread(async {
        let actor = spawn::<N>(Plan::new(&Journal::default())).await;
        outcome(asking(&actor, Job::Panic).await).await
    });
    Sees::errors(framework, ours::panic::<N::Backend>().0)
}

/// Queues an ask behind a panic.
pub fn panic_queued_ask<N: Native>() -> Sees {
    let framework = on_one_thread(async {
        let (_, actor, gate) = held_with::<N>(&[]).await;
        send(&actor, Job::Panic).await;
        let queued = asking(&actor, Job::Note(1)).await;
        gate.open();
        outcome(queued).await
    });
    Sees::errors(framework, ours::panic::<N::Backend>().1)
}

/// Queues a tell behind a panic.
pub fn panic_queue<N: Native>() -> Queue {
    on_one_thread(async {
        let (journal, actor, gate) = held_with::<N>(&[]).await;
        send(&actor, Job::Panic).await;
        send(&actor, Job::Note(1)).await;
        gate.open();
        journal.expect(Entry::Ended).await;
        settle().await;
        leftover(&journal, &[1])
    })
}

/// Asks the address of an actor that has panicked whether the actor is alive, and then asks the actor.
pub fn panic_alive<N: Native>() -> InPool<Alive> {
    InPool::observe::<N>(alive_of::<N>, alive_of::<N::Pool>)
}

fn alive_of<S: Spawns>() -> Alive {
    on_one_thread(async {
        let journal = Journal::default();
        let actor = spawn::<S>(Plan::new(&journal)).await;
        let panics = asking(&actor, Job::Panic).await;
        assert_ne!(outcome(panics).await, Sees::ANSWER, "{}: a handler that panics does not answer", S::NAME);
        journal.expect(Entry::Ended).await;
        settle().await;
        let said = actor.alive();
        let answers = outcome(asking(&actor, Job::Note(1)).await).await == Sees::ANSWER;
        match (said, answers) {
            (None, _) => Alive::NoCall,
            (Some(false), false) => Alive::Gone,
            (Some(true), true) => Alive::AliveAndWell,
            (Some(true), false) => Alive::Wrong,
            (Some(false), true) => panic!("{}: an actor that is gone answers", S::NAME),
        }
    })
}

/// Asks when an actor has died of a panic.
pub fn panic_dead_ask<N: Native>() -> Sees {
    let framework = on_one_thread(async {
        let journal = Journal::default();
        let actor = spawn::<N>(Plan::new(&journal)).await;
        send(&actor, Job::Panic).await;
        journal.expect(Entry::Ended).await;
        settle().await;
        let outcome = outcome(asking(&actor, Job::Note(1)).await).await;
        let again = outcome == Sees::ANSWER && journal.count(Entry::Started) > 1;
        if again { Sees::NEW_ACTOR } else { outcome }
    });
    Sees::errors(framework, ours::panic::<N::Backend>().2)
}

/// Lets a watched actor panic, and reads the watcher's notice.
pub fn death_notice<N: Native>() -> Notice {
    on_one_thread(async {
        let journal = Journal::default();
        let actor = match N::spawn(Plan { parent: Parent::Watches, ..Plan::new(&journal) }).await {
            Ok(actor) => actor,
            Err(Said(_)) => return Notice::NoCall,
        };
        send(&actor, Job::Panic).await;
        journal.expect(Entry::Ended).await;
        settle().await;
        let entries = journal.entries();
        let notice = entries.iter().find_map(|entry| match entry {
            Entry::Noticed(words) => Some(*words),
            _ => None,
        });
        notice.map_or(Notice::NoCall, Notice::Says)
    })
}
