use std::sync::Mutex;

use super::*;
use crate::{Config, Set, Store, Timestamp};

/// A shard that can be made to fail.
struct Shard {
    store: Mutex<Store>,
    failure: Option<KvError>,
}

impl Address for Shard {
    async fn ask(&self, command: Command) -> Result<Reply, KvError> {
        match self.failure {
            Some(failure) => Err(failure),
            None => Ok(self.store.lock().expect("no panic").apply(command, Timestamp::default())?),
        }
    }
    async fn tell(&self, command: Command) -> Result<(), KvError> {
        self.try_tell(command)
    }
    fn try_tell(&self, command: Command) -> Result<(), KvError> {
        match self.failure {
            Some(failure) => Err(failure),
            None => {
                let _ = self.store.lock().expect("no panic").apply(command, Timestamp::default());
                Ok(())
            }
        }
    }
}

fn routed(failures: &[Option<KvError>]) -> Routed<Shard> {
    let shard = |&failure| Shard { store: Mutex::new(Store::new(&Config::default())), failure };
    Routed::new(failures.iter().map(shard).collect::<Vec<_>>())
}

fn keys(count: u32) -> Vec<Key> {
    (0..count).map(|n| Key::from(format!("key:{n}"))).collect()
}

#[tokio::test]
async fn commands_over_many_keys_are_split_and_their_replies_added() {
    let handle = routed(&[None; 5]);
    for key in keys(100) {
        handle.tell(Command::Set(Set::new(key, "v"))).await.expect("accepted");
    }
    assert_eq!(handle.ask(Command::Count).await, Ok(Reply::Count(100)));
    assert_eq!(handle.ask(Command::Exists { keys: keys(120) }).await, Ok(Reply::Count(100)));
    assert_eq!(handle.ask(Command::Delete { keys: keys(40) }).await, Ok(Reply::Count(40)));
    assert_eq!(handle.ask(Command::Delete { keys: Vec::new() }).await, Ok(Reply::Count(0)));
    handle.try_tell(Command::Clear).expect("accepted");
    assert_eq!(handle.ask(Command::Count).await, Ok(Reply::Count(0)));
}

#[tokio::test]
async fn a_scan_visits_every_shard() {
    let handle = routed(&[None; 3]);
    for key in keys(50) {
        handle.tell(Command::Set(Set::new(key, "v"))).await.expect("accepted");
    }
    let (mut cursor, mut found) = (0, Vec::new());
    loop {
        let scan = Command::Scan { cursor, pattern: None, count: 7 };
        let Ok(Reply::Page(page)) = handle.ask(scan).await else { panic!("a scan answers a page") };
        found.extend(page.keys);
        cursor = page.cursor;
        if cursor == 0 {
            break;
        }
    }
    found.sort();
    let mut expected = keys(50);
    expected.sort();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_half_done_write_is_partial_and_a_half_done_read_is_not() {
    let handle = routed(&[None, Some(KvError::Overloaded)]);
    assert_eq!(handle.ask(Command::Delete { keys: keys(20) }).await, Err(KvError::Partial));
    assert_eq!(handle.try_tell(Command::Clear), Err(KvError::Partial));
    assert_eq!(handle.tell(Command::Clear).await, Err(KvError::Partial));
    assert_eq!(handle.ask(Command::Count).await, Err(KvError::Overloaded));
}

#[tokio::test]
async fn a_write_that_nobody_took_is_not_applied() {
    let handle = routed(&[Some(KvError::Stopped), Some(KvError::Stopped)]);
    assert_eq!(handle.ask(Command::Clear).await, Err(KvError::Stopped));
    let handle = routed(&[Some(KvError::Stopped), Some(KvError::ReplyLost)]);
    assert_eq!(handle.ask(Command::Clear).await, Err(KvError::Partial));
}
