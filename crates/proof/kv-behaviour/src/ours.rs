//! The cases of the probes on our backends, for the error that stands beside the framework's own.

use kv_core::{Backend, Command, Config, Debug, Handle, Key, KvError, Mailbox, OnPanic, Reply, TestGate};
use tokio::task::{JoinHandle, spawn_local};

use crate::stage::{is_pending, on_one_thread, settle};

const KEY: Key = Key::from_static(b"k");

fn get() -> Command {
    Command::Get { key: KEY }
}

async fn start<B: Backend>(config: Config) -> (B, B::Handle) {
    let backend = match B::start(config).await {
        Ok(backend) => backend,
        Err(error) => panic!("{} must start: {error}", B::NAME),
    };
    let handle = backend.client().await.expect("the backend runs");
    (backend, handle)
}

/// Holds the actor at a gate by an ask, and returns the gate and the ask.
async fn hold<H: Handle>(handle: &H) -> (TestGate, JoinHandle<Result<Reply, KvError>>) {
    let gate = TestGate::new();
    let ask = ask(handle, Command::Debug(Debug::Stall { key: KEY, gate: gate.clone() }));
    gate.entered(1).await;
    (gate, ask)
}

fn ask<H: Handle>(handle: &H, command: Command) -> JoinHandle<Result<Reply, KvError>> {
    let handle = handle.clone();
    spawn_local(async move { handle.ask(command).await })
}

/// The error of an ask that must not succeed.
async fn error(ask: JoinHandle<Result<Reply, KvError>>) -> KvError {
    ask.await.expect("an ask does not panic").expect_err("this ask is to fail")
}

/// A try-tell to a full mailbox.
pub(crate) fn full<B: Backend>() -> KvError {
    on_one_thread(async {
        let config = Config { mailbox: Mailbox::Bounded(1), ..Config::default() };
        let (backend, handle) = start::<B>(config).await;
        let (gate, _held) = hold(&handle).await;
        let error = loop {
            if let Err(error) = handle.try_tell(get()) {
                break error;
            }
        };
        gate.open();
        backend.shutdown().await;
        error
    })
}

/// An ask in the queue before a graceful stop; `None` for an answer.
pub(crate) fn stop_queued<B: Backend>() -> Option<KvError> {
    on_one_thread(stop::<B>(true))
}

/// An ask during a graceful stop; `None` for an answer.
pub(crate) fn stop_late<B: Backend>() -> Option<KvError> {
    on_one_thread(stop::<B>(false))
}

/// Asks before the stop or after it has begun, either way while the actor is held.
async fn stop<B: Backend>(before: bool) -> Option<KvError> {
    let (backend, handle) = start::<B>(Config::default()).await;
    let (gate, _held) = hold(&handle).await;
    let early = before.then(|| ask(&handle, get()));
    settle().await;
    let mut shutdown = Box::pin(backend.shutdown());
    tokio::select! {
        () = &mut shutdown => panic!("{}: an actor at a gate cannot have stopped", B::NAME),
        () = settle() => {}
    }
    let ask = early.unwrap_or_else(|| ask(&handle, get()));
    settle().await;
    gate.open();
    shutdown.await;
    ask.await.expect("an ask does not panic").err()
}

/// The error of an ask after a graceful stop; a tell has to get the same error.
pub(crate) fn stopped<B: Backend>() -> KvError {
    on_one_thread(async {
        let (backend, handle) = start::<B>(Config::default()).await;
        backend.shutdown().await;
        let stopped = error(ask(&handle, get())).await;
        assert_eq!(handle.tell(get()).await, Err(stopped), "{}: an ask and a tell differ", B::NAME);
        stopped
    })
}

/// The errors of two asks: the one that an actor handles when it is killed, and one in its queue.
pub(crate) fn kill<B: Backend>() -> (KvError, KvError) {
    on_one_thread(async {
        let (backend, handle) = start::<B>(Config::default()).await;
        let (_gate, running) = hold(&handle).await;
        let mut queued = Box::pin(handle.ask(get()));
        assert!(is_pending(queued.as_mut()).await, "an actor at a gate cannot have answered");
        backend.kill().await;
        (error(running).await, queued.await.expect_err("its actor was killed"))
    })
}

/// The errors of three asks: the one whose handler panics, one in the queue behind it, and one after the actor has
/// ended.
pub(crate) fn panic<B: Backend>() -> (KvError, KvError, KvError) {
    on_one_thread(async {
        let (backend, handle) = start::<B>(Config::default()).await;
        let (gate, _held) = hold(&handle).await;
        let mut panics = Box::pin(handle.ask(Command::Debug(Debug::Panic { key: KEY })));
        let mut queued = Box::pin(handle.ask(get()));
        assert!(is_pending(panics.as_mut()).await && is_pending(queued.as_mut()).await, "both are queued");
        gate.open();
        let panics = panics.await.expect_err("its handler panics");
        let queued = queued.await.expect_err("its actor has panicked");
        // The first of the two askers may be answered before the actor is gone.
        let after = loop {
            match handle.ask(get()).await {
                Err(KvError::ReplyLost) => {}
                Err(error) => break error,
                Ok(reply) => panic!("a dead actor answered {reply:?}"),
            }
        };
        backend.shutdown().await;
        (panics, queued, after)
    })
}

/// An ask in the queue behind a panic, where the actor is restarted; `None` for an answer.
pub(crate) fn restart<B: Backend>() -> Option<KvError> {
    on_one_thread(async {
        let config = Config { on_panic: OnPanic::Restart, ..Config::default() };
        let (backend, handle) = start::<B>(config).await;
        let (gate, _held) = hold(&handle).await;
        let mut panics = Box::pin(handle.ask(Command::Debug(Debug::Panic { key: KEY })));
        let mut queued = Box::pin(handle.ask(get()));
        assert!(is_pending(panics.as_mut()).await && is_pending(queued.as_mut()).await, "both are queued");
        gate.open();
        let (_, queued) = tokio::join!(panics, queued);
        backend.shutdown().await;
        queued.err()
    })
}
