//! tokio.

mod permit_after_drop;
