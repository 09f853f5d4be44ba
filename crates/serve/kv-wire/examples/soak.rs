//! Plays half an hour of mixed load on a server whose actors panic once a second: every reply is checked, and the
//! server's memory is watched. `judges/soak.py` starts it with a server.
//!
//! A restart empties the store of its actor, so after a panic a key may be gone although no client deleted it. The key
//! may not have any other value than the one it was given last. After a call whose effect is unknown, it may have the
//! value from before the call or the one from after it. With an actor for each key, only a panic of the key's own actor
//! excuses that the key is gone.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use kv_core::{Command, Deadline, Debug, Effect, ExpireCondition, Handle, Key, KvError, Reply, Set};
use kv_wire::WireHandle;
use tokio_util::task::TaskTracker;

/// The number of keys of each client. Each key has one writer, so that every reply is exactly known.
const KEYS: usize = 32;

/// The longest wait for a reply and for a restart: the load must not wait without end for a server that is dead or
/// stuck.
const PATIENCE: Duration = Duration::from_secs(30);

/// The pause between panics that empty the whole store or a shard.
const PAUSE: Duration = Duration::from_secs(1);

/// The pause between panics that empty one key only.
const PAUSE_PER_KEY: Duration = Duration::from_millis(20);

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[tokio::main]
async fn main() -> Outcome<()> {
    let mut arguments = std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned());
    let mut next = || arguments.next().ok_or("soak ADDRESS SECONDS CLIENTS SEED TOPOLOGY");
    let address: SocketAddr = next()?.parse()?;
    let until = Instant::now() + Duration::from_secs(next()?.parse()?);
    let clients: u64 = next()?.parse()?;
    let seed: u64 = next()?.parse()?;
    let per_key = next()? == "per-key";
    println!("seed {seed}");
    let counts = Arc::new(Counts::new(clients, per_key));
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..clients {
        let counts = Arc::clone(&counts);
        tasks.spawn(async move { Client::connect(address, number, seed, counts).await?.play(until).await });
    }
    let saboteur = WireHandle::connect(address, &TaskTracker::new()).await?;
    tasks.spawn(sabotage(saboteur, until, Random::new(seed, clients), Arc::clone(&counts)));
    while let Some(ended) = tasks.join_next().await {
        ended??;
    }
    let Counts { calls, lost, unknown, actors, .. } = &*counts;
    let load = |count: &AtomicU64| count.load(Ordering::Relaxed);
    println!(
        "{} calls, all right; {} panics, after which {} keys were found empty, and {} calls ended unknown",
        load(calls),
        actors.iter().map(|actor| load(&actor.panics)).sum::<u64>(),
        load(lost),
        load(unknown)
    );
    Ok(())
}

#[derive(Debug)]
struct Counts {
    clients: u64,
    calls: AtomicU64,
    lost: AtomicU64,
    unknown: AtomicU64,
    /// The actors: one for each key, if each has an actor of its own. Otherwise a single one, because the client does
    /// not know in which shard a key is.
    actors: Vec<Actor>,
}

impl Counts {
    fn new(clients: u64, per_key: bool) -> Self {
        let keys = usize::try_from(clients).expect("few clients") * KEYS;
        let actors = (0..if per_key { keys } else { 1 }).map(|_| Actor::default()).collect();
        Self { clients, calls: 0.into(), lost: 0.into(), unknown: 0.into(), actors }
    }

    /// The actor that owns a client's key.
    fn actor(&self, client: u64, index: usize) -> &Actor {
        let key = usize::try_from(client).expect("few clients") * KEYS + index;
        &self.actors[key % self.actors.len()]
    }

    fn pause(&self) -> Duration {
        if self.actors.len() == 1 { PAUSE } else { PAUSE_PER_KEY }
    }
}

/// The panics of an actor.
#[derive(Debug, Default)]
struct Actor {
    /// Panics that were begun: counted before the request is sent.
    panics: AtomicU64,
    /// Panics that are over: counted after the answer.
    finished: AtomicU64,
}

impl Actor {
    /// How many panics are over.
    fn finished(&self) -> u64 {
        self.finished.load(Ordering::SeqCst)
    }

    /// Whether a panic has begun, or was not yet over, since `finished` were over.
    fn panicked_since(&self, finished: u64) -> bool {
        self.panics.load(Ordering::SeqCst) > finished
    }
}

fn key(client: u64, index: usize) -> Key {
    Key::from(format!("soak:{client}:{index}"))
}

/// Sends a command, and waits for the reply within the patience.
async fn ask(handle: &WireHandle, command: Command) -> Outcome<Result<Reply, KvError>> {
    let answer = tokio::time::timeout(PATIENCE, handle.ask(command)).await;
    answer.map_err(|_| format!("no reply within {PATIENCE:?}").into())
}

/// Makes the actor of some client's key panic, again and again.
async fn sabotage(
    handle: WireHandle,
    until: Instant,
    mut random: Random,
    counts: Arc<Counts>,
) -> Outcome<()> {
    let mut ticks = tokio::time::interval(counts.pause());
    while Instant::now() < until {
        ticks.tick().await;
        let (client, index) = (random.next() % counts.clients, random.draw(KEYS as u64));
        let actor = counts.actor(client, index);
        actor.panics.fetch_add(1, Ordering::SeqCst);
        match ask(&handle, Command::Debug(Debug::Panic { key: key(client, index) })).await? {
            Err(KvError::ReplyLost | KvError::Stopped) => {}
            other => return Err(format!("a panic was answered by {other:?}").into()),
        }
        actor.finished.fetch_add(1, Ordering::SeqCst);
    }
    Ok(())
}

/// A key, and the value that its last reply shows.
#[derive(Clone, Debug)]
struct Known {
    key: Key,
    value: Option<Bytes>,
    /// How many panics were over when the request was sent. Rejected: the count when its reply came, because a panic
    /// may have ended between the two, and emptied the store after the reply was made.
    finished: u64,
}

/// A client, and the values that it knows of its keys.
struct Client {
    number: u64,
    handle: WireHandle,
    keys: Vec<Known>,
    random: Random,
    counts: Arc<Counts>,
}

impl Client {
    async fn connect(address: SocketAddr, number: u64, seed: u64, counts: Arc<Counts>) -> Outcome<Self> {
        let handle = WireHandle::connect(address, &TaskTracker::new()).await?;
        let keys =
            (0..KEYS).map(|index| Known { key: key(number, index), value: None, finished: 0 }).collect();
        Ok(Self { number, handle, keys, random: Random::new(seed, number), counts })
    }

    async fn play(mut self, until: Instant) -> Outcome<()> {
        while Instant::now() < until {
            let index = self.random.draw(KEYS as u64);
            let (command, after) = self.invent(index);
            let known = self.keys[index].clone();
            let before = known.value.as_ref();
            self.counts.calls.fetch_add(1, Ordering::Relaxed);
            let counts = Arc::clone(&self.counts);
            let actor = counts.actor(self.number, index);
            let finished = actor.finished();
            let (value, finished) = match ask(&self.handle, command.clone()).await? {
                Ok(reply) if says(&command, &reply, before) => (after, finished),
                Ok(reply)
                    if before.is_some()
                        && actor.panicked_since(known.finished)
                        && says(&command, &reply, None) =>
                {
                    self.counts.lost.fetch_add(1, Ordering::Relaxed);
                    (after_nothing(&command), finished)
                }
                Err(error) if error.effect() == Effect::Unknown || error == KvError::Stopped => {
                    self.counts.unknown.fetch_add(1, Ordering::Relaxed);
                    self.look(actor, &known, &command, after).await?
                }
                other => {
                    return Err(
                        format!("{command:?} with {before:?} before was answered by {other:?}").into()
                    );
                }
            };
            self.keys[index] = Known { key: known.key, value, finished };
        }
        Ok(())
    }

    /// Reads a key after a command whose effect is unknown; returns its value, and how many panics were over when it
    /// was read. The value has to be the one before, or the one after the command; if there was a panic, also none, or
    /// the command's result on a missing key.
    async fn look(
        &self,
        actor: &Actor,
        known: &Known,
        command: &Command,
        after: Option<Bytes>,
    ) -> Outcome<(Option<Bytes>, u64)> {
        let emptied = [None, after_nothing(command)];
        let deadline = Instant::now() + PATIENCE;
        loop {
            let finished = actor.finished();
            match ask(&self.handle, Command::Get { key: known.key.clone() }).await? {
                Ok(Reply::Value(value))
                    if value == known.value
                        || value == after
                        || actor.panicked_since(known.finished) && emptied.contains(&value) =>
                {
                    return Ok((value, finished));
                }
                // The actor is being restarted.
                Err(KvError::ReplyLost | KvError::Stopped) if Instant::now() < deadline => {
                    tokio::task::yield_now().await;
                }
                other => {
                    return Err(format!(
                        "after {command:?}, {known:?} should be that, or {after:?}, or after a panic one of {emptied:?}, \
                         and is {other:?}"
                    )
                    .into());
                }
            }
        }
    }

    /// A random command, and the key's value after it.
    fn invent(&mut self, index: usize) -> (Command, Option<Bytes>) {
        let Known { key, value: before, .. } = self.keys[index].clone();
        let value = Bytes::from(self.random.next().to_string().repeat(1 + index));
        match self.random.draw(10) {
            0..=3 => (Command::Get { key }, before),
            4..=6 => (Command::Set(Set::new(key, value.clone())), Some(value)),
            7 => {
                let joined = [before.unwrap_or_default(), value.clone()].concat();
                // The value must not grow for ever.
                if joined.len() > 4096 {
                    return (Command::Set(Set::new(key, value.clone())), Some(value));
                }
                (Command::Append { key, value }, Some(joined.into()))
            }
            8 => (Command::GetDelete { key }, None),
            _ => {
                let deadline = Deadline::After(Duration::from_secs(3600));
                (Command::Expire { key, deadline, condition: ExpireCondition::default() }, before)
            }
        }
    }
}

/// A generator of pseudo-random numbers: xorshift64.
struct Random(u64);

impl Random {
    fn new(seed: u64, number: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (number + 1).wrapping_mul(0xd1b5_4a32_d192_ed03))
    }

    fn draw(&mut self, below: u64) -> usize {
        usize::try_from(self.next() % below).expect("small")
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

/// Whether this is the right reply, if the key had the value `before`.
fn says(command: &Command, reply: &Reply, before: Option<&Bytes>) -> bool {
    match (command, reply) {
        (Command::Get { .. } | Command::GetDelete { .. }, Reply::Value(value)) => value.as_ref() == before,
        (Command::Set(_), Reply::Set(outcome)) => outcome.written,
        (Command::Append { value, .. }, Reply::Length(length)) => {
            *length == (before.map_or(0, Bytes::len) + value.len()) as u64
        }
        (Command::Expire { .. }, Reply::Flag(existed)) => *existed == before.is_some(),
        _ => false,
    }
}

/// The key's value after the command, if the key was missing before.
fn after_nothing(command: &Command) -> Option<Bytes> {
    match command {
        Command::Set(set) => Some(set.value.clone()),
        Command::Append { value, .. } => Some(value.clone()),
        _ => None,
    }
}
