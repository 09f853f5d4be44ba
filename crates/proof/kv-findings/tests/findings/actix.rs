//! actix.

mod backlog_starves;
mod dead_pool_connected;
mod full_mailbox_takes_more;
mod hooks_after_panic;
mod last_message_lost;
mod overtaking_when_full;
