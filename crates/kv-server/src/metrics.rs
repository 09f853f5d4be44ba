//! The same numbers as in `INFO` for Prometheus, over HTTP.
//!
//! The text is written here and not by `prometheus-client`: that crate owns its counters and writes `OpenMetrics`, so
//! every number would be counted twice, or copied into a registry for each request, to save a writer of forty lines.
//! What faces the network is `hyper`'s.

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

/// Asks everybody who has to be asked for [`Observed`].
pub(crate) type Observe = Arc<dyn Fn() -> BoxFuture<'static, Observed> + Send + Sync>;

/// What the numbers are made of.
#[derive(Clone)]
pub(crate) struct Metrics {
    info: Info,
    observe: Observe,
}

impl Metrics {
    /// Of a server.
    pub(crate) fn new(info: Info, observe: Observe) -> Self {
        Self { info, observe }
    }

    /// The numbers as of now, in Prometheus's text format 0.0.4.
    pub(crate) async fn text(&self) -> String {
        families::text(&self.info, &(self.observe)().await)
    }
}
