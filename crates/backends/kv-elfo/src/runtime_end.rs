//! The task that notices that the runtime has ended. elfo itself does not: a group without its runtime still takes
//! messages, for actors that will never run.

use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

/// A task that only waits, and ends when it is told to, or with its runtime.
pub(crate) struct RuntimeEnd {
    task: TaskTracker,
    over: DropGuard,
}

impl RuntimeEnd {
    /// Starts the task, which drops the guard when it ends.
    pub(crate) fn new(guard: impl Send + 'static) -> Self {
        let (task, over) = (TaskTracker::new(), CancellationToken::new());
        let told = over.clone();
        task.spawn(async move {
            let _guard = guard;
            told.cancelled().await;
        });
        task.close();
        Self { task, over: over.drop_guard() }
    }

    /// Ends the task when the future is done, or earlier if the runtime has ended.
    pub(crate) async fn or(&self, future: impl Future<Output = ()>) {
        tokio::select! {
            () = future => {}
            () = self.task.wait() => {}
        }
        self.over.token().cancel();
        self.task.wait().await;
    }
}
