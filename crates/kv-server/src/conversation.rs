//! The way of a command without sockets and actors: from bytes through decoder, parser, store and reply to bytes.
//!
//! For tests that hold a recorded conversation again, for the fuzzer, and for counting what each part of the way takes.

use std::iter::once;

use bytes::BytesMut;
use kv_core::{Clock, Config, KvError, ManualClock, Store, Timestamp};
use kv_resp::{Decoder, Encoder, Limits, Protocol, ProtocolError, Request};

use crate::commands::{Context, Failure, Found, Local, Plan, Run, describe};

/// One client and its store.
#[derive(Debug)]
pub struct Conversation {
    store: Store,
    context: Context,
    protocol: Protocol,
}

/// A request that was read.
#[derive(Debug)]
pub struct Read(Plan);

impl Conversation {
    /// A conversation with an empty store, at this time.
    #[must_use]
    pub fn new(config: &Config, now: Timestamp, protocol: Protocol) -> Self {
        // Held again, it must answer the same: no clock that goes, and no lot.
        let clock = Clock::Manual(ManualClock::new(now));
        let context = Context { clock, max_value_bytes: config.max_value_bytes, lot: || 4 };
        Self { store: Store::new(config), context, protocol }
    }

    /// The replies to all requests in these bytes. What the connection itself would carry out is answered by nothing.
    ///
    /// # Errors
    /// [`ProtocolError`], where a connection would end; what came before has been done.
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

    /// Reads one request that is for the store, and does not carry it out: what lies between the decoder and an actor.
    /// Nothing for any other, and for one that is refused.
    #[must_use]
    pub fn read(&self, request: &Request) -> Option<Read> {
        let found = Found::of(request).ok()?;
        found.check_arity(request).ok()?;
        match found.spec.run {
            Run::Store(parse) => parse(request, &self.context).ok().map(Read),
            _ => None,
        }
    }

    /// Carries out what was read, and writes the reply: what lies between an actor and the socket, and the store's part.
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
