//! A session without its type.

use crate::{Lane, RunError, Slice, Workload};

/// A backend at work on one workload, whichever backend it is.
///
/// For runners that play several side by side. The dispatch is one call per slice; inside, everything is
/// static.
pub trait Contestant {
    /// The name in tables. Not the backend's name: the same backend may take part twice.
    fn label(&self) -> &str;

    /// What it plays.
    fn workload(&self) -> &Workload;

    /// Where it plays.
    fn lane(&self) -> Lane;

    /// Plays about that many commands over all clients, after a warm-in of a quarter as many, and checks
    /// every reply. "About": every client sends the same number, whole waves, and at least one.
    ///
    /// # Errors
    /// [`RunError`]; the contestant is of no more use then.
    fn slice(&mut self, ops: usize) -> Result<Slice, RunError>;

    /// Checks the state once more and stops the backend gracefully.
    ///
    /// # Errors
    /// [`RunError`] when the state is wrong or the shutdown does not end.
    fn finish(self: Box<Self>) -> Result<(), RunError>;
}
