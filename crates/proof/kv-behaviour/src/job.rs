//! The jobs of an actor under observation. They are the same for all frameworks and depend on none.

use std::fmt;
use std::sync::Arc;

use kv_core::TestGate;

use crate::{Entry, Journal};

/// One message's work.
pub enum Job {
    /// Writes the number into the journal.
    Note(u64),
    /// Holds the actor at the gate, so that its mailbox fills. Writes the number when the gate is open.
    Hold(TestGate, u64),
    /// Awaits the gate in a handler, by the framework's usual means to await something. Writes the number after that.
    Await(TestGate, u64),
    /// Awaits the gate outside of the actor: the handler hands the wait on and returns, and the framework's usual means
    /// reply when it is over. Writes the number after that.
    HandOn(TestGate, u64),
    /// Replies with this value.
    Reply(Arc<u64>),
    /// Stops the actor from inside, by the framework's usual means.
    Stop,
    /// Panics.
    Panic,
    /// Calls a function, which may block the thread.
    Call(Box<dyn FnOnce() + Send>),
}

impl Job {
    /// The gate to pass before the work is done. [`Job::Hold`] and [`Job::Await`] are the same in a framework whose
    /// handlers are async functions.
    #[must_use]
    pub fn gate(&self) -> Option<TestGate> {
        match self {
            Self::Hold(gate, _) | Self::Await(gate, _) | Self::HandOn(gate, _) => Some(gate.clone()),
            Self::Note(_) | Self::Reply(_) | Self::Stop | Self::Panic | Self::Call(_) => None,
        }
    }
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Note(_) => "Note",
            Self::Hold(..) => "Hold",
            Self::Await(..) => "Await",
            Self::HandOn(..) => "HandOn",
            Self::Reply(_) => "Reply",
            Self::Stop => "Stop",
            Self::Panic => "Panic",
            Self::Call(_) => "Call",
        })
    }
}

/// The state of an actor under observation. Its beginning and its end go into the journal.
#[derive(Debug)]
pub struct Worker {
    journal: Journal,
    done: u64,
}

impl Worker {
    /// A worker that has done no job yet.
    #[must_use]
    pub fn new(journal: Journal) -> Self {
        journal.record(Entry::Started);
        Self { journal, done: 0 }
    }

    /// Passes the job's gate, if it has one, and does the job.
    pub async fn handle(&mut self, job: Job) -> Arc<u64> {
        if let Some(gate) = job.gate() {
            gate.pass().await;
        }
        self.work(job)
    }

    /// Does a job whose gate was passed. The reply is how many jobs this worker has done.
    ///
    /// # Panics
    /// On [`Job::Panic`].
    pub fn work(&mut self, job: Job) -> Arc<u64> {
        self.done += 1;
        match job {
            Job::Note(number) | Job::Hold(_, number) | Job::Await(_, number) | Job::HandOn(_, number) => {
                self.journal.record(Entry::Did(number));
            }
            Job::Reply(reply) => return reply,
            // It is for the actor to stop itself.
            Job::Stop => {}
            Job::Panic => panic!("{}", crate::stage::WANTED),
            Job::Call(function) => function(),
        }
        Arc::new(self.done)
    }

    /// The wait of a [`Job::HandOn`], which goes on without the actor and writes into the actor's journal.
    pub fn hand_on(&mut self, job: Job) -> impl Future<Output = Arc<u64>> + Send + 'static {
        self.done += 1;
        let (journal, done) = (self.journal.clone(), self.done);
        async move {
            if let Some(gate) = job.gate() {
                gate.pass().await;
            }
            if let Job::HandOn(_, number) = job {
                journal.record(Entry::Did(number));
            }
            Arc::new(done)
        }
    }

    /// Notes a job that the actor's hook was given when the actor ended.
    pub fn leave(&self, job: Job) {
        if let Job::Note(number) = job {
            self.journal.record(Entry::Undelivered(number));
        }
    }

    /// The work of the actor's timer at each tick: an entry in the journal.
    pub fn tick(&self) {
        self.journal.record(Entry::Ticked);
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.journal.record(Entry::Ended);
    }
}
