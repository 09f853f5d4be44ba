//! Asks that are dropped, handlers that await, and the order of it all.

use std::sync::Arc;

use futures_util::future::join_all;
use kv_core::TestGate;
use tokio::task::{spawn_local, unconstrained};

use super::{HELD, fence, held_with, send, spawn};
use crate::answers::{AskSent, DroppedAsk, Order, Reentrancy, ReplyDropped};
use crate::stage::{is_pending, on_one_thread, settle, within};
use crate::{Capacity, Job, Journal, Native, NativeActor, Plan};

/// Makes an ask and does not poll it: with room in the mailbox, and, if it was sent, with none.
pub fn ask_sent<N: Native>() -> AskSent {
    on_one_thread(async {
        let journal = Journal::default();
        let actor = spawn::<N>(Plan { mailbox: Capacity::Any, ..Plan::new(&journal) }).await;
        let _ask = actor.ask(Job::Note(1));
        settle().await;
        if !journal.did(1) {
            return AskSent::FirstPoll;
        }
        let gate = super::hold(&actor).await;
        let filled = (0..10_000).any(|_| actor.try_tell(Job::Note(0)).is_err());
        assert!(filled, "{}: no answer is known for a mailbox that is never full", N::NAME);
        let _ask = actor.ask(Job::Note(2));
        gate.open();
        settle().await;
        assert!(!journal.did(2), "{}: no answer is known for a full mailbox that takes it", N::NAME);
        AskSent::MadeUnlessFull
    })
}

// ANCHOR: dropped
/// Drops an ask while its message is queued, lets the actor go on, and looks whether it was handled.
pub fn ask_dropped<N: Native>() -> DroppedAsk {
    on_one_thread(async {
        let (journal, actor, gate) = held_with::<N>(&[]).await;
        let ask = super::asking(&actor, Job::Note(1)).await;
        ask.abort();
        let _ = ask.await;
        // A fence: when this message has been handled, the messages before it have been handled or skipped.
        send(&actor, Job::Note(2)).await;
        gate.open();
        settle().await;
        assert!(journal.did(2), "{}: the actor goes on", N::NAME);
        if journal.did(1) { DroppedAsk::StillDone } else { DroppedAsk::Skipped }
    })
}
// ANCHOR_END: dropped

/// Drops an ask while its actor is held, lets the actor reply, and looks whether anything holds the reply.
pub fn reply_dropped<N: Native>() -> ReplyDropped {
    on_one_thread(async {
        let (_, actor, gate) = held_with::<N>(&[]).await;
        let reply = Arc::new(1);
        let held = Arc::downgrade(&reply);
        let ask = super::asking(&actor, Job::Reply(reply)).await;
        ask.abort();
        let _ = ask.await;
        gate.open();
        fence(&actor).await;
        match held.strong_count() {
            0 => ReplyDropped::Dropped,
            1 => ReplyDropped::KeptByAsker,
            count => panic!("{}: no answer is known for {count} holders", N::NAME),
        }
    })
}

/// Tells an actor something while its handler awaits, and looks which of the two is done first.
pub fn reentrant<N: Native>() -> Reentrancy {
    on_one_thread(async {
        let journal = Journal::default();
        let actor = spawn::<N>(Plan::new(&journal)).await;
        let gate = TestGate::new();
        send(&actor, Job::Await(gate.clone(), 1)).await;
        within("the handler awaits", gate.entered(1)).await;
        send(&actor, Job::Note(2)).await;
        settle().await;
        gate.open();
        settle().await;
        match journal.order()[..] {
            [1, 2] => Reentrancy::OneByOne,
            [2, 1] => Reentrancy::Interleaves,
            ref order => panic!("{}: handled {order:?}", N::NAME),
        }
    })
}

/// Two asks and a tell of one sender: with room for all of them, and with room for none.
pub fn order_of_one<N: Native>() -> Order {
    order::<N>(1)
}

/// Two asks and a tell of two senders who take turns: with room for all of them, and with room for none.
pub fn order_of_two<N: Native>() -> Order {
    order::<N>(2)
}

fn order<N: Native>(senders: usize) -> Order {
    let with_room = on_one_thread(handled_in_order::<N>(Capacity::Any, senders));
    let when_full = on_one_thread(handled_in_order::<N>(Capacity::Exactly(1), senders));
    match (with_room, when_full) {
        (Some(true), None | Some(true)) => Order::AsSent,
        (Some(true), Some(false)) => Order::AsSentUnlessFull,
        seen => panic!("{}: no answer is known for {seen:?}", N::NAME),
    }
}

/// Whether three messages are handled in the order in which they were sent; `None` if the framework has no such
/// mailbox. A message that has to wait for room counts as sent when its future is first polled.
async fn handled_in_order<N: Native>(mailbox: Capacity, senders: usize) -> Option<bool> {
    let journal = Journal::default();
    let actor = N::spawn(Plan { mailbox, ..Plan::new(&journal) }).await.ok()?;
    let gate = super::hold(&actor).await;
    // A message of a third sender: it fills a mailbox for one.
    let _ = actor.clone().try_tell(Job::Note(0));
    // One clone per sender and not per message, because some frameworks treat each clone as another sender.
    let senders: Vec<N::Actor> = (0..senders).map(|_| actor.clone()).collect();
    let sender = |turn: usize| &senders[turn % senders.len()];
    let mut first = Box::pin(sender(0).ask(Job::Note(1)));
    let mut second = Box::pin(sender(1).ask(Job::Note(2)));
    let mut third = Box::pin(sender(2).tell(Job::Note(3)));
    assert!(is_pending(first.as_mut()).await, "an actor at a gate does not answer");
    assert!(is_pending(second.as_mut()).await, "an actor at a gate does not answer");
    let waits = is_pending(third.as_mut()).await;
    gate.open();
    let third = async move {
        if waits {
            let _ = third.await;
        }
    };
    // All three are polled together: a sender that waits for room may have to be polled to take it.
    let _answers = within("three messages", async { tokio::join!(first, second, third) }).await;
    settle().await;
    let order: Vec<u64> = journal.order().into_iter().filter(|number| (1..HELD).contains(number)).collect();
    assert_eq!(order.len(), 3, "{}: handled {order:?}", N::NAME);
    Some(order.is_sorted())
}

// ANCHOR: wave
/// A wave of asks of one task, more than tokio lets a task do in one go, into a mailbox that has room for all of them.
pub fn order_of_wave<N: Native>() -> Order {
    const ASKS: u64 = 300;
    let keeps_order = |budget: bool| {
        on_one_thread(async move {
            let (journal, actor) = roomy::<N>().await;
            let gate = super::hold(&actor).await;
            let wave = async move { join_all((0..ASKS).map(|number| actor.ask(Job::Note(number)))).await };
            let wave = if budget { spawn_local(wave) } else { spawn_local(unconstrained(wave)) };
            settle().await;
            gate.open();
            let answers = within("a wave of asks", wave).await.expect("an ask does not panic");
            assert!(answers.iter().all(Result::is_ok), "{}: there is room", N::NAME);
            journal.order().into_iter().filter(|number| *number < ASKS).is_sorted()
        })
    };
    assert!(keeps_order(false), "{}: no answer is known for a wave that tokio does not interrupt", N::NAME);
    if keeps_order(true) { Order::AsSent } else { Order::AsSentWithinBudget }
}
// ANCHOR_END: wave

/// An actor whose mailbox holds a thousand messages, or, if the framework has no such mailbox, any number.
async fn roomy<N: Native>() -> (Journal, N::Actor) {
    let journal = Journal::default();
    let plan = Plan { mailbox: Capacity::Exactly(1000), ..Plan::new(&journal) };
    let actor = match N::spawn(plan).await {
        Ok(actor) => actor,
        Err(_) => spawn::<N>(Plan::new(&journal)).await,
    };
    (journal, actor)
}
