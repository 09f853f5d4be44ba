//! The options of `audition serve`.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZero;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use audition::serve::{Error, Serve, default_threads, serve};
use clap::Args;
use kv_core::{Config, KeyEvents, Lifecycle, Mailbox, OnPanic, Promise, RestartLimit, Topology};
use kv_server::{OnStoreEnd, Options, ServeError, Server};

use super::Failure;

/// The most shards that can be asked for. Each shard is an actor from the start, a command over all keys asks each of
/// them, and a hundred thousand of them took longer to stop than a shutdown may.
const MOST_SHARDS: usize = 1024;

#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    /// Which backend keeps the store; `audition list` names them.
    #[arg(long, default_value = "tokio")]
    backend: String,
    /// How many actors own the keys: `single`, `sharded:N`, or `per-key`.
    #[arg(long, default_value = "single", value_parser = topology)]
    topology: Topology,
    /// How many commands or batches may wait at an actor: a number, or `unbounded`.
    #[arg(long, default_value = "1024", value_parser = mailbox)]
    mailbox: Mailbox,
    /// What becomes of an actor whose handler panics: `stop`, `restart` (with an empty store) or `resume`. The default is
    /// `restart` for a backend that promises to restart its actors, and `stop` for others.
    #[arg(long, value_parser = on_panic)]
    on_panic: Option<OnPanic>,
    /// How often an actor may be restarted: so many times in so many seconds, `5/5`. One more ends it.
    #[arg(long, value_name = "TIMES/SECONDS", default_value = "5/5", value_parser = restart_limit)]
    restart_limit: RestartLimit,
    /// What becomes of the server when an actor has ended for good: `exit`, with code 1 when what it has read is answered, or
    /// `refuse`, which refuses commands on that actor's keys, and says so to PING. One key's own actor starts again by itself.
    #[arg(long, default_value = "exit", value_parser = on_store_end)]
    on_store_end: OnStoreEnd,
    /// The address to listen on. Others than loopback need a password.
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    bind: IpAddr,
    /// The port; 0 takes a free one and prints it.
    #[arg(long, short, default_value_t = 6379)]
    port: u16,
    /// Threads for the server and the backend together; 1 puts everything on one thread. As many as there are shards if not
    /// given, and one fewer than there are processors at the most.
    #[arg(long, value_parser = super::threads)]
    threads: Option<NonZero<usize>>,
    /// Clients at once, at most.
    #[arg(long, default_value_t = 10_000)]
    maxclients: usize,
    /// Closes a client that has said nothing for so many seconds; 0 never does.
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    timeout: u64,
    /// The password that clients have to give. Better in the environment than on a command line, which other users can see.
    #[arg(long, env = "AUDITION_PASSWORD", hide_env_values = true)]
    requirepass: Option<String>,
    /// Whether to refuse to listen where others can reach it without a password: yes or no.
    #[arg(long, default_value = "yes", value_parser = yes_or_no, action = clap::ArgAction::Set)]
    protected_mode: bool,
    /// Allows DEBUG: clients can make actors sleep and panic.
    #[arg(long)]
    enable_debug_command: bool,
    /// Serves metrics for Prometheus at this address, under `/metrics`.
    #[arg(long, value_name = "ADDRESS")]
    metrics: Option<SocketAddr>,
    /// Seconds that a graceful shutdown may take. What is not done by then is lost, and the exit code is 1.
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    shutdown_deadline: u64,
    /// The certificate, in a PEM file, to speak TLS with.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The certificate's private key, in a PEM file.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
}

pub(super) fn run(args: ServeArgs) -> Result<(), Failure> {
    #[cfg(not(feature = "tls"))]
    if args.tls_cert.is_some() {
        return Err(Failure("this binary speaks no TLS: build it with `--features tls`".into()));
    }
    super::logging::start();
    let options = Options {
        bind: SocketAddr::new(args.bind, args.port),
        metrics: args.metrics,
        max_clients: args.maxclients,
        idle_timeout: (args.timeout > 0).then(|| Duration::from_secs(args.timeout)),
        password: args.requirepass,
        protected: args.protected_mode,
        debug_commands: args.enable_debug_command,
        shutdown_deadline: Duration::from_secs(args.shutdown_deadline),
        on_store_end: args.on_store_end,
        #[cfg(feature = "tls")]
        tls: args
            .tls_cert
            .zip(args.tls_key)
            .map(|(certificate, key)| kv_server::TlsFiles { certificate, key }),
        ..Options::default()
    };
    let config = Config {
        topology: args.topology,
        mailbox: args.mailbox,
        on_panic: args.on_panic.unwrap_or_else(|| default_on_panic(&args.backend)),
        restart_limit: args.restart_limit,
        lifecycle: Lifecycle::with_room_for(args.topology.shards()),
        key_events: KeyEvents::counting(),
        ..Config::default()
    };
    let backend = args.backend.clone();
    let started = move |server: &Server| {
        // Rejected: `eprintln!`, which panics when standard error is closed.
        let mut out = std::io::stderr();
        let _ = writeln!(out, "{backend} serves at {}", server.address());
        if let Some(metrics) = server.metrics_address() {
            let _ = writeln!(out, "metrics at http://{metrics}/metrics");
        }
    };
    let threads = args.threads.unwrap_or_else(|| default_threads(args.topology));
    serve(&args.backend, Serve { config, options, threads }, started).map_err(explain)
}

/// The server's error, in words of this command line if some of its options help.
fn explain(error: Error) -> Failure {
    match error {
        Error::Serve(error @ ServeError::Unprotected { .. }) => Failure(format!(
            "{error} (the options are AUDITION_PASSWORD or --requirepass, --bind, --protected-mode no)"
        )),
        Error::Serve(error @ ServeError::OpenMetrics { .. }) => {
            Failure(format!("{error} (the options are --metrics, --protected-mode no)"))
        }
        other => other.into(),
    }
}

fn topology(text: &str) -> Result<Topology, String> {
    match text.split_once(':') {
        None if text == "single" => Ok(Topology::Single),
        None if text == "per-key" => Ok(Topology::PerKey),
        Some(("sharded", shards)) => {
            let shards = usize::from_str(shards).ok().filter(|shards| (1..=MOST_SHARDS).contains(shards));
            shards.map(Topology::Sharded).ok_or_else(|| format!("a number of shards from 1 to {MOST_SHARDS}"))
        }
        _ => Err("single, sharded:N or per-key".into()),
    }
}

fn mailbox(text: &str) -> Result<Mailbox, String> {
    match text {
        "unbounded" => Ok(Mailbox::Unbounded),
        places => Ok(Mailbox::Bounded(places.parse().map_err(|_| "a number, or unbounded")?)),
    }
}

/// What a backend does after a panic if the command line does not say. A name that no backend has is refused later.
fn default_on_panic(backend: &str) -> OnPanic {
    match kv_backends::describe(backend) {
        Ok(backend) if !backend.promises.contains(&Promise::Restarts) => OnPanic::Stop,
        _ => OnPanic::Restart,
    }
}

fn on_panic(text: &str) -> Result<OnPanic, String> {
    match text {
        "stop" => Ok(OnPanic::Stop),
        "restart" => Ok(OnPanic::Restart),
        "resume" => Ok(OnPanic::Resume),
        _ => Err("stop, restart or resume".into()),
    }
}

fn on_store_end(text: &str) -> Result<OnStoreEnd, String> {
    match text {
        "exit" => Ok(OnStoreEnd::Exit),
        "refuse" => Ok(OnStoreEnd::Refuse),
        _ => Err("exit or refuse".into()),
    }
}

fn restart_limit(text: &str) -> Result<RestartLimit, String> {
    let parts =
        text.split_once('/').and_then(|(times, seconds)| Some((times.parse().ok()?, seconds.parse().ok()?)));
    let (restarts, seconds) = parts.ok_or("two numbers with a slash between them, such as 5/5")?;
    Ok(RestartLimit { restarts, within: Duration::from_secs(seconds) })
}

fn yes_or_no(text: &str) -> Result<bool, String> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err("yes or no".into()),
    }
}
