//! The life of actors: the threads they run on, the actors they stall, their timers and their names.

use std::sync::mpsc;
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use tokio::runtime::{Handle, RuntimeFlavor};

use super::{HELD, hold, outcome, send, spawn, unique_name};
use crate::answers::{Blocking, EveryHandleDropped, Home, NameOfDead, Names, Stuck, Timer};
use crate::pool::InPool;
use crate::stage::{attempt, is_pending, on_one_thread, on_two_workers, settle, within};
use crate::{Capacity, Entry, Job, Journal, Native, NativeActor, Plan, Said, Sees, Spawns};

/// Starts an actor on a runtime with several workers, outside of anything that would tie it to one thread. If the
/// framework cannot spawn there, starts the actor where everything is on one thread.
pub fn home<N: Native>() -> InPool<Home> {
    InPool::observe::<N>(home_of::<N>, home_of::<N::Pool>)
}

fn home_of<S: Spawns>() -> Home {
    match attempt(|| on_two_workers(whereabouts::<S>())) {
        Some((Some(RuntimeFlavor::MultiThread), _)) => Home::Runtime,
        Some((None, _)) => Home::OwnThread,
        Some(seen) => panic!("{}: no answer is known for {seen:?}", S::NAME),
        None => {
            let (_, thread) = on_one_thread(whereabouts::<S>());
            assert_eq!(thread, thread::current().id(), "{}: not even on the thread that starts it", S::NAME);
            Home::Thread
        }
    }
}

/// The runtime and the thread on which an actor finds itself.
async fn whereabouts<S: Spawns>() -> (Option<RuntimeFlavor>, ThreadId) {
    let actor = spawn::<S>(Plan::new(&Journal::default())).await;
    let (tell, told) = mpsc::channel();
    let look = Job::Call(Box::new(move || {
        let runtime = Handle::try_current().ok().map(|runtime| runtime.runtime_flavor());
        let _ = tell.send((runtime, thread::current().id()));
    }));
    within("an ask", actor.ask(look)).await.expect("the actor runs");
    told.recv().expect("the job is done")
}

/// Blocks in a handler until another actor has done a job. If both live on the thread that is blocked, the other
/// cannot, and the probe finds that out without blocking.
pub fn blocking<N: Native>() -> InPool<Blocking> {
    InPool::observe::<N>(blocking_of::<N>, blocking_of::<N::Pool>)
}

fn blocking_of<S: Spawns>() -> Blocking {
    let home = home_of::<S>();
    if home == Home::Thread {
        // The proof is the thread's identity: two actors that share a thread do not run at once.
        let threads = on_one_thread(async { [whereabouts::<S>().await.1, whereabouts::<S>().await.1] });
        assert_eq!(threads[0], threads[1], "{}: actors of one thread are on two", S::NAME);
        return Blocking::WholeThread;
    }
    on_two_workers(async {
        let blocked = spawn::<S>(Plan::new(&Journal::default())).await;
        let other = spawn::<S>(Plan::new(&Journal::default())).await;
        // The other actor has to run already; in elfo, the first message spawns it.
        other.ask(Job::Note(0)).await.expect("the actor runs");
        let (inside, entered) = mpsc::channel();
        let (done, wait) = mpsc::channel::<()>();
        let block = Job::Call(Box::new(move || {
            let _ = inside.send(());
            // Blocks the worker until the other actor has let go of its end.
            let _ = wait.recv();
        }));
        // The job is sent from a thread of its own, because the other workers do not run a task that a blocked worker
        // has woken.
        let sender = thread::spawn(move || {
            let _ = entered.recv();
            let let_go = Job::Call(Box::new(move || drop(done)));
            other.try_tell(let_go).map_err(|Said(error)| error)
        });
        within("a blocked actor goes on", blocked.ask(block)).await.expect("the actor runs");
        sender.join().expect("it only sends").expect("the other actor runs");
        if home == Home::OwnThread { Blocking::NoOther } else { Blocking::OneWorker }
    })
}

/// Puts a thousand messages before an actor whose timer ticks every millisecond, and looks for a tick between the first
/// of them and the last.
pub fn timer<N: Native>() -> Timer {
    const MESSAGES: u64 = 1000;
    on_one_thread(async {
        let journal = Journal::default();
        let timer = Some(Duration::from_millis(1));
        let roomy = Plan { mailbox: Capacity::Exactly(2000), timer, ..Plan::new(&journal) };
        let actor = match N::spawn(roomy.clone()).await {
            Ok(actor) => actor,
            // Without such a mailbox, the framework's default does.
            Err(_) => spawn::<N>(Plan { mailbox: Capacity::Default, ..roomy }).await,
        };
        // In a framework that spawns an actor by its first message, this message spawns it.
        send(&actor, Job::Call(Box::new(|| ()))).await;
        journal.expect(Entry::Ticked).await;
        let gate = hold(&actor).await;
        for number in 0..MESSAGES {
            actor.try_tell(Job::Note(number)).expect("there is room");
            actor.try_tell(Job::Call(Box::new(spin))).expect("there is room");
        }
        gate.open();
        journal.expect(Entry::Did(MESSAGES - 1)).await;
        let entries = journal.entries();
        let first = entries.iter().position(|entry| *entry == Entry::Did(0)).expect("the first is done");
        let mut between = entries[first..].iter().take_while(|entry| **entry != Entry::Did(MESSAGES - 1));
        if between.any(|entry| *entry == Entry::Ticked) { Timer::BetweenMessages } else { Timer::AfterQueue }
    })
}

/// Keeps the processor busy for a moment.
fn spin() {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_micros(50) {
        std::hint::spin_loop();
    }
}

/// Gives an actor a name, and gives the same name to another actor.
pub fn names<N: Native>() -> Names {
    on_one_thread(async {
        let journal = Journal::default();
        let (name, nobody) = (unique_name(), unique_name());
        let plan = Plan { name: Some(name.clone()), ..Plan::new(&journal) };
        let Ok(actor) = N::spawn(plan.clone()).await else { return Names::NoCall };
        let found = actor.find(&name).await.expect("an actor with a name is found");
        assert_eq!(outcome(super::asking(&found, Job::Note(1)).await).await, Sees::ANSWER);
        if let Some(nobody) = actor.find(&nobody).await {
            assert_eq!(outcome(super::asking(&nobody, Job::Note(2)).await).await, Sees::ANSWER);
            assert_eq!(journal.count(Entry::Started), 2, "{}: who answers that was not there?", N::NAME);
            return Names::OnDemand;
        }
        match N::spawn(plan).await {
            Err(Said(taken)) => Names::Registry { taken },
            Ok(_) => panic!("{}: two actors of one name", N::NAME),
        }
    })
}

/// Drops every handle of an actor that has a name.
pub fn named_and_handles_dropped<N: Native>() -> EveryHandleDropped {
    super::stopping::drop_handles::<N>(None, Some(unique_name()))
}

// ANCHOR: name
/// Crashes an actor that has a name, looks for it by that name, and gives the name to another.
pub fn name_of_dead<N: Native>() -> NameOfDead {
    on_one_thread(async {
        let journal = Journal::default();
        let plan = Plan { name: Some(unique_name()), ..Plan::new(&journal) };
        let name = plan.name.clone().expect("it has just got one");
        let Ok(actor) = N::spawn(plan.clone()).await else { return NameOfDead::NoCall };
        send(&actor, Job::Panic).await;
        settle().await;
        if let Some(found) = actor.find(&name).await {
            assert_eq!(outcome(super::asking(&found, Job::Note(1)).await).await, Sees::ANSWER);
            assert_eq!(journal.count(Entry::Started), 2, "{}: who answers that has died?", N::NAME);
            return NameOfDead::NewActor;
        }
        assert!(N::spawn(plan).await.is_ok(), "{}: the name of an actor that has died stays taken", N::NAME);
        NameOfDead::Free
    })
}
// ANCHOR_END: name

/// Holds an actor with messages in its queue, and looks for what its framework says about that, or does.
pub fn stuck<N: Native>() -> InPool<Stuck> {
    InPool::observe::<N>(stuck_of::<N>, stuck_of::<N::Pool>)
}

fn stuck_of<S: Spawns>() -> Stuck {
    on_one_thread(async {
        let journal = Journal::default();
        let actor = spawn::<S>(Plan::new(&journal)).await;
        let gate = hold(&actor).await;
        for number in 0..3 {
            send(&actor, Job::Note(number)).await;
        }
        settle().await;
        assert!(!journal.did(HELD), "a held actor does not go on");
        if actor.end_if_stuck(Duration::from_millis(10)) {
            journal.expect(Entry::Ended).await;
            // On a busy machine the next worker may be taken for stuck as well, and an ask that it had is lost.
            let answer = async { while actor.ask(Job::Note(3)).await.is_err() {} };
            within("an answer of another worker", answer).await;
            assert!(!journal.did(HELD), "{}: the job of the actor that was killed", S::NAME);
            return Stuck::Replaced;
        }
        match actor.backlog() {
            Some(3) => return Stuck::Backlog,
            Some(backlog) => panic!("{}: 3 messages are queued, and {backlog} counted", S::NAME),
            None => {}
        }
        let Some(mut ping) = actor.ping() else { return Stuck::Nothing };
        // Polled once, the ping is sent; polled again, it would have its answer.
        let sent = is_pending(ping.as_mut()).await;
        settle().await;
        assert!(sent && is_pending(ping.as_mut()).await, "{}: an actor that is stuck answers", S::NAME);
        gate.open();
        within("the sign of life of an actor that goes on", ping).await;
        Stuck::NoAnswer
    })
}
