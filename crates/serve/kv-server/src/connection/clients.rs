//! The command `CLIENT`: about this connection, and about the others.

use std::net::SocketAddr;

use kv_core::Backend;
use kv_resp::{Request, parse_integer};

use super::Connection;
use super::session::Replies;
use crate::client::ClientKind;
use crate::connections::ClientFilter;
use kv_commands::{Failure, Local};

impl<B: Backend> Connection<B> {
    pub(super) async fn of_client(&mut self, local: Local, request: &Request) -> Result<(), Failure> {
        match local {
            Local::ClientId => {
                let id = i64::try_from(self.client.id()).unwrap_or(i64::MAX);
                self.encoder().integer(id);
            }
            Local::ClientGetName => match self.client.state().name {
                name if name.is_empty() => self.encoder().null(),
                name => self.encoder().bulk(name.as_bytes()),
            },
            Local::ClientSetName => {
                let name = Self::client_name(request.arg(2))?;
                self.set_name(name);
                self.encoder().simple("OK");
            }
            Local::ClientSetInfo => self.set_library(request)?,
            Local::ClientInfo => {
                let line = self.client.line(tokio::time::Instant::now());
                self.encoder().verbatim("txt", &format!("{line}\n"));
            }
            Local::ClientList => self.list(request).await?,
            Local::ClientKill => self.kill(request).await?,
            Local::ClientReply => self.set_replies(request)?,
            Local::ClientNoEvict => {
                let on = switch(request.arg(2))?;
                self.client.update(|state| state.no_evict = on);
                self.encoder().simple("OK");
            }
            Local::ClientCaching => {
                return Err(Failure::fixed(
                    "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled",
                ));
            }
            Local::ClientPause => {
                return Err(Failure::fixed(
                    "ERR CLIENT PAUSE is not supported: nothing here waits for a failover",
                ));
            }
            // The server never pauses a client, so `UNPAUSE` has nothing to undo.
            _ => self.encoder().simple("OK"),
        }
        Ok(())
    }

    /// A name that `CLIENT LIST` can show.
    pub(super) fn client_name(name: &[u8]) -> Result<String, Failure> {
        printable(name)
            .ok_or(Failure::fixed("ERR Client names cannot contain spaces, newlines or special characters."))
    }

    pub(super) fn set_name(&self, name: String) {
        self.client.update(|state| state.name = name);
    }

    fn set_library(&mut self, request: &Request) -> Result<(), Failure> {
        let (what, value) = (request.arg(2), request.arg(3));
        let is_name = what.eq_ignore_ascii_case(b"lib-name");
        if !is_name && !what.eq_ignore_ascii_case(b"lib-ver") {
            return Err(Failure::quoting("ERR Unrecognized option '", what, "'"));
        }
        let value = printable(value).ok_or_else(|| {
            let behind = " cannot contain spaces, newlines or special characters.";
            Failure::quoting("ERR ", &what.to_ascii_lowercase(), behind)
        })?;
        self.client.update(|state| match is_name {
            true => state.library.name = value,
            false => state.library.version = value,
        });
        self.encoder().simple("OK");
        Ok(())
    }

    fn set_replies(&mut self, request: &Request) -> Result<(), Failure> {
        let word = request.arg(2);
        if word.eq_ignore_ascii_case(b"on") {
            self.session.replies = Replies::On;
            self.encoder().simple("OK");
        } else if word.eq_ignore_ascii_case(b"off") {
            self.session.replies = Replies::Off;
        } else if word.eq_ignore_ascii_case(b"skip") {
            if self.session.replies != Replies::Off {
                self.session.replies = Replies::SkipNext;
            }
        } else {
            return Err(Failure::SYNTAX);
        }
        Ok(())
    }

    async fn list(&mut self, request: &Request) -> Result<(), Failure> {
        let filter = match request.get(2) {
            None => ClientFilter::default(),
            Some(word) if word.eq_ignore_ascii_case(b"type") && request.len() == 4 => {
                ClientFilter { kind: Some(kind(request.arg(3))?), ..ClientFilter::default() }
            }
            Some(word) if word.eq_ignore_ascii_case(b"id") && request.len() > 3 => {
                let ids = request.args().skip(3).map(id).collect::<Result<Vec<_>, _>>()?;
                ClientFilter { ids: Some(ids.into_iter().flatten().collect()), ..ClientFilter::default() }
            }
            Some(_) => return Err(Failure::SYNTAX),
        };
        let now = tokio::time::Instant::now();
        let clients = self.shared.connections.list(filter).await;
        let lines: String = clients.iter().map(|client| client.line(now) + "\n").collect();
        self.encoder().verbatim("txt", &lines);
        Ok(())
    }

    /// Carries out `CLIENT KILL address`, which must find a client, and `CLIENT KILL option value …`, which counts the
    /// clients that it finds.
    async fn kill(&mut self, request: &Request) -> Result<(), Failure> {
        let own = self.client.id();
        let old_form = request.len() == 3;
        let filter = if old_form {
            ClientFilter { peer: Some(text(request.arg(2))), ..ClientFilter::default() }
        } else {
            kill_filter(request, own)?
        };
        // As in Redis: a client that kills itself is answered, and its requests behind that are not carried out.
        self.session.closing |= filter.fits(&self.client);
        let killed = self.shared.connections.kill(filter, own).await;
        match (old_form, killed) {
            (true, 0) => return Err(Failure::fixed("ERR No such client")),
            (true, _) => self.encoder().simple("OK"),
            (false, killed) => self.encoder().integer(i64::try_from(killed).unwrap_or(i64::MAX)),
        }
        Ok(())
    }
}

fn kill_filter(request: &Request, own: u64) -> Result<ClientFilter, Failure> {
    let mut filter = ClientFilter { except: Some(own), ..ClientFilter::default() };
    // Of several mistakes the client is told of the first, so a missing value at the end is found last.
    for n in (2..request.len()).step_by(2) {
        let word = request.arg(n).to_ascii_lowercase();
        let value = request.get(n + 1).ok_or(Failure::SYNTAX)?;
        match word.as_slice() {
            b"id" => filter.ids = Some([client_id(value)?].into()),
            b"type" => filter.kind = Some(kind(value)?),
            b"addr" => filter.peer = Some(text(value)),
            b"laddr" => filter.local = Some(text(value)),
            b"user" if value == b"default" => {}
            b"user" => return Err(Failure::quoting("ERR No such user '", value, "'")),
            b"skipme" if value.eq_ignore_ascii_case(b"yes") => filter.except = Some(own),
            b"skipme" if value.eq_ignore_ascii_case(b"no") => filter.except = None,
            _ => return Err(Failure::SYNTAX),
        }
    }
    Ok(filter)
}

fn client_id(value: &[u8]) -> Result<u64, Failure> {
    match parse_integer(value).map(u64::try_from) {
        Some(Ok(id)) if id > 0 => Ok(id),
        _ => Err(Failure::fixed("ERR client-id should be greater than 0")),
    }
}

/// Reads a client's number. A number that no client can have, such as one below zero, is no mistake: it finds no
/// client, as in Redis.
fn id(value: &[u8]) -> Result<Option<u64>, Failure> {
    let id = parse_integer(value).ok_or(Failure::fixed("ERR Invalid client ID"))?;
    Ok(u64::try_from(id).ok())
}

fn kind(value: &[u8]) -> Result<ClientKind, Failure> {
    ClientKind::parse(value).ok_or_else(|| Failure::quoting("ERR Unknown client type '", value, "'"))
}

fn switch(word: &[u8]) -> Result<bool, Failure> {
    match word {
        word if word.eq_ignore_ascii_case(b"on") => Ok(true),
        word if word.eq_ignore_ascii_case(b"off") => Ok(false),
        _ => Err(Failure::SYNTAX),
    }
}

/// A text that `CLIENT LIST` can show in one column.
fn printable(value: &[u8]) -> Option<String> {
    let printable = value.iter().all(|byte| (b'!'..=b'~').contains(byte));
    printable.then(|| String::from_utf8_lossy(value).into_owned())
}

/// An address in the form that `CLIENT LIST` shows; a text that is no address matches no client.
fn text(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value).into_owned();
    text.parse::<SocketAddr>().map_or(text, |address| address.to_string())
}
