//! The trait of a framework by itself: an actor that is spawned, sent to and ended by the framework's own calls.

use std::pin::Pin;
use std::time::Duration;

use kv_core::{Backend, TestGate};

use crate::{Behaviours, Job, Journal};

/// A means to spawn actors: those of a framework, or the workers of its pool.
///
/// An implementation has the code that a user of the framework would write, and none that makes the frameworks alike:
/// no semaphore for a missing bound, no `catch_unwind`, no supervisor. A method for which the framework has no call
/// answers [`Said::NO_SUCH_CALL`].
pub trait Spawns: 'static {
    /// The name, as in tables.
    const NAME: &'static str;
    /// The address of an actor, through which a probe sends.
    type Actor: NativeActor;

    /// Spawns an actor that does jobs with a [`Worker`](crate::Worker).
    ///
    /// # Errors
    /// The framework's error, for example that the name is taken; [`Said::NO_SUCH_CALL`] where the plan asks for more
    /// than the framework has.
    fn spawn(plan: Plan) -> impl Future<Output = Result<Self::Actor, Said>>;
}

/// A framework by itself, without our contract.
pub trait Native: Spawns {
    /// The answers that are declared for the framework.
    const BEHAVIOURS: Behaviours;

    /// Our backend on this framework, whose error is shown beside the framework's own.
    type Backend: Backend;
    /// The pool of workers that the framework brings along, or [`NoPool`](crate::NoPool). A probe plays it with one
    /// worker, so that an answer about it can stand beside that about an actor.
    type Pool: Spawns;
}

/// A running actor's address.
pub trait NativeActor: Clone + Send + Sync + 'static {
    /// Sends a job, with the framework's usual call for sending without a reply.
    ///
    /// # Errors
    /// What the framework says.
    fn tell(&self, job: Job) -> impl Future<Output = Result<(), Said>>;

    /// Sends a job, with the call that never waits, and that returns an error if the job was not accepted.
    ///
    /// # Errors
    /// What the framework says.
    fn try_tell(&self, job: Job) -> Result<(), Said>;

    /// Sends a job and waits for its reply.
    ///
    /// # Errors
    /// What the framework says.
    fn ask(&self, job: Job) -> impl Future<Output = Result<u64, Said>>;

    /// As [`ask`](NativeActor::ask), of a handler that hands its wait on.
    ///
    /// # Errors
    /// What the framework says.
    fn ask_to_hand_on(&self, job: Job) -> impl Future<Output = Result<u64, Said>> {
        self.ask(job)
    }

    /// Sends a job by a call that a full mailbox does not refuse. `false` if the framework has no such call.
    fn pass_bound(&self, job: Job) -> bool {
        let _ = job;
        false
    }

    /// Orders the graceful stop. The method need not wait for the actor's end.
    fn stop(&self) -> impl Future<Output = ()>;

    /// Orders a stop that lets the handler finish and handles no queued message. `false` if the framework has no call
    /// for that.
    fn stop_without_drain(&self) -> bool {
        false
    }

    /// Orders the abrupt stop. `false` if the framework has no call for that.
    fn kill(&self) -> bool {
        false
    }

    /// The calls that wait for the actor's end, each with its name.
    fn ends(&self) -> Vec<(&'static str, Wait)> {
        Vec::new()
    }

    /// What the address says about its actor: whether it is alive. `None` if the framework has no call for that.
    fn alive(&self) -> Option<bool> {
        None
    }

    /// Asks the actor for a sign of life that its framework gives and not its handler. `None` if the framework has no
    /// such sign.
    fn ping(&self) -> Option<Wait> {
        None
    }

    /// Orders the framework to end the actor if it is stuck for that long. `false` if the framework has no call for
    /// that.
    fn end_if_stuck(&self, patience: Duration) -> bool {
        let _ = patience;
        false
    }

    /// How many messages wait in the actor's mailbox; `None` if the framework does not tell.
    fn backlog(&self) -> Option<usize> {
        None
    }

    /// The actor with that name.
    fn find(&self, name: &str) -> impl Future<Output = Option<Self>> {
        let _ = name;
        async { None }
    }
}

/// A wait for something that has no result.
pub type Wait = Pin<Box<dyn Future<Output = ()>>>;

/// How to spawn an actor.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The journal that the actor writes to.
    pub journal: Journal,
    /// How many messages the actor's mailbox is to hold.
    pub mailbox: Capacity,
    /// The part that is told of the actor's death, and what that part does then.
    pub parent: Parent,
    /// The period of the actor's timer.
    pub timer: Option<Duration>,
    /// The actor's name.
    pub name: Option<String>,
    /// The gate that the actor passes in the last hook of its life.
    pub last: Option<TestGate>,
    /// The gate at which a child of the actor is held, whose end the actor has to wait for.
    pub child: Option<TestGate>,
}

impl Plan {
    /// An actor without a parent, a timer or a name.
    pub(crate) fn new(journal: &Journal) -> Self {
        Self {
            journal: journal.clone(),
            mailbox: Capacity::Any,
            parent: Parent::None,
            timer: None,
            name: None,
            last: None,
            child: None,
        }
    }
}

/// How many messages a mailbox is to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capacity {
    /// Any number, but at least a few messages.
    Any,
    /// The framework's default.
    Default,
    /// That many messages.
    Exactly(usize),
}

/// The part of the program that is told of an actor's death.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parent {
    /// No part.
    None,
    /// A watcher, which writes the notice into the journal.
    Watches,
    /// A parent, which restarts the actor.
    Restarts,
}

/// The name of the error with which a framework refused a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said(pub &'static str);

impl Said {
    /// The framework has no call for what was asked.
    pub const NO_SUCH_CALL: Self = Self("no such call");
}
