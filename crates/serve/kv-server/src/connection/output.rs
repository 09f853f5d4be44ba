//! The unsent replies of a connection, and the counters of what is written.

use std::time::Duration;

use bytes::BytesMut;
use kv_core::{KvError, Reply};
use kv_resp::{Encoder, Protocol};

use crate::statistics::Recorder;
use kv_commands::{Failure, Render};

/// A connection's unsent replies.
#[derive(Debug)]
pub(super) struct Output<'a> {
    pub(super) buffer: &'a mut BytesMut,
    pub(super) protocol: Protocol,
    pub(super) recorder: &'a Recorder,
}

impl Output<'_> {
    pub(super) fn len(&self) -> usize {
        self.buffer.len()
    }

    pub(super) fn truncate(&mut self, length: usize) {
        self.buffer.truncate(length);
    }

    /// Writes why a request was refused.
    pub(super) fn refuse(&mut self, command: Option<usize>, failure: &Failure) {
        Encoder::new(self.buffer, self.protocol).error(failure.as_bytes());
        if let Some(command) = command {
            self.recorder.rejected(command);
        }
        self.recorder.error(code(failure.as_bytes()));
    }

    /// Writes why a command cannot be done.
    pub(super) fn fail(&mut self, command: Option<usize>, failure: &Failure) {
        let start = self.len();
        Encoder::new(self.buffer, self.protocol).error(failure.as_bytes());
        self.carried_out(command, start, Duration::ZERO);
    }

    /// Writes what the backend has said to a request.
    pub(super) fn render(
        &mut self,
        command: Option<usize>,
        render: &Render,
        replies: &mut dyn Iterator<Item = Result<Reply, KvError>>,
        took: Duration,
    ) {
        let start = self.len();
        let mut counted = replies.inspect(|reply| {
            if let Ok(reply) = reply {
                let tally = render.tally(reply);
                self.recorder.looked_up(tally.hits, tally.misses);
            }
        });
        render.write(&mut counted, &mut Encoder::new(self.buffer, self.protocol));
        // The renderer reads no further after an error. The remaining replies belong to this request, and not to the
        // next one.
        counted.for_each(drop);
        self.carried_out(command, start, took);
    }

    /// Counts a command whose reply begins at `start`.
    pub(super) fn carried_out(&self, command: Option<usize>, start: usize, took: Duration) {
        let failed = self.buffer.get(start) == Some(&b'-');
        if let Some(command) = command {
            self.recorder.executed(command, took, failed);
        }
        if failed {
            self.recorder.error(code(&self.buffer[start + 1..]));
        }
    }
}

/// The first word of an error: its code.
fn code(line: &[u8]) -> &str {
    let end = line.iter().position(|byte| matches!(byte, b' ' | b'\r')).unwrap_or(line.len());
    std::str::from_utf8(&line[..end]).unwrap_or("ERR")
}
