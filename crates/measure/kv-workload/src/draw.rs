//! Streams of draws: the operations and their keys, in order, drawn before any clock runs.

use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution as _, Zipf};
use rand_pcg::Pcg64Mcg;

use crate::hash::fnv1a;
use crate::{Distribution, Workload};

/// The number of draws in all clients' streams together; a stream that is used up begins again. There are enough that a
/// repetition is dozens of slices away, and few enough that the streams take half a megabyte and some 20 ms.
const DRAWS: usize = 1 << 17;

/// The bounds on the length of one client's stream.
const STREAM: std::ops::RangeInclusive<usize> = 1 << 10..=1 << 16;

/// The operation on a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    /// Reads the value.
    Get,
    /// Writes a new value.
    Set,
    /// Removes the key.
    Delete,
    /// Adds 1 to a counter.
    Increment,
    /// Appends to the value.
    Append,
}

const OPERATIONS: [Operation; 5] =
    [Operation::Get, Operation::Set, Operation::Delete, Operation::Increment, Operation::Append];

/// A draw: an operation and a key index, in four bytes, because streams must not push the store out of the caches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Draw(u32);

impl Draw {
    const KEY_BITS: u32 = 29;

    pub(crate) fn new(operation: Operation, index: usize) -> Self {
        let index = u32::try_from(index).expect("a checked workload's indices fit");
        debug_assert!(index < 1 << Self::KEY_BITS);
        Self((operation as u32) << Self::KEY_BITS | index)
    }

    /// The operation.
    #[inline]
    pub(crate) const fn operation(self) -> Operation {
        OPERATIONS[(self.0 >> Self::KEY_BITS) as usize]
    }

    /// The index of the key.
    #[inline]
    pub(crate) const fn index(self) -> usize {
        (self.0 & ((1 << Self::KEY_BITS) - 1)) as usize
    }
}

/// The streams of all clients of a checked workload.
pub(crate) fn streams(workload: &Workload, seed: u64) -> Vec<Box<[Draw]>> {
    let length = (DRAWS / workload.clients).clamp(*STREAM.start(), *STREAM.end());
    let indices = scattered(workload.keys);
    let stream = |client| Stream::new(workload, seed, client, &indices).take(length).collect();
    (0..workload.clients).map(stream).collect()
}

/// The key index of each popularity rank: the same in every run, whatever the seed, so that runs with different seeds
/// still put the same load on each shard.
fn scattered(keys: usize) -> Vec<u32> {
    let keys = u32::try_from(keys).expect("a checked workload's indices fit");
    let mut indices: Vec<_> = (0..keys).collect();
    indices.shuffle(&mut Pcg64Mcg::seed_from_u64(0x5ca7_7e2e_d000_0001));
    indices
}

/// An endless stream of one client's draws.
struct Stream<'a> {
    workload: &'a Workload,
    client: usize,
    indices: &'a [u32],
    zipf: Option<Zipf<f64>>,
    random: Pcg64Mcg,
}

impl<'a> Stream<'a> {
    fn new(workload: &'a Workload, seed: u64, client: usize, indices: &'a [u32]) -> Self {
        let zipf = match workload.distribution {
            Distribution::Uniform => None,
            Distribution::Zipf(alpha) => {
                Some(Zipf::new(indices.len() as f64, alpha).expect("a checked workload's alpha"))
            }
        };
        // The stream's seed has the client, the workload and the run's seed in it, so that each stream differs.
        let name = fnv1a(workload.id.as_bytes());
        let own = (client as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        Self { workload, client, indices, zipf, random: Pcg64Mcg::seed_from_u64(seed ^ name ^ own) }
    }

    fn operation(&mut self) -> Operation {
        let mix = self.workload.mix;
        let mut ticket = self.random.random_range(0..mix.total());
        let weights = [mix.get, mix.set, mix.delete, mix.increment, mix.append];
        for (operation, weight) in OPERATIONS.into_iter().zip(weights) {
            if ticket < weight {
                return operation;
            }
            ticket -= weight;
        }
        unreachable!("a ticket lies below the sum of the weights")
    }

    fn index(&mut self) -> usize {
        let rank = match &self.zipf {
            None => self.random.random_range(0..self.indices.len()),
            // Ranks begin at 1.
            Some(zipf) => (zipf.sample(&mut self.random) as usize).clamp(1, self.indices.len()) - 1,
        };
        self.indices[rank] as usize
    }

    /// Whether a get reads a counter: as often as a write increments one, so that what is written is what is read.
    fn reads_counter(&mut self) -> bool {
        let mix = self.workload.mix;
        mix.increment > 0 && self.random.random_range(0..mix.writes()) < mix.increment
    }

    /// The neighbour that this client owns.
    fn owned(&self, index: usize) -> usize {
        let clients = self.workload.clients;
        let owned = index - index % clients + self.client;
        if owned < self.workload.keys { owned } else { owned - clients }
    }
}

impl Iterator for Stream<'_> {
    type Item = Draw;

    fn next(&mut self) -> Option<Draw> {
        let operation = self.operation();
        let drawn = self.index();
        let index = match operation {
            Operation::Get if self.reads_counter() => self.workload.keys + drawn,
            Operation::Get => drawn,
            Operation::Increment => self.workload.keys + drawn,
            Operation::Set | Operation::Delete | Operation::Append => self.owned(drawn),
        };
        Some(Draw::new(operation, index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Mix, catalogue, workload};

    #[test]
    fn a_draw_keeps_what_it_is_given() {
        for operation in OPERATIONS {
            let draw = Draw::new(operation, (1 << 29) - 1);
            assert_eq!((draw.operation(), draw.index()), (operation, (1 << 29) - 1));
        }
    }

    #[test]
    fn streams_follow_from_seed_client_and_workload() {
        let a = workload("ycsb-a").expect("in the catalogue");
        assert_eq!(streams(a, 1), streams(a, 1));
        assert_ne!(streams(a, 1), streams(a, 2));
        let clients = streams(a, 1);
        assert_ne!(clients[0], clients[1]);
        let renamed = Workload { id: "other", ..*a };
        assert_ne!(streams(a, 1), streams(&renamed, 1));
    }

    #[test]
    fn every_write_is_the_owners() {
        for workload in catalogue() {
            for (client, stream) in streams(workload, 3).iter().enumerate() {
                for draw in stream {
                    assert!(draw.index() < workload.keys + workload.counters());
                    let counter = draw.index() >= workload.keys;
                    match draw.operation() {
                        Operation::Get => {}
                        Operation::Increment => assert!(counter),
                        _ => assert!(!counter && draw.index() % workload.clients == client),
                    }
                }
            }
        }
    }

    #[test]
    fn the_mix_is_what_the_weights_say() {
        let odd = Workload {
            mix: Mix { get: 40, set: 30, delete: 10, increment: 15, append: 5 },
            ..*workload("ycsb-a").expect("in the catalogue")
        };
        let draws: Vec<_> = streams(&odd, 7).into_iter().flatten().collect();
        for (operation, percent) in OPERATIONS.into_iter().zip([40.0, 30.0, 10.0, 15.0, 5.0]) {
            let share = draws.iter().filter(|draw| draw.operation() == operation).count() as f64 * 100.0
                / draws.len() as f64;
            assert!((share - percent).abs() < 0.5, "{operation:?}: {share} %");
        }
    }

    /// The share of reads that the hottest key gets.
    fn hottest(workload: &Workload) -> f64 {
        let mut hits = vec![0_u32; workload.keys];
        for draw in streams(workload, 11).into_iter().flatten() {
            if draw.operation() == Operation::Get && draw.index() < workload.keys {
                hits[draw.index()] += 1;
            }
        }
        let total: u32 = hits.iter().sum();
        f64::from(*hits.iter().max().expect("there are keys")) / f64::from(total)
    }

    #[test]
    fn the_skew_is_what_alpha_says() {
        for id in ["ycsb-c", "twitter-17", "twitter-14", "twitter-12"] {
            let workload = workload(id).expect("in the catalogue");
            let Distribution::Zipf(alpha) = workload.distribution else { panic!("{id} is skewed") };
            let expected = 1.0 / (1..=workload.keys).map(|rank| (rank as f64).powf(-alpha)).sum::<f64>();
            let found = hottest(workload);
            assert!((found / expected - 1.0).abs() < 0.25, "{id}: {found} instead of {expected}");
        }
        assert!(hottest(workload("concdict").expect("in the catalogue")) < 0.002);
    }
}
