//! The effects of a restart in ractor, where the common suite leaves a choice.

use kv_core::{
    Backend, Command, Config, Debug, Handle, Key, KvError, Mailbox, OnPanic, Reply, RestartLimit, TestGate,
};
use kv_ractor::Ractor;
use tokio::join;

fn increment(key: &Key) -> Command {
    Command::IncrementBy { key: key.clone(), delta: 1 }
}

fn panic_at(key: &Key) -> Command {
    Command::Debug(Debug::Panic { key: key.clone() })
}

async fn start(on_panic: OnPanic, restarts: usize) -> Ractor {
    let restart_limit = RestartLimit { restarts, ..RestartLimit::default() };
    let config = Config { mailbox: Mailbox::Bounded(3), on_panic, restart_limit, ..Config::default() };
    Ractor::start(config).await.expect("nothing here is refused")
}

/// Crashes an actor that has an ask and a tell in its mailbox and two asks that wait for room. Returns the outcome of
/// the ask in the mailbox and of the asks that wait. All of it runs on one thread, so that the actor is gone before
/// the waiting asks are polled again.
async fn crash(backend: &Ractor, key: &Key) -> [Result<Reply, KvError>; 3] {
    let (handle, gate) = (backend.handle(), TestGate::new());
    let stall = Command::Debug(Debug::Stall { key: key.clone(), gate: gate.clone() });
    handle.tell(stall).await.expect("the actor runs");
    gate.entered(1).await;
    handle.tell(panic_at(key)).await.expect("there is room for three");
    handle.tell(increment(key)).await.expect("there is room for three");
    let [inside, outside, behind] = [0; 3].map(|_| handle.ask(increment(key)));
    // The asks are polled in this order, so the first gets the last place.
    let (inside, outside, behind, ()) = join!(biased; inside, outside, behind, async { gate.open() });
    [inside, outside, behind]
}

#[tokio::test]
async fn what_is_in_the_mailbox_is_lost_and_who_waits_for_room_is_served() {
    let key = Key::from("n");
    let backend = start(OnPanic::Restart, 10).await;
    for _ in 0..3 {
        let [inside, outside, behind] = crash(&backend, &key).await;
        assert_eq!(inside, Err(KvError::ReplyLost));
        // The counter starts from 1 again, without the tell that was in the mailbox.
        assert_eq!([outside, behind], [Ok(Reply::Integer(1)), Ok(Reply::Integer(2))]);
    }
    backend.shutdown().await;
}

#[tokio::test]
async fn who_waits_for_a_successor_that_never_comes_is_refused() {
    let key = Key::from("n");
    for (on_panic, restarts) in [(OnPanic::Stop, 10), (OnPanic::Restart, 0)] {
        let backend = start(on_panic, restarts).await;
        let [inside, outside, behind] = crash(&backend, &key).await;
        assert_eq!(inside, Err(KvError::ReplyLost));
        assert_eq!([outside, behind], [Err(KvError::Stopped), Err(KvError::Stopped)]);
        backend.shutdown().await;
    }
}

#[tokio::test]
async fn an_ask_right_behind_a_crash_waits_for_the_restart() {
    let key = Key::from("n");
    let backend = start(OnPanic::Restart, 10).await;
    let handle = backend.handle();
    for _ in 0..10 {
        assert_eq!(handle.ask(panic_at(&key)).await, Err(KvError::ReplyLost));
        assert_eq!(handle.ask(increment(&key)).await, Ok(Reply::Integer(1)));
    }
    backend.shutdown().await;
}
