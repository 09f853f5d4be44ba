//! From a request to whoever carries it out.

use std::sync::Arc;
use std::time::Instant;

use bytes::BytesMut;
use kv_core::{Backend, KvError, Reply};
use kv_resp::{Encoder, Request};

use super::{Connection, End, pipeline};
use crate::commands::{Database, Failure, Flags, Found, Local, Plan, Render, Run, Spec, database};

impl<B: Backend> Connection<B> {
    // ANCHOR: execute
    /// Carries out one request, or puts it into the pipeline behind those before it.
    pub(super) async fn execute(&mut self, request: Request) -> Result<(), End> {
        if is_http(request.name()) {
            // What came before it was no attack.
            self.flush().await?;
            return self.cut_off("POST or Host:");
        }
        self.session.replies = self.session.replies.next();
        let found = match Found::of(&request) {
            Ok(found) => found,
            Err(failure) => {
                self.refuse(None, failure);
                return Ok(());
            }
        };
        if let Err(mut failure) = found.check_arity(&request).and_then(|()| self.check(found.spec)) {
            if matches!(found.spec.run, Run::Local(Local::Exec)) {
                failure = self.abort(&failure);
            }
            self.refuse(Some(found), failure);
            return Ok(());
        }
        if self.session.queue.is_some() && !ends_transaction(found.spec) {
            if is_select(found.spec) && database(&request, 1) == Ok(Database::Elsewhere) {
                // Not when its turn comes: what is queued behind it is not meant for the database that there is.
                self.session.closing = true;
                self.refuse(Some(found), Failure::ONE_DATABASE);
                return Ok(());
            }
            return self.queue(found, request).await;
        }
        match found.spec.run {
            Run::Store(parse) => match parse(&request, &self.shared.context) {
                Ok(plan) => self.submit(found, plan).await,
                Err(failure) => {
                    self.fail(found, failure);
                    Ok(())
                }
            },
            Run::Local(local) => {
                // What was sent before it is done before it.
                self.flush().await?;
                if matches!(local, Local::Debug) {
                    // A fault on purpose may block this thread, and what was done before it is to be seen before it.
                    self.drain().await?;
                }
                self.run_local(found, local, &request).await?;
                self.write_own_pushes();
                Ok(())
            }
            Run::Container | Run::NotServed => {
                self.refuse(Some(found), Failure::unknown_command(&request));
                Ok(())
            }
        }
    }
    // ANCHOR_END: execute

    async fn submit(&mut self, found: Found, plan: Plan) -> Result<(), End> {
        if plan.render().is_heavy() {
            self.flush().await?;
            return self.compute(found, plan).await;
        }
        if !self.pipeline.has_room_for(&plan) {
            self.flush().await?;
        }
        self.pipeline.push(found.id, plan, self.session.replies);
        self.last = Some(found.spec);
        Ok(())
    }

    /// Asks for what a reply is computed from, and computes it on a thread where that holds up nobody.
    async fn compute(&mut self, found: Found, plan: Plan) -> Result<(), End> {
        let (commands, render) = plan.into_parts();
        let began = Instant::now();
        let replies = pipeline::ask_together(&self.handle, commands).await;
        let start = self.output.len();
        self.render_heavy(found, replies, render, began).await;
        if self.session.replies.is_muted() {
            self.output.truncate(start);
        }
        Ok(())
    }

    /// Writes a reply that takes long to compute. No more of them at once than there are processors, for each takes memory as
    /// well.
    pub(super) async fn render_heavy(
        &mut self,
        found: Found,
        replies: Vec<Result<Reply, KvError>>,
        render: Render,
        began: Instant,
    ) {
        let protocol = self.session.protocol;
        let shared = Arc::clone(&self.shared);
        let _turn = shared.heavy.acquire().await;
        let written = tokio::task::spawn_blocking(move || {
            let mut reply = BytesMut::new();
            render.write(&mut replies.into_iter(), &mut Encoder::new(&mut reply, protocol));
            reply
        });
        let start = self.output.len();
        match written.await {
            Ok(reply) => self.output.extend_from_slice(&reply),
            Err(error) => {
                tracing::error!(%error, "a reply could not be computed");
                self.encoder().error(Failure::UNEXPECTED_REPLY.as_bytes());
            }
        }
        self.output().carried_out(Some(found.id), start, began.elapsed());
    }

    /// Whether this client may do this now.
    fn check(&mut self, spec: &Spec) -> Result<(), Failure> {
        if !self.session.authenticated && !self.shared.settings.asks_password() {
            // It was taken away since this client came.
            self.let_in();
        }
        if !self.session.authenticated && !spec.flags.contains(Flags::NO_AUTH) {
            return Err(Failure::fixed("NOAUTH Authentication required."));
        }
        if self.session.is_subscriber_only() && !is_for_subscribers(spec) {
            return Err(Failure::line(format!(
                "ERR Can't execute '{}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context",
                spec.name
            )));
        }
        if self.session.queue.is_some() && spec.flags.contains(Flags::NO_MULTI) {
            return Err(Failure::fixed("ERR Command not allowed inside a transaction"));
        }
        Ok(())
    }

    /// A refusal takes its place among the replies. It spoils a transaction that is being queued.
    pub(super) fn refuse(&mut self, found: Option<Found>, failure: Failure) {
        if let Some(queue) = &mut self.session.queue {
            queue.spoil();
        }
        self.pipeline.refuse(found.map(|found| found.id), failure, self.session.replies);
    }

    /// So does a failure, which is the command's own and spoils nothing.
    pub(super) fn fail(&mut self, found: Found, failure: Failure) {
        self.pipeline.fail(found.id, failure, self.session.replies);
    }
}

/// Whether this is the first word of a line of HTTP that no browser leaves out: a web page can have one send a request to any
/// port, and can choose what is in its body, which would be read as lines with commands. These two names are refused in any
/// form and to any client, as Redis does it.
fn is_http(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"post") || name.eq_ignore_ascii_case(b"host:")
}

/// Whether a command is carried out at once between `MULTI` and `EXEC`.
const fn ends_transaction(spec: &Spec) -> bool {
    matches!(
        spec.run,
        Run::Local(Local::Exec | Local::Discard | Local::Multi | Local::Watch | Local::Quit | Local::Reset)
    )
}

const fn is_select(spec: &Spec) -> bool {
    matches!(spec.run, Run::Local(Local::Select))
}

const fn is_for_subscribers(spec: &Spec) -> bool {
    matches!(
        spec.run,
        Run::Local(
            Local::Subscribe
                | Local::PSubscribe
                | Local::Unsubscribe
                | Local::PUnsubscribe
                | Local::Ping
                | Local::Quit
                | Local::Reset
        )
    )
}
