//! The filter of clients: the options of `CLIENT LIST` and `CLIENT KILL`.

use std::collections::HashSet;

use crate::client::{Client, ClientKind};

/// A filter that lets a client through if it fits all given fields; the default filter lets all clients through.
#[derive(Clone, Debug, Default)]
pub(crate) struct ClientFilter {
    /// The clients' numbers: `ID`.
    pub(crate) ids: Option<HashSet<u64>>,
    /// The clients' kind: `TYPE`.
    pub(crate) kind: Option<ClientKind>,
    /// The peer's address as `CLIENT LIST` shows it: `ADDR`. It is a text, because a text that is no address matches no
    /// client.
    pub(crate) peer: Option<String>,
    /// The server's address as `CLIENT LIST` shows it: `LADDR`.
    pub(crate) local: Option<String>,
    /// The number of a client that does not fit: `SKIPME yes`.
    pub(crate) except: Option<u64>,
}

impl ClientFilter {
    /// Whether the filter lets this client through.
    pub(crate) fn fits(&self, client: &Client) -> bool {
        self.ids.as_ref().is_none_or(|ids| ids.contains(&client.id()))
            && self.kind.is_none_or(|kind| kind == client.kind())
            && self.peer.as_ref().is_none_or(|peer| *peer == client.peer().to_string())
            && self.local.as_ref().is_none_or(|local| *local == client.local().to_string())
            && self.except.is_none_or(|id| id != client.id())
    }
}
