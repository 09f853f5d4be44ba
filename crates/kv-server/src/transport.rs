//! The socket, encrypted or not.

use std::future::poll_fn;
use std::io;
use std::task::{Context, Poll, ready};

use bytes::BytesMut;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

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
    /// Reads what has arrived behind what is in the buffer; 0 bytes when the client sends no more. Cancel-safe: dropped
    /// before it resolves, it has read nothing.
    ///
    /// A connection that waits holds no memory to read into: ten thousand idle ones would hold 160 MB.
    pub(crate) async fn fill(&mut self, buffer: &mut BytesMut) -> io::Result<usize> {
        let bytes = if buffer.len() < READ_BYTES { READ_BYTES } else { LONG_READ_BYTES };
        match self {
            Self::Plain(stream) => {
                if buffer.is_empty() {
                    // What is left of the last read's memory may be kept alive by a key on its way.
                    *buffer = BytesMut::new();
                }
                // Not `readable().await` and `try_read`, which would need a second call to the system to find the socket
                // empty: a poll that reads less than it has room for knows it already.
                poll_fn(|context| poll_fill(stream, context, buffer, bytes)).await
            }
            #[cfg(feature = "tls")]
            Self::Tls(stream) => {
                buffer.reserve(bytes);
                stream.read_buf(buffer).await
            }
        }
    }
    // ANCHOR_END: fill

    /// Writes all of it.
    pub(crate) async fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.write_all(bytes).await,
            #[cfg(feature = "tls")]
            Self::Tls(stream) => {
                stream.write_all(bytes).await?;
                stream.flush().await
            }
        }
    }

    /// Says that nothing more will be sent. Nobody is left who could do something about a failure.
    pub(crate) async fn close(&mut self) {
        let _ = match self {
            Self::Plain(stream) => stream.shutdown().await,
            #[cfg(feature = "tls")]
            Self::Tls(stream) => stream.shutdown().await,
        };
    }
}

fn poll_fill(
    stream: &mut TcpStream,
    context: &mut Context<'_>,
    buffer: &mut BytesMut,
    bytes: usize,
) -> Poll<io::Result<usize>> {
    ready!(stream.poll_read_ready(context))?;
    buffer.reserve(bytes);
    let mut read = std::pin::pin!(stream.read_buf(buffer));
    read.as_mut().poll(context)
}
