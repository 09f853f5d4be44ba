//! The exact number of allocations of a call, and the proof that the whole contract adds none to storey 1.

use kv_core::Mailbox;
use kv_overhead::Expected;

kv_overhead::count_allocations!(ALLOCATOR);

#[test]
fn the_contract_adds_no_allocation() {
    let expected = Expected { ask: (3, 344), tell: (1, 168) };
    kv_overhead::assert_allocations::<kv_elfo::Elfo, kv_elfo::First>(
        &ALLOCATOR,
        Mailbox::Bounded(1024),
        expected,
    );
}
