//! The signals, which are heard whatever the actors do.
//!
//! A separate thread waits for signals. An actor whose handler blocks keeps its thread of the runtime busy, and that
//! may be the thread that was to look at sockets, timers and signals for all others; a runtime with one thread has no
//! other. A signal must stop even a server whose actors are stuck.

use std::time::Duration;
use std::{io, process, thread};

use tokio::runtime::Builder;
use tokio::sync::oneshot;
use tokio::time::sleep;

/// The time beyond the deadline of a shutdown after which the process is ended from here: the server keeps its deadline
/// itself, unless its threads are blocked.
const GRACE: Duration = Duration::from_millis(100);

/// The thread that waits for signals. It ends when this value is dropped.
#[derive(Debug)]
pub(super) struct Watch {
    stop: oneshot::Receiver<()>,
    _done: oneshot::Sender<()>,
}

impl Watch {
    /// Waits for signals from now on. The first signal asks for a graceful shutdown. The process ends with a failure at
    /// the second one, or when that shutdown has taken longer than it may.
    ///
    /// # Errors
    /// When the operating system gives no thread or no signals.
    pub(super) fn start(deadline: Duration) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let mut signals = {
            let _inside = runtime.enter();
            Signals::new()?
        };
        let (first, stop) = oneshot::channel();
        let (done, over) = oneshot::channel::<()>();
        thread::Builder::new().name("signals".to_owned()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    code = watch(async || signals.next().await, first, deadline) => process::exit(code),
                    // The sender is never used, only dropped.
                    _ = over => {}
                }
            });
        })?;
        Ok(Self { stop, _done: done })
    }

    /// Resolves at the first signal.
    pub(super) async fn stop(&mut self) {
        if (&mut self.stop).await.is_err() {
            // The thread has ended and will hear no signal. A client can still send SHUTDOWN.
            std::future::pending::<()>().await;
        }
    }
}

// ANCHOR: watch
/// Resolves when the process is to end at once, with its exit code.
async fn watch(mut signal: impl AsyncFnMut() -> i32, first: oneshot::Sender<()>, deadline: Duration) -> i32 {
    signal().await;
    // The line is logged first: the process may end before this thread runs again.
    tracing::info!("stopping; a second signal ends it at once");
    // Fails only if the server has ended by itself just now.
    let _ = first.send(());
    tokio::select! {
        code = signal() => code,
        () = sleep(deadline.saturating_add(GRACE)) => {
            tracing::error!("ended by force: an actor has blocked its thread for too long");
            1
        }
    }
}
// ANCHOR_END: watch

/// The two signals by which the operating system asks a process to end.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// The next signal, as the exit code that tells which one it was.
    async fn next(&mut self) -> i32 {
        tokio::select! {
            _ = self.interrupt.recv() => 130,
            _ = self.terminate.recv() => 143,
        }
    }
}

/// The only such signal on other systems than Unix.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> i32 {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        130
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    // The clock jumps to the next deadline whenever all tasks wait.
    #[tokio::test(start_paused = true)]
    async fn what_is_blocked_is_ended_with_the_deadline() {
        for deadline in [0, 1000, 10_000].map(Duration::from_millis) {
            let (first, stop) = oneshot::channel();
            let mut signals = 0;
            let began = Instant::now();
            let one = async || {
                signals += 1;
                if signals == 1 { 143 } else { std::future::pending().await }
            };
            assert_eq!(watch(one, first, deadline).await, 1);
            stop.await.expect("the server was told before");
            let late = began.elapsed().saturating_sub(deadline);
            assert!(late <= Duration::from_millis(200), "{late:?} behind {deadline:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_second_signal_says_how_it_ends() {
        let (first, _stop) = oneshot::channel();
        assert_eq!(watch(async || 130, first, Duration::MAX).await, 130);
    }
}
