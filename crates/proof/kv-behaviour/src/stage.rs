//! The runtimes that probes run on, and the means by which they wait.

use std::any::Any;
use std::cell::Cell;
use std::future::poll_fn;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Once;
use std::task::Poll;
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::task::{LocalSet, yield_now};
use tokio::time::timeout;

/// The deadline of every wait. It is generous, because it bounds hangs and judges no speed.
const PATIENCE: Duration = Duration::from_secs(20);

/// The message of a panic that a probe asks for.
pub(crate) const WANTED: &str = "asked to panic by a probe";

/// Runs a probe with everything on one thread. Actors of every framework can live there.
pub(crate) fn on_one_thread<F: Future>(probe: F) -> F::Output {
    hush_wanted_panics();
    let runtime = Builder::new_current_thread().enable_time().build().expect("the system gives a runtime");
    LocalSet::new().block_on(&runtime, within("a probe", probe))
}

/// Runs a probe on a runtime with two workers.
pub(crate) fn on_two_workers<F: Future>(probe: F) -> F::Output {
    hush_wanted_panics();
    let mut builder = Builder::new_multi_thread();
    let runtime = builder.worker_threads(2).enable_time().build().expect("the system gives a runtime");
    runtime.block_on(within("a probe", probe))
}

/// Awaits a future that must complete within the deadline.
///
/// # Panics
/// When it does not complete.
pub(crate) async fn within<F: Future>(what: &str, future: F) -> F::Output {
    match timeout(PATIENCE, future).await {
        Ok(output) => output,
        Err(_) => panic!("hangs: {what}"),
    }
}

/// Lets all tasks run that can. On one thread, each yield gives every task that is ready its turn; so after more
/// yields than the longest chain of tasks that wake each other, all of them wait. An event that has not happened by
/// then does not happen. This function does not sleep, so a slow machine changes no result.
pub(crate) async fn settle() {
    for _ in 0..1000 {
        yield_now().await;
    }
}

/// Polls a future once and says whether it waits.
pub(crate) async fn is_pending<F: Future + ?Sized>(mut future: Pin<&mut F>) -> bool {
    poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_pending())).await
}

thread_local! {
    /// Whether this thread tries something that may panic.
    static TRYING: Cell<bool> = const { Cell::new(false) };
}

/// Makes a call that some frameworks refuse by a panic; `None` when this framework panics.
pub(crate) fn attempt<T>(what: impl FnOnce() -> T) -> Option<T> {
    TRYING.set(true);
    let done = catch_unwind(AssertUnwindSafe(what));
    TRYING.set(false);
    done.ok()
}

/// Silences the panics that a probe asks for. Their backtraces would fill the output of a run that succeeds.
fn hush_wanted_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let report = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let said = message(info.payload());
            // Panics of our backends are wanted as well: their errors are shown beside the framework's own.
            // actix's `SyncArbiter` panics when it is sent a message and its threads have panicked.
            let wanted = said == WANTED
                || said.contains("asked to panic by a debug command")
                || said == "assertion failed: queue.send(msg).is_ok()";
            if !wanted && !TRYING.get() {
                report(info);
            }
        }));
    });
}

fn message(payload: &dyn Any) -> &str {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or_default()
}
