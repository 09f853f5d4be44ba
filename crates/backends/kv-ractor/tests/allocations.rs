//! The exact number of allocations of a call, and the proof that the whole contract adds none to storey 1.

use kv_core::Mailbox;
use kv_overhead::Expected;

kv_overhead::count_allocations!(ALLOCATOR);

#[test]
fn the_contract_adds_no_allocation() {
    let expected = Expected { ask: (2, 216), tell: (1, 112) };
    // The mailbox is unbounded, as ractor's own is: the bound belongs to the contract, and storey 1 has none.
    kv_overhead::assert_allocations::<kv_ractor::Ractor, kv_ractor::First>(
        &ALLOCATOR,
        Mailbox::Unbounded,
        expected,
    );
}
