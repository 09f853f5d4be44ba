//! The actor of one client's connection: it reads requests, has them carried out, and writes the replies.
//!
//! The connection is the third of the server's actors, and the only one of which there are thousands. Its messages come
//! from three sides: the socket brings requests, the [inbox](Inbox) brings published messages, and the [client](Client)
//! brings the signal to end.

mod clients;
mod control;
mod dispatch;
mod faults;
mod flow;
mod greeting;
mod output;
mod pipeline;
mod pubsub;
mod session;
mod transaction;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use kv_core::Backend;
use kv_resp::{Decoder, Encoder, Limits};
use tokio::time::{Instant, timeout};

use self::output::Output;
use self::pipeline::Pipeline;
use self::session::Session;
use crate::client::{Client, CloseReason, Inbox, Outbox, Push};
use crate::shared::Shared;
use crate::statistics::Recorder;
use crate::transport::{Exchanged, Stream, Transport};
use kv_commands::Spec;

/// Replies that may pile up before they are sent, in bytes. The replies to a pipeline leave in one write; a client that
/// asks for gigabytes gets them piece by piece.
const FLUSH_AT: usize = 1024 * 1024;

/// Published messages that are written at once, at most, before the client's own commands get their turn.
const PUSHES_AT_ONCE: usize = 1024;

/// The first bytes of an encrypted connection: the head of a handshake's record, of any version. The bytes behind it
/// are partly chosen by others than the client, so they must not be taken for lines with commands.
const TLS_HANDSHAKE: &[u8] = &[0x16, 0x03];

/// How long the farewell to a client may take: an encrypted connection sends a message that it ends.
const FAREWELL: Duration = Duration::from_secs(1);

/// One client's connection.
pub(crate) struct Connection<B: Backend> {
    stream: Stream,
    decoder: Decoder,
    input: BytesMut,
    /// Replies that the connection has not tried to send yet. Replies that the client has not taken wait in the stream.
    output: BytesMut,
    /// Whether the client sends no more.
    ended: bool,
    /// The number of bytes that the client's record shows as waiting for this client.
    taken_down: usize,
    /// When the input arrived, until a request of it is carried out: the first request need not look at the clock
    /// again.
    arrived: Option<Instant>,
    pipeline: Pipeline,
    /// The last command for the backend that was read.
    last: Option<&'static Spec>,
    session: Session,
    /// The client's queue of pushes; `None` until it first subscribes.
    mail: Option<(Outbox, Inbox)>,
    client: Arc<Client>,
    recorder: Recorder,
    handle: B::Handle,
    shared: Arc<Shared<B>>,
}

/// The reason why a connection ends.
#[derive(Debug)]
enum End {
    /// The client has gone, or has asked for the end.
    Client,
    /// The network failed.
    Io(io::Error),
    /// Another part of the server has closed the connection.
    Closed,
}

impl From<io::Error> for End {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// The events that a connection waits for.
enum Event {
    Exchanged(Exchanged),
    Push(Push),
    End,
}

impl<B: Backend> Connection<B> {
    pub(crate) fn new(
        transport: Transport,
        client: Arc<Client>,
        handle: B::Handle,
        shared: Arc<Shared<B>>,
    ) -> Self {
        let authenticated = !shared.settings.asks_password();
        let limits = if authenticated { shared.limits() } else { Limits::unauthenticated() };
        Self {
            stream: Stream::new(transport),
            decoder: Decoder::new(limits),
            input: BytesMut::new(),
            output: BytesMut::new(),
            ended: false,
            taken_down: 0,
            arrived: None,
            pipeline: Pipeline::default(),
            last: None,
            session: Session::new(authenticated),
            mail: None,
            recorder: shared.statistics.recorder(client.id()),
            client,
            handle,
            shared,
        }
    }

    // ANCHOR: run
    /// Serves the client until one of the two sides ends it.
    pub(crate) async fn run(mut self) {
        let mut end = loop {
            if let Err(end) = self.serve().await {
                break end;
            }
        };
        let is_lost = matches!(end, End::Io(_)) || self.client.close_reason().is_some();
        if !is_lost && let Err(lost) = self.drain().await {
            end = lost;
        }
        match (&end, self.client.close_reason()) {
            (
                End::Closed,
                Some(reason @ (CloseReason::OutputBufferLimit | CloseReason::CrossProtocol(_))),
            ) => {
                tracing::warn!(client = self.client.id(), peer = %self.client.peer(), %reason, "closed");
            }
            (End::Closed, Some(reason)) => tracing::info!(client = self.client.id(), %reason, "closed"),
            (End::Io(error), _) => tracing::debug!(client = self.client.id(), %error, "connection lost"),
            (End::Client | End::Closed, _) => tracing::debug!(client = self.client.id(), "disconnected"),
        }
        // An encrypted stream has a farewell to send, and the peer may not take it.
        let _ = timeout(FAREWELL, self.stream.close()).await;
    }

    /// Carries out the requests that have arrived, and waits for more, until the connection ends.
    async fn serve(&mut self) -> Result<(), End> {
        self.serve_input().await?;
        self.send().await?;
        if self.session.closing || self.ended {
            return Err(End::Client);
        }
        match self.next_event().await? {
            Event::Exchanged(exchanged) => self.exchanged(exchanged),
            Event::Push(push) => {
                self.write_pushes(push);
                Ok(())
            }
            Event::End => Err(End::Closed),
        }
    }

    /// The first event of those that the connection waits for. A connection that is asked to end does so before it
    /// reads more.
    async fn next_event(&mut self) -> Result<Event, End> {
        // Published messages wait in their queue for as long as that many bytes of replies wait before them. Both count
        // for the same limit.
        let takes_pushes = self.stream.unsent().bytes() < FLUSH_AT;
        let (mail, stream, input) = (&mut self.mail, &mut self.stream, &mut self.input);
        tokio::select! {
            biased;
            () = self.client.finishing() => Ok(Event::End),
            // Between these two the choice is random: a client that is sent messages without a pause can still
            // unsubscribe.
            event = async { tokio::select! {
                push = next_push(mail), if takes_pushes => Ok(Event::Push(push)),
                exchanged = stream.exchange(Some(input)) => Ok(Event::Exchanged(exchanged?)),
            } } => event,
        }
    }
    // ANCHOR_END: run

    /// Carries out every request that has arrived whole.
    async fn serve_input(&mut self) -> Result<(), End> {
        if self.input.is_empty() {
            return Ok(());
        }
        if self.input.starts_with(TLS_HANDSHAKE) {
            return self.cut_off("a TLS handshake where none is expected");
        }
        self.arrived = Some(self.take_down_input());
        while !self.session.closing {
            match self.decoder.decode(&mut self.input) {
                Ok(Some(request)) => {
                    if self.client.close_reason().is_some() {
                        // The client was killed meanwhile: its remaining requests are no longer carried out.
                        return Err(End::Closed);
                    }
                    self.execute(request).await?;
                    if self.output.len() >= FLUSH_AT {
                        self.send().await?;
                    }
                }
                Ok(None) => break,
                Err(error) => {
                    tracing::info!(client = self.client.id(), %error, "closed: not understood");
                    // As in Redis: the requests before the mistake are answered, then the error is, and nothing behind
                    // it can be understood.
                    self.flush().await?;
                    self.encoder().error(error.line());
                    self.recorder.error("ERR");
                    self.session.closing = true;
                }
            }
        }
        // The client's record is updated once for a whole pipeline: the states in between could not be seen.
        let last = self.last.take();
        self.client.update(|state| {
            state.input_bytes = self.input.len();
            if let Some(spec) = last {
                state.command = spec.name;
            }
        });
        let request_bytes = self.input.len().saturating_add(self.decoder.argument_bytes());
        if request_bytes > self.shared.settings.longest_request() {
            self.client.close(CloseReason::InputBufferLimit);
            return Err(End::Closed);
        }
        self.flush().await
    }

    /// Has the backend do what is in the pipeline, and writes the replies.
    async fn flush(&mut self) -> Result<(), End> {
        let arrived = self.arrived.take();
        if self.pipeline.is_empty() {
            return Ok(());
        }
        let began = arrived.unwrap_or_else(Instant::now);
        let (pipeline, shared, handle) = (&mut self.pipeline, &self.shared, &self.handle);
        let asked = async {
            let answers = pipeline.ask(handle, began).await;
            shared.notifier.settle().await;
            answers
        };
        let mut answers = self.stream.send_beside(asked).await;
        while !self.pipeline.is_empty() {
            let mut output = Output {
                buffer: &mut self.output,
                protocol: self.session.protocol,
                recorder: &self.recorder,
            };
            self.pipeline.write(&mut answers, &mut output, FLUSH_AT);
            if self.output.len() >= FLUSH_AT {
                self.send().await?;
            }
        }
        Ok(())
    }

    /// Writes a published message, and the messages that wait behind it.
    fn write_pushes(&mut self, first: Push) {
        let mut next = Some(first);
        let mut written = 0;
        while let Some(push) = next {
            push.write(&mut Encoder::new(&mut self.output, self.session.protocol));
            written += 1;
            let room = written < PUSHES_AT_ONCE && self.output.len() < FLUSH_AT;
            next = self.mail.as_mut().filter(|_| room).and_then(|(_, inbox)| inbox.try_recv());
        }
    }

    /// Writes what this client has just published to itself, if it has. As in Redis from 7.2 on, it comes right behind
    /// the reply; earlier versions wrote it in front.
    fn write_own_pushes(&mut self) {
        let takes_pushes = self.stream.unsent().bytes() < FLUSH_AT;
        let push = self.mail.as_mut().filter(|_| takes_pushes).and_then(|(_, inbox)| inbox.try_recv());
        if let Some(push) = push {
            self.write_pushes(push);
        }
    }

    /// Ends a client that speaks another protocol, without an answer, as Redis does.
    fn cut_off(&self, what: &'static str) -> Result<(), End> {
        self.client.close(CloseReason::CrossProtocol(what));
        Err(End::Closed)
    }

    fn output(&mut self) -> Output<'_> {
        Output { buffer: &mut self.output, protocol: self.session.protocol, recorder: &self.recorder }
    }

    fn encoder(&mut self) -> Encoder<'_> {
        Encoder::new(&mut self.output, self.session.protocol)
    }
}

/// The next published message; never resolves if the client has not subscribed.
async fn next_push(mail: &mut Option<(Outbox, Inbox)>) -> Push {
    if let Some((_, inbox)) = mail
        && let Some(push) = inbox.recv().await
    {
        return push;
    }
    std::future::pending().await
}
