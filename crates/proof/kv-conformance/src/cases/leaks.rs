//! A backend that was started and stopped leaves no task, thread or memory behind. The case runs in a process of its
//! own, where it can count them.

use kv_core::Kv;
use tokio::runtime::Handle;

use crate::{Trial, eventually};

const CYCLES: usize = 1000;
/// Cycles before counting: after them the runtime has all threads that it keeps.
const WARM_UP: usize = 20;

pub async fn a_thousand_cycles_leave_nothing(trial: Trial) {
    for cycle in 0..WARM_UP {
        start_and_stop(trial, cycle).await;
    }
    let (tasks, threads) = (alive_tasks(), threads());
    for cycle in 0..CYCLES {
        start_and_stop(trial, cycle).await;
    }
    eventually("no task is left", || async { alive_tasks() <= tasks }).await;
    match threads {
        None => eprintln!("threads are not counted: this system has no /proc/self/task"),
        Some(before) => {
            eventually("no thread is left", || async { self::threads().is_some_and(|now| now <= before) })
                .await;
        }
    }
}

async fn start_and_stop(trial: Trial, cycle: usize) {
    let backend = trial.start(trial.config()).await;
    // A client outlives its backend in every third cycle.
    let client = backend.client().await.expect("the backend runs");
    let kv = Kv::new(client);
    kv.set("k", "v").await.expect("the backend runs");
    assert_eq!(kv.get("k").await, Ok(Some("v".into())));
    let survivor = cycle.is_multiple_of(3).then_some(kv);
    if cycle.is_multiple_of(4) {
        backend.kill().await;
    } else {
        backend.shutdown().await;
    }
    drop(backend);
    drop(survivor);
}

fn alive_tasks() -> usize {
    Handle::current().metrics().num_alive_tasks()
}

fn threads() -> Option<usize> {
    Some(std::fs::read_dir("/proc/self/task").ok()?.count())
}
