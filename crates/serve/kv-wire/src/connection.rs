//! One socket that many callers share: requests go out in order, and their replies come back in the same order.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::BytesMut;
use kv_core::{Command, Handle, KvError, Reply};
use kv_resp::reply::{ReplyDecoder, ReplyError, ReplyFrame};
use parking_lot::Mutex;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{mpsc, oneshot};
use tokio_util::task::TaskTracker;

use crate::translate;

/// A client of a served backend. Its clones share a connection.
#[derive(Clone, Debug)]
pub struct WireHandle {
    requests: mpsc::UnboundedSender<Sent>,
    waiting: Waiting,
}

/// A request, and the channel for its reply. A tell has none, because its caller does not wait for a reply.
#[derive(Debug)]
struct Sent {
    bytes: BytesMut,
    reply: Option<oneshot::Sender<ReplyFrame>>,
}

/// The callers that wait for replies, in the order of their requests; `None` when there will be no more replies.
type Waiting = Arc<Mutex<Option<VecDeque<Option<oneshot::Sender<ReplyFrame>>>>>>;

impl WireHandle {
    /// Connects. The tracker knows when the connection has ended.
    ///
    /// # Errors
    /// The operating system's error if no server listens at the address.
    pub async fn connect(address: SocketAddr, connections: &TaskTracker) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (reader, writer) = stream.into_split();
        let (requests, queue) = mpsc::unbounded_channel();
        let waiting = Waiting::new(Mutex::new(Some(VecDeque::new())));
        connections.spawn(read(reader, Arc::clone(&waiting)));
        tokio::spawn(write(writer, queue, Arc::clone(&waiting)));
        Ok(Self { requests, waiting })
    }

    fn send(&self, command: &Command, reply: Option<oneshot::Sender<ReplyFrame>>) -> Result<(), KvError> {
        if self.waiting.lock().is_none() {
            return Err(KvError::Stopped);
        }
        let mut bytes = BytesMut::new();
        translate::request(command, &mut bytes);
        self.requests.send(Sent { bytes, reply }).map_err(|_| KvError::Stopped)
    }
}

impl Handle for WireHandle {
    async fn ask(&self, command: Command) -> Result<Reply, KvError> {
        if let Some(reply) = translate::known(&command) {
            return Ok(reply);
        }
        let (reply, answer) = oneshot::channel();
        self.send(&command, Some(reply))?;
        let frame = answer.await.map_err(|_| KvError::ReplyLost)?;
        translate::reply(&command, frame)
    }

    async fn tell(&self, command: Command) -> Result<(), KvError> {
        self.send(&command, None)
    }

    fn try_tell(&self, command: Command) -> Result<(), KvError> {
        self.send(&command, None)
    }
}

/// Sends the queued requests, all of them in one write.
async fn write(mut socket: OwnedWriteHalf, mut queue: mpsc::UnboundedReceiver<Sent>, waiting: Waiting) {
    let mut bytes = BytesMut::new();
    while let Some(first) = queue.recv().await {
        let mut next = Some(first);
        while let Some(Sent { bytes: request, reply }) = next {
            bytes.extend_from_slice(&request);
            if let Some(waiting) = &mut *waiting.lock() {
                waiting.push_back(reply);
            }
            next = queue.try_recv().ok();
        }
        if socket.write_all(&bytes).await.is_err() {
            break;
        }
        bytes.clear();
    }
    // The drop tells the waiting callers that no reply will come.
    *waiting.lock() = None;
}

async fn read(mut socket: OwnedReadHalf, waiting: Waiting) {
    let (mut decoder, mut buffer) = (ReplyDecoder::new(), BytesMut::new());
    // A reply that cannot be read ends the connection too, because the beginning of the next one is unknown.
    while deliver(&mut decoder, &mut buffer, &waiting).is_ok()
        && matches!(socket.read_buf(&mut buffer).await, Ok(1..))
    {}
    // The drop tells the waiting callers that no reply will come.
    *waiting.lock() = None;
}

/// Hands the replies that have arrived to the callers that wait for them.
fn deliver(decoder: &mut ReplyDecoder, buffer: &mut BytesMut, waiting: &Waiting) -> Result<(), ReplyError> {
    while let Some(frame) = decoder.decode(buffer)? {
        let reply = waiting.lock().as_mut().and_then(VecDeque::pop_front);
        if let Some(Some(reply)) = reply {
            // The send fails only if the caller has given up waiting.
            let _ = reply.send(frame);
        }
    }
    Ok(())
}
