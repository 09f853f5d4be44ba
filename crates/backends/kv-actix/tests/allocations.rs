//! The allocations of a call, exactly, and that the whole contract adds none to storey 1.

use kv_core::Mailbox;
use kv_overhead::Expected;

kv_overhead::count_allocations!(ALLOCATOR);

#[test]
fn the_contract_adds_no_allocation() {
    let expected = Expected { ask: (3, 232), tell: (2, 128) };
    // The mailbox is unbounded, as actix's mailbox is for a message that is sent without waiting: the bound belongs to
    // the contract, and storey 1 has none.
    kv_overhead::assert_allocations::<kv_actix::ActixLocal, kv_actix::First>(
        &ALLOCATOR,
        Mailbox::Unbounded,
        expected,
    );
}
