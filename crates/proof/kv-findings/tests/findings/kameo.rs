//! kameo.

mod deaf_after_restart;
mod early_shutdown_wait;
mod enqueue_panics;
mod lost_startup_buffer;
mod name_lost_at_restart;
mod registry_scan;
mod restart_window;
mod stale_kill;
mod supervisor_hang;
