//! The price of the whole contract over storey 1, per call. See `kv_overhead`.

use kv_core::Mailbox;

fn main() {
    // The mailbox is unbounded, as actix's mailbox is for a message that is sent without waiting: the bound belongs to
    // the contract, and storey 1 has none.
    kv_overhead::main::<kv_actix::ActixLocal, kv_actix::First>(Mailbox::Unbounded);
}
