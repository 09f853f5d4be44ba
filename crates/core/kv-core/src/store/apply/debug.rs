//! Faults and inspections.

use crate::store::Store;
use crate::{Debug, Reply, Timestamp, work};

pub(super) fn debug(store: &mut Store, debug: Debug, now: Timestamp) -> Reply {
    match debug {
        Debug::Panic { key } => panic!("{} for key {key:?}", Debug::PANIC_MESSAGE),
        // The actor has awaited the gate already: see `Command::pause`.
        Debug::Stall { .. } => Reply::Done,
        Debug::Sleep { duration, .. } => {
            std::thread::sleep(duration);
            Reply::Done
        }
        Debug::Work { key, rounds } => {
            work(rounds);
            Reply::Value(store.read(&key, now).map(|entry| entry.value.clone()))
        }
        Debug::Digest => {
            store.remove_due(now, usize::MAX);
            Reply::Digest(store.digest())
        }
        Debug::Resident => Reply::Count(store.entries.len() as u64),
    }
}
