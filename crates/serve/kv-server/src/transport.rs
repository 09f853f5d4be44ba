//! The transport of one client's bytes: the socket, encrypted or not.

mod stream;
mod unsent;

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::BytesMut;
use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) use self::stream::{Exchanged, Stream};
pub(crate) use self::unsent::Unsent;

/// The number of bytes that are read at once: a pipeline of a few hundred small commands.
const READ_BYTES: usize = 16 * 1024;

/// The number of bytes that are read at once while a long request arrives.
const LONG_READ_BYTES: usize = 256 * 1024;

/// A client's byte stream.
#[derive(Debug)]
pub(crate) enum Transport {
    /// A socket without encryption.
    Plain(TcpStream),
    /// A socket with encryption.
    #[cfg(feature = "tls")]
    Tls(Box<tokio_rustls::server::TlsStream<TcpStream>>),
}

impl Transport {
    // ANCHOR: fill
    /// Reads the bytes that have arrived, and appends them to the buffer; returns 0 when the client sends no more. As
    /// long as it is pending, it has read no bytes.
    ///
    /// A waiting connection holds no memory to read into: ten thousand idle ones would hold 160 MB.
    fn poll_fill(&mut self, context: &mut Context<'_>, buffer: &mut BytesMut) -> Poll<io::Result<usize>> {
        let bytes = if buffer.len() < READ_BYTES { READ_BYTES } else { LONG_READ_BYTES };
        match self {
            Self::Plain(stream) => {
                if buffer.is_empty() {
                    // The rest of the last read's memory may be kept alive by a key that is under way to an actor.
                    *buffer = BytesMut::new();
                }
                // Rejected: `readable().await` and `try_read`, which need a second system call to find the socket
                // empty. A poll that reads fewer bytes than it has room for knows it already.
                ready!(stream.poll_read_ready(context))?;
                buffer.reserve(bytes);
                std::pin::pin!(stream.read_buf(buffer)).poll(context)
            }
            #[cfg(feature = "tls")]
            Self::Tls(stream) => {
                if buffer.is_empty() && buffer.capacity() > LONG_READ_BYTES {
                    // A long request is over, and its memory is given back.
                    *buffer = BytesMut::new();
                }
                buffer.reserve(bytes);
                std::pin::pin!(stream.read_buf(buffer)).poll(context)
            }
        }
    }
    // ANCHOR_END: fill

    /// Hands over bytes to be sent, and returns how many were taken.
    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self {
            Self::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            #[cfg(feature = "tls")]
            Self::Tls(stream) => Pin::new(stream.as_mut()).poll_write(context, bytes),
        }
    }

    /// Sends the bytes that the transport has taken and keeps back; ready when it keeps none.
    fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            // A plain socket keeps no bytes back, so this costs nothing.
            Self::Plain(stream) => Pin::new(stream).poll_flush(context),
            #[cfg(feature = "tls")]
            Self::Tls(stream) => Pin::new(stream.as_mut()).poll_flush(context),
        }
    }

    /// Tells the peer that no more bytes will be sent. A failure is ignored, because the connection is given up anyway.
    async fn close(&mut self) {
        let _ = match self {
            Self::Plain(stream) => stream.shutdown().await,
            #[cfg(feature = "tls")]
            Self::Tls(stream) => stream.shutdown().await,
        };
    }
}
