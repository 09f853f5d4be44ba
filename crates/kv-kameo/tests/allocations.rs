//! What a call allocates, exactly, and that the contract adds nothing to it.

#[path = "../benches/by_hand.rs"]
mod by_hand;

use by_hand::ByHand;
use counting_alloc::CountingAllocator;
use kv_core::{Command, Config, Reply};
use kv_overhead::{Ours, Subject, allocations};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::new();

impl Subject for ByHand {
    async fn ask(&self, command: Command) -> Option<Reply> {
        self.ask(command).await.ok()
    }

    async fn tell(&self, command: Command) -> bool {
        self.tell(command).await;
        true
    }
}

#[test]
fn the_contract_adds_no_allocation() {
    let config = Config { sweep_interval: None, ..Config::default() };
    let ours = async || Ours::start::<kv_kameo::Kameo>(config).await;
    let (ask, tell) = allocations(&ALLOCATOR, ours);
    let (hand_ask, hand_tell) = allocations(&ALLOCATOR, ByHand::start);
    println!("ask: {ask:?}, by hand {hand_ask:?}\ntell: {tell:?}, by hand {hand_tell:?}");
    assert!(ask.allocations <= hand_ask.allocations, "ask: {ask:?}, by hand {hand_ask:?}");
    assert!(tell.allocations <= hand_tell.allocations, "tell: {tell:?}, by hand {hand_tell:?}");
}
