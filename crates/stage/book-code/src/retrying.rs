//! The retry of a caller that does not know whether its command was applied.

use kv_core::{Condition, Effect, Handle, Key, Kv, KvError, Set, Value};

// ANCHOR: claim
/// Takes a key for one owner, and returns whether it is the owner's now. Sends the command again while its effect is
/// unknown, at most `attempts` times.
///
/// # Errors
/// Any [`KvError`]; after one whose effect is unknown the key may nevertheless be the owner's.
pub async fn claim<H: Handle>(
    kv: &Kv<H>,
    key: &Key,
    owner: &Value,
    attempts: usize,
) -> Result<bool, KvError> {
    let if_absent =
        Set { condition: Condition::IfAbsent, return_old: true, ..Set::new(key.clone(), owner.clone()) };
    let mut left = attempts;
    loop {
        left = left.saturating_sub(1);
        match kv.set_with(if_absent.clone()).await {
            // The owner's name is there: written by this attempt, or by an earlier one whose reply was lost.
            Ok(outcome) => return Ok(outcome.written || outcome.old.as_ref() == Some(owner)),
            Err(error) if error.effect() == Effect::Unknown && left > 0 => {}
            Err(error) => return Err(error),
        }
    }
}
// ANCHOR_END: claim

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use kv_core::{Backend, Command, Config, Reply};
    use kv_tokio::Tokio;

    use super::*;

    /// A handle that loses its first replies, after the command was applied.
    #[derive(Clone)]
    struct Forgetful<H>(H, Arc<AtomicUsize>);

    impl<H: Handle> Handle for Forgetful<H> {
        async fn ask(&self, command: Command) -> Result<Reply, KvError> {
            let reply = self.0.ask(command).await;
            let lose = |left: usize| left.checked_sub(1);
            let lost = self.1.fetch_update(Ordering::Relaxed, Ordering::Relaxed, lose).is_ok();
            if lost { Err(KvError::ReplyLost) } else { reply }
        }
        async fn tell(&self, command: Command) -> Result<(), KvError> {
            self.0.tell(command).await
        }
        fn try_tell(&self, command: Command) -> Result<(), KvError> {
            self.0.try_tell(command)
        }
    }

    async fn forgetful(replies: usize) -> (Tokio, Kv<impl Handle>) {
        let backend = Tokio::start(Config::default()).await.expect("it starts");
        let kv = Kv::new(Forgetful(backend.handle(), Arc::new(AtomicUsize::new(replies))));
        (backend, kv)
    }

    #[tokio::test]
    async fn a_claim_that_was_answered_late_is_still_ours() {
        let (backend, kv) = forgetful(2).await;
        let (key, mine, other) = (Key::from("leader"), Value::from("me"), Value::from("another owner"));
        assert_eq!(claim(&kv, &key, &mine, 3).await, Ok(true));
        assert_eq!(claim(&kv, &key, &other, 3).await, Ok(false));
        assert_eq!(claim(&kv, &key, &mine, 3).await, Ok(true));
        backend.shutdown().await;
    }

    #[tokio::test]
    async fn who_gives_up_does_not_know() {
        let (backend, kv) = forgetful(3).await;
        let (key, mine) = (Key::from("leader"), Value::from("me"));
        assert_eq!(claim(&kv, &key, &mine, 3).await, Err(KvError::ReplyLost));
        assert_eq!(kv.get(key).await, Ok(Some(mine)));
        backend.shutdown().await;
    }

    // ANCHOR: twice
    #[tokio::test]
    async fn an_increment_that_is_sent_again_counts_twice() {
        let (backend, kv) = forgetful(1).await;
        assert_eq!(kv.increment_by("visits", 1).await, Err(KvError::ReplyLost));
        assert_eq!(kv.increment_by("visits", 1).await, Ok(2));
        backend.shutdown().await;
    }
    // ANCHOR_END: twice
}
