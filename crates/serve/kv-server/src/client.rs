//! The server's record of one connection, and the signals by which the connection is told to end.

mod backlog;
mod close;
mod line;
mod outbox;
mod push;

use std::net::SocketAddr;
use std::time::Duration;

use kv_resp::Protocol;
use parking_lot::Mutex;
use tokio::time::Instant;

use self::backlog::Backlog;
pub(crate) use self::backlog::OutputLimit;
pub(crate) use self::close::{CloseReason, Ending};
pub(crate) use self::outbox::{Inbox, Outbox, outbox};
pub(crate) use self::push::Push;

/// The record of one live connection. The connection writes it, the connection manager and every `CLIENT LIST` read it,
/// and any part of the server that has a reason closes the connection through it.
#[derive(Debug)]
pub(crate) struct Client {
    id: u64,
    peer: SocketAddr,
    local: SocketAddr,
    created: Instant,
    state: Mutex<State>,
    backlog: Mutex<Backlog>,
    ending: Ending,
}

/// The part of a client's record that changes while the client is connected.
///
/// One plain struct behind one lock that is free nearly always: it is held for a few stores, and never across an await.
/// Rejected: an atomic per field, which saves some nanoseconds per command and shows `CLIENT LIST` states that never
/// were.
#[derive(Clone, Debug)]
pub(crate) struct State {
    /// The name that the client gave with `CLIENT SETNAME`; empty for none.
    pub(crate) name: String,
    /// What the client gave with `CLIENT SETINFO`.
    pub(crate) library: Library,
    /// When the client last sent something.
    pub(crate) active: Instant,
    /// The command that the client last sent, as in `get` or `client|list`; empty before the first.
    pub(crate) command: &'static str,
    /// How many channels the client is subscribed to. Written by the pub/sub actor.
    pub(crate) channels: usize,
    /// How many patterns the client is subscribed to. Written by the pub/sub actor.
    pub(crate) patterns: usize,
    /// How many commands are queued since `MULTI`; `None` outside of a transaction.
    pub(crate) queued: Option<usize>,
    /// How many keys the client watches.
    pub(crate) watched: usize,
    /// Bytes received and not yet understood, including those of the command that the connection is at.
    pub(crate) input_bytes: usize,
    /// Bytes for which the read buffer has room without growing.
    pub(crate) input_room: usize,
    /// The protocol of the client's replies.
    pub(crate) protocol: Protocol,
    /// The flag that the client set with `CLIENT NO-EVICT`.
    pub(crate) no_evict: bool,
}

/// What a client's library says of itself by `CLIENT SETINFO`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Library {
    /// The value of `LIB-NAME`.
    pub(crate) name: String,
    /// The value of `LIB-VER`.
    pub(crate) version: String,
}

/// The kinds of clients that Redis tells apart in `CLIENT LIST TYPE` and `CLIENT KILL TYPE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClientKind {
    /// Subscribed to nothing.
    Normal,
    /// Subscribed to something.
    PubSub,
    /// A primary that this server follows: there is never one.
    Primary,
    /// A replica that follows this server: there is never one.
    Replica,
}

impl ClientKind {
    /// The kind that Redis calls by this name, in any case.
    pub(crate) fn parse(name: &[u8]) -> Option<Self> {
        let kinds: [(&[u8], Self); 5] = [
            (b"normal", Self::Normal),
            (b"pubsub", Self::PubSub),
            (b"master", Self::Primary),
            (b"slave", Self::Replica),
            (b"replica", Self::Replica),
        ];
        kinds.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|&(_, kind)| kind)
    }
}

impl Client {
    /// A client that has just been accepted.
    pub(crate) fn new(id: u64, peer: SocketAddr, local: SocketAddr) -> Self {
        let now = Instant::now();
        let state = State {
            name: String::new(),
            library: Library::default(),
            active: now,
            command: "",
            channels: 0,
            patterns: 0,
            queued: None,
            watched: 0,
            input_bytes: 0,
            input_room: 0,
            protocol: Protocol::Resp2,
            no_evict: false,
        };
        Self {
            id,
            peer,
            local,
            created: now,
            state: Mutex::new(state),
            backlog: Mutex::default(),
            ending: Ending::default(),
        }
    }

    /// The client's number, never given twice.
    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    /// The address that the client connects from.
    pub(crate) fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// The address of the server that the client connected to.
    pub(crate) fn local(&self) -> SocketAddr {
        self.local
    }

    /// Changes the client's state.
    pub(crate) fn update(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock());
    }

    /// The client's state at one moment.
    pub(crate) fn state(&self) -> State {
        self.state.lock().clone()
    }

    /// The client's kind at the moment.
    pub(crate) fn kind(&self) -> ClientKind {
        let state = self.state.lock();
        if state.channels + state.patterns > 0 { ClientKind::PubSub } else { ClientKind::Normal }
    }

    /// How long the client has sent nothing.
    pub(crate) fn idle(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.state.lock().active)
    }

    /// Records how much output waits for the socket, and closes the connection when more waits in all than the limit
    /// allows.
    pub(crate) fn set_waiting(&self, bytes: usize, pieces: usize, limit: OutputLimit) {
        let mut backlog = self.backlog.lock();
        backlog.set_output(bytes, pieces);
        let keeps = backlog.keeps(limit);
        drop(backlog);
        if !keeps {
            self.close(CloseReason::OutputBufferLimit);
        }
    }

    /// Closes the connection when more waits than the limit allows, or has for too long: also a connection for which
    /// nothing new is written.
    pub(crate) fn check_waiting(&self, limit: OutputLimit) {
        if !self.backlog.lock().keeps(limit) {
            self.close(CloseReason::OutputBufferLimit);
        }
    }

    /// Closes the connection, whatever it is doing. Of several reasons the first counts.
    pub(crate) fn close(&self, reason: CloseReason) {
        self.ending.close(reason);
    }

    /// Asks the connection to end when the commands that it has read are answered.
    pub(crate) fn finish(&self) {
        self.ending.finish();
    }

    /// Resolves when the connection is to be dropped, whatever it is doing.
    pub(crate) fn closed(&self) -> impl Future<Output = ()> + '_ {
        self.ending.closed()
    }

    /// Resolves when the connection is to read no further, and also when it is to be dropped.
    pub(crate) fn finishing(&self) -> impl Future<Output = ()> + '_ {
        self.ending.finishing()
    }

    /// Whether the connection is to read no further.
    pub(crate) fn is_finishing(&self) -> bool {
        self.ending.is_finishing()
    }

    /// The reason why the connection was closed, if it was.
    pub(crate) fn close_reason(&self) -> Option<&CloseReason> {
        self.ending.reason()
    }
}

#[cfg(test)]
mod tests;
