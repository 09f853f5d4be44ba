//! The price of the whole contract over storey 1, per call. See `kv_overhead`.

use kv_core::Mailbox;

fn main() {
    kv_overhead::main::<kv_tokio::Tokio, kv_tokio::First>(Mailbox::Bounded(1024));
}
