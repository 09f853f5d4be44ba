//! One command over many keys, with an actor per key: what each key costs when there are few of them and when there are many.
//!
//! The two figures of a backend are the same as long as nothing grows with the square of what a client sends. They were not:
//! `MSET` over 40,000 keys took eleven seconds where 10,000 took a third of one.

use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput};
use kv_backends::Visitor;
use kv_core::{Backend, Batch, Command, Config, Handle, Key, Placement, Reply, Set, Topology};
use kv_workload::{Lane, Stage};

/// How many keys a command names.
const WIDTHS: [usize; 2] = [256, 16_384];

fn main() {
    let mut criterion = Criterion::default()
        .without_plots()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(50))
        .measurement_time(Duration::from_millis(500))
        .nresamples(5_000)
        .configure_from_args();
    for width in WIDTHS {
        let per_key = kv_backends::whole().filter(|backend| backend.per_key);
        for backend in per_key.filter(|backend| backend.placement != Placement::OwnThreads) {
            let visited = kv_backends::with(backend.name, Wide { criterion: &mut criterion, width });
            visited.expect("the name is from the list");
        }
    }
    criterion.final_summary();
}

struct Wide<'a> {
    criterion: &'a mut Criterion,
    width: usize,
}

impl Visitor for Wide<'_> {
    type Output = ();

    fn visit<B: Backend>(self) {
        let Self { criterion, width } = self;
        let mut group = criterion.benchmark_group(format!("ct/wide-{width}"));
        group.sampling_mode(SamplingMode::Flat).throughput(Throughput::Elements(width as u64));
        group.bench_function(BenchmarkId::from_parameter(B::NAME), |bencher| {
            let stage = Stage::new(Lane::Ct).expect("a thread");
            let config = Config { topology: Topology::PerKey, sweep_interval: None, ..Config::default() };
            let backend = stage.run(B::start(config)).expect("a plain configuration");
            bencher.iter_custom(|iterations| stage.run(set_and_delete(&backend, width, iterations)));
            stage.run(backend.shutdown());
        });
        group.finish();
    }
}

/// Creates the keys in one batch, and deletes them in one command; returns how long that took so many times.
async fn set_and_delete<B: Backend>(backend: &B, width: usize, iterations: u64) -> Duration {
    let client = backend.client().await.expect("the backend runs");
    let keys: Vec<Key> = (0..width).map(|n| Key::from(format!("{n:016}"))).collect();
    let mut elapsed = Duration::ZERO;
    for _ in 0..iterations {
        let sets = keys.iter().map(|key| Command::Set(Set::new(key.clone(), "value"))).collect();
        let sets = Command::Batch(Box::new(Batch::new(sets).expect("a set has one key")));
        let delete = Command::Delete { keys: keys.clone() };
        let began = Instant::now();
        let (set, deleted) = (client.ask(sets).await, client.ask(delete).await);
        elapsed += began.elapsed();
        assert!(matches!(set, Ok(Reply::Batch(replies)) if replies.iter().all(Result::is_ok)));
        assert_eq!(deleted, Ok(Reply::Count(width as u64)));
    }
    elapsed
}
