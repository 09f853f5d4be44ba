//! The memory of an idle actor.

use kv_core::{Backend, Command, Config, Handle, Key, Reply, Set, Topology, Value};

use crate::{Lane, RunError, Stage};

/// The length of each key, which is that of the `spawn` workload.
const KEY_BYTES: usize = 16;
const VALUE_BYTES: usize = 32;
/// Keys that are set before the count: by then all one-time allocations have been made.
const WARM_UP: usize = 1_000;
/// The number of asks that are on their way at once.
const WAVE: usize = 256;

/// The bytes that live per key, with that many keys in one topology, each set once and not used again.
///
/// `live_bytes` returns how many bytes the process has allocated and not freed: the program has a counting allocator.
/// All runs on one thread; a backend's own threads are counted with it.
///
/// # Errors
/// [`RunError::Start`], or [`RunError::Service`] when a key cannot be set.
///
/// # Panics
/// When called inside a tokio runtime.
pub fn bytes_per_key<B: Backend>(
    topology: Topology,
    keys: usize,
    live_bytes: impl Fn() -> u64,
) -> Result<f64, RunError> {
    let stage = Stage::new(Lane::Ct)?;
    let config = Config { topology, sweep_interval: None, ..Config::default() };
    let failed = |error| RunError::Service {
        backend: B::NAME.to_owned(),
        workload: "memory".to_owned(),
        doing: "setting the keys",
        error,
    };
    let backend = stage.run(B::start(config))?;
    let counted = stage.run(async {
        let client = backend.client().await.map_err(failed)?;
        set_all(&client, 0, WARM_UP).await.map_err(failed)?;
        let before = live_bytes();
        set_all(&client, WARM_UP, keys).await.map_err(failed)?;
        let grown = live_bytes().saturating_sub(before);
        // All actors must still be there: one that has ended would count as small.
        let there = client.ask(Command::Count).await.map_err(failed)?;
        assert_eq!(there, Reply::Count((WARM_UP + keys) as u64), "all keys are there");
        Ok(grown as f64 / keys as f64)
    });
    stage.run(backend.shutdown());
    counted
}

/// The bytes that live per idle actor whose store is empty: what a backend of many shards holds beyond one of few, per
/// shard.
///
/// # Errors
/// [`RunError::Start`].
///
/// # Panics
/// When called inside a tokio runtime.
pub fn bytes_per_actor<B: Backend>(live_bytes: impl Fn() -> u64) -> Result<f64, RunError> {
    const FEW: usize = 24;
    const MANY: usize = 1_024;
    let mut held = [0; 2];
    for (held, shards) in held.iter_mut().zip([FEW, MANY]) {
        let stage = Stage::new(Lane::Ct)?;
        let topology = Topology::Sharded(shards);
        let config = Config { topology, sweep_interval: None, ..Config::default() };
        let before = live_bytes();
        let backend = stage.run(B::start(config))?;
        stage.run(turns());
        *held = live_bytes().saturating_sub(before);
        stage.run(backend.shutdown());
    }
    Ok(held[1].saturating_sub(held[0]) as f64 / (MANY - FEW) as f64)
}

/// Lets the actors run until they are idle: the work after a start, or after a first reply.
async fn turns() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

async fn set_all<H: Handle>(client: &H, from: usize, keys: usize) -> Result<(), kv_core::KvError> {
    let mut keys = from..from + keys;
    loop {
        let wave: Vec<_> = keys.by_ref().take(WAVE).map(|n| client.ask(set(n))).collect();
        if wave.is_empty() {
            turns().await;
            return Ok(());
        }
        for reply in futures_util::future::join_all(wave).await {
            reply?;
        }
    }
}

fn set(n: usize) -> Command {
    let key = Key::from(format!("{n:0KEY_BYTES$}"));
    Command::Set(Set::new(key, Value::from(vec![b'v'; VALUE_BYTES])))
}
