//! The log: `tracing` goes to standard error, filtered by `AUDITION_LOG`, and to tokio-console.

use std::io::IsTerminal;

use tracing::Level;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

#[cfg(all(feature = "console", not(tokio_unstable)))]
compile_error!(
    "the feature `console` needs RUSTFLAGS=\"--cfg tokio_unstable\": tokio hides its tasks without it"
);

/// Starts the log. The filter is `AUDITION_LOG`, such as `debug` or `kv_server=debug,elfo=warn`; the default filter
/// shows the lines that an operator of a server needs.
pub(super) fn start() {
    let wanted = std::env::var("AUDITION_LOG").unwrap_or_default();
    let targets = match wanted.parse::<Targets>() {
        Ok(targets) if !wanted.is_empty() => targets,
        _ => {
            let usual = Targets::new().with_default(Level::WARN);
            usual.with_target("kv_server", Level::INFO).with_target("audition", Level::INFO)
        }
    };
    // The console has a filter of its own: it needs events that the log leaves out.
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    // A log in a file, or one that a program reads, has no colours.
    let lines = if std::io::stderr().is_terminal() { lines } else { lines.with_ansi(false) };
    let lines = lines.with_filter(targets);
    let registry = tracing_subscriber::registry().with(lines);
    #[cfg(feature = "console")]
    let registry = registry.with(console_subscriber::spawn());
    // Fails only if a test has set another subscriber, which then stays.
    let _ = registry.try_init();
}
