//! What the contract costs: this crate against `by_hand.rs`. See `kv_overhead`.

mod by_hand;

use by_hand::ByHand;
use kv_core::{Config, Mailbox, Placement};
use kv_overhead::Ours;

kv_overhead::subject!(ByHand);

fn main() {
    // Unbounded, as ractor is by itself: the bound is ours, and by hand one would not have it.
    let config = Config { mailbox: Mailbox::Unbounded, sweep_interval: None, ..Config::default() };
    let ours = async || Ours::start::<kv_ractor::Ractor>(config).await;
    kv_overhead::main("ractor", Placement::CallersRuntime, ours, ByHand::start);
}
