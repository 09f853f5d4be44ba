//! Commands that are applied as one, if nothing has changed meanwhile.

use crate::{Command, Key};

/// Commands that one actor applies in one go, if none of the watched keys was written since it was looked at: Redis's
/// `WATCH`, `MULTI` and `EXEC` in one message.
///
/// Nothing is locked between the look and the transaction. The reply `None` tells the caller that another write was
/// faster, so the caller looks again. A command that is refused is no reason to undo the others, as in Redis.
///
/// ```
/// use kv_core::{Command, Set, Transaction, Version};
///
/// // `MSETNX foo 1 bar 2`: both, or neither.
/// let watched = vec![("foo".into(), Version::ABSENT), ("bar".into(), Version::ABSENT)];
/// let sets = vec![Command::Set(Set::new("foo", "1")), Command::Set(Set::new("bar", "2"))];
/// assert_eq!(Transaction::new(watched, sets).expect("sets are fit for it").commands().len(), 2);
/// ```
#[derive(Clone, Debug)]
pub struct Transaction {
    watched: Vec<(Key, Version)>,
    commands: Vec<Command>,
}

impl Transaction {
    /// A transaction that is done if every watched key still has that version.
    ///
    /// # Errors
    /// The first command that cannot be part of it: a [`Debug`](crate::Debug) command, a batch, or a transaction that
    /// has another one in it. A transaction without another one in it is fit: `MSETNX` between `MULTI` and `EXEC` is.
    pub fn new(watched: Vec<(Key, Version)>, mut commands: Vec<Command>) -> Result<Self, Command> {
        let unfit = |command: &Command| match command {
            Command::Debug(_) | Command::Batch(_) => true,
            // One level is enough for every caller, and the store needs no limit to the depth.
            Command::Transaction(inner) => {
                inner.commands.iter().any(|command| matches!(command, Command::Transaction(_)))
            }
            _ => false,
        };
        match commands.iter().position(unfit) {
            Some(unfit) => Err(commands.swap_remove(unfit)),
            None => Ok(Self { watched, commands }),
        }
    }

    /// The watched keys, and the version that each must still have.
    #[must_use]
    pub fn watched(&self) -> &[(Key, Version)] {
        &self.watched
    }

    /// The commands, in order.
    #[must_use]
    pub fn commands(&self) -> &[Command] {
        &self.commands
    }

    /// The watched keys and the commands.
    #[must_use]
    pub fn into_parts(self) -> (Vec<(Key, Version)>, Vec<Command>) {
        (self.watched, self.commands)
    }
}

/// Which write a key has seen last; [`Command::Version`] asks for it and a [`Transaction`] compares it.
///
/// Equal versions mean that the key was not written in between, not even with the same value: no version is ever given
/// twice within a process, whatever became of the key or of its actor. The absence of a key has a version as well, which
/// ends when the key is created.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Version {
    /// The store's number from 1, or 0 for the absence of a key. Without it a store that begins again, because its actor
    /// was restarted or is the next one of the same key, would count the same writes once more. Rejected: to begin with
    /// the time instead, for two actors of one key may follow each other within a millisecond.
    store: u64,
    /// The write's number within the store, or that of the absence, from 1.
    write: u64,
}

impl Version {
    /// The version of a key that does not exist, whatever was there before: a condition for a [`Transaction`]. No key
    /// is ever answered to have it.
    pub const ABSENT: Self = Self { store: 0, write: 0 };

    /// Whether there was no such key.
    #[must_use]
    pub const fn is_absent(self) -> bool {
        self.store == 0
    }

    /// The version of the absence with this number, counted from 1.
    pub(crate) const fn of_absence(number: u64) -> Self {
        Self { store: 0, write: number }
    }

    /// The number of the absence, if this is the version of a certain key's absence.
    pub(crate) const fn absence(self) -> Option<u64> {
        if self.is_absent() && self.write > 0 { Some(self.write) } else { None }
    }

    /// The version of the `write`th write of a store.
    pub(crate) const fn new(store: u64, write: u64) -> Self {
        Self { store, write }
    }
}
