//! elfo.

mod ended_client_panics;
mod endless_request;
mod every_waiter_wakes;
mod node;
mod node_kept;
mod reply_kept;
mod wider_bound;
