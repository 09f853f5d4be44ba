//! Values as decimal numbers.

use std::time::Duration;

use kv_core::{CommandError, Expiry, Kv, KvError, Set, TimeToLive};
use tokio::task::JoinSet;

use crate::{Trial, within};

pub async fn decimal_numbers_add_up(trial: Trial) {
    let (config, _clock) = trial.with_manual_clock();
    let backend = trial.start(config).await;
    let kv = Kv::new(backend.handle());
    assert_eq!(kv.increment_by_float("n", "1").await, Ok("1".into()));
    let second = Duration::from_secs(1);
    kv.set_with(Set { expiry: Expiry::after(second), ..Set::new("n", "10.50") }).await.expect("a plain set");
    for (delta, sum) in [("0.1", "10.6"), ("-5", "5.6"), ("5.0e3", "5005.6"), ("-5005.6", "0")] {
        assert_eq!(kv.increment_by_float("n", delta).await, Ok(sum.into()), "{delta}");
    }
    assert_eq!(kv.time_to_live("n").await, Ok(TimeToLive::Left(second)), "the deadline stays");
    // A sum without a fraction is an integer again.
    assert_eq!(kv.increment_by("n", 7).await, Ok(7));
    backend.shutdown().await;
}

pub async fn what_is_no_decimal_number_is_refused(trial: Trial) {
    let backend = trial.start(trial.config()).await;
    let kv = Kv::new(backend.handle());
    let refused = |error| Err(KvError::Command(error));
    kv.set("text", " 1").await.expect("the backend runs");
    kv.set("n", "1e4932").await.expect("the backend runs");
    assert_eq!(kv.increment_by_float("text", "1").await, refused(CommandError::NotAFloat));
    assert_eq!(kv.increment_by_float("n", "x").await, refused(CommandError::NotAFloat));
    assert_eq!(kv.increment_by_float("n", "+inf").await, refused(CommandError::NotFinite));
    assert_eq!(kv.increment_by_float("n", "1e4932").await, refused(CommandError::NotFinite));
    assert_eq!(kv.increment_by_float("absent", "nan").await, refused(CommandError::NotAFloat));
    assert_eq!(kv.get("text").await, Ok(Some(" 1".into())));
    assert_eq!(kv.get("n").await, Ok(Some("1e4932".into())));
    assert_eq!(kv.count().await, Ok(2));
    backend.shutdown().await;
}

pub async fn decimal_increments_of_many_clients_lose_none(trial: Trial) {
    const CLIENTS: usize = 8;
    const ROUNDS: usize = 25;
    let backend = trial.start(trial.config()).await;
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let kv = Kv::new(backend.client().await.expect("the backend runs"));
        clients.spawn(async move {
            for _ in 0..ROUNDS {
                kv.increment_by_float("n", "0.01").await.expect("the backend runs");
            }
        });
    }
    within("the clients", clients.join_all()).await;
    assert_eq!(Kv::new(backend.handle()).get("n").await, Ok(Some("2".into())));
    backend.shutdown().await;
}
