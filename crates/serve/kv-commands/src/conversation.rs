//! A conversation without sockets and actors: from bytes through decoder, parser, store and reply to bytes.
//!
//! It is for tests that repeat a recorded conversation, for the fuzzer, and for counting what each part of a command's
//! way costs.

use std::iter::once;

use bytes::BytesMut;
use kv_core::{Clock, Config, KvError, ManualClock, Store, Timestamp};
use kv_resp::{Decoder, Encoder, Limits, Protocol, ProtocolError, Request};

use crate::{Context, Failure, Found, Local, Plan, Run, describe};

/// A conversation of one client with its own store.
#[derive(Debug)]
pub struct Conversation {
    store: Store,
    context: Context,
    protocol: Protocol,
}

/// A request that was read and not carried out yet.
#[derive(Debug)]
pub struct Read(Plan);

impl Conversation {
    /// A conversation with an empty store, whose clock stands at `now`.
    #[must_use]
    pub fn new(config: &Config, now: Timestamp, protocol: Protocol) -> Self {
        // Repeated, a conversation must give the same answers: so its clock stands still, and its random number is
        // fixed.
        let clock = Clock::Manual(ManualClock::new(now));
        let context = Context { clock, max_value_bytes: config.max_value_bytes, lot: || 4 };
        Self { store: Store::new(config), context, protocol }
    }

    /// The replies to all requests in these bytes. Commands for the connection itself get no reply.
    ///
    /// # Errors
    /// [`ProtocolError`] where a connection would end; the requests before it have been carried out.
    pub fn hold(&mut self, mut wire: BytesMut, limits: Limits) -> Result<BytesMut, ProtocolError> {
        let (mut decoder, mut replies) = (Decoder::new(limits), BytesMut::new());
        while let Some(request) = decoder.decode(&mut wire)? {
            self.reply(&request, &mut replies);
        }
        Ok(replies)
    }

    /// Carries out one request, and writes the reply.
    pub fn reply(&mut self, request: &Request, out: &mut BytesMut) {
        let mut out = Encoder::new(out, self.protocol);
        if let Err(failure) = self.answer(request, &mut out) {
            out.error(failure.as_bytes());
        }
    }

    /// Reads one request for the store without carrying it out: the part of a command's way between the decoder and an
    /// actor. `None` for a command that is not the store's, and for one that is refused.
    #[must_use]
    pub fn read(&self, request: &Request) -> Option<Read> {
        let found = Found::of(request).ok()?;
        found.check_arity(request).ok()?;
        match found.spec.run {
            Run::Store(parse) => parse(request, &self.context).ok().map(Read),
            _ => None,
        }
    }

    /// Carries out a request that was read, and writes the reply: the store's part, and the part between an actor and
    /// the socket.
    pub fn carry_out(&mut self, read: Read, out: &mut BytesMut) {
        self.execute(read.0, &mut Encoder::new(out, self.protocol));
    }

    fn execute(&mut self, plan: Plan, out: &mut Encoder<'_>) {
        let now = self.context.clock.now();
        let mut apply = |command| self.store.apply(command, now).map_err(KvError::Command);
        match plan {
            Plan::One(command, render) => render.write(&mut once(apply(command)), out),
            Plan::Many(commands, render) => render.write(&mut commands.into_iter().map(apply), out),
        }
    }

    fn answer(&mut self, request: &Request, out: &mut Encoder<'_>) -> Result<(), Failure> {
        let found = Found::of(request)?;
        found.check_arity(request)?;
        match found.spec.run {
            Run::Store(parse) => {
                self.execute(parse(request, &self.context)?, out);
                Ok(())
            }
            Run::Local(Local::CommandInfo) => {
                describe::info(request, out);
                Ok(())
            }
            Run::Local(Local::CommandDocs) => {
                describe::docs(request, out);
                Ok(())
            }
            Run::Local(Local::CommandList) => describe::list(request, out),
            Run::Local(Local::CommandGetKeys) => describe::get_keys(request, out),
            Run::Local(Local::CommandGetKeysAndFlags) => describe::get_keys_and_flags(request, out),
            _ => Ok(()),
        }
    }
}
