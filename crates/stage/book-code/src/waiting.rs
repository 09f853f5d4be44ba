//! An ask beside other events: two loops that look alike.

use std::pin::pin;

use kv_core::{Handle, Kv, KvError};
use tokio::sync::mpsc;

// ANCHOR: impatient
/// The wrong loop. Each round makes the ask anew, and drops the one that was under way.
///
/// # Errors
/// Any [`KvError`].
pub async fn impatient<H: Handle>(kv: &Kv<H>, ticks: &mut mpsc::Receiver<()>) -> Result<i64, KvError> {
    loop {
        tokio::select! {
            biased;
            sum = kv.increment_by("visits", 1) => return sum,
            Some(()) = ticks.recv() => {}
        }
    }
}
// ANCHOR_END: impatient

// ANCHOR: patient
/// The right loop. The ask is made once, and each round goes on with it.
///
/// # Errors
/// Any [`KvError`].
pub async fn patient<H: Handle>(kv: &Kv<H>, ticks: &mut mpsc::Receiver<()>) -> Result<i64, KvError> {
    let mut ask = pin!(kv.increment_by("visits", 1));
    loop {
        tokio::select! {
            biased;
            sum = &mut ask => return sum,
            Some(()) = ticks.recv() => {}
        }
    }
}
// ANCHOR_END: patient

#[cfg(test)]
mod tests {
    use kv_core::{Backend, Command, Config, Debug, TestGate};
    use kv_tokio::Tokio;

    use super::*;

    /// The returned sum when the actor is stalled for three ticks.
    async fn visits(patience: bool) -> i64 {
        let backend = Tokio::start(Config::default()).await.expect("it starts");
        let (kv, gate) = (Kv::new(backend.handle()), TestGate::new());
        let stall = Command::Debug(Debug::Stall { key: "visits".into(), gate: gate.clone() });
        kv.handle().tell(stall).await.expect("it runs");
        gate.entered(1).await;
        let (tick, mut ticks) = mpsc::channel(1);
        let asking = tokio::spawn(async move {
            if patience { patient(&kv, &mut ticks).await } else { impatient(&kv, &mut ticks).await }
        });
        for _ in 0..3 {
            tick.send(()).await.expect("it waits");
        }
        // The channel has room again when the loop has taken the last tick.
        let _room = tick.reserve().await.expect("it waits");
        gate.open();
        let sum = asking.await.expect("no panic").expect("it runs");
        backend.shutdown().await;
        sum
    }

    #[tokio::test]
    async fn an_ask_that_a_loop_makes_anew_is_applied_each_time() {
        assert_eq!(visits(false).await, 4);
        assert_eq!(visits(true).await, 1);
    }
}
