//! The commands of one read, from the connection to the backend and back.
//!
//! A client that pipelines sends many commands at once, and they travel to the backend together: as one batch, so that
//! an actor is woken once for all of them. A command that cannot travel in a batch ends it.

use std::collections::VecDeque;
use std::iter::Chain;
use std::time::Duration;
use std::{option, vec};

use kv_core::{Batch, Command, Handle, KvError, Reply, Route};
use tokio::time::Instant;

use super::output::Output;
use super::session::Replies;
use kv_commands::{Failure, Plan, Render};

/// The most commands that travel together. A longer batch would delay the commands of other clients for longer than a
/// wake-up costs.
const LONGEST_BATCH: usize = 512;

/// The requests that were read, and that the backend has not been asked yet.
#[derive(Debug, Default)]
pub(super) struct Pipeline {
    commands: Vec<Command>,
    entries: VecDeque<Entry>,
}

/// A request: which command it is, if it is one, and what its reply is made of.
#[derive(Debug)]
struct Entry {
    command: Option<usize>,
    replies: Replies,
    answer: Answer,
}

#[derive(Debug)]
enum Answer {
    /// A reply that is rendered from `count` of the backend's replies.
    Asked { count: usize, render: Render },
    /// The error of a request that was refused before its arguments were looked at.
    Refused(Failure),
    /// The error of a command whose arguments were looked at, and that cannot be carried out.
    Failed(Failure),
}

impl Pipeline {
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether this plan can travel with the waiting ones.
    pub(super) fn has_room_for(&self, plan: &Plan) -> bool {
        let fits = |command: &Command| matches!(command.route(), Route::Key(_));
        let alone = self.commands.is_empty();
        let open = self.commands.len() < LONGEST_BATCH && self.commands.last().is_none_or(fits);
        match plan {
            Plan::One(command, _) => alone || (open && fits(command)),
            Plan::Many(..) => alone || open,
        }
    }

    pub(super) fn push(&mut self, command: usize, plan: Plan, replies: Replies) {
        let (count, render) = match plan {
            Plan::One(one, render) => {
                self.commands.push(one);
                (1, render)
            }
            Plan::Many(many, render) => {
                let count = many.len();
                self.commands.extend(many);
                (count, render)
            }
        };
        self.entries.push_back(Entry {
            command: Some(command),
            replies,
            answer: Answer::Asked { count, render },
        });
    }

    pub(super) fn refuse(&mut self, command: Option<usize>, failure: Failure, replies: Replies) {
        self.entries.push_back(Entry { command, replies, answer: Answer::Refused(failure) });
    }

    pub(super) fn fail(&mut self, command: usize, failure: Failure, replies: Replies) {
        self.entries.push_back(Entry { command: Some(command), replies, answer: Answer::Failed(failure) });
    }

    // ANCHOR: ask
    /// Asks the backend for all waiting plans. The pipeline was begun at the time `began`.
    pub(super) async fn ask<H: Handle>(&mut self, handle: &H, began: Instant) -> Answers {
        let commands = self.commands.len();
        let replies = match commands {
            0 => Replied::Many(Vec::new()),
            1 => {
                let command = self.commands.pop().expect("there is one");
                Replied::One(handle.ask(command).await)
            }
            _ => Replied::Many(ask_together(handle, std::mem::take(&mut self.commands)).await),
        };
        let each = began.elapsed() / u32::try_from(commands.max(1)).unwrap_or(u32::MAX);
        Answers { replies: replies.into_iter(), each }
    }
    // ANCHOR_END: ask

    // ANCHOR: write
    /// Writes the reply of each request, in the order of the requests, until `most` bytes wait to be sent. A client
    /// that asks for a hundred large values at once does not get a buffer with a hundred of them.
    pub(super) fn write(&mut self, answers: &mut Answers, output: &mut Output<'_>, most: usize) {
        let Answers { replies, each } = answers;
        while output.len() < most
            && let Some(Entry { command, replies: mode, answer }) = self.entries.pop_front()
        {
            let start = output.len();
            match answer {
                Answer::Refused(failure) => output.refuse(command, &failure),
                Answer::Failed(failure) => output.fail(command, &failure),
                Answer::Asked { count, render } => {
                    output.render(command, &render, &mut replies.by_ref().take(count), *each);
                }
            }
            if mode.is_muted() {
                output.truncate(start);
            }
        }
    }
    // ANCHOR_END: write
}

/// Asks the backend for commands that fit into a batch.
pub(super) async fn ask_together<H: Handle>(
    handle: &H,
    commands: Vec<Command>,
) -> Vec<Result<Reply, KvError>> {
    let count = commands.len();
    let batch = match Batch::new(commands) {
        Ok(batch) => batch,
        Err(command) => unreachable!("{command:?} does not fit into a batch, and was put into one"),
    };
    match handle.ask(Command::Batch(Box::new(batch))).await {
        Ok(Reply::Batch(replies)) => replies,
        Ok(other) => unreachable!("a batch is answered by a batch, not by {other:?}"),
        Err(error) => vec![Err(error); count],
    }
}

/// The backend's answers.
#[derive(Debug)]
pub(super) struct Answers {
    replies: <Replied as IntoIterator>::IntoIter,
    /// How long each of the commands took, on average.
    each: Duration,
}

/// The replies: one, or many. A single reply is not put into a vector, because it is the usual case for a client that
/// does not pipeline.
#[derive(Debug)]
enum Replied {
    One(Result<Reply, KvError>),
    Many(Vec<Result<Reply, KvError>>),
}

type Own = Result<Reply, KvError>;

impl IntoIterator for Replied {
    type Item = Own;
    type IntoIter = Chain<option::IntoIter<Own>, vec::IntoIter<Own>>;

    fn into_iter(self) -> Self::IntoIter {
        let (one, many) = match self {
            Self::One(reply) => (Some(reply), Vec::new()),
            Self::Many(replies) => (None, replies),
        };
        one.into_iter().chain(many)
    }
}
