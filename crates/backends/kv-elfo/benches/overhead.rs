//! The price of the whole contract over storey 1, per call. See `kv_overhead`.

use kv_core::Mailbox;

fn main() {
    kv_overhead::main::<kv_elfo::Elfo, kv_elfo::First>(Mailbox::Bounded(1024));
}
