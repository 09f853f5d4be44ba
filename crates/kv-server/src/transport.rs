//! The socket, encrypted or not.

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

/// Bytes that are read at once: a pipeline of a few hundred small commands.
const READ_BYTES: usize = 16 * 1024;

/// Bytes that are read at once while a long request arrives.
const LONG_READ_BYTES: usize = 256 * 1024;

/// A client's byte stream.
#[derive(Debug)]
pub(crate) enum Transport {
    /// As it is.
    Plain(TcpStream),
    /// Encrypted.
    #[cfg(feature = "tls")]
    Tls(Box<tokio_rustls::server::TlsStream<TcpStream>>),
}

impl Transport {
    // ANCHOR: fill
    /// Reads what has arrived behind what is in the buffer; 0 bytes when the client sends no more. As long as it is pending,
    /// it has read nothing.
    ///
    /// A connection that waits holds no memory to read into: ten thousand idle ones would hold 160 MB.
    fn poll_fill(&mut self, context: &mut Context<'_>, buffer: &mut BytesMut) -> Poll<io::Result<usize>> {
        let bytes = if buffer.len() < READ_BYTES { READ_BYTES } else { LONG_READ_BYTES };
        match self {
            Self::Plain(stream) => {
                if buffer.is_empty() {
                    // What is left of the last read's memory may be kept alive by a key on its way.
                    *buffer = BytesMut::new();
                }
                // Not `readable().await` and `try_read`, which would need a second call to the system to find the socket
                // empty: a poll that reads less than it has room for knows it already.
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

    /// Hands over bytes to be sent: how many were taken.
    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self {
            Self::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            #[cfg(feature = "tls")]
            Self::Tls(stream) => Pin::new(stream.as_mut()).poll_write(context, bytes),
        }
    }

    /// Sends on what was taken and is kept back; ready when nothing is.
    fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            // It keeps back nothing, and this costs nothing.
            Self::Plain(stream) => Pin::new(stream).poll_flush(context),
            #[cfg(feature = "tls")]
            Self::Tls(stream) => Pin::new(stream.as_mut()).poll_flush(context),
        }
    }

    /// Says that nothing more will be sent. No one is left who could do something about a failure.
    async fn close(&mut self) {
        let _ = match self {
            Self::Plain(stream) => stream.shutdown().await,
            #[cfg(feature = "tls")]
            Self::Tls(stream) => stream.shutdown().await,
        };
    }
}
