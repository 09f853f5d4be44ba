//! The answers to the questions. The text of each is the cell of a table.

use std::fmt;

use kv_core::KvError;

use crate::Said;

/// Makes a closed set of answers, with the text of each.
macro_rules! answers {
    ($( $(#[$about:meta])* $name:ident { $( $answer:ident = $text:literal ),+ $(,)? } )+) => { $(
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $( #[doc = $text] $answer ),+ }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $( Self::$answer => $text ),+ })
            }
        }
    )+ };
}

answers! {
    /// Whether a mailbox keeps to its bound.
    MailboxBound {
        Exact = "yes, to the message",
        OneMorePerHandle = "no: each clone of the address gets one more in",
        IfAwaited = "yes, for a sender that awaits `Job::accepted`",
        NoSetting = "there is none to set",
    }
    /// Whether a call puts a message into a full mailbox.
    Passed {
        LeavesWider = "yes, and each such message leaves the bound one larger for good",
        LeavesAsItWas = "yes, and the bound is as before once the mailbox is empty",
        NoCall = "no",
    }
    /// What a tell does about a full mailbox.
    FullTell {
        Waits = "waits for room",
        Squeezes = "goes in all the same",
        GivenBack = "comes back at once, if its sender awaits `Job::accepted`",
        NeverFull = "goes in: it is never full",
    }
    /// What becomes of a tell that is dropped while it waits for room.
    DroppedTell {
        NotSent = "it is never sent",
        NeverWaits = "a tell never waits",
    }
    /// When an ask is sent.
    AskSent {
        FirstPoll = "when it is first polled",
        MadeUnlessFull = "when it is made; if the mailbox is full, when it is polled",
    }
    /// What becomes of an ask that is dropped while its message is queued.
    DroppedAsk {
        StillDone = "yes",
        Skipped = "no, it is skipped",
    }
    /// What becomes of a reply whose asker has gone.
    ReplyDropped {
        Dropped = "it is dropped",
        KeptByAsker = "it is kept, whole, until the actor that asked ends",
    }
    /// Whether an actor takes messages while its handler awaits.
    Reentrancy {
        OneByOne = "no",
        Interleaves = "yes, handlers interleave",
    }
    /// The order in which messages are handled.
    Order {
        AsSent = "the order of sending",
        AsSentUnlessFull = "the order of sending, until the mailbox is full",
        AsSentWithinBudget = "the order of sending, until tokio's budget ends",
    }
    /// What becomes of queued messages.
    Queue {
        Done = "they are handled",
        Lost = "they are lost",
        Hook = "they go to a hook of the actor, `on_undelivered`",
        NoCall = "does not arise",
    }
    /// What a stop does that neither drains nor aborts a handler.
    HastyStop {
        LosesInSilence = "yes; what is queued is lost, and so is a tell that comes after it and is accepted",
        LosesAndRefuses = "yes; what is queued is lost, and a tell that comes after it is refused",
        NoCall = "no call for it",
    }
    /// What a stop does to work that awaits.
    Waiting {
        FinishedFirst = "it is finished first",
        Outlives = "it is finished after the actor's end",
        Cut = "it is dropped at its await",
    }
    /// What a handle tells of an actor that has ended.
    Alive {
        Gone = "that it is gone",
        AliveAndWell = "that it is alive, which is true",
        Wrong = "that it is alive, which is false",
        NoCall = "no call for it",
    }
    /// When a call returns that waits for an actor's end.
    Waits {
        BeforeHook = "before the last hook has run",
        AfterHook = "after the last hook has run",
    }
    /// Whether something outlives a restart.
    Kept {
        Kept = "kept",
        Lost = "lost",
        NoCall = "does not arise",
    }
    /// Whether an actor can be killed.
    HowKilled {
        AtNextAwait = "yes, at its next await",
        NoCall = "no call for it",
    }
    /// What becomes of an actor when all its handles are dropped.
    EveryHandleDropped {
        EndsWhenDrained = "it handles what is queued and ends",
        RunsForEver = "it runs for ever",
        NoCall = "does not arise",
    }
    /// What a framework restarts an actor after.
    Restart {
        AfterPanic = "after a panic",
        AfterBoth = "after a panic, and after a graceful stop",
        AfterStop = "after a stop, not after a panic",
        NoCall = "no call for it",
    }
    /// What a graceful stop leads to, of an actor that its framework restarts.
    Stopped {
        Ends = "it ends",
        AgainAsItWas = "it begins again, with its state and its queue",
        AgainAnew = "it begins again, with a new state and its queue",
        AgainDeaf = "it begins again, and refuses every message",
        NoCall = "does not arise",
    }
    /// Where an actor runs.
    Home {
        Runtime = "a task on any worker of the runtime",
        Thread = "a task on the thread that starts it",
        OwnThread = "a thread of its own",
    }
    /// Which other actors a handler stalls that blocks its thread.
    Blocking {
        OneWorker = "no, as long as a worker is free",
        WholeThread = "yes, every actor of its thread",
        NoOther = "no",
    }
    /// Whether a timer ticks for an actor with a long queue.
    Timer {
        BetweenMessages = "yes, between two messages",
        AfterQueue = "no, it waits behind them",
    }
    /// What becomes of the name of an actor that has died.
    NameOfDead {
        Free = "it is free, and the next actor may have it",
        NewActor = "a message to it gets a new actor",
        NoCall = "does not arise",
    }
    /// What shows that an actor is stuck.
    Stuck {
        Backlog = "its queue can be counted",
        NoAnswer = "it does not answer a ping, which an idle actor does",
        Replaced = "it is killed after a time that you choose, and replaced",
        Nothing = "nothing that can be asked for",
    }
}

/// The number of messages that a mailbox holds by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultMailbox {
    /// The framework has no default: its user chooses.
    NoDefault,
    /// That many messages, sent through one handle.
    Bounded(usize),
    /// As many messages as a probe sent.
    Unbounded,
}

impl fmt::Display for DefaultMailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDefault => f.write_str("no default: you choose"),
            Self::Bounded(messages) => write!(f, "{messages} messages"),
            Self::Unbounded => f.write_str("any number"),
        }
    }
}

/// The result that an asker gets: the framework's error, and our backend's error for the same case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sees {
    /// The framework's error.
    pub framework: &'static str,
    /// The text for a worker of the framework's pool, with the pool's name, if the question was asked of one.
    pub in_pool: Option<(&'static str, &'static str)>,
    /// Our error; `None` for an answer.
    pub ours: Option<KvError>,
}

impl Sees {
    /// The text in place of the framework's error if the framework answers.
    pub const ANSWER: &'static str = "an answer";
    /// The text in place of the framework's error if the message is lost without an error.
    pub const SILENCE: &'static str = "nothing, it is lost";
    /// The text in place of the framework's error if a new actor with an empty state answers.
    pub const NEW_ACTOR: &'static str = "an answer, from a new actor";

    /// The framework's error and our backend's.
    #[must_use]
    pub const fn errors(framework: &'static str, ours: KvError) -> Self {
        Self { framework, in_pool: None, ours: Some(ours) }
    }

    /// The framework's error, and an answer of our backend.
    #[must_use]
    pub const fn but_ours_answers(framework: &'static str) -> Self {
        Self { framework, in_pool: None, ours: None }
    }

    /// Adds what an asker gets from a worker of the framework's pool.
    #[must_use]
    pub const fn in_pool(self, pool: &'static str, seen: &'static str) -> Self {
        Self { in_pool: Some((pool, seen)), ..self }
    }
}

impl fmt::Display for Sees {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&code(self.framework))?;
        if let Some((pool, seen)) = self.in_pool
            && seen != self.framework
        {
            write!(f, "; in a `{pool}`: {}", code(seen))?;
        }
        // Where the framework has no such call, it is code of the backend's own that the caller hears.
        let no_call = self.framework == Said::NO_SUCH_CALL.0;
        f.write_str(if no_call { "; ours, by code of our own, " } else { "; ours " })?;
        match self.ours {
            Some(error) => write!(f, "`{error:?}`"),
            None => f.write_str(Self::ANSWER),
        }
    }
}

/// The name of an error is set as code; a text of several words is not.
fn code(text: &str) -> String {
    if text.contains(' ') { text.to_owned() } else { format!("`{text}`") }
}

/// The calls that wait for an actor's end, and when each of them returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends(pub [Option<(&'static str, Waits)>; 2]);

impl Ends {
    /// The answer of a framework without such a call.
    pub const NO_CALL: Self = Self([None, None]);

    /// The answer of a framework with one such call.
    #[must_use]
    pub const fn one(call: &'static str, waits: Waits) -> Self {
        Self([Some((call, waits)), None])
    }
}

impl fmt::Display for Ends {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let calls = self.0.iter().flatten().map(|(call, waits)| format!("`{call}`: {waits}"));
        let calls: Vec<_> = calls.collect();
        f.write_str(if calls.is_empty() { "no call for it" } else { "" })?;
        f.write_str(&calls.join("; "))
    }
}

/// What an asker gets from a framework, where our backends are not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gets {
    /// The framework's error, or one of the texts of [`Sees`].
    Says(&'static str),
    /// The framework has no such actors.
    NoCall,
}

impl fmt::Display for Gets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Says(words) => f.write_str(&code(words)),
            Self::NoCall => f.write_str("does not arise"),
        }
    }
}

/// The notice of an actor's death that a watcher gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The framework's notice to a watcher.
    Says(&'static str),
    /// The framework tells no watcher.
    NoCall,
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Says(words) => write!(f, "`{words}`"),
            Self::NoCall => f.write_str("no call for it"),
        }
    }
}

/// Whether an actor is found by a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// No.
    NoCall,
    /// Yes, and this is the answer to a name that is taken.
    Registry {
        /// The framework's error.
        taken: &'static str,
    },
    /// Yes: a message to a name without an actor spawns that actor.
    OnDemand,
}

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCall => f.write_str("no"),
            Self::Registry { taken } => write!(f, "yes; a second one gets `{taken}`"),
            Self::OnDemand => f.write_str("yes, by a message's key; a new key gets a new actor"),
        }
    }
}
