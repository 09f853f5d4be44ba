//! A gate that an actor can be made to wait at.

use std::sync::Arc;

use tokio::sync::watch;

/// Stalls an actor at a known point and lets it go on later: how tests wait for a condition instead of
/// sleeping. Clones are the same gate.
#[derive(Clone, Debug)]
pub struct TestGate(Arc<watch::Sender<State>>);

#[derive(Clone, Copy, Debug, Default)]
struct State {
    entered: usize,
    open: bool,
}

impl TestGate {
    /// A closed gate.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(State::default())))
    }

    /// Opens the gate for good.
    pub fn open(&self) {
        self.0.send_modify(|state| state.open = true);
    }

    /// Waits until `actors` actors have come to the gate.
    pub async fn entered(&self, actors: usize) {
        self.wait_for(|state| state.entered >= actors).await;
    }

    /// How many actors have come to the gate so far.
    #[must_use]
    pub fn entrants(&self) -> usize {
        self.0.borrow().entered
    }

    /// Comes to the gate and waits until it opens.
    pub async fn pass(&self) {
        self.0.send_modify(|state| state.entered += 1);
        self.wait_for(|state| state.open).await;
    }

    async fn wait_for(&self, condition: impl Fn(&State) -> bool) {
        // The sender lives in `self`, so the channel stays open during the wait.
        let _ = self.0.subscribe().wait_for(|state| condition(state)).await;
    }
}

impl Default for TestGate {
    fn default() -> Self {
        Self::new()
    }
}
