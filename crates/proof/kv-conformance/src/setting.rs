//! The setting of a case, and the helpers that all cases share.

use std::future::poll_fn;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::Duration;

use kv_core::{
    ActorId, Backend, Clock, Command, Config, Debug, Handle, Key, KvError, Mailbox, MailboxKind, ManualClock,
    Reply, TestGate, Timestamp, Topology, place,
};
use tokio::time::{interval, timeout};

use crate::Flavor;
use crate::subject::{Running, Subject};

/// The deadline of every wait. It is generous, because it bounds hangs and judges no speed.
static PATIENCE_MILLIS: AtomicU64 = AtomicU64::new(20_000);

/// Sets how long anything in this process may take, where a hang is what is expected: the test of the tests.
pub fn set_patience(patience: Duration) {
    PATIENCE_MILLIS.store(patience.as_millis() as u64, Ordering::Relaxed);
}

/// The topology and the runtime that a case runs with.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// The topology: how many actors there are.
    pub topology: Topology,
    /// The kind of runtime that the case runs on.
    pub flavor: Flavor,
    /// Whether that runtime can use sockets. No backend may need sockets, so this is off, except for a backend that
    /// is reached through a socket.
    pub io: bool,
}

impl Setting {
    const fn new(topology: Topology, flavor: Flavor) -> Self {
        Self { topology, flavor, io: false }
    }

    /// This setting on a runtime that can use sockets.
    #[must_use]
    pub const fn with_io(self) -> Self {
        Self { io: true, ..self }
    }

    /// One actor, two workers.
    pub const SINGLE: Self = Self::new(Topology::Single, Flavor::MultiThread);
    /// Three actors, two workers: more shards than threads, and not a power of two.
    pub const SHARDED: Self = Self::new(Topology::Sharded(3), Flavor::MultiThread);
    /// One actor, everything on one thread.
    pub const CURRENT_THREAD: Self = Self::new(Topology::Single, Flavor::CurrentThread);
    /// Three actors, everything on one thread.
    pub const CURRENT_THREAD_SHARDED: Self = Self::new(Topology::Sharded(3), Flavor::CurrentThread);

    /// An actor per key, two workers.
    pub const PER_KEY: Self = Self::new(Topology::PerKey, Flavor::MultiThread);
    /// An actor per key, everything on one thread.
    pub const CURRENT_THREAD_PER_KEY: Self = Self::new(Topology::PerKey, Flavor::CurrentThread);

    /// The actor that owns a key.
    #[must_use]
    pub fn owner(self, key: &Key) -> ActorId {
        match self.topology {
            Topology::PerKey => ActorId::Key(key.clone()),
            _ => ActorId::Shard(place(key, self.topology.shards())),
        }
    }

    /// The configuration to begin with: the default one, in this topology.
    #[must_use]
    pub fn config(self) -> Config {
        Config { topology: self.topology, ..Config::default() }
    }

    /// This setting's configuration with a mailbox of this size.
    #[must_use]
    pub fn with_mailbox(self, mailbox: Mailbox) -> Config {
        Config { mailbox, ..self.config() }
    }

    /// A configuration whose time is moved by hand, and never swept unless the case asks for it.
    #[must_use]
    pub fn with_manual_clock(self) -> (Config, ManualClock) {
        let clock = ManualClock::new(Timestamp::from_millis(1_000_000));
        let config = Config { clock: Clock::Manual(clock.clone()), sweep_interval: None, ..self.config() };
        (config, clock)
    }

    /// Starts a backend whose type is known: for tests of what one framework adds to the contract.
    ///
    /// # Panics
    /// When the backend does not start.
    pub async fn start<B: Backend>(self, config: Config) -> B {
        match within("start", B::start(config)).await {
            Ok(backend) => backend,
            Err(error) => panic!("{} must start: {error}", B::NAME),
        }
    }
}

/// One run of a case: which backend plays, and how it is set up. Dereferences to its [`Setting`].
#[derive(Clone, Copy, Debug)]
pub struct Trial {
    /// The backend under test.
    pub subject: Subject,
    /// How it is to run.
    pub setting: Setting,
}

impl Deref for Trial {
    type Target = Setting;

    fn deref(&self) -> &Setting {
        &self.setting
    }
}

impl Trial {
    /// A trial of the backend `B`.
    #[must_use]
    pub const fn of<B: Backend>(setting: Setting) -> Self {
        Self { subject: Subject::of::<B>(), setting }
    }

    /// Starts the backend.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start(self, config: Config) -> Running {
        match within("start", self.subject.start(config)).await {
            Ok(backend) => backend,
            Err(error) => panic!("{} must start: {error}", self.subject.name),
        }
    }

    /// Prints, if the backend has no mailbox, that it has none and what the case proves instead.
    #[must_use]
    pub fn declares_no_mailbox(self, instead: &str) -> bool {
        let declared = self.subject.mailbox == MailboxKind::None;
        if declared {
            // This writes to the error output and not by `eprintln!`, which the test harness captures: a declaration
            // has to show.
            let line = format!(
                "{} declares MailboxKind::None; proved instead: {instead}
",
                self.subject.name
            );
            let _ = std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes());
        }
        declared
    }
}

/// Awaits what must happen.
///
/// # Panics
/// When it does not happen within 20 s, or within the time that [`set_patience`] has set.
pub async fn within<F: Future>(what: &str, future: F) -> F::Output {
    match timeout(Duration::from_millis(PATIENCE_MILLIS.load(Ordering::Relaxed)), future).await {
        Ok(output) => output,
        Err(_) => panic!("hangs: {what}"),
    }
}

/// Waits until a condition holds, by looking again and again, for conditions that no event announces.
///
/// # Panics
/// When it does not hold within 20 s.
pub async fn eventually<F: Future<Output = bool>>(what: &str, mut condition: impl FnMut() -> F) {
    let mut look = interval(Duration::from_millis(2));
    within(what, async {
        while !condition().await {
            look.tick().await;
        }
    })
    .await;
}

/// The `n`th key that lives on the same shard as `key`, and is not `key` itself.
///
/// # Panics
/// Never: there are infinitely many.
#[must_use]
pub fn key_on(topology: Topology, key: &Key, n: usize) -> Key {
    let shard = place(key, topology.shards());
    let candidates = (0_u64..).map(|i| Key::from(format!("neighbour:{i}")));
    let mut neighbours = candidates.filter(|other| place(other, topology.shards()) == shard);
    neighbours.nth(n).expect("keys never run out")
}

/// Holds the owner of `key` at a gate, by a tell, and waits until the owner is there.
pub(crate) async fn stall<H: Handle>(handle: &H, key: &Key) -> TestGate {
    let gate = TestGate::new();
    let stall = Command::Debug(Debug::Stall { key: key.clone(), gate: gate.clone() });
    within("a tell that stalls", handle.tell(stall)).await.expect("the backend runs");
    within("the actor reaches the gate", gate.entered(1)).await;
    gate
}

/// A command that leaves a mark at `gate` when it is handled, and does nothing else. Counting marks tells how
/// many commands were handled, even when the store is gone.
pub(crate) fn mark(key: &Key, gate: &TestGate) -> Command {
    Command::Debug(Debug::Stall { key: key.clone(), gate: gate.clone() })
}

pub(crate) fn get(key: &Key) -> Command {
    Command::Get { key: key.clone() }
}

pub(crate) fn increment(key: &Key) -> Command {
    Command::IncrementBy { key: key.clone(), delta: 1 }
}

/// Asserts that every verb is refused with [`KvError::Stopped`].
pub(crate) async fn assert_stopped<H: Handle>(handle: &H) {
    let key = Key::from_static(b"after the end");
    assert_eq!(within("an ask after the end", handle.ask(get(&key))).await, Err(KvError::Stopped));
    assert_eq!(within("a tell after the end", handle.tell(increment(&key))).await, Err(KvError::Stopped));
    assert_eq!(handle.try_tell(increment(&key)), Err(KvError::Stopped));
    assert_eq!(within("a count after the end", handle.ask(Command::Count)).await, Err(KvError::Stopped));
}

/// The value of an integer key, 0 if the key is absent.
pub(crate) async fn integer<H: Handle>(handle: &H, key: &Key) -> i64 {
    let add_nothing = Command::IncrementBy { key: key.clone(), delta: 0 };
    match within("reading an integer", handle.ask(add_nothing)).await {
        Ok(Reply::Integer(value)) => value,
        other => panic!("an increment by 0 answered {other:?}"),
    }
}

/// Polls a future once and says whether it waits.
pub(crate) async fn is_pending<F: Future>(mut future: Pin<&mut F>) -> bool {
    poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_pending())).await
}
