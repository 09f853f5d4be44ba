use std::sync::Mutex;

use super::*;
use crate::{CommandError, Config, Set, Store, Timestamp, Transaction, Version};

/// A shard that can be made to fail.
struct Shard {
    store: Mutex<Store>,
    failure: Option<KvError>,
}

impl ShardAddress for Shard {
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

fn routed(failures: &[Option<KvError>]) -> ShardedHandle<Shard> {
    let shard = |&failure| Shard { store: Mutex::new(Store::new(&Config::default())), failure };
    ShardedHandle::new(failures.iter().map(shard).collect::<Vec<_>>())
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

/// A set and a read of each key, the reads in the other direction.
fn batch(keys: &[Key]) -> Command {
    let sets = keys.iter().map(|key| Command::Set(Set::new(key.clone(), key.clone())));
    let gets = keys.iter().rev().map(|key| Command::Get { key: key.clone() });
    Command::Batch(Box::new(Batch::new(sets.chain(gets).collect()).expect("one key each")))
}

#[tokio::test]
async fn a_batch_is_split_and_its_replies_are_put_in_order() {
    let (handle, keys) = (routed(&[None; 3]), keys(20));
    let Ok(Reply::Batch(replies)) = handle.ask(batch(&keys)).await else { panic!("a batch answers a batch") };
    assert!(replies[..20].iter().all(|reply| matches!(reply, Ok(Reply::Set(set)) if set.written)));
    let read: Vec<_> = keys.iter().rev().map(|key| Ok(Reply::Value(Some(key.clone())))).collect();
    assert_eq!(replies[20..], read);
    handle.tell(Command::Clear).await.expect("accepted");
    handle.try_tell(batch(&keys)).expect("accepted");
    assert_eq!(handle.ask(Command::Count).await, Ok(Reply::Count(20)));
    assert_eq!(handle.ask(batch(&[])).await, Ok(Reply::Batch(Vec::new())));
}

#[tokio::test]
async fn what_failed_of_a_batch_fails_its_own_commands() {
    let (handle, keys) = (routed(&[None, Some(KvError::ReplyLost)]), keys(20));
    let Ok(Reply::Batch(replies)) = handle.ask(batch(&keys)).await else { panic!("a batch answers a batch") };
    for (key, reply) in keys.iter().chain(keys.iter().rev()).zip(replies) {
        assert_eq!(reply.is_err(), place(key, 2) == 1, "{reply:?}");
    }
    assert_eq!(handle.tell(batch(&keys)).await, Err(KvError::Partial));
    // With one actor for all keys, the ask itself fails.
    let handle = routed(&[Some(KvError::ReplyLost)]);
    assert_eq!(handle.ask(batch(&keys)).await, Err(KvError::ReplyLost));
}

#[tokio::test]
async fn what_needs_one_actor_is_refused_by_two_and_done_by_one() {
    let keys = keys(20);
    let first = keys[0].clone();
    let (near, far): (Vec<Key>, Vec<Key>) =
        keys[1..].iter().cloned().partition(|key| place(key, 2) == place(&first, 2));
    let handle = routed(&[None, None]);
    let rename = |to: &Key| Command::Rename { from: first.clone(), to: to.clone(), if_absent: false };
    let transaction = |watched: &Key, commands| {
        let watched = vec![(watched.clone(), Version::ABSENT)];
        Command::Transaction(Box::new(Transaction::new(watched, commands).expect("fit for it")))
    };
    let set = || Command::Set(Set::new(first.clone(), "v"));
    let across = KvError::Command(CommandError::AcrossActors);
    for refused in [
        rename(&far[0]),
        transaction(&far[0], vec![set()]),
        transaction(&first, vec![set(), Command::Delete { keys: far.clone() }]),
        transaction(&first, vec![set(), rename(&far[0])]),
        transaction(&first, vec![set(), Command::Count]),
        transaction(&first, vec![Command::Scan { cursor: 0, pattern: None, count: 1 }]),
    ] {
        assert_eq!(handle.ask(refused.clone()).await, Err(across), "{refused:?}");
        assert_eq!(handle.tell(refused.clone()).await, Err(across), "{refused:?}");
        assert_eq!(handle.try_tell(refused), Err(across));
    }
    let commands = vec![set(), rename(&near[0]), Command::Exists { keys: near.clone() }];
    let replies = vec![Ok(written()), Ok(Reply::Flag(true)), Ok(Reply::Count(1))];
    assert_eq!(handle.ask(transaction(&near[1], commands)).await, Ok(Reply::Transaction(Some(replies))));
    // With one actor, no command is across actors.
    let handle = routed(&[None]);
    let commands = vec![set(), rename(&far[0]), Command::Count];
    let replies = vec![Ok(written()), Ok(Reply::Flag(true)), Ok(Reply::Count(1))];
    assert_eq!(handle.ask(transaction(&far[0], commands)).await, Ok(Reply::Transaction(Some(replies))));
}

fn written() -> Reply {
    Reply::Set(crate::SetOutcome { written: true, old: None })
}
