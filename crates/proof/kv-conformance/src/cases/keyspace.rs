//! Keys: their deadlines, their names, and the choice of a random one.

use std::collections::HashMap;
use std::time::Duration;

use kv_core::{
    Command, CommandError, Deadline, ExpireCondition, ExpireTime, Handle, Key, Kv, KvError, Order, Presence,
    TimeToLive, Topology,
};

use crate::{Trial, key_on};

/// Two other keys with the same owner, if an owner can have more than one key.
fn neighbours(trial: Trial, key: &Key) -> Option<[Key; 2]> {
    match trial.topology {
        Topology::PerKey => None,
        topology => Some([key_on(topology, key, 0), key_on(topology, key, 1)]),
    }
}

/// A key with another owner, if there are several owners.
pub(super) fn stranger(trial: Trial, key: &Key) -> Option<Key> {
    let mut candidates = (0..1000).map(|n| Key::from(format!("stranger:{n}")));
    candidates.find(|other| trial.owner(other) != trial.owner(key))
}

pub async fn a_deadline_is_given_under_a_condition(trial: Trial) {
    let (config, clock) = trial.with_manual_clock();
    let backend = trial.start(config).await;
    let kv = Kv::new(backend.handle());
    let at = |seconds| clock.now().checked_add(Duration::from_secs(seconds)).expect("a short time");
    let if_present = ExpireCondition { deadline: Some(Presence::Present), order: None };
    let if_absent = ExpireCondition { deadline: Some(Presence::Absent), order: None };
    let if_later = ExpireCondition { deadline: None, order: Some(Order::Later) };
    let if_earlier = ExpireCondition { deadline: None, order: Some(Order::Earlier) };
    assert_eq!(kv.expire_time("k").await, Ok(ExpireTime::Missing));
    kv.set("k", "x").await.expect("the backend runs");
    assert_eq!(kv.expire_time("k").await, Ok(ExpireTime::Unlimited));
    for (condition, seconds, done, then) in [
        (if_present, 10, false, None),
        (if_later, 10, false, None),
        (if_absent, 10, true, Some(10)),
        (if_absent, 20, false, Some(10)),
        (if_later, 10, false, Some(10)),
        (if_later, 20, true, Some(20)),
        (if_earlier, 20, false, Some(20)),
        (if_earlier, 5, true, Some(5)),
        (if_present, 10, true, Some(10)),
    ] {
        assert_eq!(kv.expire_if("k", Deadline::At(at(seconds)), condition).await, Ok(done));
        let time = then.map_or(ExpireTime::Unlimited, |seconds| ExpireTime::At(at(seconds)));
        assert_eq!(kv.expire_time("k").await, Ok(time), "{condition:?}, {seconds}");
    }
    backend.shutdown().await;
}

pub async fn only_a_use_shows_in_the_idle_time(trial: Trial) {
    let (config, clock) = trial.with_manual_clock();
    let backend = trial.start(config).await;
    let kv = Kv::new(backend.handle());
    kv.set("k", "x").await.expect("the backend runs");
    clock.advance(Duration::from_secs(3));
    kv.exists(["k"]).await.expect("the backend runs");
    kv.time_to_live("k").await.expect("the backend runs");
    assert!(!kv.version("k").await.expect("the backend runs").is_absent());
    for _ in 0..2 {
        let inspection = kv.inspect("k").await.expect("the backend runs").expect("it is there");
        assert_eq!((&inspection.value[..], inspection.idle), (&b"x"[..], Duration::from_secs(3)));
    }
    assert_eq!(kv.touch(["k", "k", "absent"]).await, Ok(2));
    let inspection = kv.inspect("k").await.expect("the backend runs").expect("it is there");
    assert_eq!(inspection.idle, Duration::ZERO);
    assert_eq!(kv.inspect("absent").await, Ok(None));
    assert!(kv.version("absent").await.expect("the backend runs").is_absent());
    backend.shutdown().await;
}

pub async fn a_value_moves_to_another_name(trial: Trial) {
    let backend = trial.start(trial.config()).await;
    let kv = Kv::new(backend.handle());
    let from = Key::from("from");
    assert_eq!(kv.rename("absent", "absent").await, Err(KvError::Command(CommandError::NoSuchKey)));
    kv.set(from.clone(), "x").await.expect("the backend runs");
    kv.expire(from.clone(), Deadline::After(Duration::from_secs(1000))).await.expect("the backend runs");
    assert_eq!(kv.rename(from.clone(), from.clone()).await, Ok(()));
    assert_eq!(kv.rename_if_absent(from.clone(), from.clone()).await, Ok(false));
    if let Some([to, other]) = neighbours(trial, &from) {
        kv.set(other.clone(), "y").await.expect("the backend runs");
        assert_eq!(kv.copy(from.clone(), other.clone(), false).await, Ok(false));
        assert_eq!(kv.rename_if_absent(from.clone(), other.clone()).await, Ok(false));
        assert_eq!(kv.copy(from.clone(), to.clone(), false).await, Ok(true));
        assert_eq!(kv.rename(from.clone(), other.clone()).await, Ok(()));
        assert_eq!(kv.get(from.clone()).await, Ok(None));
        for key in [to, other] {
            assert_eq!(kv.get(key.clone()).await, Ok(Some("x".into())));
            assert!(matches!(kv.time_to_live(key).await, Ok(TimeToLive::Left(_))), "with its deadline");
        }
        assert!(kv.rename(from, "anywhere").await.is_err(), "it is no longer there");
    }
    backend.shutdown().await;
}

pub async fn a_value_moves_to_no_other_actor(trial: Trial) {
    let backend = trial.start(trial.config()).await;
    let kv = Kv::new(backend.handle());
    let from = Key::from("from");
    let across = KvError::Command(CommandError::AcrossActors);
    kv.set(from.clone(), "x").await.expect("the backend runs");
    if let Some(to) = stranger(trial, &from) {
        assert_eq!(kv.rename(from.clone(), to.clone()).await, Err(across));
        assert_eq!(kv.copy(from.clone(), to.clone(), true).await, Err(across));
        let rename = || Command::Rename { from: from.clone(), to: to.clone(), if_absent: false };
        assert_eq!(kv.handle().tell(rename()).await, Err(across));
        assert_eq!(kv.handle().try_tell(rename()), Err(across));
        assert_eq!(across.effect(), kv_core::Effect::NotApplied);
        assert_eq!(kv.get(to).await, Ok(None));
    }
    assert_eq!(kv.get(from).await, Ok(Some("x".into())));
    backend.shutdown().await;
}

pub async fn all_keys_that_match_are_listed(trial: Trial) {
    type Matches = fn(u32) -> bool;
    let backend = trial.start(trial.config()).await;
    let kv = Kv::new(backend.handle());
    assert_eq!(kv.keys("*").await, Ok(vec![]));
    let name = |n| Key::from(format!("{}:{n:02}", if n % 2 == 0 { "even" } else { "odd" }));
    for n in 0..40 {
        kv.set(name(n), "x").await.expect("the backend runs");
    }
    let patterns: [(&str, Matches); 4] =
        [("*", |_| true), ("even:*", |n| n % 2 == 0), ("*:[0-1]?", |n| n < 20), ("nothing*", |_| false)];
    for (pattern, matches) in patterns {
        let mut listed = kv.keys(pattern).await.expect("the backend runs");
        listed.sort();
        let mut expected: Vec<_> = (0..40).filter(|n| matches(*n)).map(name).collect();
        expected.sort();
        assert_eq!(listed, expected, "{pattern}");
    }
    backend.shutdown().await;
}

pub async fn every_key_is_as_likely_to_be_drawn(trial: Trial) {
    const KEYS: u64 = 12;
    const DRAWS: u64 = 100 * KEYS;
    let backend = trial.start(trial.config()).await;
    let kv = Kv::new(backend.handle());
    assert_eq!(kv.random_key(1).await, Ok(None));
    // The keys are spread unevenly: most of them have the first key's owner.
    let first = Key::from("first");
    let elsewhere = stranger(trial, &first).unwrap_or_else(|| Key::from("second"));
    let mut keys = vec![first.clone(), elsewhere];
    match neighbours(trial, &first) {
        Some(_) => keys.extend((0..KEYS as usize - 2).map(|n| key_on(trial.topology, &first, n))),
        None => keys.extend((0..KEYS - 2).map(|n| Key::from(n.to_string()))),
    }
    for key in &keys {
        kv.set(key.clone(), "x").await.expect("the backend runs");
    }
    let mut drawn: HashMap<Key, u64> = HashMap::new();
    for n in 1..=DRAWS {
        // The choice is well mixed, and the same in every run.
        let choice =
            n.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let key = kv.random_key(choice).await.expect("the backend runs").expect("there are keys");
        *drawn.entry(key).or_default() += 1;
    }
    assert_eq!(drawn.len() as u64, KEYS, "each is drawn: {drawn:?}");
    assert!(drawn.values().all(|times| (50..=170).contains(times)), "a hundred times each: {drawn:?}");
    backend.shutdown().await;
}
