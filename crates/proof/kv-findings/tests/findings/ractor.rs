//! ractor.

mod end_before_state_drop;
mod interval_outlives_actor;
mod lost_by_early_drain;
