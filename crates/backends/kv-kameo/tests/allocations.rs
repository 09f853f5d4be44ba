//! The exact number of allocations of a call, and the proof that the whole contract adds none to storey 1.

use kv_core::Mailbox;
use kv_overhead::Expected;

kv_overhead::count_allocations!(ALLOCATOR);

#[test]
fn the_contract_adds_no_allocation() {
    let expected = Expected { ask: (4, 456), tell: (2, 328) };
    kv_overhead::assert_allocations::<kv_kameo::Kameo, kv_kameo::First>(
        &ALLOCATOR,
        Mailbox::Bounded(1024),
        expected,
    );
}
