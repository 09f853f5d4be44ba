//! The commands by which a client says who it is and which protocol it speaks: `HELLO`, `AUTH`, `RESET`.

use kv_core::Backend;
use kv_resp::{Limits, Protocol, Request, parse_integer};

use super::Connection;
use super::session::Session;
use crate::info::REDIS_VERSION;
use crate::pubsub::Topic;
use kv_commands::Failure;

const NO_PASSWORD: Failure = Failure::fixed(
    "ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?",
);
const WRONG_PASSWORD: Failure =
    Failure::fixed("WRONGPASS invalid username-password pair or user is disabled.");

impl<B: Backend> Connection<B> {
    /// Carries out `HELLO [version [AUTH user password] [SETNAME name]]`. As in Redis, each option takes effect when it
    /// is read: a mistake behind it leaves its effect in place, and the protocol as it was.
    pub(super) fn hello(&mut self, request: &Request) -> Result<(), Failure> {
        let mut protocol = self.session.protocol;
        if request.len() > 1 {
            protocol = match parse_integer(request.arg(1)) {
                Some(2) => Protocol::Resp2,
                Some(3) => Protocol::Resp3,
                Some(_) => return Err(Failure::fixed("NOPROTO unsupported protocol version")),
                None => {
                    return Err(Failure::fixed("ERR Protocol version is not an integer or out of range"));
                }
            };
        }
        let mut next = 2;
        while next < request.len() {
            let word = request.arg(next);
            let left = request.len() - next - 1;
            if word.eq_ignore_ascii_case(b"auth") && left >= 2 {
                self.log_in(request.arg(next + 1), request.arg(next + 2))?;
                next += 3;
            } else if word.eq_ignore_ascii_case(b"setname") && left >= 1 {
                self.set_name(Self::client_name(request.arg(next + 1))?);
                next += 2;
            } else {
                return Err(Failure::quoting("ERR Syntax error in HELLO option '", word, "'"));
            }
        }
        if !self.session.authenticated {
            return Err(Failure::fixed(
                "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time",
            ));
        }
        self.session.protocol = protocol;
        self.client.update(|state| state.protocol = protocol);
        self.greet();
        Ok(())
    }

    fn greet(&mut self) {
        let id = i64::try_from(self.client.id()).unwrap_or(i64::MAX);
        let version = if self.session.protocol == Protocol::Resp3 { 3 } else { 2 };
        let mut out = self.encoder();
        out.map(7);
        out.bulk(b"server");
        // Clients decide by this pair what they may send, so it names the server that is imitated.
        out.bulk(b"redis");
        out.bulk(b"version");
        out.bulk(REDIS_VERSION.as_bytes());
        out.bulk(b"proto");
        out.integer(version);
        out.bulk(b"id");
        out.integer(id);
        out.bulk(b"mode");
        out.bulk(b"standalone");
        out.bulk(b"role");
        out.bulk(b"master");
        out.bulk(b"modules");
        out.array(0);
    }

    pub(super) fn auth(&mut self, request: &Request) -> Result<(), Failure> {
        match request.len() {
            2 if !self.shared.settings.asks_password() => return Err(NO_PASSWORD),
            2 => self.log_in(b"default", request.arg(1))?,
            3 => self.log_in(request.arg(1), request.arg(2))?,
            _ => return Err(Failure::SYNTAX),
        }
        self.encoder().simple("OK");
        Ok(())
    }

    fn log_in(&mut self, user: &[u8], password: &[u8]) -> Result<(), Failure> {
        // The user and the password are both compared in any case, so that the time does not tell which of them was
        // wrong.
        let password_fits = self.shared.settings.is_password(password);
        // A server that asks for no password accepts any, as Redis does: a library that was given a password sends it.
        let password_fits = password_fits || !self.shared.settings.asks_password();
        if !(user == b"default" && password_fits) {
            return Err(WRONG_PASSWORD);
        }
        self.let_in();
        Ok(())
    }

    /// Allows the client, from now on, the commands that need a password.
    pub(super) fn let_in(&mut self) {
        self.session.authenticated = true;
        self.decoder.set_limits(self.shared.limits());
    }

    /// Returns the connection to the state of a new one, but for its number.
    pub(super) async fn reset(&mut self) {
        if self.session.subscriptions > 0 {
            for topic in [Topic::Channel, Topic::Pattern] {
                // Fails only when the server is about to end, and the client with it.
                let _ = self.shared.pubsub.unsubscribe(self.client.id(), topic, None).await;
            }
        }
        // The messages are taken one by one, because what waits is counted, and each must be subtracted.
        while self.mail.as_mut().and_then(|(_, inbox)| inbox.try_recv()).is_some() {}
        self.mail = None;
        self.session = Session::new(false);
        if self.shared.settings.asks_password() {
            self.decoder.set_limits(Limits::unauthenticated());
        } else {
            self.let_in();
        }
        self.client.update(|state| {
            state.name.clear();
            state.queued = None;
            state.watched = 0;
            state.protocol = Protocol::Resp2;
            state.no_evict = false;
        });
        self.encoder().simple("RESET");
    }
}
