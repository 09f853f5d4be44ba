//! Every command has its meaning through a handle. The details are in the store's own tests.

use std::time::Duration;

use kv_core::{
    Command, CommandError, Condition, Config, Deadline, Debug, Expiry, Handle, Kv, KvError, Reply, Set,
    SetOutcome, TimeToLive,
};

use crate::Trial;

pub async fn every_command(trial: Trial) {
    let (config, clock) = trial.with_manual_clock();
    let backend = trial.start(config).await;
    let kv = Kv::new(backend.handle());
    everyday(&kv).await.expect("no command fails");
    conditions(&kv).await.expect("no command fails");
    deadlines(&kv, &clock).await.expect("no command fails");
    assert_eq!(kv.handle().ask(Command::Debug(Debug::Resident)).await, Ok(Reply::Count(4)));
    kv.clear().await.expect("no command fails");
    assert_eq!(kv.handle().ask(Command::Debug(Debug::Digest)).await, Ok(Reply::Digest(0)));
    backend.shutdown().await;
}

/// Leaves `foo` and `n`.
async fn everyday<H: Handle>(kv: &Kv<H>) -> Result<(), KvError> {
    assert_eq!(kv.get("foo").await?, None);
    kv.set("foo", "bar").await?;
    assert_eq!(kv.get("foo").await?, Some("bar".into()));
    let work = Command::Debug(Debug::Work { key: "foo".into(), rounds: 100 });
    assert_eq!(kv.handle().ask(work).await?, Reply::Value(Some("bar".into())));
    assert_eq!(kv.append("foo", "baz").await?, 6);
    assert_eq!(kv.length("foo").await?, 6);
    assert_eq!(kv.increment_by("n", -5).await?, -5);
    assert_eq!(kv.increment_by("n", 7).await?, 2);
    kv.set("gone", "x").await?;
    assert_eq!(kv.delete(["gone"]).await?, 1);
    assert_eq!(kv.delete(["gone"]).await?, 0);
    assert_eq!(kv.exists(["foo", "n", "gone"]).await?, 2);
    assert_eq!(kv.count().await?, 2);
    let page = kv.scan(0, Some("f*".into()), 100).await?;
    // One page per shard at the least, so `foo` may be in a later one: `routing` proves the whole scan.
    assert!(page.keys.iter().all(|key| key == "foo"));
    kv.set("binary\0\r\n\u{ff}", &b"\0\r\n\xff"[..]).await?;
    assert_eq!(kv.get("binary\0\r\n\u{ff}").await?, Some((&b"\0\r\n\xff"[..]).into()));
    assert_eq!(kv.delete(["binary\0\r\n\u{ff}"]).await?, 1);
    Ok(())
}

/// Leaves `once`.
async fn conditions<H: Handle>(kv: &Kv<H>) -> Result<(), KvError> {
    let once = Set { condition: Condition::IfAbsent, return_old: true, ..Set::new("once", "1") };
    assert_eq!(kv.set_with(once.clone()).await?, SetOutcome { written: true, old: None });
    let again = Set { value: "2".into(), ..once };
    assert_eq!(kv.set_with(again).await?, SetOutcome { written: false, old: Some("1".into()) });
    let absent = Set { condition: Condition::IfPresent, ..Set::new("absent", "1") };
    assert_eq!(kv.set_with(absent).await?, SetOutcome { written: false, old: None });
    assert_eq!(kv.get("once").await?, Some("1".into()));
    Ok(())
}

/// Leaves `kept`.
async fn deadlines<H: Handle>(kv: &Kv<H>, clock: &kv_core::ManualClock) -> Result<(), KvError> {
    let millis = Duration::from_millis;
    kv.set_with(Set { expiry: Expiry::after(millis(10)), ..Set::new("short", "x") }).await?;
    kv.set_with(Set { expiry: Expiry::after(millis(10)), ..Set::new("kept", "x") }).await?;
    assert_eq!(kv.time_to_live("short").await?, TimeToLive::Left(millis(10)));
    assert_eq!(kv.time_to_live("foo").await?, TimeToLive::Unlimited);
    assert_eq!(kv.time_to_live("absent").await?, TimeToLive::Missing);
    assert!(kv.persist("kept").await?);
    assert!(!kv.expire("absent", Deadline::After(millis(1))).await?);
    clock.advance(millis(9));
    assert_eq!(kv.get("short").await?, Some("x".into()));
    clock.advance(millis(1));
    assert_eq!(kv.get("short").await?, None);
    assert_eq!(kv.get("kept").await?, Some("x".into()));
    assert!(kv.expire("kept", Deadline::At(clock.now())).await?);
    assert_eq!(kv.get("kept").await?, None);
    kv.set("kept", "y").await
}

pub async fn refused_commands_change_nothing(trial: Trial) {
    let backend = trial.start(Config { max_value_bytes: 8, ..trial.config() }).await;
    let kv = Kv::new(backend.handle());
    kv.set("text", "abc").await.expect("short enough");
    kv.set("n", "7").await.expect("short enough");
    fn refused<T>(error: CommandError) -> Result<T, KvError> {
        Err(KvError::Command(error))
    }
    assert_eq!(kv.increment_by("text", 1).await, refused(CommandError::NotAnInteger));
    assert_eq!(kv.increment_by("n", i64::MAX).await, refused(CommandError::Overflow));
    assert_eq!(kv.append("text", "defghi").await, refused(CommandError::TooLarge));
    assert_eq!(kv.set("text", "123456789").await, refused(CommandError::TooLarge));
    let forever = Set { expiry: Expiry::after(Duration::MAX), ..Set::new("text", "x") };
    let error = kv.set_with(forever).await.expect_err("beyond the end of time");
    assert_eq!(error.to_string(), "invalid expire time in 'set' command");
    // A tell whose command the store refuses is accepted, and its error is dropped. The actor must go on.
    let told = Command::IncrementBy { key: "text".into(), delta: 1 };
    kv.handle().tell(told).await.expect("accepted");
    assert_eq!(kv.get("text").await, Ok(Some("abc".into())));
    assert_eq!(kv.get("n").await, Ok(Some("7".into())));
    backend.shutdown().await;
}
