//! Where `tracing` goes: to standard error, as `AUDITION_LOG` wants it, and to tokio-console.

use std::io::IsTerminal;

use tracing::Level;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

#[cfg(all(feature = "console", not(tokio_unstable)))]
compile_error!(
    "the feature `console` needs RUSTFLAGS=\"--cfg tokio_unstable\": tokio shows its tasks to nobody without"
);

/// Starts to log. `AUDITION_LOG=debug`, or `kv_server=debug,elfo=warn`; without it what is worth a line to whoever runs a
/// server.
pub(super) fn start() {
    let wanted = std::env::var("AUDITION_LOG").unwrap_or_default();
    let targets = match wanted.parse::<Targets>() {
        Ok(targets) if !wanted.is_empty() => targets,
        _ => {
            let usual = Targets::new().with_default(Level::WARN);
            usual.with_target("kv_server", Level::INFO).with_target("audition", Level::INFO)
        }
    };
    // Its filter is its own: the console wants to see what nobody wants to read.
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    // Whoever reads the log in a file, or by a program, reads no colours.
    let lines = if std::io::stderr().is_terminal() { lines } else { lines.with_ansi(false) };
    let lines = lines.with_filter(targets);
    let registry = tracing_subscriber::registry().with(lines);
    #[cfg(feature = "console")]
    let registry = registry.with(console_subscriber::spawn());
    // The only other subscriber would be one of a test, and then that one stays.
    let _ = registry.try_init();
}
