//! What each backend keeps of what a store can promise: every case of the suite against every backend, each in a process of
//! its own, so that a hang, an abort and a leak are answers like any other.

mod child;
mod matrix;

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::num::NonZero;
use std::sync::{Mutex, PoisonError};
use std::thread;

use kv_backends::{Description, UnknownBackend, Visitor};
use kv_conformance::{Case, Subject, cases};
use kv_core::{Backend, Promise, Topology};
use thiserror::Error;

pub use child::play_if_asked;
pub use matrix::Matrix;

/// What came of one case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The condition held.
    Kept,
    /// It did not, or the case did not come to its end: what happened, in one line.
    Broke(String),
}

/// One case against one backend in one topology, and what came of each of its runs.
#[derive(Clone, Debug)]
pub struct Played {
    /// The backend.
    pub backend: &'static str,
    /// How many actors it had.
    pub topology: Topology,
    /// The case.
    pub case: &'static Case,
    /// One outcome per run.
    pub outcomes: Vec<Outcome>,
}

impl Played {
    /// Why it broke, if it broke in any run.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.outcomes.iter().find_map(|outcome| match outcome {
            Outcome::Kept => None,
            Outcome::Broke(reason) => Some(reason.as_str()),
        })
    }
}

/// The promises cannot be tried.
#[derive(Debug, Error)]
pub enum PromisesError {
    /// No such backend.
    #[error(transparent)]
    Unknown(#[from] UnknownBackend),
    /// The system starts no process.
    #[error("cannot start this program again, once for each case: {0}")]
    Start(#[from] io::Error),
    /// Backends keep other promises than they declare.
    #[error("declared wrongly:\n{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Wrong(Vec<Wrong>),
}

/// A declaration that the runs contradict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// A promise that is declared and not kept.
    Broken {
        /// By which backend.
        backend: &'static str,
        /// Which promise.
        promise: Promise,
        /// The first case that broke.
        case: &'static str,
        /// What happened.
        reason: String,
    },
    /// A promise that is kept and not declared.
    Undeclared {
        /// By which backend.
        backend: &'static str,
        /// Which promise.
        promise: Promise,
    },
}

impl fmt::Display for Wrong {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken { backend, promise, case, reason } => {
                write!(formatter, "  {backend} promises {promise:?} and breaks {case}: {reason}")
            }
            Self::Undeclared { backend, promise } => {
                write!(formatter, "  {backend} keeps {promise:?}; add it to its `Backend::PROMISES`")
            }
        }
    }
}

/// The kind of a backend, for its name.
struct ToSubject;

impl Visitor for ToSubject {
    type Output = Subject;

    fn visit<B: Backend>(self) -> Subject {
        Subject::of::<B>()
    }
}

/// The topologies that a backend is tried in. With an actor per key only the promise about it is tried: the suite of each
/// crate has all the others in that topology, too.
fn topologies(backend: &Description) -> Vec<Topology> {
    let mut topologies = vec![Topology::Single, Topology::Sharded(3)];
    if backend.per_key {
        topologies.push(Topology::PerKey);
    }
    topologies
}

/// What a backend is to be tried with.
#[derive(Clone, Copy, Debug)]
struct Job {
    backend: &'static str,
    topology: Topology,
    case: &'static Case,
    declared: bool,
}

/// Tries all promises of the backends of these names, or of all backends where none is named: each case `rounds` times.
/// `progress` is called after each case with the number of cases that are left.
///
/// # Errors
/// [`PromisesError`], but not for a declaration that is wrong: see [`Matrix::check`].
pub fn promises(
    names: &[String],
    rounds: NonZero<usize>,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<Matrix, PromisesError> {
    let backends: Vec<Description> = match names {
        [] => kv_backends::all().collect(),
        names => names.iter().map(|name| kv_backends::describe(name)).collect::<Result<_, _>>()?,
    };
    let jobs = backends.iter().flat_map(jobs_of).collect();
    Ok(Matrix::new(backends, play_all(jobs, rounds.get(), progress)?))
}

/// Plays the cases of one promise against a backend, each once.
///
/// # Errors
/// When the system starts no process.
pub(crate) fn play_promise(backend: &Description, promise: Promise) -> io::Result<Vec<Played>> {
    let jobs = jobs_of(backend).filter(|job| job.case.promise == promise);
    // Declared or not: who asks for one promise wants no hang that is only a busy machine.
    play_all(jobs.map(|job| Job { declared: true, ..job }).collect(), 1, &|_| {})
}

/// What a backend is tried with: every case in every topology that it is about.
fn jobs_of(backend: &Description) -> impl Iterator<Item = Job> {
    let backend = *backend;
    topologies(&backend).into_iter().flat_map(move |topology| {
        let lives = topology == Topology::PerKey;
        cases().filter(move |case| case.only_per_key == lives).map(move |case| Job {
            backend: backend.name,
            topology,
            case,
            declared: backend.promises.contains(&case.promise),
        })
    })
}

/// Plays all jobs, each so many times, on as many threads as there are processors.
fn play_all(
    jobs: VecDeque<Job>,
    rounds: usize,
    progress: &(dyn Fn(usize) + Sync),
) -> io::Result<Vec<Played>> {
    let jobs = Mutex::new(jobs);
    let next = || {
        let mut jobs = jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.pop_front().map(|job| (job, jobs.len()))
    };
    let work = || -> io::Result<Vec<Played>> {
        let mut played = Vec::new();
        while let Some((job, left)) = next() {
            let outcomes = (0..rounds).map(|_| child::play(&job)).collect::<io::Result<_>>()?;
            let Job { backend, topology, case, .. } = job;
            played.push(Played { backend, topology, case, outcomes });
            progress(left);
        }
        Ok(played)
    };
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    let played: io::Result<Vec<Vec<Played>>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers.into_iter().map(|worker| worker.join().expect("a worker does not panic")).collect()
    });
    Ok(played?.into_iter().flatten().collect())
}
