//! Expired keys are never seen, and the sweep frees their memory.

use std::time::Duration;

use kv_core::{Command, Config, Debug, Expiry, Handle, Kv, Reply, Set};

use crate::{Trial, eventually};

const KEYS: usize = 30;

async fn fill<H: Handle>(kv: &Kv<H>) {
    for n in 0..KEYS {
        let expiry = Expiry::after(Duration::from_millis(10 + n as u64 % 3));
        kv.set_with(Set { expiry, ..Set::new(format!("short:{n}"), "x") }).await.expect("the backend runs");
        kv.set(format!("long:{n}"), "x").await.expect("the backend runs");
    }
}

async fn resident<H: Handle>(kv: &Kv<H>) -> u64 {
    match kv.handle().ask(Command::Debug(Debug::Resident)).await {
        Ok(Reply::Count(count)) => count,
        other => panic!("a resident count answered {other:?}"),
    }
}

pub async fn expired_keys_are_never_seen(trial: Trial) {
    let (config, clock) = trial.with_manual_clock();
    let backend = trial.start(config).await;
    let kv = Kv::new(backend.handle());
    fill(&kv).await;
    for gone in 0..=3 {
        let expected = (KEYS - gone * KEYS / 3) as u64;
        // Until the tenth millisecond all keys are there; then a third of them expires with each millisecond.
        clock.advance(Duration::from_millis(if gone == 0 { 9 } else { 1 }));
        let keys = (0..KEYS).map(|n| format!("short:{n}"));
        assert_eq!(kv.exists(keys).await, Ok(expected), "after {gone} thirds");
        assert_eq!(kv.count().await, Ok(expected + KEYS as u64));
    }
    assert_eq!(kv.get("short:0").await, Ok(None));
    assert_eq!(kv.get("long:0").await, Ok(Some("x".into())));
    backend.shutdown().await;
}

pub async fn the_sweep_frees_what_nobody_asks_for(trial: Trial) {
    let (config, clock) = trial.with_manual_clock();
    let config = Config { sweep_interval: Some(Duration::from_millis(1)), ..config };
    let backend = trial.start(config).await;
    let kv = Kv::new(backend.handle());
    fill(&kv).await;
    assert_eq!(resident(&kv).await, 2 * KEYS as u64, "nothing is due yet");
    clock.advance(Duration::from_secs(1));
    // The command for the resident count looks at no key, so the sweep and not the command frees them.
    let swept = || async { resident(&kv).await == KEYS as u64 };
    eventually("the sweep frees all expired keys", swept).await;
    assert_eq!(kv.count().await, Ok(KEYS as u64));
    backend.shutdown().await;
}
