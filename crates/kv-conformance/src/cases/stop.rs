//! Stopping is idempotent, from wherever it is asked for.

use std::sync::Arc;

use kv_core::{Backend, Command, Handle};
use tokio::task::JoinSet;

use crate::setting::assert_stopped;
use crate::{Setting, within};

pub async fn twice_and_from_many<B: Backend>(setting: Setting) {
    let backend = Arc::new(setting.start::<B>(setting.config()).await);
    backend.handle().ask(Command::Count).await.expect("the backend runs");
    let mut callers = JoinSet::new();
    for _ in 0..8 {
        let backend = Arc::clone(&backend);
        callers.spawn(async move {
            backend.shutdown().await;
            // Confirmed to one means confirmed: no matter who asked first.
            assert_stopped(&backend.handle()).await;
        });
    }
    while let Some(caller) = within("one of many shutdowns", callers.join_next()).await {
        caller.expect("no caller panics");
    }
    within("another shutdown", backend.shutdown()).await;
}

pub async fn kill_after_shutdown_and_the_reverse<B: Backend>(setting: Setting) {
    for kill_first in [false, true] {
        let backend = setting.start::<B>(setting.config()).await;
        for kill in [kill_first, !kill_first, kill_first] {
            if kill {
                within("kill", backend.kill()).await;
            } else {
                within("shutdown", backend.shutdown()).await;
            }
            assert_stopped(&backend.handle()).await;
        }
    }
}
