//! A crash with a full mailbox. ractor drops what was queued, and with it the places that nobody gives back.

use std::time::Duration;

use kv_core::{Backend, Command, Config, Debug, Gate, Handle, Key, KvError, Mailbox, Set};
use kv_ractor::Ractor;
use tokio::task::{JoinSet, yield_now};
use tokio::time::timeout;

const DEADLINE: Duration = Duration::from_secs(10);

#[tokio::test]
async fn those_who_wait_for_room_are_answered() {
    let config = Config { mailbox: Mailbox::Bounded(2), ..Config::default() };
    let backend = Ractor::start(config).await.expect("the configuration is fine");
    let (handle, gate, key) = (backend.handle(), Gate::new(), Key::from_static(b"k"));
    let set = || Command::Set(Set::new(key.clone(), "v"));
    handle
        .tell(Command::Debug(Debug::Stall { key: key.clone(), gate: gate.clone() }))
        .await
        .expect("accepted");
    gate.entered(1).await;
    handle.tell(Command::Debug(Debug::Panic { key: key.clone() })).await.expect("accepted");
    let mut callers = JoinSet::new();
    for n in 0..8 {
        let (handle, set) = (handle.clone(), set());
        callers.spawn(async move {
            if n % 2 == 0 { handle.tell(set).await } else { handle.ask(set).await.map(drop) }
        });
    }
    // One thread: after one yield each, they have all come as far as they can.
    for _ in 0..=callers.len() {
        yield_now().await;
    }
    assert_eq!(handle.try_tell(set()), Err(KvError::Overloaded));
    gate.open();
    while let Some(caller) = timeout(DEADLINE, callers.join_next()).await.expect("no caller is left waiting")
    {
        // A place that was free in time may have gone to a tell; that is accepted, and lost with the actor.
        let answer = caller.expect("no caller panics");
        assert!(matches!(answer, Ok(()) | Err(KvError::Stopped | KvError::ReplyLost)), "{answer:?}");
    }
    assert_eq!(timeout(DEADLINE, handle.ask(set())).await.expect("answered"), Err(KvError::Stopped));
    timeout(DEADLINE, backend.shutdown()).await.expect("a crashed backend shuts down");
}
