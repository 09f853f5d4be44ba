//! The behaviour of an actor per key that follows from how actix runs actors, beyond the suite.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::thread;
use std::time::Duration;

use kv_actix::{Actix, ActixLocal};
use kv_conformance::{ALLOCATOR, Setting, isolated, run, within};
use kv_core::{
    ActorId, Backend, Change, Command, Config, Debug, Events, Handle, Key, Kv, KvError, Lifecycle, Mailbox,
    Notice, Reply, Set, StopReason, TestGate,
};
use tokio::sync::oneshot;

kv_conformance::count_memory!();

const GONE: Change = Change::Stopped(StopReason::Asked);

fn watched(config: Config) -> (Config, Events) {
    let lifecycle = Lifecycle::default();
    let events = lifecycle.subscribe();
    (Config { lifecycle, ..config }, events)
}

/// The next change of a key's actor.
async fn next_change(key: &Key, events: &mut Events) -> Change {
    loop {
        match within("an event", events.next()).await {
            Some(Notice::Event(event)) if event.actor == ActorId::Key(key.clone()) => return event.change,
            Some(Notice::Event(_)) => {}
            other => panic!("the stream of events broke off: {other:?}"),
        }
    }
}

fn stall(key: &Key, gate: &TestGate) -> Command {
    Command::Debug(Debug::Stall { key: key.clone(), gate: gate.clone() })
}

fn append(key: &Key) -> Command {
    Command::Append { key: key.clone(), value: "x".into() }
}

/// An ask that had to wait for room in a mailbox for one, and is not polled now that there is room: it may still send,
/// and the actor has nothing else to do.
async fn waits_for_room<'a, H: Handle>(
    handle: &'a H,
    key: &Key,
) -> Pin<Box<dyn Future<Output = Result<Reply, KvError>> + 'a>> {
    let (gate, last) = (TestGate::new(), TestGate::new());
    handle.tell(stall(key, &gate)).await.expect("the backend runs");
    within("the actor reaches the gate", gate.entered(1)).await;
    last.open();
    handle.tell(stall(key, &last)).await.expect("there is room for one");
    let mut waits = Box::pin(handle.ask(append(key)));
    let pending = poll_fn(|context| Poll::Ready(waits.as_mut().poll(context).is_pending())).await;
    assert!(pending, "there is no room for another");
    gate.open();
    within("the actor takes what is queued", last.entered(1)).await;
    waits
}

/// On a `LocalSet`, only the set's own thread can start an actor.
async fn a_thread_without_a_runtime_may_write_a_key_first<B: Backend>(setting: Setting) {
    let backend = setting.start::<B>(setting.config()).await;
    let (handle, key) = (backend.handle(), Key::from("k"));
    let set = Command::Set(Set::new(key.clone(), "v"));
    let (done, told) = oneshot::channel();
    thread::spawn(move || done.send(handle.try_tell(set)));
    assert_eq!(within("a try_tell elsewhere", told).await, Ok(Ok(())));
    assert_eq!(Kv::new(backend.handle()).get(key).await, Ok(Some("v".into())));
    within("shutdown", backend.shutdown()).await;
}

/// An actor whose key is gone has no timer that makes it ask again. It is told when the last caller that could have
/// written gives up.
async fn whoever_gives_up_lets_the_actor_end<B: Backend>(setting: Setting) {
    let (config, mut events) = watched(setting.with_mailbox(Mailbox::Bounded(1)));
    let backend = setting.start::<B>(config).await;
    let (handle, key) = (backend.handle(), Key::from("k"));
    for _ in 0..20 {
        drop(waits_for_room(&handle, &key).await);
        assert_eq!(next_change(&key, &mut events).await, Change::Started);
        assert_eq!(next_change(&key, &mut events).await, GONE);
    }
    within("shutdown", backend.shutdown()).await;
}

async fn whoever_is_about_to_write_keeps_the_key_from_being_idle<B: Backend>(setting: Setting) {
    let idle_timeout = Some(Duration::from_millis(10));
    let config = Config { idle_timeout, ..setting.with_mailbox(Mailbox::Bounded(1)) };
    let (config, mut events) = watched(config);
    let backend = setting.start::<B>(config).await;
    let (handle, key, clock) = (backend.handle(), Key::from("k"), Key::from("clock"));
    handle.ask(append(&key)).await.expect("the backend runs");
    let waits = waits_for_room(&handle, &key).await;
    // This key falls idle after the same time, and is used later.
    handle.ask(append(&clock)).await.expect("the backend runs");
    while next_change(&clock, &mut events).await != GONE {}
    assert_eq!(within("the ask", waits).await, Ok(Reply::Length(2)));
    within("shutdown", backend.shutdown()).await;
}

/// A caller that waits for room, and is not polled, does not hold up the end.
async fn whoever_waits_for_room_holds_up_no_shutdown<B: Backend>(setting: Setting) {
    let backend = setting.start::<B>(setting.with_mailbox(Mailbox::Bounded(1))).await;
    let (handle, key) = (backend.handle(), Key::from("k"));
    let waits = waits_for_room(&handle, &key).await;
    within("shutdown", backend.shutdown()).await;
    assert_eq!(within("the ask", waits).await, Err(KvError::Stopped));
}

/// A key has always the same thread, so no event of one life comes after the start of the next.
async fn the_lives_of_a_key_do_not_overlap<B: Backend>(setting: Setting) {
    const LIVES: usize = 50;
    let (config, mut events) = watched(setting.config());
    let backend = setting.start::<B>(config).await;
    let (kv, key) = (Kv::new(backend.handle()), Key::from("k"));
    for _ in 0..LIVES {
        kv.set(key.clone(), "v").await.expect("the backend runs");
        assert_eq!(kv.delete([key.clone()]).await, Ok(1));
    }
    for _ in 0..LIVES {
        assert_eq!(next_change(&key, &mut events).await, Change::Started);
        assert_eq!(next_change(&key, &mut events).await, GONE);
    }
    within("shutdown", backend.shutdown()).await;
}

/// A backend that is dropped is killed, while handles still exist.
async fn a_dropped_backend_leaves_no_actor<B: Backend>(setting: Setting) {
    let (config, mut events) = watched(setting.config());
    let backend = setting.start::<B>(config).await;
    let (handle, key, gate) = (backend.handle(), Key::from("k"), TestGate::new());
    handle.tell(stall(&key, &gate)).await.expect("the backend runs");
    within("the actor reaches the gate", gate.entered(1)).await;
    drop(backend);
    assert_eq!(next_change(&key, &mut events).await, Change::Started);
    assert_eq!(next_change(&key, &mut events).await, GONE);
    assert_eq!(handle.ask(append(&key)).await, Err(KvError::Stopped));
}

/// How many bytes an actor takes that does nothing, with its key, its value and its place in the table.
async fn an_idle_actor_takes_less_than_two_kilobytes<B: Backend>(setting: Setting) {
    const ACTORS: u64 = 10_000;
    let backend = setting.start::<B>(setting.config()).await;
    let kv = Kv::new(backend.handle());
    let before = ALLOCATOR.live_bytes();
    for n in 0..ACTORS {
        kv.set(format!("key:{n:05}"), "v").await.expect("the backend runs");
    }
    let each = (ALLOCATOR.live_bytes() - before) / ACTORS;
    println!("{}: {each} bytes per idle actor", B::NAME);
    assert!(each < 2048, "{each} bytes");
    within("shutdown", backend.shutdown()).await;
}

/// Makes a test of a case, for both backends.
macro_rules! tests {
    ($($name:ident: $case:ident),+ $(,)?) => { $(
        #[test]
        fn $name() {
            // Each case has a process of its own, because one of them counts bytes.
            isolated(concat!(module_path!(), "::", stringify!($name)), || {
                run(Setting::PER_KEY, $case::<Actix>);
                run(Setting::CURRENT_THREAD_PER_KEY, $case::<ActixLocal>);
            });
        }
    )+ };
}

tests! {
    elsewhere: a_thread_without_a_runtime_may_write_a_key_first,
    giving_up: whoever_gives_up_lets_the_actor_end,
    idle: whoever_is_about_to_write_keeps_the_key_from_being_idle,
    shutdown: whoever_waits_for_room_holds_up_no_shutdown,
    lives: the_lives_of_a_key_do_not_overlap,
    dropped: a_dropped_backend_leaves_no_actor,
    size: an_idle_actor_takes_less_than_two_kilobytes,
}
