//! One client: reads requests, has them carried out, and writes the replies.
//!
//! The third of the server's actors, and the only one of which there are thousands. Its messages come from three sides: the
//! socket brings requests, the [inbox](Inbox) what others publish, and the [client](Client) that it is to end.

mod clients;
mod control;
mod dispatch;
mod faults;
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
use crate::commands::Spec;
use crate::shared::Shared;
use crate::statistics::Recorder;
use crate::transport::Transport;

/// Replies that may pile up before they are sent, in bytes. A pipeline's worth of replies leaves in one write; a client that
/// asks for gigabytes gets them piece by piece.
const FLUSH_AT: usize = 1024 * 1024;

/// Bytes of one request, at most: Redis's default `client-query-buffer-limit`. A hundred arguments of half a gigabyte each
/// are allowed one by one.
const LONGEST_REQUEST: usize = 1 << 30;

/// Published messages that are written at once, at most, before the client's own commands get their turn.
const PUSHES_AT_ONCE: usize = 1024;

/// How long the last word to a client may take.
const FAREWELL: Duration = Duration::from_secs(1);

/// One client's connection.
pub(crate) struct Connection<B: Backend> {
    transport: Transport,
    decoder: Decoder,
    input: BytesMut,
    output: BytesMut,
    /// When the input arrived, until something was done about it: what comes first need not look at the clock again.
    arrived: Option<Instant>,
    pipeline: Pipeline,
    /// The last command for the backend that was read.
    last: Option<&'static Spec>,
    session: Session,
    /// There once the client has subscribed.
    mail: Option<(Outbox, Inbox)>,
    client: Arc<Client>,
    recorder: Recorder,
    handle: B::Handle,
    shared: Arc<Shared<B>>,
}

/// Why a connection ends.
#[derive(Debug)]
enum End {
    /// The client has gone, or wanted to.
    Client,
    /// The network failed.
    Io(io::Error),
    /// The server wants it.
    Closed,
}

impl From<io::Error> for End {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// What a connection waits for.
enum Event {
    Input(usize),
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
            transport,
            decoder: Decoder::new(limits),
            input: BytesMut::new(),
            output: BytesMut::new(),
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
        let end = loop {
            if let Err(end) = self.serve().await {
                break end;
            }
        };
        match (&end, self.client.close_reason()) {
            (End::Closed, Some(reason @ CloseReason::OutputBufferLimit)) => {
                tracing::warn!(client = self.client.id(), %reason, "closed");
            }
            (End::Closed, Some(reason)) => tracing::info!(client = self.client.id(), %reason, "closed"),
            (End::Io(error), _) => tracing::debug!(client = self.client.id(), %error, "connection lost"),
            (End::Client | End::Closed, _) => tracing::debug!(client = self.client.id(), "disconnected"),
        }
        // An encrypted one has something to send, and the peer may not take it.
        let _ = timeout(FAREWELL, self.transport.close()).await;
    }

    /// Does what has arrived, and waits for more.
    async fn serve(&mut self) -> Result<(), End> {
        self.serve_input().await?;
        self.send().await?;
        if self.session.closing {
            return Err(End::Client);
        }
        match self.next_event().await? {
            Event::Input(0) => Err(End::Client),
            Event::Input(bytes) => {
                self.recorder.read(bytes);
                Ok(())
            }
            Event::Push(push) => {
                self.write_pushes(push);
                Ok(())
            }
            Event::End => Err(End::Closed),
        }
    }

    /// Whatever comes first. What is asked to end does so before it reads more.
    async fn next_event(&mut self) -> Result<Event, End> {
        let (mail, transport, input) = (&mut self.mail, &mut self.transport, &mut self.input);
        tokio::select! {
            biased;
            () = self.client.finishing() => Ok(Event::End),
            // Between these two the lot decides: who is sent messages without a pause can still unsubscribe.
            event = async { tokio::select! {
                push = next_push(mail) => Ok(Event::Push(push)),
                read = transport.fill(input) => Ok(Event::Input(read?)),
            } } => event,
        }
    }
    // ANCHOR_END: run

    /// Carries out every request that has arrived whole.
    async fn serve_input(&mut self) -> Result<(), End> {
        if self.input.is_empty() {
            return Ok(());
        }
        let now = Instant::now();
        self.arrived = Some(now);
        self.client.update(|state| {
            state.active = now;
            state.input_bytes = self.input.len();
            state.input_room = self.input.capacity() - self.input.len();
        });
        while !self.session.closing {
            match self.decoder.decode(&mut self.input) {
                Ok(Some(request)) => {
                    if self.client.close_reason().is_some() {
                        // Killed meanwhile: what it has sent is no longer done.
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
                    // As Redis: what came before is answered, then the error, and nothing behind it can be understood.
                    self.flush().await?;
                    self.encoder().error(error.line());
                    self.recorder.error("ERR");
                    self.session.closing = true;
                }
            }
        }
        // Once for a whole pipeline, and not for each of its commands: nobody could see those in between.
        if let Some(spec) = self.last.take() {
            self.client.update(|state| state.command = spec.name);
        }
        if self.input.len() > LONGEST_REQUEST {
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
        let mut answers = self.pipeline.ask(&self.handle, began).await;
        self.shared.notifier.settle().await;
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

    /// Sends what has been written: one system call, as long as the client takes it.
    async fn send(&mut self) -> Result<(), End> {
        if self.output.is_empty() {
            return Ok(());
        }
        self.write_out().await?;
        self.recorder.wrote(self.output.len());
        if self.output.capacity() > FLUSH_AT {
            // One large reply is no reason to keep its memory for as long as the client is there.
            self.output = BytesMut::new();
        } else {
            self.output.clear();
        }
        Ok(())
    }

    async fn write_out(&mut self) -> Result<(), End> {
        let mut write = std::pin::pin!(self.transport.write_all(&self.output));
        tokio::select! {
            // The usual write is done when it is first tried, and nobody looks at the rest.
            biased;
            written = &mut write => return Ok(written?),
            () = std::future::ready(()) => {}
        }
        self.client.update(|state| state.output_bytes = self.output.len());
        tokio::select! {
            written = write => written?,
            () = self.client.closed() => return Err(End::Closed),
        }
        self.client.update(|state| state.output_bytes = 0);
        Ok(())
    }

    /// Writes a published message, and those that wait behind it.
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

    fn output(&mut self) -> Output<'_> {
        Output { buffer: &mut self.output, protocol: self.session.protocol, recorder: &self.recorder }
    }

    fn encoder(&mut self) -> Encoder<'_> {
        Encoder::new(&mut self.output, self.session.protocol)
    }
}

/// The next published message; never, for whoever has not subscribed.
async fn next_push(mail: &mut Option<(Outbox, Inbox)>) -> Push {
    if let Some((_, inbox)) = mail
        && let Some(push) = inbox.recv().await
    {
        return push;
    }
    std::future::pending().await
}
