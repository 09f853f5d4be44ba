//! The journals record what happened.

use kv_conformance::history::{Action, Call, Journal, KeyId, Outcome, Recorder, Seen};
use kv_core::{Key, Topology, place};

const ONE: KeyId = KeyId { slot: 0, epoch: 0 };
const OTHER: KeyId = KeyId { slot: 1, epoch: 0 };

/// One tell to `ONE`, then one answered read of `read`; what became of the tell, and when the read ended.
fn told_then_read(read: KeyId, confirmable: bool) -> (Call, u64) {
    let recorder = Recorder::default();
    let mut journal = recorder.journal(0);
    let invoked = journal.now();
    journal.told(ONE, invoked, Action::Set(1), confirmable);
    let invoked = journal.now();
    journal.asked(read, invoked, Action::Get, Outcome::Done(Seen::Absent));
    let histories = Recorder::histories(vec![journal], Topology::Single);
    (histories[&ONE][0], histories[&read].last().expect("it was read").returned)
}

#[test]
fn a_reply_confirms_the_tells_before_it_on_the_same_key() {
    let (tell, end) = told_then_read(ONE, true);
    assert_eq!((tell.outcome, tell.returned), (Outcome::Done(Seen::Nothing), end));
    for (read, confirmable) in [(OTHER, true), (ONE, false)] {
        let (tell, _) = told_then_read(read, confirmable);
        assert_eq!((tell.outcome, tell.returned), (Outcome::Unknown, Call::NEVER));
    }
}

#[test]
fn what_has_no_reply_confirms_nothing_and_may_come_at_any_time() {
    let recorder = Recorder::default();
    let mut journal = recorder.journal(0);
    journal.told(ONE, 0, Action::Set(1), true);
    journal.asked(ONE, 0, Action::Set(2), Outcome::Unknown);
    journal.asked(ONE, 0, Action::Set(3), Outcome::NotApplied);
    assert_eq!(journal.len(), 3);
    let calls = &Recorder::histories(vec![journal], Topology::Single)[&ONE];
    let ends: Vec<_> = calls.iter().map(|call| (call.outcome, call.returned == Call::NEVER)).collect();
    assert_eq!(ends, [(Outcome::Unknown, true), (Outcome::Unknown, true), (Outcome::NotApplied, false)]);
}

/// The keys, of these, that a crash of the first key's owner empties.
fn emptied(topology: Topology, keys: &[KeyId]) -> Vec<KeyId> {
    let recorder = Recorder::default();
    let mut journal: Journal = recorder.journal(0);
    for key in keys {
        journal.asked(*key, 0, Action::Get, Outcome::Done(Seen::Absent));
    }
    journal.crashed(keys[0].key(), 0, true);
    let histories = Recorder::histories(vec![journal], topology);
    let has_reset = |calls: &[Call]| calls.iter().any(|call| call.action == Action::Reset);
    histories.into_iter().filter(|(_, calls)| has_reset(calls)).map(|(key, _)| key).collect()
}

#[test]
fn a_crash_concerns_the_keys_of_its_actor() {
    let keys: Vec<_> = (0..9).map(|slot| KeyId { slot, epoch: 0 }).collect();
    assert_eq!(emptied(Topology::Single, &keys), keys);
    assert_eq!(emptied(Topology::PerKey, &keys), keys[..1]);
    let shard = |key: &KeyId| place(&Key::from(key.key()), 3);
    let neighbours: Vec<_> = keys.iter().copied().filter(|key| shard(key) == shard(&keys[0])).collect();
    assert_eq!(emptied(Topology::Sharded(3), &keys), neighbours);
}
