//! The keeper, which notices that the runtime has ended. elfo itself does not.

use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

/// The keeper of a backend: a task that only waits, and ends when it is told to, or with its runtime.
///
/// An elfo group without its runtime still takes messages, for actors that will never run.
pub(crate) struct Keeper {
    task: TaskTracker,
    over: DropGuard,
}

impl Keeper {
    /// Starts the task, and calls the function when the task ends.
    pub(crate) fn new(ended: impl FnOnce() + Send + 'static) -> Self {
        struct Last<F: FnOnce()>(Option<F>);
        impl<F: FnOnce()> Drop for Last<F> {
            fn drop(&mut self) {
                self.0.take().expect("dropped once")();
            }
        }
        let (task, over, last) = (TaskTracker::new(), CancellationToken::new(), Last(Some(ended)));
        let told = over.clone();
        task.spawn(async move {
            let _last = last;
            told.cancelled().await;
        });
        task.close();
        Self { task, over: over.drop_guard() }
    }

    /// Ends the task when the future is done, or earlier if the runtime has ended.
    pub(crate) async fn end_after(&self, future: impl Future<Output = ()>) {
        tokio::select! {
            () = future => {}
            () = self.task.wait() => {}
        }
        self.over.token().cancel();
        self.task.wait().await;
    }
}
