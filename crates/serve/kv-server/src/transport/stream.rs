//! The stream of one client's connection, which reads and writes at the same time.

use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, BytesMut};

use super::{Transport, Unsent};

/// A client's stream of bytes: those that arrive, and those that wait until the client takes them.
///
/// Writing never waits for the client. A client may write all of its requests before it reads the first reply, and
/// would never come to read if the server waited for that instead of reading on. Rejected: a second task that writes.
/// It would need a channel and its messages for each reply, and the usual write is done when it is first tried.
#[derive(Debug)]
pub(crate) struct Stream {
    transport: Transport,
    unsent: Unsent,
    /// Whether the transport has sent all bytes that it has taken: an encrypted one keeps records of its own.
    flushed: bool,
}

/// The events of a [`Stream`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exchanged {
    /// The number of bytes that have arrived; 0 when the client sends no more.
    Read(usize),
    /// The number of waiting bytes that have left.
    Sent(usize),
}

impl Stream {
    pub(crate) fn new(transport: Transport) -> Self {
        Self { transport, unsent: Unsent::default(), flushed: true }
    }

    /// The output that waits.
    pub(crate) fn unsent(&self) -> &Unsent {
        &self.unsent
    }

    /// Whether no output waits.
    pub(crate) fn is_idle(&self) -> bool {
        self.flushed && self.unsent.bytes() == 0
    }

    /// Sends the output as far as the client takes it now, which is one system call, and leaves it empty: the rest
    /// waits behind earlier output. Returns how many bytes have left.
    ///
    /// # Errors
    /// The socket's.
    pub(crate) async fn send(&mut self, output: &mut BytesMut) -> io::Result<usize> {
        let mut sent = 0;
        if self.unsent.bytes() == 0 {
            sent = poll_fn(|context| Poll::Ready(self.send_at_once(context, output))).await?;
        }
        if sent == output.len() {
            output.clear();
        } else {
            output.advance(sent);
            self.unsent.take(output);
        }
        Ok(sent)
    }

    fn send_at_once(&mut self, context: &mut Context<'_>, output: &[u8]) -> io::Result<usize> {
        let mut sent = 0;
        while sent < output.len()
            && let Poll::Ready(taken) = self.transport.poll_write(context, &output[sent..])
        {
            sent += taken?;
        }
        self.flushed = match self.transport.poll_flush(context) {
            Poll::Ready(flushed) => flushed.map(|()| true)?,
            Poll::Pending => false,
        };
        Ok(sent)
    }

    /// Waits for the first of two events: more bytes have arrived, which are appended to the buffer if one is given, or
    /// some of the waiting output has left. Cancel-safe: dropped before it resolves, it has done neither.
    ///
    /// # Errors
    /// The socket's.
    pub(crate) async fn exchange(&mut self, mut input: Option<&mut BytesMut>) -> io::Result<Exchanged> {
        poll_fn(|context| {
            if !self.is_idle()
                && let Poll::Ready(sent) = self.poll_send(context)
            {
                return Poll::Ready(Ok(Exchanged::Sent(sent?)));
            }
            match &mut input {
                Some(input) => self.transport.poll_fill(context, input).map_ok(Exchanged::Read),
                None => Poll::Pending,
            }
        })
        .await
    }

    /// Does this work, and sends the waiting output meanwhile. An error of the socket is kept for the next send: the
    /// work must be done nevertheless.
    pub(crate) async fn send_beside<T>(&mut self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        let mut failed = false;
        poll_fn(|context| {
            if let Poll::Ready(done) = work.as_mut().poll(context) {
                return Poll::Ready(done);
            }
            while !failed && !self.is_idle() {
                match self.poll_send(context) {
                    Poll::Ready(sent) => failed = sent.is_err(),
                    Poll::Pending => break,
                }
            }
            Poll::Pending
        })
        .await
    }

    /// Tells the peer that no more bytes will be sent. A failure is ignored, because the connection is given up anyway.
    pub(crate) async fn close(&mut self) {
        self.transport.close().await;
    }

    /// Sends as much of the waiting output as the client takes: ready when it took some, or when all is on its way.
    fn poll_send(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let mut sent = 0;
        while let Some(first) = self.unsent.first() {
            match self.transport.poll_write(context, first) {
                Poll::Ready(Ok(0)) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(Ok(taken)) => {
                    self.flushed = false;
                    self.unsent.advance(taken);
                    sent += taken;
                }
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending if sent > 0 => return Poll::Ready(Ok(sent)),
                Poll::Pending => return Poll::Pending,
            }
        }
        match self.transport.poll_flush(context) {
            Poll::Pending if sent > 0 => Poll::Ready(Ok(sent)),
            flushed => {
                ready!(flushed)?;
                self.flushed = true;
                Poll::Ready(Ok(sent))
            }
        }
    }
}
