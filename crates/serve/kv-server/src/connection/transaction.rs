//! The commands of transactions: `MULTI`, `EXEC`, `DISCARD`, `WATCH`.
//!
//! Commands are parsed when they are queued, and travel as one message when they are executed: the actor handles
//! nothing else in between. So one actor has to own all their keys. A backend with several actors finds out at `EXEC`,
//! and refuses the whole. `MULTI` cannot know it, and its reply would not help: clients that send a transaction without
//! waiting for replies do not read one to `MULTI`.
//!
//! `WATCH` asks for the version of a key. The transaction carries it, and the actor compares it with the present
//! version. So only the client's connection has to remember what the client watches.

use std::collections::HashMap;
use std::time::Instant;

use kv_core::{Backend, Batch, Command, CommandError, Handle, Key, KvError, Reply, Transaction, Version};
use kv_resp::Request;

use super::{Connection, End, FLUSH_AT};
use crate::client::CloseReason;
use kv_commands::{Failure, Found, Plan, Render, Run};

/// The commands between `MULTI` and `EXEC`.
#[derive(Debug, Default)]
pub(super) struct Queue {
    entries: Vec<(Found, Work)>,
    /// What the requests took on the wire, and what their entries take here.
    bytes: usize,
    spoilt: bool,
}

/// The queued form of a command.
#[derive(Debug)]
enum Work {
    Store(Plan),
    /// A request that the connection carries out itself when its turn comes: also one whose failure is to be its reply.
    Own(Request),
}

impl Queue {
    /// Marks that one of the commands was refused: the whole transaction will be.
    pub(super) fn spoil(&mut self) {
        self.spoilt = true;
    }
}

impl<B: Backend> Connection<B> {
    pub(super) fn multi(&mut self) -> Result<(), Failure> {
        if self.session.queue.is_some() {
            return Err(Failure::fixed("ERR MULTI calls can not be nested"));
        }
        self.session.queue = Some(Queue::default());
        self.client.update(|state| state.queued = Some(0));
        self.encoder().simple("OK");
        Ok(())
    }

    /// Puts a command into the queue.
    pub(super) async fn queue(&mut self, found: Found, request: Request) -> Result<(), End> {
        // A refusal before this command may still wait for its turn.
        self.flush().await?;
        // The request is moved to memory of its own: otherwise each would keep its read buffer alive for as long as it
        // is queued.
        let request = request.detached();
        let bytes = request.memory_bytes() + size_of::<(Found, Work)>();
        let work = match found.spec.run {
            Run::Store(parse) => match parse(&request, &self.shared.context) {
                Ok(plan) => Work::Store(plan),
                Err(_) => Work::Own(request),
            },
            _ => Work::Own(request),
        };
        if let Some(queue) = &mut self.session.queue {
            queue.entries.push((found, work));
            queue.bytes += bytes;
            if queue.bytes > self.shared.settings.longest_request() {
                // A transaction counts as one request that arrives in parts.
                self.client.close(CloseReason::InputBufferLimit);
                return Err(End::Closed);
            }
            let length = queue.entries.len();
            self.client.update(|state| state.queued = Some(length));
        }
        let start = self.output.len();
        self.encoder().simple("QUEUED");
        if self.session.replies.is_muted() {
            self.output.truncate(start);
        }
        Ok(())
    }

    pub(super) fn discard(&mut self) -> Result<(), Failure> {
        if self.session.queue.take().is_none() {
            return Err(Failure::fixed("ERR DISCARD without MULTI"));
        }
        self.unwatch();
        self.encoder().simple("OK");
        Ok(())
    }

    // ANCHOR: exec
    pub(super) async fn exec(&mut self) -> Result<Result<(), Failure>, End> {
        let Some(queue) = self.session.queue.take() else {
            return Ok(Err(Failure::fixed("ERR EXEC without MULTI")));
        };
        let watched = std::mem::take(&mut self.session.watched);
        self.unwatch();
        if queue.spoilt {
            let spoilt = "EXECABORT Transaction discarded because of previous errors.";
            return Ok(Err(Failure::fixed(spoilt)));
        }
        let began = Instant::now();
        let (commands, steps) = split(queue.entries);
        let mut replies = match self.apply(watched, commands).await {
            Ok(Some(replies)) => replies.into_iter(),
            Ok(None) => {
                self.encoder().null_array();
                return Ok(Ok(()));
            }
            Err(error @ KvError::Command(CommandError::AcrossActors)) => {
                return Ok(Err(aborted(&error.into())));
            }
            Err(error) => return Ok(Err(error.into())),
        };
        self.shared.notifier.settle().await;
        let took = began.elapsed();
        self.encoder().array(steps.len());
        for (found, step) in steps {
            match step {
                Step::Render(count, render) if render.is_heavy() => {
                    let replies = replies.by_ref().take(count).collect();
                    self.render_heavy(found, replies, render, began).await;
                }
                Step::Render(count, render) => {
                    self.output().render(Some(found.id), &render, &mut replies.by_ref().take(count), took);
                }
                Step::Own(request) => self.run_queued(found, &request).await?,
            }
            if self.output.len() >= FLUSH_AT {
                self.send().await?;
            }
        }
        Ok(Ok(()))
    }
    // ANCHOR_END: exec

    /// Ends a transaction whose `EXEC` was refused: none of its commands is carried out, and the connection is outside
    /// of it again.
    pub(super) fn abort(&mut self, reason: &Failure) -> Failure {
        self.session.queue = None;
        self.unwatch();
        aborted(reason)
    }

    /// Asks the backend to apply the transaction. `None` if a watched key has changed.
    async fn apply(
        &self,
        watched: HashMap<Key, Version>,
        commands: Vec<Command>,
    ) -> Result<Option<Vec<Result<Reply, KvError>>>, KvError> {
        if watched.is_empty() && commands.is_empty() {
            return Ok(Some(Vec::new()));
        }
        let transaction = match Transaction::new(watched.into_iter().collect(), commands) {
            Ok(transaction) => transaction,
            Err(command) => unreachable!("{command:?} cannot be in a transaction, and was queued"),
        };
        match self.handle.ask(Command::Transaction(Box::new(transaction))).await? {
            Reply::Transaction(replies) => {
                Ok(replies
                    .map(|replies| replies.into_iter().map(|reply| reply.map_err(Into::into)).collect()))
            }
            other => unreachable!("a transaction is not answered by {other:?}"),
        }
    }

    async fn run_queued(&mut self, found: Found, request: &Request) -> Result<(), End> {
        match found.spec.run {
            // The future is boxed because `EXEC` is such a command itself, so the type would be recursive.
            Run::Local(local) => Box::pin(self.run_local(found, local, request)).await,
            Run::Store(parse) => {
                // The command could not be parsed when it was queued, and the reason is its reply.
                if let Err(failure) = parse(request, &self.shared.context) {
                    self.output().fail(Some(found.id), &failure);
                }
                Ok(())
            }
            Run::Container | Run::NotServed => Ok(()),
        }
    }

    pub(super) async fn watch(&mut self, request: &Request) -> Result<(), Failure> {
        if self.session.queue.is_some() {
            return Err(Failure::fixed("ERR WATCH inside MULTI is not allowed"));
        }
        let keys: Vec<Key> = request.args().skip(1).map(Key::copy_from_slice).collect();
        for (key, version) in keys.iter().zip(self.versions(&keys).await?) {
            // Of several versions of a key, the one that was seen first counts.
            self.session.watched.entry(key.clone()).or_insert(version);
        }
        let watched = self.session.watched.len();
        self.client.update(|state| state.watched = watched);
        self.encoder().simple("OK");
        Ok(())
    }

    async fn versions(&self, keys: &[Key]) -> Result<Vec<Version>, KvError> {
        let commands = keys.iter().map(|key| Command::Version { key: key.clone() }).collect();
        let batch = match Batch::new(commands) {
            Ok(batch) => batch,
            Err(command) => unreachable!("{command:?} is for one key"),
        };
        let Reply::Batch(replies) = self.handle.ask(Command::Batch(Box::new(batch))).await? else {
            unreachable!("a batch is answered by a batch");
        };
        let versions = replies.into_iter().map(|reply| match reply? {
            Reply::Version(version) => Ok(version),
            other => unreachable!("a version is not answered by {other:?}"),
        });
        versions.collect()
    }

    /// Forgets the watched keys, and updates the client's record.
    pub(super) fn unwatch(&mut self) {
        self.session.watched.clear();
        let queued = self.session.queue.as_ref().map(|queue| queue.entries.len());
        self.client.update(|state| {
            state.watched = 0;
            state.queued = queued;
        });
    }
}

/// The reason why no command of a transaction was carried out, in Redis's words. A code is repeated only if it says
/// more than `ERR`.
fn aborted(reason: &Failure) -> Failure {
    let reason = reason.as_bytes();
    let reason = reason.strip_prefix(b"ERR ").unwrap_or(reason);
    Failure::quoting("EXECABORT Transaction discarded because of: ", reason, "")
}

/// The rest of an entry once its commands are on their way.
enum Step {
    Render(usize, Render),
    Own(Request),
}

fn split(entries: Vec<(Found, Work)>) -> (Vec<Command>, Vec<(Found, Step)>) {
    let mut commands = Vec::new();
    let steps = entries.into_iter().map(|(found, work)| {
        let step = match work {
            Work::Store(plan) => {
                let (own, render) = plan.into_parts();
                let count = own.len();
                commands.extend(own);
                Step::Render(count, render)
            }
            Work::Own(request) => Step::Own(request),
        };
        (found, step)
    });
    let steps = steps.collect();
    (commands, steps)
}
