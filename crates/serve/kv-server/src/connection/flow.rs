//! The output of a connection, which leaves while requests arrive.

use kv_core::Backend;
use tokio::time::{Duration, Instant, timeout};

use super::{Connection, End};
use crate::client::{CloseReason, OutputLimit};
use crate::transport::Exchanged;

/// Bytes of replies that may wait for a client before the server carries out no more of its requests, unless a
/// [limit](OutputLimit) closes the client earlier. Its requests are still read, so that a client which writes all of
/// them before it reads comes to read. Rejected: to carry them out as well, as Redis does: each few bytes of requests
/// can become a reply of up to half a gigabyte, and one client could fill the memory.
const MOST_UNSENT: usize = 64 * 1024 * 1024;

/// Bytes of replies that may wait for a client that has not given the password before it is closed. All of them are
/// refusals, of which a client needs few. Redis allows 1 kB.
const MOST_UNSENT_TO_STRANGERS: usize = 64 * 1024;

/// How long a client may take none of its waiting output while both its input buffer and its output buffer here are
/// full.
const STALLED: Duration = Duration::from_secs(60);

impl<B: Backend> Connection<B> {
    // ANCHOR: flow
    /// Sends the output, as far as the client takes it: one system call, as long as the client takes everything. The
    /// rest waits, and this resolves nevertheless, unless too much of it waits.
    pub(super) async fn send(&mut self) -> Result<(), End> {
        if !self.output.is_empty() {
            let sent = self.stream.send(&mut self.output).await?;
            self.recorder.wrote(sent);
            if self.output.capacity() > super::FLUSH_AT {
                // After one large reply its memory is given back: otherwise the connection would keep it until its end.
                self.output = Default::default();
            }
        }
        self.take_down()?;
        let waits = self.stream.unsent().bytes();
        if waits > 0 && waits > self.most_unsent() {
            // Requests are read on only when half of the output has left, and not for each piece: reading on moves the
            // bytes that were read and wait.
            self.send_down_to(self.most_unsent() / 2).await?;
        }
        Ok(())
    }

    /// Waits until no more than so many bytes wait, and meanwhile reads requests, which wait as well.
    async fn send_down_to(&mut self, bytes: usize) -> Result<(), End> {
        while self.stream.unsent().bytes() > bytes || (bytes == 0 && !self.stream.is_idle()) {
            let is_full = self.input.len() >= self.shared.settings.longest_request();
            let reads = !is_full && !self.ended && !self.client.is_finishing();
            let exchange = self.stream.exchange(reads.then_some(&mut self.input));
            let exchanged = tokio::select! {
                biased;
                () = self.client.closed() => return Err(End::Closed),
                exchanged = timeout(if is_full { STALLED } else { Duration::MAX }, exchange) => exchanged,
            };
            match exchanged {
                Ok(Ok(exchanged)) => {
                    self.exchanged(exchanged)?;
                    self.take_down_input();
                }
                Ok(Err(error)) => return Err(error.into()),
                Err(_) => {
                    self.client.close(CloseReason::InputBufferLimit);
                    return Err(End::Closed);
                }
            }
        }
        Ok(())
    }
    // ANCHOR_END: flow

    /// Waits until the client has taken everything.
    pub(super) async fn drain(&mut self) -> Result<(), End> {
        self.send().await?;
        self.send_down_to(0).await
    }

    /// Counts the bytes that the stream has received or sent.
    pub(super) fn exchanged(&mut self, exchanged: Exchanged) -> Result<(), End> {
        match exchanged {
            Exchanged::Read(0) => self.ended = true,
            Exchanged::Read(bytes) => self.recorder.read(bytes),
            Exchanged::Sent(bytes) => {
                self.recorder.wrote(bytes);
                // A client that takes replies is not idle, as in Redis.
                self.client.update(|state| state.active = Instant::now());
                self.take_down()?;
            }
        }
        Ok(())
    }

    /// Records in the client's record how much waits for this client, if that has changed, and ends it when more waits
    /// than may.
    fn take_down(&mut self) -> Result<(), End> {
        let unsent = self.stream.unsent();
        let (bytes, pieces) = (unsent.bytes(), unsent.pieces());
        if bytes == self.taken_down {
            return Ok(());
        }
        self.taken_down = bytes;
        self.client.set_waiting(bytes, pieces, self.output_limit());
        if self.client.close_reason().is_some() { Err(End::Closed) } else { Ok(()) }
    }

    /// Records in the client's record how much it has sent that is not carried out yet. Returns the time.
    pub(super) fn take_down_input(&self) -> Instant {
        let now = Instant::now();
        self.client.update(|state| {
            state.active = now;
            state.input_bytes = self.input.len();
            state.input_room = self.input.capacity() - self.input.len();
        });
        now
    }

    /// How much may wait for this client before it is closed.
    fn output_limit(&self) -> OutputLimit {
        let settings = &self.shared.settings;
        if !self.session.authenticated {
            return OutputLimit { hard: MOST_UNSENT_TO_STRANGERS, ..OutputLimit::default() };
        }
        if self.session.subscriptions > 0 { settings.pubsub_limit() } else { settings.normal_limit() }
    }

    /// How much may wait for this client before no more of its requests is carried out. A client with an output limit
    /// is to reach that limit, so it has no bound here.
    fn most_unsent(&self) -> usize {
        match self.output_limit() {
            OutputLimit { hard: 0, soft, .. } => MOST_UNSENT.max(soft.saturating_mul(2)),
            OutputLimit { .. } => usize::MAX,
        }
    }
}
