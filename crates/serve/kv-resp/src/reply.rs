//! The client's side of the wire: requests out, replies in.
//!
//! It is for tests and load generators that speak to a server through its socket.

mod decoder;
mod frame;
#[cfg(test)]
mod tests;

use bytes::BytesMut;
use smallvec::SmallVec;

pub use decoder::{MAX_DEPTH, ReplyDecoder, ReplyError};
pub use frame::ReplyFrame;

use crate::encoder::{Encoder, Protocol};

/// Appends a request to `buffer`: the command's name and its arguments.
///
/// ```
/// let mut buffer = bytes::BytesMut::new();
/// kv_resp::reply::encode_request(&mut buffer, ["GET", "key"]);
/// assert_eq!(buffer, "*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n");
/// ```
pub fn encode_request(buffer: &mut BytesMut, args: impl IntoIterator<Item = impl AsRef<[u8]>>) {
    // The number of arguments comes first on the wire, and chained iterators do not know it.
    let args: SmallVec<[_; 8]> = args.into_iter().collect();
    let mut encoder = Encoder::new(buffer, Protocol::Resp2);
    encoder.array(args.len());
    for arg in &args {
        encoder.bulk(arg.as_ref());
    }
}
