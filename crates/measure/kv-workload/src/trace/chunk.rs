//! A piece of a trace, with all its replies known beforehand.

use std::io::BufRead;

use kv_core::{CommandError, Config, Reply, Store, Timestamp};

use super::{TraceError, TraceReader, TraceRecord};
use crate::answers::Answer;
use crate::hash::fnv1a;
use crate::referee::WHOLE;

/// A piece of a trace: records split over clients by key, and the right answer to each.
///
/// Chunks depend on each other: a session has to replay all chunks of one source, in order.
#[derive(Debug)]
pub struct Chunk {
    pub(super) number: u64,
    pub(super) now: Timestamp,
    pub(super) clients: Vec<Vec<TraceRecord>>,
    pub(super) expected: Vec<Vec<Answer>>,
    /// The replies to [`WHOLE`] after the chunk; none if the whole store is not checked.
    pub(super) whole: Vec<Reply>,
}

impl Chunk {
    /// How many records the chunk has.
    #[must_use]
    pub fn records(&self) -> usize {
        self.clients.iter().map(Vec::len).sum()
    }

    /// How many commands the store refuses: for the most part, increments of values that are no integers.
    #[must_use]
    pub fn refused(&self) -> usize {
        self.expected.iter().flatten().filter(|answer| answer.is_err()).count()
    }

    /// How many reads find their key, and how many do not. A replay begins with an empty store, as a cache
    /// does after a restart, so the first chunks miss more than the trace did.
    #[must_use]
    pub fn hits_and_misses(&self) -> (usize, usize) {
        let count = |found: bool| {
            let values = self.expected.iter().flatten();
            values
                .filter(|answer| matches!(answer, Ok(Reply::Value(value)) if value.is_some() == found))
                .count()
        };
        (count(true), count(false))
    }

    /// The trace's time at which the chunk is replayed.
    #[must_use]
    pub const fn now(&self) -> Timestamp {
        self.now
    }
}

/// A source that cuts a trace into chunks and computes the replies, once for all backends, on a model of its own.
#[derive(Debug)]
pub struct TraceSource<R> {
    reader: TraceReader<R>,
    clients: usize,
    model: Store,
    now: Timestamp,
    number: u64,
    pending: Vec<TraceRecord>,
}

impl<R: BufRead> TraceSource<R> {
    /// A source of chunks for that many client tasks.
    ///
    /// # Panics
    /// When `clients` is 0.
    #[must_use]
    pub fn new(reader: TraceReader<R>, clients: usize) -> Self {
        assert!(clients > 0, "a replay needs a client");
        let model = Store::new(&Config::default());
        Self { reader, clients, model, now: Timestamp::default(), number: 0, pending: Vec::new() }
    }

    /// The next chunk of at most so many records; `None` at the trace's end.
    ///
    /// # Errors
    /// [`TraceError`] for a line that cannot be read. The next call goes on after that line and loses no record.
    pub fn next_chunk(&mut self, records: usize) -> Result<Option<Chunk>, TraceError> {
        let records = records.max(1);
        // One record more than wanted is read, to know whether this chunk is the last.
        while self.pending.len() <= records {
            match self.reader.next() {
                Some(record) => self.pending.push(record?),
                None => break,
            }
        }
        let rest = self.pending.split_off(records.min(self.pending.len()));
        let records = std::mem::replace(&mut self.pending, rest);
        let last = self.pending.is_empty();
        Ok((!records.is_empty()).then(|| self.chunk(records, last)))
    }

    fn chunk(&mut self, records: Vec<TraceRecord>, last: bool) -> Chunk {
        // Some traces step back by a second here and there; the clock must not.
        let begins = records.first().map_or(0, |record| record.timestamp.saturating_mul(1000));
        self.now = self.now.max(Timestamp::from_millis(begins));
        self.number += 1;
        let mut clients = vec![Vec::new(); self.clients];
        let mut expected: Vec<Vec<Answer>> = vec![Vec::new(); self.clients];
        for record in records {
            let hash = fnv1a(&record.key) % self.clients as u64;
            let client = usize::try_from(hash).expect("less than the number of clients");
            expected[client].push(self.model.apply(record.command(), self.now));
            clients[client].push(record);
        }
        // A digest reads the whole store. After every chunk, a long trace would take time by the square of its length.
        // At doubling distances and at the end, it is as strict a check, because all replies are checked as well.
        let checked = if last || self.number.is_power_of_two() { &WHOLE[..] } else { &[] };
        let whole: Result<_, CommandError> =
            checked.iter().map(|command| self.model.apply(command.clone(), self.now)).collect();
        let whole = whole.expect("the store always answers what it holds");
        Chunk { number: self.number, now: self.now, clients, expected, whole }
    }
}
