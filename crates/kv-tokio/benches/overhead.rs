//! What the contract costs: this crate against `by_hand.rs`. See `kv_overhead`.

mod by_hand;

use by_hand::ByHand;
use kv_core::{Config, Placement};
use kv_overhead::Ours;

kv_overhead::subject!(ByHand);

fn main() {
    let config = Config { sweep_interval: None, ..Config::default() };
    let ours = async || Ours::start::<kv_tokio::Tokio>(config).await;
    kv_overhead::main("tokio", Placement::CallersRuntime, ours, ByHand::start);
}
