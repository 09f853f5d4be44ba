//! The HTTP server of the metrics: `GET /metrics`, and nothing else.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Metrics;
use crate::listen::listen;

/// The number of connections that are served at once; further ones wait to be accepted. One or two scrapes are
/// expected.
const MOST_CONNECTIONS: usize = 8;

/// The time after which a connection is closed, whatever it is doing.
const PATIENCE: Duration = Duration::from_secs(10);

/// The pause after a failure to accept, which is mostly a lack of descriptors.
const PAUSE: Duration = Duration::from_millis(100);

/// The handle of the metrics' HTTP server.
#[derive(Debug)]
pub(crate) struct MetricsServer {
    address: SocketAddr,
    end: CancellationToken,
    tasks: TaskTracker,
}

impl MetricsServer {
    /// Starts to listen.
    ///
    /// # Errors
    /// The operating system's error if it refuses the address.
    pub(crate) fn start(address: SocketAddr, metrics: Metrics) -> io::Result<Self> {
        let listener = listen(address)?;
        let address = listener.local_addr()?;
        let (end, tasks) = (CancellationToken::new(), TaskTracker::new());
        let accepting = accept(listener, metrics, tasks.clone());
        let ordered = end.clone();
        tasks.spawn(async move { ordered.run_until_cancelled(accepting).await });
        tasks.close();
        Ok(Self { address, end, tasks })
    }

    /// The address at which the server listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends the server, also requests that are being answered: a scrape can be repeated. Resolves when all connections
    /// are closed.
    pub(crate) async fn shutdown(&self) {
        self.end.cancel();
        self.tasks.wait().await;
    }
}

/// Serves until it is dropped. That drops the listener and aborts all connections; the tracker knows when they have
/// ended.
async fn accept(listener: TcpListener, metrics: Metrics, tasks: TaskTracker) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept(), if connections.len() < MOST_CONNECTIONS => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(tasks.track_future(serve(stream, metrics.clone())));
                }
                Err(error) => {
                    tracing::warn!(%error, "metrics: a connection was not accepted");
                    sleep(PAUSE).await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(stream: TcpStream, metrics: Metrics) {
    let service = service_fn(move |request| {
        let metrics = metrics.clone();
        async move { Ok::<_, Infallible>(answer(&request, &metrics).await) }
    });
    let mut http = http1::Builder::new();
    // A connection serves one request, so that no client holds one of the few places.
    http.keep_alive(false).max_buf_size(16 * 1024).timer(TokioTimer::new());
    let connection = http.serve_connection(TokioIo::new(stream), service);
    match timeout(PATIENCE, connection).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "metrics: a request went wrong"),
        Err(_) => tracing::debug!("metrics: a request took too long"),
    }
}

async fn answer(request: &Request<Incoming>, metrics: &Metrics) -> Response<Full<Bytes>> {
    if request.uri().path() != "/metrics" {
        return refuse(StatusCode::NOT_FOUND);
    }
    if request.method() != Method::GET {
        let mut response = refuse(StatusCode::METHOD_NOT_ALLOWED);
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET"));
        return response;
    }
    let mut response = Response::new(Full::from(metrics.text().await));
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

fn refuse(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::default();
    *response.status_mut() = status;
    response
}
