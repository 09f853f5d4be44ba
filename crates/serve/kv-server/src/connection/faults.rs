//! The command `DEBUG`: faults on purpose.

use std::time::Duration;

use kv_core::{Backend, Command, Debug, Handle, Key, Reply};
use kv_resp::Request;

use super::Connection;
use kv_commands::Failure;

/// The longest nap that one command may take an actor.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

impl<B: Backend> Connection<B> {
    pub(super) async fn debug(&mut self, request: &Request) -> Result<(), Failure> {
        if !self.shared.debug_commands {
            return Err(Failure::fixed(
                "ERR DEBUG command not allowed. If the --enable-debug-command option is set, it is.",
            ));
        }
        let word = request.arg(1).to_ascii_lowercase();
        match (word.as_slice(), request.len()) {
            (b"sleep", 3 | 4) => {
                let duration =
                    seconds(request.arg(2)).ok_or(Failure::fixed("ERR value is not a valid float"))?;
                self.fault(Debug::Sleep { key: key(request, 3), duration: duration.min(LONGEST_SLEEP) }).await
            }
            (b"panic", 2 | 3) => self.fault(Debug::Panic { key: key(request, 2) }).await,
            (b"digest", 2) => match self.handle.ask(Command::Debug(Debug::Digest)).await? {
                Reply::Digest(digest) => {
                    // Redis's digests have twenty bytes.
                    self.encoder().simple(&format!("{digest:040x}"));
                    Ok(())
                }
                other => unreachable!("a digest is not answered by {other:?}"),
            },
            (b"resident", 2) => match self.handle.ask(Command::Debug(Debug::Resident)).await? {
                Reply::Count(count) => {
                    self.encoder().integer(i64::try_from(count).unwrap_or(i64::MAX));
                    Ok(())
                }
                other => unreachable!("a count is not answered by {other:?}"),
            },
            (b"log", 3) => {
                let message = String::from_utf8_lossy(request.arg(2)).into_owned();
                tracing::warn!(client = self.client.id(), message, "DEBUG LOG");
                self.encoder().simple("OK");
                Ok(())
            }
            _ => Err(Failure::subcommand_syntax(request)),
        }
    }

    async fn fault(&mut self, fault: Debug) -> Result<(), Failure> {
        self.handle.ask(Command::Debug(fault)).await?;
        self.encoder().simple("OK");
        Ok(())
    }
}

/// The key whose owner the fault is for. Without a key argument it is the empty key: with the topology `single`, its
/// owner is the only actor.
fn key(request: &Request, position: usize) -> Key {
    if request.len() > position { Key::copy_from_slice(request.arg(position)) } else { Key::new() }
}

fn seconds(text: &[u8]) -> Option<Duration> {
    let seconds: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}
