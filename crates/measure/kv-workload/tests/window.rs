//! Asks on a schedule: all are sent, checked and counted.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use kv_core::{Backend, Mailbox};
use kv_workload::{Arrivals, Lane, Offer, Plan, RunError, Stage, Workload, config, enter_open, workload};

const MAILBOX: Mailbox = Mailbox::Bounded(1024);

fn play<B: Backend>(lane: Lane, arrivals: Arrivals) {
    let plan = Arc::new(Plan::new(workload("ycsb-a").expect("in the catalogue"), 1).expect("valid"));
    let clients = plan.workload().clients as u64;
    let stage = Stage::for_backend::<B>(lane, &config(plan.workload(), MAILBOX)).expect("threads");
    let mut contestant = enter_open::<B>(B::NAME, Rc::new(stage), plan, MAILBOX).expect("it starts");
    // The first load is easy for any backend, and the second impossible: every ask but a client's first then waits for
    // the one before.
    for (per_second, micros) in [(10_000.0, 50_000), (1e9, 10)] {
        let offer = Offer { per_second, arrivals, length: Duration::from_micros(micros) };
        let window = contestant.window(&offer, 7).expect("every reply is right");
        assert!(window.asks >= clients && window.asks.is_multiple_of(clients), "{}", window.asks);
        for histogram in [&window.latency, &window.service, &window.lag] {
            assert_eq!(histogram.len(), window.asks);
        }
        // An ask is never sent before it is due.
        assert!(window.latency.max() >= window.service.max());
        // A closed loop goes on with the same keys after the windows.
        contestant.slice(500).expect("every reply is right");
    }
    contestant.finish().expect("a graceful end");
}

#[test]
fn every_ask_is_sent_and_checked() {
    for arrivals in [Arrivals::Constant, Arrivals::Poisson] {
        for lane in [Lane::Ct, Lane::Mt { workers: 2 }] {
            play::<kv_tokio::Tokio>(lane, arrivals);
            play::<kv_mutex::Mutex>(lane, arrivals);
        }
    }
}

#[test]
fn only_single_asks_can_be_offered() {
    for id in ["tell", "pipe", "spawn", "restart"] {
        let workload: &Workload = workload(id).expect("in the catalogue");
        let plan = Arc::new(Plan::new(workload, 1).expect("valid"));
        let stage = Rc::new(Stage::new(Lane::Ct).expect("a thread"));
        let refused = enter_open::<kv_tokio::Tokio>("tokio", stage, plan, MAILBOX);
        assert!(matches!(refused, Err(RunError::Workload(_))), "{id}");
    }
}
