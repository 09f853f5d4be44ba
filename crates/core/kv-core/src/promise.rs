//! The promises of a backend to its callers.

use std::fmt;

/// A promise of a backend. The conformance suite has cases for each, and every case belongs to one.
///
/// A backend declares its promises in [`Backend::PROMISES`](crate::Backend::PROMISES). The suite fails a backend that
/// breaks a promise it made, and one that keeps a promise it did not make: such a backend has to declare it. What a backend
/// keeps but for a race it declares in [`Backend::RACES`](crate::Backend::RACES), and neither outcome fails it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Promise {
    /// Every command answers what the store says, over one actor and over many.
    Answers,
    /// The calls of one caller are done in the order in which they were made.
    Order,
    /// A mailbox with a bound holds no more than that; a tell waits for room, a `try_tell` is refused.
    Bounded,
    /// A shutdown does all that was accepted, refuses the rest, and returns when all is done.
    Drained,
    /// A kill ends actors at once, even stalled ones, and answers every caller.
    Killed,
    /// An ask with a time limit ends at that limit, whatever the actor does.
    TimesOut,
    /// A call that is dropped half way is applied whole or not at all, and keeps nothing.
    CancelsCleanly,
    /// Keys whose time is over free their memory, without any command that names them.
    ExpiresByItself,
    /// A panic of an actor is answered to its callers, and disturbs no other actor.
    PanicsAreAnswered,
    /// An actor that panicked is started again with an empty store, up to a limit; its handles stay good.
    Restarts,
    /// An actor that panicked goes on with the next command and the same store.
    Resumes,
    /// Starts, panics, restarts and ends of actors are announced to subscribers, in their order.
    Announces,
    /// A backend and its actors leave no thread, no task and no memory when they have been stopped.
    LeaksNothing,
    /// Handles work from any thread and any runtime, and several backends run side by side.
    OtherThreads,
    /// Each key has an actor of its own, which comes and goes with the key.
    OneActorPerKey,
    /// What concurrent clients see can be explained by one order of their calls, under faults too.
    Linearizable,
}

impl Promise {
    /// All promises, in the order in which a new backend would begin to keep them.
    pub const ALL: &'static [Self] = &[
        Self::Answers,
        Self::Order,
        Self::Bounded,
        Self::Drained,
        Self::Killed,
        Self::TimesOut,
        Self::CancelsCleanly,
        Self::ExpiresByItself,
        Self::PanicsAreAnswered,
        Self::Restarts,
        Self::Resumes,
        Self::Announces,
        Self::LeaksNothing,
        Self::OtherThreads,
        Self::Linearizable,
        Self::OneActorPerKey,
    ];

    /// The promises of a backend that has no actor per key: all but [`Promise::OneActorPerKey`].
    pub const WITHOUT_PER_KEY: &'static [Self] = Self::ALL.split_at(Self::ALL.len() - 1).0;

    /// The promise in two or three words, as tables and command lines have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Answers => "answers",
            Self::Order => "order",
            Self::Bounded => "bounded",
            Self::Drained => "drained",
            Self::Killed => "killed",
            Self::TimesOut => "times out",
            Self::CancelsCleanly => "cancels cleanly",
            Self::ExpiresByItself => "expires by itself",
            Self::PanicsAreAnswered => "panics are answered",
            Self::Restarts => "restarts",
            Self::Resumes => "resumes",
            Self::Announces => "announces",
            Self::LeaksNothing => "leaks nothing",
            Self::OtherThreads => "works from other threads",
            Self::OneActorPerKey => "one actor per key",
            Self::Linearizable => "linearizable under faults",
        }
    }
}

impl fmt::Display for Promise {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_actor_per_key_is_the_one_promise_apart() {
        assert_eq!(Promise::WITHOUT_PER_KEY.len() + 1, Promise::ALL.len());
        assert!(!Promise::WITHOUT_PER_KEY.contains(&Promise::OneActorPerKey));
    }
}
