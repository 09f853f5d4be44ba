//! The allocations of a call.

use std::fmt;

use counting_alloc::CountingAllocator;
use kv_core::{Command, Key, Set, Value};
use kv_workload::{Lane, Stage};

use crate::Subject;

/// The allocations of one call, as a mean over all counted calls.
#[derive(Clone, Copy, PartialEq)]
pub struct PerCall {
    /// How many times the call asks for memory.
    pub allocations: f64,
    /// How many bytes the call asks for.
    pub bytes: f64,
}

impl fmt::Debug for PerCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3} allocations, {:.1} bytes", self.allocations, self.bytes)
    }
}

impl PerCall {
    /// Both counts, rounded to whole numbers: a mailbox that allocates in blocks gives a fraction per call.
    pub(crate) fn counts(self) -> (u64, u64) {
        (self.allocations.round() as u64, self.bytes.round() as u64)
    }
}

/// Calls before counting: by then the mailboxes have their blocks, and the store has its entries.
const WARM_UP: usize = 2_000;
/// The number of calls that gives exact figures: a multiple of the blocks in which channels allocate.
pub const CALLS: usize = 16_384;

/// The allocations of an ask and of a tell, in this order, over `calls` of each; the program must have the allocator
/// installed.
///
/// All runs on one thread, so the counts are the calls' own and the same in every run. Tells are sent one by one, each
/// followed by a yield, as between calls that wait for something; their mailbox never fills up.
///
/// # Panics
/// When a call fails.
pub fn allocations<S: Subject>(
    allocator: &CountingAllocator,
    calls: usize,
    start: impl AsyncFnOnce() -> S,
) -> (PerCall, PerCall) {
    let stage = Stage::new(Lane::Ct).expect("one thread is to be had");
    stage.run(async {
        let subject = start().await;
        let key = Key::from_static(b"key");
        let get = || Command::Get { key: key.clone() };
        let set = || Command::Set(Set::new(key.clone(), Value::from_static(b"value")));
        assert!(subject.ask(set()).await.is_some(), "a set must be answered");
        let task = async {
            for _ in 0..WARM_UP {
                assert!(subject.ask(get()).await.is_some(), "an ask must be answered");
                assert!(subject.tell(set()).await, "a tell must be taken");
                tokio::task::yield_now().await;
            }
            // ANCHOR: count
            let before = allocator.counts();
            for _ in 0..calls {
                assert!(subject.ask(get()).await.is_some(), "an ask must be answered");
            }
            let between = allocator.counts();
            // ANCHOR_END: count
            for _ in 0..calls {
                assert!(subject.tell(set()).await, "a tell must be taken");
                tokio::task::yield_now().await;
            }
            let after = allocator.counts();
            let per_call = |counts: counting_alloc::Counts| PerCall {
                allocations: counts.allocations as f64 / calls as f64,
                bytes: counts.bytes as f64 / calls as f64,
            };
            (per_call(between - before), per_call(after - between))
        };
        task.await
    })
}
