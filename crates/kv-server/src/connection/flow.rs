//! What flows out while requests flow in.

use kv_core::Backend;
use tokio::time::{Duration, Instant, timeout};

use super::{Connection, End};
use crate::client::{CloseReason, OutputLimit};
use crate::transport::Exchanged;

/// Bytes of replies that may wait for a client before the server carries out no more of its requests, where no
/// [limit](OutputLimit) closes it earlier. Its requests are still read, so that a client which writes all of them before it
/// reads comes to read; but to carry them out makes of each few bytes a reply of up to half a gigabyte. Redis does it, and
/// lets one client fill the memory.
const MOST_UNSENT: usize = 64 * 1024 * 1024;

/// Bytes of replies that may wait for a client that has not given the password before it is closed. They are refusals, and
/// few can be of use to it. Redis allows 1 kB.
const MOST_UNSENT_TO_STRANGERS: usize = 64 * 1024;

/// How long a client that has filled both its buffers here may take nothing of what waits for it.
const STALLED: Duration = Duration::from_secs(60);

impl<B: Backend> Connection<B> {
    // ANCHOR: flow
    /// Sends what has been written, as far as the client takes it: one system call, as long as it takes all. The rest waits,
    /// and this resolves nevertheless, unless too much of it does.
    pub(super) async fn send(&mut self) -> Result<(), End> {
        if !self.output.is_empty() {
            let sent = self.stream.send(&mut self.output).await?;
            self.recorder.wrote(sent);
            if self.output.capacity() > super::FLUSH_AT {
                // One large reply is no reason to keep its memory for as long as the client is there.
                self.output = Default::default();
            }
        }
        self.take_down()?;
        let waits = self.stream.unsent().bytes();
        if waits > 0 && waits > self.most_unsent() {
            // Not for each piece that leaves: to read on is to move what was read and waits.
            self.send_down_to(self.most_unsent() / 2).await?;
        }
        Ok(())
    }

    /// Waits until no more than so many bytes wait, and reads requests meanwhile, which wait as well.
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

    /// Counts what has happened to the stream.
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

    /// Lets others see how much waits for this client, if that has changed, and ends it when it is more than may.
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

    /// Lets others see how much it has sent that is not done. Returns the time.
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

    /// How much may wait for this client before no more of its requests is carried out. One that has a limit is to reach it.
    fn most_unsent(&self) -> usize {
        match self.output_limit() {
            OutputLimit { hard: 0, soft, .. } => MOST_UNSENT.max(soft.saturating_mul(2)),
            OutputLimit { .. } => usize::MAX,
        }
    }
}
