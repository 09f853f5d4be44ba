//! kameo.

mod deaf_after_restart;
mod early_shutdown_wait;
mod enqueue_panics;
mod forward_panics;
mod lives_overlap;
mod lost_startup_buffer;
mod name_lost_at_restart;
mod registry_scan;
mod restart_window;
mod stale_kill;
mod supervisor_hang;
