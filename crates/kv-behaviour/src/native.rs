//! What a framework has to show: an actor that is spawned, sent to and ended by its own calls.

use std::time::Duration;

use kv_core::Backend;

use crate::{Behaviours, Job, Journal};

/// A framework by itself.
///
/// What a user of the framework would write goes into the implementation, and nothing that evens it out: no semaphore
/// for a missing bound, no `catch_unwind`. What the framework has no call for is answered with [`Said::NO_SUCH_CALL`].
pub trait Native: 'static {
    /// The framework's name, as in tables.
    const NAME: &'static str;
    /// What it is declared to do.
    const BEHAVIOURS: Behaviours;

    /// Our backend on this framework, whose error is shown beside the framework's own.
    type Backend: Backend;
    /// What one sends through.
    type Actor: NativeActor;

    /// Spawns an actor that does jobs with a [`Worker`](crate::Worker).
    ///
    /// # Errors
    /// What the framework says, such as that the name is taken; [`Said::NO_SUCH_CALL`].
    fn spawn(plan: Plan) -> impl Future<Output = Result<Self::Actor, Said>>;
}

/// A running actor's address.
pub trait NativeActor: Clone + Send + Sync + 'static {
    /// Sends a job, with the framework's usual call for sending without a reply.
    ///
    /// # Errors
    /// What the framework says.
    fn tell(&self, job: Job) -> impl Future<Output = Result<(), Said>>;

    /// Sends a job, with the call that never waits and says when it did not.
    ///
    /// # Errors
    /// What the framework says.
    fn try_tell(&self, job: Job) -> Result<(), Said>;

    /// Sends a job and waits for its reply.
    ///
    /// # Errors
    /// What the framework says.
    fn ask(&self, job: Job) -> impl Future<Output = Result<u64, Said>>;

    /// Orders the graceful stop, and need not wait for it.
    fn stop(&self) -> impl Future<Output = ()>;

    /// Orders a stop that lets the handler finish and handles nothing more. `false` where there is no call for it.
    fn stop_without_drain(&self) -> bool {
        false
    }

    /// Orders the abrupt stop. `false` where there is no call for it.
    fn kill(&self) -> bool {
        false
    }

    /// How many messages wait in its mailbox, where the framework tells.
    fn backlog(&self) -> Option<usize> {
        None
    }

    /// The actor that goes by that name.
    fn find(&self, name: &str) -> impl Future<Output = Option<Self>> {
        let _ = name;
        async { None }
    }

    /// The address after a restart. The same, where a restart is invisible to those who have it.
    fn successor(&self) -> impl Future<Output = Self> {
        async { self.clone() }
    }
}

/// How to spawn an actor.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What the actor writes to.
    pub journal: Journal,
    /// What its mailbox is to hold.
    pub mailbox: Capacity,
    /// Who is told of its death, and what it does then.
    pub parent: Parent,
    /// How often its timer ticks.
    pub timer: Option<Duration>,
    /// Its name.
    pub name: Option<String>,
}

impl Plan {
    /// The simplest actor there is.
    pub(crate) fn new(journal: &Journal) -> Self {
        Self {
            journal: journal.clone(),
            mailbox: Capacity::Any,
            parent: Parent::None,
            timer: None,
            name: None,
        }
    }
}

/// What a mailbox is to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capacity {
    /// It does not matter here, but at least a few messages.
    Any,
    /// What the framework gives without being asked.
    Default,
    /// That many messages.
    Exactly(usize),
}

/// Who is told of an actor's death.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parent {
    /// Nobody.
    None,
    /// Somebody, who writes the notice into the journal.
    Watches,
    /// Somebody who restarts it.
    Restarts,
}

/// What a framework said instead of doing it: the name of its error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said(pub &'static str);

impl Said {
    /// The framework has nothing to say, because there is no call for it.
    pub const NO_SUCH_CALL: Self = Self("no such call");
}
