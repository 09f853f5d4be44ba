//! What a call allocates, exactly, and that the contract adds nothing to it.

#[path = "../benches/by_hand.rs"]
mod by_hand;

use by_hand::ByHand;
use counting_alloc::CountingAllocator;
use kv_core::Config;
use kv_overhead::{Expected, Ours, assert_allocations};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::new();

kv_overhead::subject!(ByHand);

#[test]
fn the_contract_adds_no_allocation() {
    let config = Config { sweep_interval: None, ..Config::default() };
    let ours = async || Ours::start::<kv_elfo::Elfo>(config).await;
    assert_allocations(&ALLOCATOR, ours, ByHand::start, Expected { ask: (3, 344), tell: (1, 168) });
}
