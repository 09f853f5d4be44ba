//! The calls of one key. A key is a variable that holds a value or nothing.

use std::fmt;

/// A value. No two writes of a history write the same one, so a reply tells which write it saw.
pub type Value = u64;

/// A key's state: its value, or that it is absent.
pub type State = Option<Value>;

/// The action of a call on its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Reads.
    Get,
    /// Writes.
    Set(Value),
    /// Writes where there is nothing.
    SetIfAbsent(Value),
    /// Writes where there is something.
    SetIfPresent(Value),
    /// Removes.
    Delete,
    /// The key's owner crashed and begins again with nothing.
    Reset,
}

/// What a reply says of the key's state before the call. A reply says no more than that: whether a condition held, or
/// a delete found the key, tells the state before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The reply says nothing of the state before.
    Nothing,
    /// The key was absent.
    Absent,
    /// The key had some value.
    Present,
    /// The key had this value.
    Value(Value),
}

/// The end of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The call took effect, and its reply says what it saw.
    Done(Seen),
    /// The call took no effect, and never will.
    NotApplied,
    /// The call may have taken effect. If it was recorded as ended at some time, it took effect no later than that.
    Unknown,
}

/// One call of one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// The number of the client that called.
    pub client: usize,
    /// The time at which the call began.
    pub invoked: u64,
    /// The time at which the call ended; [`Call::NEVER`] for a call whose effect may still come.
    pub returned: u64,
    /// The call's action.
    pub action: Action,
    /// The call's outcome.
    pub outcome: Outcome,
}

impl Seen {
    /// Whether this observation is true of a state.
    #[must_use]
    pub fn fits(self, state: State) -> bool {
        match self {
            Self::Nothing => true,
            Self::Absent => state.is_none(),
            Self::Present => state.is_some(),
            Self::Value(value) => state == Some(value),
        }
    }
}

impl Action {
    /// The state after this action.
    #[must_use]
    pub const fn apply(self, state: State) -> State {
        match (self, state) {
            (Self::Set(value), _)
            | (Self::SetIfAbsent(value), None)
            | (Self::SetIfPresent(value), Some(_)) => Some(value),
            (Self::Delete | Self::Reset, _) => None,
            (Self::Get | Self::SetIfAbsent(_) | Self::SetIfPresent(_), same) => same,
        }
    }

    /// The value that the action writes, if it writes one.
    #[must_use]
    pub const fn value(self) -> Option<Value> {
        match self {
            Self::Set(value) | Self::SetIfAbsent(value) | Self::SetIfPresent(value) => Some(value),
            Self::Get | Self::Delete | Self::Reset => None,
        }
    }

    /// Whether the action leaves the same state whatever was there before.
    #[must_use]
    pub const fn overwrites(self) -> bool {
        matches!(self, Self::Set(_) | Self::Delete | Self::Reset)
    }
}

impl Call {
    /// The end of a call that may still take effect.
    pub const NEVER: u64 = u64::MAX;

    /// The observation that the reply makes of the state before; none, if there was no reply.
    #[must_use]
    pub const fn seen(&self) -> Seen {
        match self.outcome {
            Outcome::Done(seen) => seen,
            Outcome::NotApplied | Outcome::Unknown => Seen::Nothing,
        }
    }

    /// Whether the call has to have taken effect.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        matches!(self.outcome, Outcome::Done(_))
    }

    /// Whether the call can matter to a verdict: one that was not applied, or a read without a reply, cannot.
    #[must_use]
    pub const fn matters(&self) -> bool {
        match self.outcome {
            Outcome::Done(_) => true,
            Outcome::NotApplied => false,
            Outcome::Unknown => !matches!(self.action, Action::Get),
        }
    }

    /// The state after the call, if it can have happened in this one.
    #[must_use]
    pub fn step(&self, state: State) -> Option<State> {
        self.seen().fits(state).then(|| self.action.apply(state))
    }
}

impl fmt::Display for Call {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.action {
            Action::Get => write!(formatter, "get"),
            Action::Set(value) => write!(formatter, "set {value}"),
            Action::SetIfAbsent(value) => write!(formatter, "set {value} if absent"),
            Action::SetIfPresent(value) => write!(formatter, "set {value} if present"),
            Action::Delete => write!(formatter, "delete"),
            Action::Reset => write!(formatter, "crash"),
        }?;
        match (self.outcome, self.action) {
            (Outcome::Unknown, _) => write!(formatter, ": unknown"),
            (Outcome::NotApplied, _) => write!(formatter, ": not applied"),
            (Outcome::Done(Seen::Nothing), _) => Ok(()),
            (Outcome::Done(Seen::Absent), Action::Get) => write!(formatter, ": nothing"),
            (Outcome::Done(Seen::Value(value)), Action::Get) => write!(formatter, ": {value}"),
            (Outcome::Done(Seen::Absent), _) => write!(formatter, ": was absent"),
            (Outcome::Done(Seen::Present), _) => write!(formatter, ": was there"),
            (Outcome::Done(Seen::Value(value)), _) => write!(formatter, ": was {value}"),
        }
    }
}
