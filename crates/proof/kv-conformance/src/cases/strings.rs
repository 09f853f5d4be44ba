//! Values as bytes: parts of values, and commands that read and change a value in one step.

use std::time::Duration;

use kv_core::{CommandError, Config, Expiry, Kv, KvError, TimeToLive};

use crate::Trial;

pub async fn parts_of_values_are_read_and_written(trial: Trial) {
    let backend = trial.start(Config { max_value_bytes: 16, ..trial.config() }).await;
    let kv = Kv::new(backend.handle());
    assert_eq!(kv.range("text", 0, -1).await, Ok(None));
    kv.set("text", "Hello World").await.expect("short enough");
    for (start, end, part) in
        [(0, 4, "Hello"), (-5, -1, "World"), (6, 999, "World"), (3, 2, ""), (0, -99, "H")]
    {
        assert_eq!(kv.range("text", start, end).await, Ok(Some(part.into())), "{start} to {end}");
    }
    assert_eq!(kv.set_range("text", 6, "Redis").await, Ok(11));
    assert_eq!(kv.get("text").await, Ok(Some("Hello Redis".into())));
    assert_eq!(kv.set_range("text", 12, "!").await, Ok(13));
    assert_eq!(kv.get("text").await, Ok(Some("Hello Redis\0!".into())));
    assert_eq!(kv.set_range("new", 2, "x").await, Ok(3));
    assert_eq!(kv.get("new").await, Ok(Some("\0\0x".into())));
    assert_eq!(kv.set_range("absent", 2, "").await, Ok(0));
    assert_eq!(kv.set_range("text", 99, "").await, Ok(13));
    let too_large = Err(KvError::Command(CommandError::TooLarge));
    assert_eq!(kv.set_range("text", 16, "x").await, too_large);
    assert_eq!(kv.set_range("absent", u64::MAX, "x").await, too_large);
    assert_eq!(kv.count().await, Ok(2));
    backend.shutdown().await;
}

pub async fn a_value_is_read_and_deleted_in_one(trial: Trial) {
    let backend = trial.start(trial.config()).await;
    let kv = Kv::new(backend.handle());
    kv.set("once", "x").await.expect("the backend runs");
    let takers = (0..20).map(|_| kv.get_delete("once"));
    let taken = futures_util::future::join_all(takers).await;
    assert_eq!(taken.iter().filter(|value| **value == Ok(Some("x".into()))).count(), 1, "{taken:?}");
    assert_eq!(taken.iter().filter(|value| **value == Ok(None)).count(), 19, "{taken:?}");
    backend.shutdown().await;
}

pub async fn a_value_is_read_and_its_deadline_changed_in_one(trial: Trial) {
    let (config, clock) = trial.with_manual_clock();
    let backend = trial.start(config).await;
    let kv = Kv::new(backend.handle());
    let (found, second) = (Ok(Some("x".into())), Duration::from_secs(1));
    kv.set("k", "x").await.expect("the backend runs");
    assert_eq!(kv.get_expire("k", Expiry::after(second)).await, found);
    assert_eq!(kv.get_expire("k", Expiry::Keep).await, found);
    assert_eq!(kv.time_to_live("k").await, Ok(TimeToLive::Left(second)));
    assert_eq!(kv.get_expire("k", Expiry::Clear).await, found);
    assert_eq!(kv.time_to_live("k").await, Ok(TimeToLive::Unlimited));
    let invalid = kv.get_expire("k", Expiry::after(Duration::ZERO)).await.expect_err("no time at all");
    assert_eq!(invalid.to_string(), "invalid expire time in 'getex' command");
    assert_eq!(kv.get_expire("k", Expiry::at(clock.now())).await, found);
    assert_eq!(kv.get_expire("k", Expiry::after(second)).await, Ok(None));
    backend.shutdown().await;
}
