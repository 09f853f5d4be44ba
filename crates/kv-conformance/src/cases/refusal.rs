//! What a backend cannot do, it says at the start.

use std::time::Duration;

use kv_core::{Backend, Config, Mailbox, OnPanic, StartError, Topology};

use crate::{Setting, within};

pub async fn what_cannot_be_done_is_refused<B: Backend>(setting: Setting) {
    let config = || setting.config();
    let unsupported = [
        Config { topology: Topology::PerKey, ..config() },
        Config { on_panic: OnPanic::Restart, ..config() },
        Config { on_panic: OnPanic::Resume, ..config() },
    ];
    for config in unsupported {
        let error = within("start", B::start(config)).await.err().expect("not this version's");
        assert!(matches!(error, StartError::Unsupported { backend, .. } if backend == B::NAME), "{error}");
        assert!(error.to_string().contains("use "), "it says what to do: {error}");
    }
    let invalid = [
        Config { topology: Topology::Sharded(0), ..config() },
        Config { mailbox: Mailbox::Bounded(0), ..config() },
        Config { sweep_interval: Some(Duration::ZERO), ..config() },
    ];
    for config in invalid {
        let error = within("start", B::start(config)).await.err().expect("makes no sense");
        assert!(matches!(error, StartError::Invalid(_)), "{error}");
    }
}
