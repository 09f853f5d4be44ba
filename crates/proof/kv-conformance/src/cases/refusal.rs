//! A backend refuses a configuration that it cannot serve when it is started.

use std::time::Duration;

use kv_core::{Config, Mailbox, StartError, Topology};

use crate::{Trial, within};

pub async fn what_cannot_be_done_is_refused(trial: Trial) {
    let config = || trial.config();
    if !trial.subject.per_key {
        let unsupported = Config { topology: Topology::PerKey, ..config() };
        let error = within("start", trial.subject.start(unsupported)).await.err().expect("it cannot");
        assert!(
            matches!(error, StartError::Unsupported { backend, .. } if backend == trial.subject.name),
            "{error}"
        );
        assert!(error.to_string().contains("use "), "it says what to do: {error}");
    }
    let invalid = [
        Config { topology: Topology::Sharded(0), ..config() },
        Config { idle_timeout: Some(Duration::ZERO), ..config() },
        Config { mailbox: Mailbox::Bounded(0), ..config() },
        Config { sweep_interval: Some(Duration::ZERO), ..config() },
    ];
    for config in invalid {
        let error = within("start", trial.subject.start(config)).await.err().expect("makes no sense");
        assert!(matches!(error, StartError::Invalid(_)), "{error}");
    }
}
