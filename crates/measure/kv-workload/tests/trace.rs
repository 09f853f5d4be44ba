//! Traces are replayed exactly, and a backend that is wrong on a trace fails.

mod liar;

use std::fmt::Write as _;
use std::rc::Rc;

use kv_core::{Backend, Mailbox, Topology};
use kv_workload::trace::{TraceContestant, TraceReader, TraceSession, TraceSource};
use kv_workload::{Lane, RunError, Stage};
use liar::{
    CountsTwice, DropsWrites, Fails, Honest, Liar, Lie, LosesReplies, MixesUp, Panics, Refuses, StaleReads,
    SwallowsTells,
};

const OPERATIONS: [&str; 11] =
    ["get", "gets", "set", "add", "replace", "cas", "append", "prepend", "delete", "incr", "decr"];

/// A trace of all operations on 97 keys, and as many counters, by 31 clients, in which keys expire and the
/// clock steps back once.
fn synthetic(lines: u64) -> String {
    let mut text = String::new();
    let mut random = 1_u64;
    for n in 0..lines {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let pick = random >> 33;
        let operation = OPERATIONS[usize::try_from(pick % 11).expect("small")];
        let second = if n == lines / 2 { 0 } else { n / 100 };
        let (key, size, client, ttl) = (pick / 11 % 97, pick % 300, pick % 31, pick % 7 * 5);
        // Most increments are of counters; the others are of values, which the store refuses.
        let counts = matches!(operation, "incr" | "decr") && client % 4 != 0;
        let key = if counts { key + 100 } else { key };
        writeln!(text, "{second},ns:{key},5,{size},{client},{operation},{ttl}").expect("memory");
    }
    text
}

fn replay<B: Backend>(lane: Lane, topology: Topology, trace: &str) -> Result<u64, RunError> {
    let clients = 6;
    let mut source = TraceSource::new(TraceReader::new("synthetic.csv", trace.as_bytes()), clients);
    let stage = Rc::new(Stage::new(lane)?);
    let session = TraceSession::<B>::start("it", stage, clients, topology, Mailbox::Bounded(64))?;
    let mut contestant: Box<dyn TraceContestant> = Box::new(session);
    let (mut replayed, mut refused, mut hits, mut misses) = (0, 0, 0, 0);
    while let Some(chunk) = source.next_chunk(1_000).expect("a valid trace") {
        replayed += contestant.replay(&chunk)?.ops;
        refused += chunk.refused();
        hits += chunk.hits_and_misses().0;
        misses += chunk.hits_and_misses().1;
    }
    assert!(refused > 0 && hits > 0 && misses > 0, "{refused} refused, {hits} hits, {misses} misses");
    contestant.finish()?;
    Ok(replayed)
}

#[test]
fn right_backends_replay_all_of_it() {
    let trace = synthetic(7_500);
    for lane in [Lane::Ct, Lane::Mt { workers: 2 }] {
        for topology in [Topology::Single, Topology::Sharded(3)] {
            assert_eq!(replay::<kv_tokio::Tokio>(lane, topology, &trace).expect("right"), 7_500);
            assert_eq!(replay::<kv_mutex::Mutex>(lane, topology, &trace).expect("right"), 7_500);
        }
    }
}

fn failure<L: Lie + Clone>(trace: &str) -> Option<RunError> {
    replay::<Liar<kv_tokio::Tokio, L>>(Lane::Ct, Topology::Single, trace).err()
}

#[test]
fn wrong_backends_fail() {
    let trace = synthetic(20_000);
    assert!(failure::<Honest>(&trace).is_none());
    assert!(failure::<SwallowsTells>(&trace).is_none(), "a replay tells nothing");
    let mismatches = [
        failure::<DropsWrites>(&trace),
        failure::<StaleReads>(&trace),
        failure::<CountsTwice>(&trace),
        failure::<MixesUp>(&trace),
        failure::<Refuses>(&trace),
    ];
    for (nth, error) in mismatches.iter().enumerate() {
        assert!(matches!(error, Some(RunError::Mismatch(_))), "lie {nth}: {error:?}");
    }
    assert!(matches!(failure::<Fails>(&trace), Some(RunError::Call { .. })));
    assert!(matches!(failure::<Panics>(&trace), Some(RunError::Panicked { .. })));
}

#[test]
fn a_wrong_line_loses_no_other() {
    let text = "0,a,1,9,1,set,0\nwhat is this\n0,a,1,9,1,get,0\n";
    let mut source = TraceSource::new(TraceReader::new("t.csv", text.as_bytes()), 1);
    assert!(source.next_chunk(10).is_err_and(|error| error.line == 2));
    let chunk = source.next_chunk(10).expect("the rest is right").expect("two lines");
    assert_eq!((chunk.records(), chunk.hits_and_misses()), (2, (1, 0)));
    assert!(source.next_chunk(10).expect("no more").is_none());
}

#[test]
fn chunks_are_replayed_in_order_by_as_many_clients() {
    let mut source = TraceSource::new(TraceReader::new("t.csv", "0,a,1,9,1,set,0\n".as_bytes()), 2);
    let chunk = source.next_chunk(1).expect("valid").expect("a line");
    let start = |clients| {
        let stage = Rc::new(Stage::new(Lane::Ct).expect("a thread"));
        let mailbox = Mailbox::Bounded(8);
        TraceSession::<kv_mutex::Mutex>::start("mutex", stage, clients, Topology::Single, mailbox)
    };
    assert!(matches!(start(0).err(), Some(RunError::Workload(_))));
    let error = start(3).expect("starts").replay(&chunk).expect_err("another number of clients");
    assert_eq!(error.to_string(), "workload trace: a chunk for 2 clients was given to 3");
    let mut session = start(2).expect("starts");
    session.replay(&chunk).expect("right");
    let error = session.replay(&chunk).expect_err("the same again");
    assert_eq!(error.to_string(), "workload trace: chunk 1 was given after chunk 1");
    // Neither chunk was played, so the session is as good as before.
    Box::new(session).finish().expect("a graceful end");
}

#[test]
fn a_replay_that_hangs_does_so_not_for_ever() {
    let trace = synthetic(3_000);
    let stage = Rc::new(Stage::new(Lane::Ct).expect("a thread"));
    let start = TraceSession::<Liar<kv_tokio::Tokio, LosesReplies>>::start;
    let session = start("liar", stage, 2, Topology::Single, Mailbox::Bounded(8));
    let mut session = session.expect("starts").with_patience(std::time::Duration::from_millis(300));
    let mut source = TraceSource::new(TraceReader::new("t.csv", trace.as_bytes()), 2);
    let error = loop {
        let chunk = source.next_chunk(500).expect("valid").expect("the hang comes first");
        if let Err(error) = session.replay(&chunk) {
            break error;
        }
    };
    assert!(matches!(error, RunError::Hung { .. }), "{error}");
}
