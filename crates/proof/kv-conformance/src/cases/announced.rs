//! Starts, panics, restarts and ends of actors are announced, in their order.

use std::time::Duration;

use kv_core::{Change, Config, Events, Key, OnPanic, RestartLimit, StopReason, Topology};

use super::panic::lost;
use super::supervision::{changes_of, config, crash, recovered};
use crate::{Trial, within};

/// Crashes the owner of a key three times under a policy, and returns what was announced of it, to the backend's end. The last
/// crash is over when the actor answers again, or refuses: a shutdown that came before would put an end to a restart.
async fn three_crashes(trial: Trial, (config, mut events): (Config, Events)) -> Vec<Change> {
    let key = Key::from("n");
    let gives_up = config.restart_limit.restarts < 3;
    let backend = trial.start(config).await;
    let handle = backend.handle();
    for _ in 0..3 {
        recovered(&handle, &key).await;
        crash(&handle, &key).await;
    }
    if gives_up {
        lost(trial, &handle, &key).await;
    } else {
        recovered(&handle, &key).await;
    }
    within("shutdown after panics", backend.shutdown()).await;
    changes_of(&trial.owner(&key), &mut events)
}

/// What an actor of a shard goes through with these changes in between.
fn life(between: &[Change], end: StopReason) -> Vec<Change> {
    [&[Change::Started], between, &[Change::Stopped(end)]].concat()
}

pub async fn restarts_are_announced(trial: Trial) {
    let mut changes = three_crashes(trial, config(trial, OnPanic::Restart)).await;
    let thrice = [Change::Panicked, Change::Restarted].repeat(3);
    if trial.topology == Topology::PerKey {
        // An actor whose key is gone ends, and the next write starts another.
        changes.retain(|change| matches!(change, Change::Panicked | Change::Restarted));
        assert_eq!(changes, thrice);
    } else {
        assert_eq!(changes, life(&thrice, StopReason::Asked));
    }
}

pub async fn panics_that_an_actor_survives_are_announced(trial: Trial) {
    let changes = three_crashes(trial, config(trial, OnPanic::Resume)).await;
    if trial.topology == Topology::PerKey {
        let panics = changes.iter().filter(|change| **change == Change::Panicked).count();
        assert_eq!(panics, 3, "{changes:?}");
    } else {
        assert_eq!(changes, life(&[Change::Panicked; 3], StopReason::Asked));
    }
}

pub async fn an_actor_that_is_given_up_is_announced(trial: Trial) {
    let (config, events) = config(trial, OnPanic::Restart);
    let restart_limit = RestartLimit { restarts: 2, within: Duration::from_secs(3600) };
    let changes = three_crashes(trial, (Config { restart_limit, ..config }, events)).await;
    let restarts = changes.iter().filter(|change| **change == Change::Restarted).count();
    assert_eq!(restarts, 2, "{changes:?}");
    assert_eq!(changes.last(), Some(&Change::Stopped(StopReason::TooManyRestarts)), "{changes:?}");
}
