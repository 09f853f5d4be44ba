//! The measurement of what the contract costs beyond the framework.
//!
//! Each backend's crate has two backends: the first (`first.rs`), as the framework's own documentation would write it, and
//! the whole, which keeps every promise. This crate plays both in the one-thread lane, in pairs, and compares what they take:
//!
//! * **time**, by [`main`] (`cargo bench -p kv-kameo --bench overhead`): the median ratio, slice against slice;
//! * **instructions**, by the same, where valgrind is installed: the difference of two runs of different length,
//!   so that starting and stopping cancel out;
//! * **allocations**, by [`assert_allocations`] (`cargo test -p kv-kameo --test allocations`): exact, and asserted.

//!
//! The costs table counts the same calls of a backend alone: by [`allocations`], and by [`instructions_of`].

mod allocate;
pub mod callgrind;
mod instructions;
mod play;
mod single;
mod timing;

pub use counting_alloc::CountingAllocator;
use kv_core::{Backend, Command, Config, Handle, Mailbox, Placement, Reply};
use kv_workload::{Lane, Stage};
use tokio::task::JoinHandle;

pub use allocate::{CALLS, PerCall, allocations};
pub use single::{build_commands, instructions_of, play_once};

/// A subject that can be asked and told: a backend's handle.
pub trait Subject: Send + Sync + 'static {
    /// Asks; `None` is a failure.
    fn ask(&self, command: Command) -> impl Future<Output = Option<Reply>> + Send;

    /// Tells; `false` is a failure.
    fn tell(&self, command: Command) -> impl Future<Output = bool> + Send;
}

/// Installs the allocator that counts in a test's binary, under this name.
#[macro_export]
macro_rules! count_allocations {
    ($name:ident) => {
        #[global_allocator]
        static $name: $crate::CountingAllocator = $crate::CountingAllocator::new();
    };
}

/// Asserts, in a test's binary that has the allocator installed, that a call of the whole backend `W` allocates no more
/// often than a call of the first one, `F`, and exactly as often as is expected.
///
/// # Panics
/// When the counts differ.
pub fn assert_allocations<W: Backend, F: Backend>(
    allocator: &CountingAllocator,
    mailbox: Mailbox,
    expected: Expected,
) {
    let (ask, tell) = allocations(allocator, CALLS, async || Ours::start::<W>(config(mailbox)).await);
    let (first_ask, first_tell) =
        allocations(allocator, CALLS, async || Ours::start::<F>(config(mailbox)).await);
    println!("ask:  {ask:?}; first {first_ask:?}\ntell: {tell:?}; first {first_tell:?}");
    // The comparison rounds to whole allocations per call: one more block of a queue in thousands of calls is not a
    // call's own.
    assert!(ask.counts().0 <= first_ask.counts().0, "ask: {ask:?}; first {first_ask:?}");
    assert!(tell.counts().0 <= first_tell.counts().0, "tell: {tell:?}; first {first_tell:?}");
    assert_eq!(ask.counts(), expected.ask, "allocations and bytes per ask");
    assert_eq!(tell.counts(), expected.tell, "allocations and bytes per tell");
}

/// The configuration of both: without a timer, whose ticks would be measured too.
fn config(mailbox: Mailbox) -> Config {
    Config { mailbox, sweep_interval: None, ..Config::default() }
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

/// The `main` of a backend's overhead bench: the whole backend `W` against the first one, `F`, with this mailbox. Both run on
/// one thread, inside a `LocalSet`.
///
/// # Panics
/// When the runtime cannot be built, or a call of either fails: there is nothing to compare then.
pub fn main<W: Backend, F: Backend>(mailbox: Mailbox) {
    let (name, placement) = (W::NAME, W::PLACEMENT);
    let ours = async || Ours::start::<W>(config(mailbox)).await;
    let first = async || Ours::start::<F>(config(mailbox)).await;
    let place = Place { stage: Stage::new(Lane::Ct).expect("one thread is to be had"), placement };
    let ours = play::prepare(&place, ours);
    let first = play::prepare(&place, first);
    if instructions::counted(&place, &ours, &first) || timing::launched(&place, &ours, &first) {
        return;
    }
    // `cargo test --benches` only checks that the bench can run.
    if !std::env::args_os().any(|argument| argument == "--bench") {
        for load in Load::ALL {
            play::play(&place, &ours, load, 100);
            play::play(&place, &first, load, 100);
        }
        println!("overhead of {name}: both play; run it by `cargo bench` for figures");
        return;
    }
    timing::report(name);
    instructions::report(name);
}
