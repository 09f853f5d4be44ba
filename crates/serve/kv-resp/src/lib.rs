//! RESP, the protocol of Redis, as a server needs it.
//!
//! * Requests come in: [`Decoder`] takes whole [`Request`]s off the front of a read buffer, within [`Limits`].
//! * Replies go out: [`Encoder`] writes them in the client's [`Protocol`] version.
//! * For the other side of the wire, [`reply`] reads replies and writes requests.
//!
//! The crate does no I/O and knows no store. Rejected: the published decoders, which do not read everything that
//! clients send: they read any RESP value but not a line typed into telnet, they wait for ever for a length that Redis
//! refuses, and they begin anew with each read, so that a long request in small pieces takes quadratic time.
//!
//! ```
//! use bytes::BytesMut;
//! use kv_resp::{Decoder, Encoder, Limits, Protocol};
//!
//! let mut input = BytesMut::from("*2\r\n$4\r\nECHO\r\n$5\r\nhello\r\n");
//! let mut output = BytesMut::new();
//! let mut decoder = Decoder::new(Limits::default());
//! while let Some(request) = decoder.decode(&mut input)? {
//!     Encoder::new(&mut output, Protocol::Resp2).bulk(request.arg(1));
//! }
//! assert_eq!(output, "$5\r\nhello\r\n");
//! # Ok::<(), kv_resp::ProtocolError>(())
//! ```

mod decoder;
mod encoder;
mod error;
mod integer;
mod limits;
mod line;
pub mod reply;
mod request;

pub use decoder::Decoder;
pub use encoder::{Encoder, Protocol};
pub use error::ProtocolError;
pub use integer::parse_integer;
pub use limits::Limits;
pub use request::Request;
