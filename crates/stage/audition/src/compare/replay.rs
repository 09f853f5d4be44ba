//! A launch that replays a trace.

use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use kv_backends::Visitor;
use kv_core::{Backend, Mailbox, Topology};
use kv_report::ForeignCpu;
use kv_workload::trace::{TraceContestant, TraceSession, TraceSource};
use kv_workload::{Kind, Lane, RunError, Stage};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_pcg::Pcg64Mcg;

use super::assignment::CAPACITY;
use super::cast::cast;
use super::input;
use super::launch::{Played, Report, Task, report};

/// The number of records in a slice: with these sizes, about two milliseconds of plain tokio.
const RECORDS: usize = 5_000;
/// The number of client tasks over which the records are split.
const CLIENTS: usize = 8;

/// Replays the whole trace on standard input, chunk by chunk on every backend in random order. The error is a complete
/// sentence.
pub(super) fn play(task: &Task, name: &str) -> Result<Played, String> {
    let read = Arc::new(AtomicU64::new(0));
    let records = input::reader(io::stdin().lock(), name, Arc::clone(&read))?;
    let mut source = TraceSource::new(records, CLIENTS);
    let parts = cast(Lane::Ct, Kind::Traffic, false, &task.backends);
    let mut players = Vec::new();
    for part in &parts {
        let player =
            kv_backends::with(&part.backend, Start(&part.label)).map_err(|error| error.to_string())?;
        players.push(player.map_err(|error| error.to_string())?);
    }
    let before = ForeignCpu::read();
    let mut rounds = vec![Vec::new(); players.len()];
    let mut order: Vec<usize> = (0..players.len()).collect();
    let mut random = Pcg64Mcg::seed_from_u64(task.seed.wrapping_add(task.launch));
    while let Some(chunk) = source.next_chunk(RECORDS).map_err(|error| error.to_string())? {
        order.shuffle(&mut random);
        for &player in &order {
            let slice = players[player].replay(&chunk).map_err(|error| error.to_string())?;
            rounds[player].push((slice.ns_per_op() * 10.0).round() / 10.0);
        }
        report(&Report::Bytes(read.load(Ordering::Relaxed)));
    }
    if rounds.iter().all(Vec::is_empty) {
        return Err(format!("{name} holds no request any more"));
    }
    // The first chunk is the warm-up, if there is another one.
    for rounds in rounds.iter_mut().filter(|rounds| rounds.len() > 1) {
        rounds.remove(0);
    }
    let foreign_cpu = before.zip(ForeignCpu::read()).map(|(before, after)| after.share_since(&before));
    for player in players {
        player.finish().map_err(|error| error.to_string())?;
    }
    Ok(Played { threads: vec!["1".to_owned(); parts.len()], parts, rounds, foreign_cpu })
}

struct Start<'a>(&'a str);

impl Visitor for Start<'_> {
    type Output = Result<Box<dyn TraceContestant>, RunError>;

    fn visit<B: Backend>(self) -> Self::Output {
        let stage = Rc::new(Stage::new(Lane::Ct)?);
        let mailbox = Mailbox::Bounded(CAPACITY);
        let session = TraceSession::<B>::start(self.0, stage, CLIENTS, Topology::Single, mailbox)?;
        Ok(Box::new(session))
    }
}
