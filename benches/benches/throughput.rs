//! The front door: criterion's familiar output, filters and baselines.
//!
//! `cargo bench --bench throughput -- ct/ycsb-b` runs a part; `-- --save-baseline before` and critcmp compare a
//! change of *one* backend with itself. Which backend is cheaper is the other bench's business: criterion
//! measures one after the other, and between two blocks a busy machine changes more than a framework costs.

use std::time::Duration;

use audition::compare::{Block, Player, arguments_of_bench, cast_of, start, throughput_blocks};
use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput};
use kv_workload::{Plan, RunError};

/// Commands per iteration: enough that the start of the clients, which is not timed but waited for, is cheap.
const CHUNK: u64 = 256;
/// Commands per slice at the most: what is asked lies ready in memory, and what is answered is kept.
const SLICE: u64 = 64 * CHUNK;
const SEED: u64 = 42;

fn main() {
    let filtered = arguments_of_bench().iter().any(|argument| !argument.starts_with('-'));
    // Plots would take several times as long as the measurement.
    let mut criterion = Criterion::default()
        .without_plots()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(50))
        .measurement_time(Duration::from_millis(250))
        .nresamples(5_000)
        .configure_from_args();
    for block in throughput_blocks(filtered) {
        bench(&mut criterion, &block);
    }
    criterion.final_summary();
}

fn bench(criterion: &mut Criterion, block: &Block) {
    let mut group = criterion.benchmark_group(format!("{}/{}", block.lane(), block.workload));
    // Flat: a linear fit through the origin would charge the fixed cost of a sample to the commands.
    group.sampling_mode(SamplingMode::Flat).throughput(Throughput::Elements(CHUNK));
    let workload = block.workload();
    let plan = match Plan::new(&workload, SEED) {
        Ok(plan) => plan.into(),
        Err(error) => fail(&error.to_string()),
    };
    for part in cast_of(block, &[]) {
        let mut player: Option<Player> = None;
        group.bench_function(BenchmarkId::new(&part.label, block.mailbox_name()), |bencher| {
            let player = player.get_or_insert_with(|| or_fail(start(&part, block, &plan)));
            bencher.iter_custom(|iterations| or_fail(play(player, iterations * CHUNK)));
        });
        if let Some(player) = player {
            or_fail(player.contestant.finish());
        }
    }
    group.finish();
}

/// Plays that many commands, in slices, and returns the time that they took.
fn play(player: &mut Player, ops: u64) -> Result<Duration, RunError> {
    let mut left = ops;
    let mut elapsed = 0.0;
    while left > 0 {
        let wanted = left.min(SLICE);
        // A slice is rounded up to whole clients, so its time is taken per command.
        elapsed += player.contestant.slice(wanted as usize)?.ns_per_op() * wanted as f64;
        left -= wanted;
    }
    Ok(Duration::from_nanos(elapsed as u64))
}

/// A wrong answer is not a fast one: there is no figure then.
fn or_fail<T>(result: Result<T, RunError>) -> T {
    result.unwrap_or_else(|error| fail(&error.to_string()))
}

fn fail(reason: &str) -> ! {
    eprintln!("throughput: {reason}");
    std::process::exit(1);
}
