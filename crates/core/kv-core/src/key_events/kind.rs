//! The kinds of events, by Redis's names.

use crate::Key;

/// Something has happened to a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyEvent {
    /// What happened.
    pub kind: KeyEventKind,
    /// The key to which it happened.
    pub key: Key,
}

/// What can happen to a key.
///
/// One command may cause several events, in this order: the creation of a key comes first, and a deadline comes after
/// the value that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyEventKind {
    /// The key was set.
    Set,
    /// The key exists now and did not before.
    New,
    /// The key was deleted, by a command or by a deadline that was over when it was given.
    Delete,
    /// The key was given a deadline.
    Expire,
    /// The key's deadline has come, and the key was removed.
    Expired,
    /// The key's deadline was taken away.
    Persist,
    /// The key's value was appended to.
    Append,
    /// A part of the key's value was overwritten.
    SetRange,
    /// The key's value was added to, as an integer.
    IncrementBy,
    /// The key's value was added to, as a decimal number.
    IncrementByFloat,
    /// The key's value was moved away.
    RenameFrom,
    /// A value was moved to the key.
    RenameTo,
    /// A value was copied to the key.
    CopyTo,
}

impl KeyEventKind {
    /// Every kind.
    pub const ALL: [Self; 13] = [
        Self::Set,
        Self::New,
        Self::Delete,
        Self::Expire,
        Self::Expired,
        Self::Persist,
        Self::Append,
        Self::SetRange,
        Self::IncrementBy,
        Self::IncrementByFloat,
        Self::RenameFrom,
        Self::RenameTo,
        Self::CopyTo,
    ];

    /// Redis's name of the event.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Set => "set",
            Self::New => "new",
            Self::Delete => "del",
            Self::Expire => "expire",
            Self::Expired => "expired",
            Self::Persist => "persist",
            Self::Append => "append",
            Self::SetRange => "setrange",
            Self::IncrementBy => "incrby",
            Self::IncrementByFloat => "incrbyfloat",
            Self::RenameFrom => "rename_from",
            Self::RenameTo => "rename_to",
            Self::CopyTo => "copy_to",
        }
    }

    /// Redis's letter of the event's class, as in `notify-keyspace-events`: `$` for strings, `g` for commands that know
    /// no type, `x` for expired keys and `n` for new ones.
    #[must_use]
    pub const fn class(self) -> char {
        match self {
            Self::Set | Self::Append | Self::SetRange | Self::IncrementBy | Self::IncrementByFloat => '$',
            Self::Delete
            | Self::Expire
            | Self::Persist
            | Self::RenameFrom
            | Self::RenameTo
            | Self::CopyTo => 'g',
            Self::Expired => 'x',
            Self::New => 'n',
        }
    }
}

/// A set of kinds, to which a subscriber subscribes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyEventKinds(u32);

impl KeyEventKinds {
    /// All kinds.
    pub const ALL: Self = Self(u32::MAX);

    /// Whether a kind is in the set.
    #[must_use]
    #[inline]
    pub const fn contains(self, kind: KeyEventKind) -> bool {
        self.0 & (1 << kind as u32) != 0
    }

    /// Whether no kind is in the set.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The set as a number.
    pub(super) const fn bits(self) -> u32 {
        self.0
    }

    /// The set that [`KeyEventKinds::bits`] gave.
    pub(super) const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }
}

impl FromIterator<KeyEventKind> for KeyEventKinds {
    fn from_iter<I: IntoIterator<Item = KeyEventKind>>(kinds: I) -> Self {
        Self(kinds.into_iter().fold(0, |bits, kind| bits | 1 << kind as u32))
    }
}
