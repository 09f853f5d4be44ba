//! Right backends pass: every workload is played, in both lanes, slice after slice.

use std::rc::Rc;
use std::sync::{Arc, OnceLock};

use kv_core::{Backend, Mailbox};
use kv_workload::{Contestant, Kind, Lane, Plan, Session, Stage, catalogue, config, enter};

/// The catalogue's plans, drawn once for all tests.
fn plans() -> &'static [Arc<Plan>] {
    static PLANS: OnceLock<Vec<Arc<Plan>>> = OnceLock::new();
    PLANS.get_or_init(|| {
        let plan = |workload| Arc::new(Plan::new(workload, 1).expect("the catalogue is valid"));
        catalogue().iter().map(plan).collect()
    })
}

fn play_all<B: Backend>(lane: Lane, mailbox: Mailbox) {
    for plan in plans() {
        let workload = plan.workload();
        if workload.kind == Kind::Spawn && !B::PER_KEY {
            continue;
        }
        let stage = Stage::for_backend::<B>(lane, &config(workload, mailbox)).expect("threads");
        let contestant = enter::<B>(B::NAME, Rc::new(stage), Arc::clone(plan), mailbox);
        let mut contestant = contestant.expect("it starts");
        // The sizes are no multiples of the clients or waves, down to one command.
        for ops in [2_000, 777, 1] {
            let slice = contestant.slice(ops).unwrap_or_else(|error| panic!("{lane}: {error}"));
            assert!(slice.ops >= ops as u64 && slice.ops < (ops + workload.clients * workload.depth) as u64);
            assert_eq!(slice.ops % (workload.clients * workload.depth) as u64, 0);
            assert!(slice.warm_ops * 4 >= slice.ops);
            assert!(slice.elapsed_ns > 0);
        }
        assert_eq!((contestant.label(), contestant.lane()), (B::NAME, lane));
        contestant.finish().expect("a graceful end");
    }
}

#[test]
fn tokio_on_one_thread() {
    play_all::<kv_tokio::Tokio>(Lane::Ct, Mailbox::Bounded(1024));
}

#[test]
fn tokio_on_two_threads() {
    play_all::<kv_tokio::Tokio>(Lane::Mt { workers: 2 }, Mailbox::Bounded(1024));
}

#[test]
fn tokio_with_room_for_one() {
    // Every wave and every tell meets a full mailbox.
    play_all::<kv_tokio::Tokio>(Lane::Ct, Mailbox::Bounded(1));
    play_all::<kv_tokio::Tokio>(Lane::Mt { workers: 2 }, Mailbox::Bounded(1));
}

#[test]
fn tokio_without_bound() {
    play_all::<kv_tokio::Tokio>(Lane::Mt { workers: 2 }, Mailbox::Unbounded);
}

#[test]
fn mutex_on_one_thread() {
    play_all::<kv_mutex::Mutex>(Lane::Ct, Mailbox::Bounded(1024));
}

#[test]
fn mutex_on_two_threads() {
    play_all::<kv_mutex::Mutex>(Lane::Mt { workers: 2 }, Mailbox::Bounded(1024));
}

#[test]
fn two_of_a_kind_share_a_stage() {
    let stage = Rc::new(Stage::new(Lane::Ct).expect("a thread"));
    let start = |label| {
        Session::<kv_tokio::Tokio>::start(
            label,
            Rc::clone(&stage),
            Arc::clone(&plans()[0]),
            Mailbox::Bounded(8),
        )
    };
    let (mut a, mut b) = (start("tokio").expect("starts"), start("tokio (A/A)").expect("starts"));
    for _ in 0..3 {
        assert_eq!(a.slice(500).expect("right").ops, b.slice(500).expect("right").ops);
    }
    assert_eq!(b.label(), "tokio (A/A)");
}
