//! The metrics: the numbers of `INFO` for Prometheus, over HTTP.
//!
//! The text is written here. Rejected: `prometheus-client`, which owns its counters and writes `OpenMetrics`, so every
//! number would be counted twice, or copied into a registry for each request, to save a writer of forty lines. HTTP,
//! which faces the network, is left to `hyper`.

mod families;
mod http;
mod lifecycle;
#[cfg(test)]
mod tests;
mod text;

use std::sync::Arc;

use futures_util::future::BoxFuture;

pub(crate) use self::http::MetricsServer;
pub(crate) use self::lifecycle::{LifecycleWatch, StoreState};
use crate::info::{Info, Observed};

/// A function that asks the backend and the server's actors for the numbers of [`Observed`].
pub(crate) type Observe = Arc<dyn Fn() -> BoxFuture<'static, Observed> + Send + Sync>;

/// The sources of the numbers.
#[derive(Clone)]
pub(crate) struct Metrics {
    info: Info,
    observe: Observe,
}

impl Metrics {
    /// The metrics of a server.
    pub(crate) fn new(info: Info, observe: Observe) -> Self {
        Self { info, observe }
    }

    /// The present numbers, in Prometheus's text format 0.0.4.
    pub(crate) async fn text(&self) -> String {
        families::text(&self.info, &(self.observe)().await)
    }
}
