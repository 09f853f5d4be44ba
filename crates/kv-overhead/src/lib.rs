//! The measurement of what the contract costs beyond the framework.
//!
//! Each backend's crate has a file `benches/by_hand.rs`: the same job in the framework's own style, without any trait
//! of this project. This crate plays both in the one-thread lane, in pairs, and compares what they take:
//!
//! * **time**, by [`main`] (`cargo bench -p kv-kameo --bench overhead`): the median ratio, slice against slice;
//! * **instructions**, by the same, where valgrind is installed: the difference of two runs of different length,
//!   so that starting and stopping cancel out;
//! * **allocations**, by [`allocations`] (`cargo test -p kv-kameo --test allocations`): exact, and asserted.

//!
//! The costs table counts the same calls of a backend alone: by [`allocations`], and by [`instructions_of`].

mod allocate;
pub mod callgrind;
mod instructions;
mod play;
mod single;
mod timing;

use counting_alloc::CountingAllocator;
use kv_core::{Backend, Command, Config, Handle, Placement, Reply};
use kv_workload::{Lane, Stage};
use tokio::task::JoinHandle;

pub use allocate::{CALLS, PerCall, allocations};
pub use single::{build_commands, instructions_of, play_once};

/// A subject that can be asked and told: the backend's handle, or the code by hand.
pub trait Subject: Send + Sync + 'static {
    /// Asks; `None` is a failure.
    fn ask(&self, command: Command) -> impl Future<Output = Option<Reply>> + Send;

    /// Tells; `false` is a failure.
    fn tell(&self, command: Command) -> impl Future<Output = bool> + Send;
}

/// Makes the code by hand a [`Subject`]: it has `async fn ask(&self, Command) -> Result<Reply, _>` and `async fn
/// tell(&self, Command)`, and knows nothing of this crate.
#[macro_export]
macro_rules! subject {
    ($by_hand:ty) => {
        impl $crate::Subject for $by_hand {
            async fn ask(&self, command: kv_core::Command) -> Option<kv_core::Reply> {
                <$by_hand>::ask(self, command).await.ok()
            }

            async fn tell(&self, command: kv_core::Command) -> bool {
                <$by_hand>::tell(self, command).await;
                true
            }
        }
    };
}

/// Asserts, in a test's binary that has the allocator installed, that a call of the backend allocates as often as the
/// same call by hand, and exactly as often as is expected.
///
/// # Panics
/// When the counts differ.
pub fn assert_allocations<O: Subject, H: Subject>(
    allocator: &CountingAllocator,
    ours: impl AsyncFnOnce() -> O,
    by_hand: impl AsyncFnOnce() -> H,
    expected: Expected,
) {
    let (ask, tell) = allocations(allocator, CALLS, ours);
    let (hand_ask, hand_tell) = allocations(allocator, CALLS, by_hand);
    println!("ask:  {ask:?}; by hand {hand_ask:?}\ntell: {tell:?}; by hand {hand_tell:?}");
    // The comparison rounds to whole allocations per call: one more block of a queue in thousands of calls is not a
    // call's own.
    assert!(ask.counts().0 <= hand_ask.counts().0, "ask: {ask:?}; by hand {hand_ask:?}");
    assert!(tell.counts().0 <= hand_tell.counts().0, "tell: {tell:?}; by hand {hand_tell:?}");
    assert_eq!(ask.counts(), expected.ask, "allocations and bytes per ask");
    assert_eq!(tell.counts(), expected.tell, "allocations and bytes per tell");
}

/// The expected allocations of a call: how often, and how many bytes.
#[derive(Clone, Copy, Debug)]
pub struct Expected {
    /// The allocations of an ask.
    pub ask: (u64, u64),
    /// The allocations of a tell.
    pub tell: (u64, u64),
}

/// A backend's handle as a [`Subject`].
#[derive(Clone, Debug)]
pub struct Ours<H>(pub H);

impl<H: Handle> Ours<H> {
    /// Starts a backend that runs for as long as the process does, and takes a client's handle of it.
    ///
    /// # Panics
    /// When the backend does not start.
    pub async fn start<B: Backend<Handle = H>>(config: Config) -> Self {
        let backend = B::start(config).await.expect("the backend starts");
        let client = backend.client().await.expect("the backend runs");
        // The backend is leaked, because dropping it may end its actors.
        std::mem::forget(backend);
        Self(client)
    }
}

impl<H: Handle> Subject for Ours<H> {
    #[inline]
    async fn ask(&self, command: Command) -> Option<Reply> {
        self.0.ask(command).await.ok()
    }

    #[inline]
    async fn tell(&self, command: Command) -> bool {
        self.0.tell(command).await.is_ok()
    }
}

/// The place where both subjects play: one thread, and the actors there beside which the clients live.
pub(crate) struct Place {
    stage: Stage,
    placement: Placement,
}

impl Place {
    /// Spawns a client beside the actors.
    fn spawn<F>(&self, client: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        match self.placement {
            Placement::LocalSet => tokio::task::spawn_local(client),
            Placement::CallersRuntime | Placement::OwnThreads => tokio::spawn(client),
        }
    }
}

/// The kinds of load for which the two are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Load {
    /// The load of one client that asks, over and over.
    Ask,
    /// The load of eight clients that ask at once.
    AskOfEight,
    /// The load of one client that tells, and then asks once, as a fence.
    Tell,
}

impl Load {
    const ALL: [Self; 3] = [Self::Ask, Self::AskOfEight, Self::Tell];

    /// The load's name, on a command line as well.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::AskOfEight => "ask-of-8",
            Self::Tell => "tell",
        }
    }

    /// The load of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }
}

/// The `main` of a backend's overhead bench. `ours` and `by_hand` start the two subjects, which run on one thread,
/// inside a `LocalSet`.
///
/// # Panics
/// When the runtime cannot be built, or a call of either subject fails: there is nothing to compare then.
pub fn main<O, H>(
    name: &str,
    placement: Placement,
    ours: impl AsyncFnOnce() -> O,
    by_hand: impl AsyncFnOnce() -> H,
) where
    O: Subject,
    H: Subject,
{
    let place = Place { stage: Stage::new(Lane::Ct).expect("one thread is to be had"), placement };
    let ours = play::prepare(&place, ours);
    let by_hand = play::prepare(&place, by_hand);
    if instructions::counted(&place, &ours, &by_hand) || timing::launched(&place, &ours, &by_hand) {
        return;
    }
    // `cargo test --benches` only checks that the bench can run.
    if !std::env::args_os().any(|argument| argument == "--bench") {
        for load in Load::ALL {
            play::play(&place, &ours, load, 100);
            play::play(&place, &by_hand, load, 100);
        }
        println!("overhead of {name}: both play; run it by `cargo bench` for figures");
        return;
    }
    timing::report(name);
    instructions::report(name);
}
