//! The allocations of a call, exactly, and that the whole contract adds none to storey 1.

use kv_core::Mailbox;
use kv_overhead::Expected;

kv_overhead::count_allocations!(ALLOCATOR);

#[test]
fn the_contract_adds_no_allocation() {
    let expected = Expected { ask: (1, 104), tell: (0, 0) };
    kv_overhead::assert_allocations::<kv_tokio::Tokio, kv_tokio::First>(
        &ALLOCATOR,
        Mailbox::Bounded(1024),
        expected,
    );
}
