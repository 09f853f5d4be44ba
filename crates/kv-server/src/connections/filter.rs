//! Which clients are meant: the options of `CLIENT LIST` and `CLIENT KILL`.

use std::collections::HashSet;

use crate::client::{Client, ClientKind};

/// Lets those clients through that fit everything it names; the default one lets all through.
#[derive(Clone, Debug, Default)]
pub(crate) struct ClientFilter {
    /// These numbers: `ID`.
    pub(crate) ids: Option<HashSet<u64>>,
    /// This kind: `TYPE`.
    pub(crate) kind: Option<ClientKind>,
    /// The peer's address as it is listed: `ADDR`. A text, because one that is no address matches nobody.
    pub(crate) peer: Option<String>,
    /// Our address as it is listed: `LADDR`.
    pub(crate) local: Option<String>,
    /// All but this number: `SKIPME yes`.
    pub(crate) except: Option<u64>,
}

impl ClientFilter {
    /// Whether this one is meant.
    pub(crate) fn fits(&self, client: &Client) -> bool {
        self.ids.as_ref().is_none_or(|ids| ids.contains(&client.id()))
            && self.kind.is_none_or(|kind| kind == client.kind())
            && self.peer.as_ref().is_none_or(|peer| *peer == client.peer().to_string())
            && self.local.as_ref().is_none_or(|local| *local == client.local().to_string())
            && self.except.is_none_or(|id| id != client.id())
    }
}
