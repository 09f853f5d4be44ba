//! Many commands in one message.

use crate::{Command, Key, Route};

/// Commands that travel together and have nothing else to do with each other: each gets its own reply, and one that is
/// refused keeps no other from being applied.
///
/// A client that has many commands ready, as one that pipelines has, pays for one message to each actor instead of one
/// for each command. One actor applies its part in one go, in order, and no command of another caller comes in between.
///
/// ```
/// use kv_core::{Batch, Command, Set};
///
/// let commands = vec![Command::Set(Set::new("foo", "bar")), Command::Get { key: "foo".into() }];
/// assert_eq!(Batch::new(commands).expect("each is for one key").len(), 2);
/// assert!(Batch::new(vec![Command::Count]).is_err());
/// ```
#[derive(Clone, Debug)]
pub struct Batch(Vec<Command>);

impl Batch {
    /// A batch of commands for one key each.
    ///
    /// # Errors
    /// The first command that is not for one key: one over several keys or all of them, a [`Debug`](crate::Debug)
    /// command, which may have to pause, or another batch or transaction.
    pub fn new(mut commands: Vec<Command>) -> Result<Self, Command> {
        let fit = |command: &Command| {
            command.single_key().is_some()
                && !matches!(command, Command::Debug(_) | Command::Transaction(_) | Command::Batch(_))
        };
        match commands.iter().position(|command| !fit(command)) {
            Some(unfit) => Err(commands.swap_remove(unfit)),
            None => Ok(Self(commands)),
        }
    }

    /// The commands, in order.
    #[must_use]
    pub fn commands(&self) -> &[Command] {
        &self.0
    }

    /// The commands, in order.
    #[must_use]
    pub fn into_commands(self) -> Vec<Command> {
        self.0
    }

    /// How many commands the batch has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the batch has no commands.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Some commands of a batch, in their order.
    pub(crate) const fn part(commands: Vec<Command>) -> Self {
        Self(commands)
    }
}

impl Command {
    /// The one key that the command is for, if it is for one.
    #[must_use]
    #[inline]
    pub(crate) fn single_key(&self) -> Option<&Key> {
        match self.route() {
            Route::Key(key) | Route::Keys([key]) => Some(key),
            Route::Keys(_) | Route::All | Route::Cursor(_) | Route::SameOwner(_) | Route::Batch(_) => None,
        }
    }
}
