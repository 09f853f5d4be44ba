//! A handle works on any thread and on any runtime.

use std::thread;

use kv_core::{Command, Handle, Key, Kv, Reply};
use tokio::runtime::Builder;
use tokio::sync::oneshot;

use crate::setting::{increment, integer};
use crate::{Trial, eventually, within};

pub async fn other_threads_and_runtimes(trial: Trial) {
    let backend = trial.start(trial.config()).await;
    for handle in [backend.handle(), backend.client().await.expect("the backend runs")] {
        from_a_current_thread_runtime(handle.clone()).await;
        from_a_multi_thread_runtime(handle.clone()).await;
        from_no_runtime(handle).await;
    }
    backend.shutdown().await;
}

/// Runs on a thread that no runtime owns. Its end is awaited, not joined: the actor may live on this thread.
async fn on_a_thread(work: impl FnOnce() + Send + 'static) {
    let (done, ended) = oneshot::channel();
    thread::spawn(move || {
        work();
        let _ = done.send(());
    });
    within("work on another thread", ended).await.expect("the work does not panic");
}

async fn use_it<H: Handle>(handle: H) {
    let kv = Kv::new(handle);
    kv.set("k", "v").await.expect("the backend runs");
    assert_eq!(kv.get("k").await, Ok(Some("v".into())));
    kv.handle().tell(Command::Clear).await.expect("the backend runs");
    assert_eq!(kv.handle().ask(Command::Count).await, Ok(Reply::Count(0)));
}

async fn from_a_current_thread_runtime<H: Handle>(handle: H) {
    on_a_thread(move || {
        let runtime = Builder::new_current_thread().build().expect("the system gives a runtime");
        runtime.block_on(use_it(handle));
    })
    .await;
}

async fn from_a_multi_thread_runtime<H: Handle>(handle: H) {
    on_a_thread(move || {
        let runtime =
            Builder::new_multi_thread().worker_threads(1).build().expect("the system gives a runtime");
        runtime.block_on(async { tokio::spawn(use_it(handle)).await }).expect("the work does not panic");
    })
    .await;
}

/// `try_tell` does not wait, so it needs no runtime at all.
async fn from_no_runtime<H: Handle>(handle: H) {
    let key = Key::from("n");
    let before = integer(&handle, &key).await;
    on_a_thread({
        let (handle, tell) = (handle.clone(), increment(&key));
        move || handle.try_tell(tell).expect("the mailbox is empty")
    })
    .await;
    eventually("the tell is applied", || async { integer(&handle, &key).await == before + 1 }).await;
}
