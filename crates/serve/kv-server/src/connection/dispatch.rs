//! The dispatch of a request: to the backend, to the connection itself, or into a transaction's queue.

use std::sync::Arc;
use std::time::Instant;

use bytes::BytesMut;
use kv_core::{Backend, KvError, Reply};
use kv_resp::{Encoder, Request};

use super::{Connection, End, pipeline};
use kv_commands::{Database, Failure, Flags, Found, Local, Plan, Render, Run, Spec, database};

impl<B: Backend> Connection<B> {
    // ANCHOR: execute
    /// Carries out one request, or puts it into the pipeline behind earlier requests.
    pub(super) async fn execute(&mut self, request: Request) -> Result<(), End> {
        if is_http(request.name()) {
            // The requests before it came from a program that speaks this protocol.
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
                // The connection ends now, and not when `EXEC` would carry the command out: the commands that are
                // queued behind it are not meant for the only database.
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
                // Requests that were sent before this one are carried out before it.
                self.flush().await?;
                if matches!(local, Local::Debug) {
                    // A fault on purpose may block this thread, and the replies to earlier requests must leave before
                    // it.
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

    /// Asks the backend for the values that a reply is computed from, and computes it on a thread that serves no other
    /// connection.
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

    /// Writes a reply that takes long to compute. No more such replies are computed at once than there are processors,
    /// for each takes memory as well.
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

    /// Checks whether this client may call this command now.
    fn check(&mut self, spec: &Spec) -> Result<(), Failure> {
        if !self.session.authenticated && !self.shared.settings.asks_password() {
            // The password was taken away since this client connected.
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

    /// Puts a refusal in its place among the replies. A refusal spoils a transaction that is being queued.
    pub(super) fn refuse(&mut self, found: Option<Found>, failure: Failure) {
        if let Some(queue) = &mut self.session.queue {
            queue.spoil();
        }
        self.pipeline.refuse(found.map(|found| found.id), failure, self.session.replies);
    }

    /// Puts a failure in its place among the replies. A failure is found by the command itself, and does not spoil a
    /// transaction.
    pub(super) fn fail(&mut self, found: Found, failure: Failure) {
        self.pipeline.fail(found.id, failure, self.session.replies);
    }
}

/// Whether this is the first word of a line of HTTP that no browser leaves out. A web page can make a browser send a
/// request to any port, and can choose what is in its body, which would be read as lines with commands. These two names
/// are refused in any form and to any client, as Redis does it.
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
