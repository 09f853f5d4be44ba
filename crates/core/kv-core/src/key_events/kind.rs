//! The kinds of events, by Redis's names.

use crate::Key;

/// Something has happened to a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyEvent {
    /// What.
    pub kind: KeyEventKind,
    /// To which.
    pub key: Key,
}

/// What can happen to a key.
///
/// One command may do several things, in this order: what creates a key says so first, and a deadline comes after the
/// value that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyEventKind {
    /// It was set.
    Set,
    /// It exists now and did not before.
    New,
    /// It was deleted, by a command or by a deadline that was over when it was given.
    Delete,
    /// It was given a deadline.
    Expire,
    /// Its deadline has come, and it was removed.
    Expired,
    /// Its deadline was taken away.
    Persist,
    /// Its value was appended to.
    Append,
    /// A part of its value was overwritten.
    SetRange,
    /// It was added to, as an integer.
    IncrementBy,
    /// It was added to, as a decimal number.
    IncrementByFloat,
    /// Its value was moved away.
    RenameFrom,
    /// A value was moved to it.
    RenameTo,
    /// A value was copied to it.
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

/// A set of kinds: what a subscriber wants to hear of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyEventKinds(u32);

impl KeyEventKinds {
    /// All of them.
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

    /// The set as a number, and back.
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
