//! A handler that panics takes its own actor down, and nothing else.

use kv_core::{Backend, Command, Debug, Handle, Key, Kv, KvError, place};

use crate::setting::{get, increment};
use crate::{Setting, eventually, within};

fn panic_at(key: &Key) -> Command {
    Command::Debug(Debug::Panic { key: key.clone() })
}

pub async fn a_panic_answers_its_caller<B: Backend>(setting: Setting) {
    let key = Key::from("n");
    let backend = setting.start::<B>(setting.config()).await;
    let handle = backend.handle();
    handle.ask(increment(&key)).await.expect("the backend runs");
    assert_eq!(within("the crashing ask", handle.ask(panic_at(&key))).await, Err(KvError::ReplyLost));
    // `OnPanic::Stop`: from now on it is refused, once the framework has noticed.
    let stopped = || async { within("an ask", handle.ask(get(&key))).await == Err(KvError::Stopped) };
    eventually("the dead actor refuses", stopped).await;
    assert_eq!(within("a tell", handle.tell(increment(&key))).await, Err(KvError::Stopped));
    assert_eq!(handle.try_tell(increment(&key)), Err(KvError::Stopped));
    within("shutdown after a crash", backend.shutdown()).await;
}

pub async fn a_panic_disturbs_no_other_shard<B: Backend>(setting: Setting) {
    let backend = setting.start::<B>(setting.config()).await;
    let (handle, shards) = (backend.handle(), setting.topology.shards());
    let keys: Vec<Key> = (0..shards * 10).map(|n| Key::from(format!("key:{n}"))).collect();
    for key in &keys {
        handle.ask(increment(key)).await.expect("the backend runs");
    }
    let dead = place(&keys[0], shards);
    // By tell this time: nobody waits, and still nothing else may break.
    handle.tell(panic_at(&keys[0])).await.expect("accepted");
    for key in &keys {
        let value = within("an ask", Kv::new(handle.clone()).get(key.clone())).await;
        if place(key, shards) == dead {
            assert!(value.is_err(), "the dead shard answered {value:?}");
        } else {
            assert_eq!(value, Ok(Some("1".into())), "a living shard keeps its keys");
        }
    }
    within("kill after a crash", backend.kill()).await;
}
