//! What the contract costs: this crate against `by_hand.rs`. See `kv_overhead`.

mod by_hand;

use by_hand::ByHand;
use kv_core::{Command, Config, Mailbox, Reply};
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
    // By hand there is no bound, so here is none; `README.md` says what the permit costs.
    let config = Config { mailbox: Mailbox::Unbounded, sweep_interval: None, ..Config::default() };
    let ours = async || Ours::start::<kv_actix::ActixLocal>(config).await;
    kv_overhead::main("actix", ours, ByHand::start);
}
