//! A surge: for a while, more commands are offered than the backend can do.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use kv_core::{Backend, Command, Config, Debug, Handle, Key, KvError, Mailbox, Placement, Reply, Set, Value};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::rounds::rounds;
use crate::window::{histogram, reached};
use crate::{Mismatch, RunError, Stage};

/// The offered load.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overload {
    /// The mailbox of the backend.
    pub mailbox: Mailbox,
    /// How long the handler computes, in nanoseconds. It must be long beside the time of a send, because otherwise the
    /// generator would be overloaded and not the backend.
    pub work_ns: u32,
    /// The offered load, as a share of what the backend can do.
    pub share: f64,
    /// How long the surge lasts.
    pub length: Duration,
}

/// The outcome of a surge. Times are in nanoseconds.
#[derive(Clone, Debug)]
pub struct Surged {
    /// Commands per second that the backend can do.
    pub per_second: f64,
    /// How many tells were offered that do not wait for room.
    pub offered: u64,
    /// How many of them were refused because there was no room.
    pub refused: u64,
    /// The waiting times of asks that were sent during the surge.
    pub waits: Histogram<u64>,
    /// The time from the last offer until every command that was accepted before was done.
    pub recovery_ns: u64,
    /// The largest growth of the heap, in bytes.
    pub grown: u64,
    /// With tells that wait for room: how far behind its schedule the last one was accepted.
    pub behind_ns: u64,
}

/// One command of so many is an increment, which shows if a command was lost or done twice.
const COUNTED: usize = 8;
/// The number of commands by which the backend's capacity is measured.
const PROBE: usize = 2_000;
/// The interval between asks; an ask is left out if the one before is still on its way.
const ASK_EVERY: Duration = Duration::from_millis(1);
/// The time after which a wait counts as a hang.
const PATIENCE: Duration = Duration::from_secs(30);

/// Offers a surge to a backend of its own: first by tells that do not wait for room, then by tells that do.
///
/// `live_bytes` returns how many bytes the process has allocated and not freed.
///
/// # Errors
/// [`RunError`], also if an accepted command was not done exactly once, or a refused one was done.
///
/// # Panics
/// When called inside a tokio runtime.
pub fn surge<B: Backend>(
    label: &str,
    stage: &Stage,
    surge: &Overload,
    live_bytes: impl Fn() -> u64 + Send + 'static,
) -> Result<Surged, RunError> {
    let config =
        Config { mailbox: surge.mailbox, sweep_interval: None, ask_timeout: None, ..Config::default() };
    let backend = stage.run(B::start(config))?;
    let failed = |error| RunError::Service {
        backend: label.to_owned(),
        workload: "surge".to_owned(),
        doing: "the surge",
        error,
    };
    let surged = stage.run(async {
        let (producer, asker) =
            (backend.client().await.map_err(failed)?, backend.client().await.map_err(failed)?);
        let surge = *surge;
        // The surge is spawned: inside `block_on`, each wait would park the thread.
        let played = spawn_beside(B::PLACEMENT, async move {
            let (rounds, placement) = (rounds(surge.work_ns), B::PLACEMENT);
            let mut player = Player { handle: producer, rounds, placement, counted: 0 };
            timeout(PATIENCE, player.play(surge, asker, live_bytes))
                .await
                .map(|played| (played, player.counted))
        });
        let Ok((played, counted)) = played.await.map_err(|panic| RunError::Panicked {
            backend: label.to_owned(),
            workload: "surge".to_owned(),
            message: panic.to_string(),
        })?
        else {
            return Err(RunError::Hung {
                backend: label.to_owned(),
                workload: "surge".to_owned(),
                doing: "the surge",
                patience: PATIENCE,
            });
        };
        let surged = played.map_err(failed)?;
        let reply = backend.handle().ask(get(COUNTER)).await.map_err(failed)?;
        if reply != Reply::Value(Some(Value::from(counted.to_string()))) {
            return Err(RunError::Mismatch(Box::new(Mismatch {
                backend: label.to_owned(),
                workload: "surge".to_owned(),
                client: None,
                op: 0,
                command: "the sum of what was accepted".to_owned(),
                expected: counted.to_string(),
                got: format!("{reply:?}"),
            })));
        }
        Ok(surged)
    });
    stage.run(backend.shutdown());
    surged
}

const KEY: &[u8] = b"surge";
const COUNTER: &[u8] = b"surges";

fn get(key: &'static [u8]) -> Command {
    Command::Get { key: Key::from_static(key) }
}

/// Spawns a client where the actors live: from outside of a `LocalSet` each message would have to wake the whole set first, and
/// the figures would be those of the wake-up.
fn spawn_beside<F>(placement: Placement, client: F) -> JoinHandle<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    match placement {
        Placement::LocalSet => tokio::task::spawn_local(client),
        Placement::CallersRuntime | Placement::OwnThreads => tokio::spawn(client),
    }
}

struct Player<H> {
    handle: H,
    rounds: u32,
    /// The place of the actors, and so of the clients.
    placement: Placement,
    /// The number of accepted increments.
    counted: u64,
}

impl<H: Handle> Player<H> {
    async fn play(
        &mut self,
        surge: Overload,
        asker: H,
        live_bytes: impl Fn() -> u64,
    ) -> Result<Surged, KvError> {
        self.handle.ask(Command::Set(Set::new(Key::from_static(KEY), Value::from_static(b"value")))).await?;
        self.handle.ask(Command::Set(Set::new(Key::from_static(COUNTER), Value::from_static(b"0")))).await?;
        let per_second = self.capacity().await?;
        let every = Duration::from_secs_f64(1.0 / (per_second * surge.share));
        let offers = ((per_second * surge.share * surge.length.as_secs_f64()) as usize).max(COUNTED);

        let over = Arc::new(AtomicBool::new(false));
        // The histogram is made before anything is counted: it weighs as much as a thousand messages.
        let waits = histogram();
        let before = live_bytes();
        let waits = spawn_beside(self.placement, ask_meanwhile(asker, waits, Arc::clone(&over)));
        let (mut most, mut refused) = (before, 0);
        let start = Instant::now();
        for n in 0..offers {
            reached(start + every * n as u32).await;
            match self.handle.try_tell(self.command(n)) {
                Ok(()) => self.accepted(n),
                Err(KvError::Overloaded) => refused += 1,
                Err(error) => return Err(error),
            }
            if n.is_multiple_of(64) {
                most = most.max(live_bytes());
            }
        }
        let last = Instant::now();
        most = most.max(live_bytes());
        over.store(true, Ordering::Relaxed);
        self.handle.ask(get(KEY)).await?;
        let recovery_ns = nanos(last.elapsed());
        let waits = waits.await.expect("the asker does not panic")?;

        let start = Instant::now();
        for n in 0..offers {
            reached(start + every * n as u32).await;
            self.handle.tell(self.command(n)).await?;
            self.accepted(n);
        }
        let behind_ns = nanos(start.elapsed().saturating_sub(every * (offers - 1) as u32));
        self.handle.ask(get(KEY)).await?;
        let grown = most.saturating_sub(before);
        Ok(Surged { per_second, offered: offers as u64, refused, waits, recovery_ns, grown, behind_ns })
    }

    /// The capacity in commands per second, the best of several tries: a disturbance can only make a try slower.
    async fn capacity(&mut self) -> Result<f64, KvError> {
        let mut best = f64::INFINITY;
        for _ in 0..3 {
            let start = Instant::now();
            for n in 0..PROBE {
                self.handle.tell(self.command(n)).await?;
                self.accepted(n);
            }
            self.handle.ask(get(KEY)).await?;
            best = best.min(start.elapsed().as_secs_f64() / PROBE as f64);
        }
        Ok(1.0 / best)
    }

    fn command(&self, n: usize) -> Command {
        if n.is_multiple_of(COUNTED) {
            return Command::IncrementBy { key: Key::from_static(COUNTER), delta: 1 };
        }
        Command::Debug(Debug::Work { key: Key::from_static(KEY), rounds: self.rounds })
    }

    const fn accepted(&mut self, n: usize) {
        self.counted += n.is_multiple_of(COUNTED) as u64;
    }
}

async fn ask_meanwhile<H: Handle>(
    handle: H,
    mut waits: Histogram<u64>,
    over: Arc<AtomicBool>,
) -> Result<Histogram<u64>, KvError> {
    loop {
        let sent = Instant::now();
        handle.ask(get(KEY)).await?;
        waits.saturating_record(nanos(sent.elapsed()));
        if over.load(Ordering::Relaxed) {
            return Ok(waits);
        }
        sleep(ASK_EVERY).await;
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX).max(1)
}
