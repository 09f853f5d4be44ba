//! Wrong backends fail, however rarely they are wrong: this tests the check itself.

mod liar;

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use kv_core::Mailbox;
use kv_workload::{Contestant, Lane, Plan, RunError, Session, Stage, workload};
use liar::{
    CountsTwice, DropsWrites, Fails, Honest, Liar, Lie, LosesReplies, MixesUp, Panics, Refuses, StaleReads,
    SwallowsTells,
};

const LANES: [Lane; 2] = [Lane::Ct, Lane::Mt { workers: 2 }];

/// Plays up to ten slices of 8,000 commands, each with a handful of lies in it. A single lie may never be seen, as when
/// a dropped write is overwritten before any client reads the key; several lies are.
fn caught<L: Lie + Clone>(id: &str, lane: Lane) -> Option<RunError> {
    let plan = Arc::new(Plan::new(workload(id).expect("in the catalogue"), 1).expect("valid"));
    let stage = Rc::new(Stage::new(lane).expect("threads"));
    let mailbox = Mailbox::Bounded(1024);
    let session = Session::<Liar<kv_tokio::Tokio, L>>::start("liar", stage, plan, mailbox);
    let mut session = session.expect("no lie at the preload").with_patience(Duration::from_millis(500));
    for _ in 0..10 {
        if let Err(error) = session.slice(8_000) {
            assert!(matches!(session.slice(1), Err(RunError::Broken { .. })), "a broken session plays on");
            return Some(error);
        }
    }
    None
}

/// Expects a mismatch and returns its message.
fn mismatch<L: Lie + Clone>(id: &str, lane: Lane) -> String {
    match caught::<L>(id, lane) {
        Some(RunError::Mismatch(mismatch)) => mismatch.to_string(),
        other => panic!("{lane} {id}: no mismatch but {other:?}"),
    }
}

#[test]
fn the_wrapper_alone_is_right() {
    for lane in LANES {
        for id in ["ycsb-a", "ycsb-f", "tell", "pipe"] {
            let error = caught::<Honest>(id, lane);
            assert!(error.is_none(), "{error:?}");
        }
    }
}

#[test]
fn a_dropped_write_is_noticed() {
    for lane in LANES {
        mismatch::<DropsWrites>("ycsb-a", lane);
        mismatch::<DropsWrites>("twitter-12", lane);
        mismatch::<DropsWrites>("ycsb-b-sharded", lane);
    }
}

#[test]
fn a_stale_read_is_noticed() {
    for lane in LANES {
        mismatch::<StaleReads>("ycsb-a", lane);
        mismatch::<StaleReads>("pipe", lane);
    }
}

#[test]
fn a_swallowed_tell_is_noticed() {
    for lane in LANES {
        mismatch::<SwallowsTells>("tell", lane);
    }
}

#[test]
fn an_increment_applied_twice_is_noticed() {
    for lane in LANES {
        mismatch::<CountsTwice>("ycsb-f", lane);
        mismatch::<CountsTwice>("twitter-23", lane);
    }
}

#[test]
fn a_reply_to_something_else_is_noticed() {
    for lane in LANES {
        // The lie is found even in a workload without writes.
        mismatch::<MixesUp>("ycsb-c", lane);
        mismatch::<MixesUp>("fanin", lane);
    }
}

#[test]
fn a_refusal_is_noticed() {
    for lane in LANES {
        mismatch::<Refuses>("ycsb-c", lane);
    }
}

#[test]
fn a_reply_that_does_not_come_is_a_hang() {
    for lane in LANES {
        assert!(matches!(caught::<LosesReplies>("ycsb-c", lane), Some(RunError::Hung { .. })));
    }
}

#[test]
fn a_failed_call_is_an_error() {
    for lane in LANES {
        assert!(matches!(caught::<Fails>("ycsb-c", lane), Some(RunError::Call { .. })));
    }
}

#[test]
fn a_panic_is_an_error() {
    for lane in LANES {
        assert!(matches!(caught::<Panics>("ycsb-c", lane), Some(RunError::Panicked { .. })));
    }
}

#[test]
fn a_message_says_who_was_asked_what_and_what_came() {
    let message = mismatch::<Refuses>("rtt", Lane::Ct);
    assert!(message.starts_with("liar on rtt: client 0, command "), "{message}");
    assert!(message.contains("(Get, b\"0"), "{message}");
    assert!(message.ends_with(", got Err(TooLarge)"), "{message}");
}
