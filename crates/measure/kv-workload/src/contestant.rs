//! The contestant: a session without its type.

use std::rc::Rc;
use std::sync::Arc;

use kv_core::{Backend, Mailbox};

use crate::{
    Kind, Lane, LifeSession, Offer, Plan, RunError, Session, Slice, Stage, Verb, Window, Workload,
    WorkloadError,
};

/// Starts a backend on the stage, as the contestant that the workload's kind needs.
///
/// # Errors
/// [`RunError`] when the backend does not start, or has not stored the keys that it was given.
///
/// # Panics
/// When called inside a tokio runtime.
pub fn enter<B: Backend>(
    label: impl Into<String>,
    stage: Rc<Stage>,
    plan: Arc<Plan>,
    mailbox: Mailbox,
) -> Result<Box<dyn Contestant>, RunError> {
    Ok(match plan.workload().kind {
        Kind::Traffic => Box::new(Session::<B>::start(label, stage, plan, mailbox)?),
        Kind::Spawn | Kind::Restart => Box::new(LifeSession::<B>::start(label, stage, plan, mailbox)?),
    })
}

/// Starts a backend for an open loop, which is played on traffic by single asks only.
///
/// # Errors
/// The errors of [`enter`]; [`RunError::Workload`] for any other workload.
///
/// # Panics
/// When called inside a tokio runtime.
pub fn enter_open<B: Backend>(
    label: impl Into<String>,
    stage: Rc<Stage>,
    plan: Arc<Plan>,
    mailbox: Mailbox,
) -> Result<Box<dyn OpenLoop>, RunError> {
    let Workload { kind, verb, depth, id, .. } = *plan.workload();
    if (kind, verb, depth) != (Kind::Traffic, Verb::Ask, 1) {
        let what = "only traffic of single asks can be offered on a schedule".to_owned();
        return Err(WorkloadError { workload: id.to_owned(), what }.into());
    }
    Ok(Box::new(Session::<B>::start(label, stage, plan, mailbox)?))
}

/// A backend of any type, at work on one workload.
///
/// A runner plays several contestants side by side. The dispatch is one call per slice; inside, everything is static.
pub trait Contestant {
    /// The contestant's name in tables. It is not the backend's name: the same backend may take part twice.
    fn label(&self) -> &str;

    /// The workload that the contestant plays.
    fn workload(&self) -> &Workload;

    /// The lane in which the contestant plays.
    fn lane(&self) -> Lane;

    /// Has the clients' tasks run inside the framework from now on; see [`Handle::inside`](kv_core::Handle::inside). The
    /// start and the end of a life are played from outside.
    fn play_inside(&mut self) {}

    /// Plays about that many commands over all clients, after a warm-in of a quarter as many, and checks every reply.
    /// "About": every client sends the same number, whole waves, and at least one.
    ///
    /// # Errors
    /// [`RunError`]; after an error the contestant can no longer be used.
    fn slice(&mut self, ops: usize) -> Result<Slice, RunError>;

    /// Checks the state once more and stops the backend gracefully.
    ///
    /// # Errors
    /// [`RunError`] when the state is wrong or the shutdown does not end.
    fn finish(self: Box<Self>) -> Result<(), RunError>;
}

/// A contestant to which asks can also be offered on a schedule.
pub trait OpenLoop: Contestant {
    /// Offers asks at the times when they are due, after a warm-in of a quarter as many in a closed loop, and checks
    /// every reply. The seed decides when they are due.
    ///
    /// # Errors
    /// [`RunError`]; after an error the contestant can no longer be used.
    fn window(&mut self, offer: &Offer, seed: u64) -> Result<Window, RunError>;
}
