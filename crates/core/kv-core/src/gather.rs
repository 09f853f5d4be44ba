//! Many calls at once, in time that grows with their number and no faster.

use futures_util::{StreamExt, stream};

/// How many calls wait at a time.
const AT_ONCE: usize = 64;

/// Awaits all of these calls, [`AT_ONCE`] at a time: as soon as one is answered, the next begins. Their results come in the
/// order in which the calls end.
///
/// Rejected: `join_all`, which polls all calls whenever one can go on. tokio gives a task a budget for each poll, and a call
/// that finds it used up asks to be polled again. Of 40,000 calls some hundred get on with each poll, and all the others are
/// polled for nothing: eleven seconds for one `MSET` over as many keys with an actor each.
pub(crate) async fn gather<F: Future>(calls: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let calls = calls.into_iter();
    let mut results = Vec::with_capacity(calls.size_hint().0);
    let mut answered = std::pin::pin!(stream::iter(calls).buffer_unordered(AT_ONCE));
    while let Some(result) = answered.next().await {
        results.push(result);
    }
    results
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::sync::{Semaphore, oneshot};

    use super::*;

    #[tokio::test]
    async fn each_call_is_polled_a_bounded_number_of_times() {
        const CALLS: usize = 20_000;
        let polls = AtomicUsize::new(0);
        let room = Semaphore::new(1);
        let calls = (0..CALLS).map(|call| {
            let (polls, room) = (&polls, &room);
            let mut ask = Box::pin(async move {
                // A send, and a wait for the reply: both take from the task's budget.
                let _place = room.acquire().await;
                let (reply, answer) = oneshot::channel();
                let _ = reply.send(call);
                answer.await
            });
            std::future::poll_fn(move |context| {
                polls.fetch_add(1, Ordering::Relaxed);
                ask.as_mut().poll(context)
            })
        });
        let answers = gather(calls).await;
        assert_eq!(answers.len(), CALLS);
        let polls = polls.into_inner();
        assert!(polls < 4 * CALLS, "{polls} polls of {CALLS} calls");
    }

    #[tokio::test]
    async fn a_call_that_waits_keeps_no_place_of_those_behind_it() {
        let (release, wait) = oneshot::channel();
        let mut wait = Some(wait);
        let mut release = Some(release);
        let calls: Vec<_> = (0..10 * AT_ONCE)
            .map(|call| (call, wait.take(), release.take_if(|_| call == 9 * AT_ONCE)))
            .collect();
        let answers = gather(calls.into_iter().map(|(call, wait, release)| async move {
            if let Some(release) = release {
                let _ = release.send(());
            }
            if let Some(wait) = wait {
                let _ = wait.await;
            }
            call
        }));
        assert_eq!(answers.await.len(), 10 * AT_ONCE);
    }
}
