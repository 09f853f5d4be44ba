//! The price of the whole contract over storey 1, per call. See `kv_overhead`.

use kv_core::Mailbox;

fn main() {
    // Unbounded, as ractor's mailbox is by itself: the bound is ours, and storey 1 has none.
    kv_overhead::main::<kv_ractor::Ractor, kv_ractor::First>(Mailbox::Unbounded);
}
