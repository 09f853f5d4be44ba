//! What the contract costs: this crate against `by_hand.rs`. See `kv_overhead`.

mod by_hand;

use by_hand::ByHand;
use kv_core::{Command, Config, Reply};
use kv_overhead::{Ours, Subject};

impl Subject for ByHand {
    async fn ask(&self, command: Command) -> Option<Reply> {
        self.ask(command).await.ok()
    }

    async fn tell(&self, command: Command) -> bool {
        self.tell(command).await;
        true
    }
}

fn main() {
    let config = Config { sweep_interval: None, ..Config::default() };
    let ours = async || Ours::start::<kv_kameo::Kameo>(config).await;
    kv_overhead::main("kameo", ours, ByHand::start);
}
