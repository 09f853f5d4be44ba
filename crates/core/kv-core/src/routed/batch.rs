//! A batch over several actors: taken apart, and put together again.

use std::hash::Hash;

use foldhash::fast::FixedState;
use indexmap::IndexMap;

use crate::{Batch, Command, Key, KvError, Reply};

/// The part of a batch that is for one actor.
pub(crate) struct Part {
    /// Where in the batch each command stands.
    positions: Vec<usize>,
    commands: Vec<Command>,
}

/// The parts of a batch, each with its owner, in the order in which they occur. Each keeps its commands' order.
pub(crate) fn split<O: Eq + Hash>(
    batch: Batch,
    owner_of: impl Fn(&Key) -> O,
) -> impl Iterator<Item = (O, Part)> {
    let mut parts: IndexMap<O, Part, FixedState> = IndexMap::default();
    for (position, command) in batch.into_commands().into_iter().enumerate() {
        // Each command has a key: see `Batch::new`.
        let Some(key) = command.single_key() else { continue };
        let part = parts
            .entry(owner_of(key))
            .or_insert_with(|| Part { positions: Vec::new(), commands: Vec::new() });
        part.positions.push(position);
        part.commands.push(command);
    }
    parts.into_iter()
}

impl Part {
    /// Where the commands' replies belong, and the command that brings them.
    pub(crate) fn into_command(self) -> (Vec<usize>, Command) {
        (self.positions, Command::Batch(Box::new(Batch::part(self.commands))))
    }
}

/// The reply to a batch of `commands` commands out of the replies to its parts. Where a part failed, each of its
/// commands failed.
pub(crate) fn join(commands: usize, parts: Vec<(Vec<usize>, Result<Reply, KvError>)>) -> Reply {
    let mut joined = vec![Err(KvError::ReplyLost); commands];
    for (positions, reply) in parts {
        match reply {
            Ok(Reply::Batch(replies)) => {
                for (position, reply) in positions.into_iter().zip(replies) {
                    joined[position] = reply;
                }
            }
            // A defect of the backend, and nothing that the batch's commands could answer.
            Ok(other) => panic!("the backend mixed up replies: a batch answered {other:?}"),
            Err(error) => positions.into_iter().for_each(|position| joined[position] = Err(error)),
        }
    }
    Reply::Batch(joined)
}
