//! The one suite that every backend has to pass: proof that all of them do the same work.
//!
//! A case is one generic async function, named after the condition that it proves. The [`suite!`] macro makes a
//! test of each, per backend and topology, so that `cargo test sharded::drain` finds a case and
//! `cargo test -p kv-kameo` a backend.
//!
//! A backend may *declare* that it differs in kind ([`kv_core::Declaration`]). That is not a way out: the case
//! then proves what holds instead, and says so on standard error.
//!
//! Nothing here sleeps to wait for something. What must happen is awaited, with a deadline; what must not
//! happen is made impossible by a [`Gate`](kv_core::Gate) that an actor stands at.
//!
//! Adding a backend takes one line in its `tests/conformance.rs`:
//!
//! ```text
//! kv_conformance::suite!(kameo: kv_kameo::Kameo);
//! ```

pub mod cases;
mod failures;
pub mod history;
mod model;
mod run;
mod seed;
mod sequence;
mod setting;

pub use failures::failures;
pub use model::{Model, commands};
pub use run::{ALLOCATOR, Flavor, isolated, run};
pub use seed::seed;
pub use sequence::sequence;
pub use setting::{Setting, eventually, key_on, set_patience, within};

/// Makes a named test of every case, for each topology: `name::single::case` and `name::sharded::case` on a
/// multi-threaded runtime, `name::current_thread::case` with everything on one thread.
///
/// `suite!(name: Backend)` for a backend that starts anywhere; `suite!(name: Backend, on local_set)` for one
/// whose actors live on the `LocalSet` that starts it.
#[macro_export]
macro_rules! suite {
    ($name:ident : $backend:ty) => {
        mod $name {
            $crate::suite_of!(single, $backend, $crate::Setting::SINGLE);
            $crate::suite_of!(sharded, $backend, $crate::Setting::SHARDED);
            $crate::suite_of!(current_thread, $backend, $crate::Setting::CURRENT_THREAD);
        }
    };
    ($name:ident : $backend:ty, on local_set) => {
        mod $name {
            $crate::suite_of!(single, $backend, $crate::Setting::CURRENT_THREAD);
            $crate::suite_of!(sharded, $backend, $crate::Setting::CURRENT_THREAD_SHARDED);
        }
    };
}

/// One topology's tests; see [`suite!`].
#[doc(hidden)]
#[macro_export]
macro_rules! suite_of {
    ($topology:ident, $backend:ty, $setting:expr) => {
        mod $topology {
            $crate::for_each_case!(test_cases, isolated_tests, $backend, $setting);

            #[test]
            fn sequence() {
                $crate::sequence::<$backend>($setting);
            }
        }
    };
}

/// Makes a named test of every case, and of those about actors that come and go, for [`Topology::PerKey`]:
/// `per_key::case`, and `per_key_current_thread::case` with everything on one thread.
///
/// [`Topology::PerKey`]: kv_core::Topology::PerKey
#[macro_export]
macro_rules! per_key_suite {
    ($backend:ty) => {
        $crate::per_key_suite_of!(per_key, $backend, $crate::Setting::PER_KEY);
        $crate::per_key_suite_of!(per_key_current_thread, $backend, $crate::Setting::CURRENT_THREAD_PER_KEY);
    };
    ($backend:ty, on local_set) => {
        $crate::per_key_suite_of!(per_key, $backend, $crate::Setting::CURRENT_THREAD_PER_KEY);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! per_key_suite_of {
    ($topology:ident, $backend:ty, $setting:expr) => {
        mod $topology {
            $crate::suite_of!(contract, $backend, $setting);

            mod lives {
                $crate::test_cases! { $backend, $setting;
                    per_key::a_key_has_one_actor_however_many_ask_for_it,
                    per_key::what_creates_no_key_spawns_no_actor,
                    per_key::an_actor_ends_with_its_key,
                    per_key::an_idle_key_is_dropped_with_its_actor,
                    per_key::a_key_that_can_expire_can_fall_idle,
                    per_key::a_limit_beyond_all_time_is_none,
                    per_key::a_write_that_races_with_the_end_is_kept,
                    per_key::a_kill_shows_no_key_missing,
                    per_key::a_stalled_key_holds_up_no_other,
                }
                $crate::isolated_tests! { $backend, $setting;
                    per_key::a_hundred_thousand_actors_leave_nothing,
                }
            }
        }
    };
}

/// The list of all cases, by the section of the contract that they belong to; and apart from them, those that
/// count resources and so need a process of their own.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_case {
    ($shared:ident, $isolated:ident, $backend:ty, $setting:expr) => {
        $crate::$shared! { $backend, $setting;
            commands::every_command,
            commands::refused_commands_change_nothing,
            strings::parts_of_values_are_read_and_written,
            strings::a_value_is_read_and_deleted_in_one,
            strings::a_value_is_read_and_its_deadline_changed_in_one,
            numbers::decimal_numbers_add_up,
            numbers::what_is_no_decimal_number_is_refused,
            numbers::decimal_increments_of_many_clients_lose_none,
            keyspace::a_deadline_is_given_under_a_condition,
            keyspace::only_a_use_shows_in_the_idle_time,
            keyspace::a_value_moves_to_another_name,
            keyspace::a_value_moves_to_no_other_actor,
            keyspace::all_keys_that_match_are_listed,
            keyspace::every_key_is_as_likely_to_be_drawn,
            batches::a_batch_answers_each_command_in_its_place,
            batches::a_batch_keeps_its_place_among_other_calls,
            batches::nobody_comes_between_what_one_actor_does_of_a_batch,
            batches::a_dead_actor_fails_only_its_part_of_a_batch,
            batches::batches_that_race_with_kill_are_answered,
            transactions::a_transaction_is_done_as_one_or_not_at_all,
            transactions::a_key_that_came_and_went_is_not_as_absent_as_before,
            transactions::optimistic_increments_lose_none,
            transactions::keys_that_are_set_if_all_are_absent_are_set_by_one,
            transactions::a_transaction_over_several_actors_is_refused,
            transactions::a_version_does_not_come_again,
            key_events::what_happens_to_a_key_is_announced_in_order,
            key_events::the_sweep_announces_what_it_frees,
            key_events::who_does_not_listen_misses_and_holds_nobody_up,
            routing::commands_over_many_keys,
            routing::commands_over_the_whole_store,
            routing::a_scan_finds_every_key,
            order::a_tell_is_applied_before_a_later_ask,
            order::pipelined_asks_keep_their_order,
            order::many_clients_at_once,
            backpressure::a_full_mailbox_overloads_try_tell,
            backpressure::a_full_mailbox_makes_tell_wait,
            backpressure::a_dropped_waiting_tell_is_never_applied,
            backpressure::an_unbounded_mailbox_takes_everything,
            backpressure::what_waits_is_told_if_anything_is,
            drain::accepted_work_is_done,
            drain::tells_that_race_with_shutdown_are_done_or_refused,
            drain::asks_that_race_with_shutdown_are_answered,
            drain::after_shutdown_all_is_refused,
            kill::waiting_callers_are_answered,
            kill::a_kill_overtakes_a_stalled_shutdown,
            kill::calls_that_race_with_kill_are_answered,
            stop::twice_and_from_many,
            stop::kill_after_shutdown_and_the_reverse,
            stop::a_handle_that_outlives_the_runtime_is_answered,
            threads::other_threads_and_runtimes,
            instances::two_side_by_side,
            timeout::a_stalled_actor_times_out,
            timeout::a_full_mailbox_times_out,
            cancel::a_cancelled_write_is_whole_or_not_at_all,
            cancel::a_cancelled_increment_counts_once_or_not_at_all,
            cancel::abandoned_asks_keep_no_place,
            expiry::expired_keys_are_never_seen,
            expiry::the_sweep_frees_what_nobody_asks_for,
            panic::a_panic_answers_its_caller,
            panic::a_panic_disturbs_no_other_shard,
            panic::a_panic_answers_those_who_wait_for_room,
            supervision::a_restart_empties_the_store,
            supervision::a_resume_keeps_the_store,
            supervision::a_restart_answers_queued_callers,
            supervision::a_resume_does_what_is_queued,
            supervision::a_restart_disturbs_no_other_shard,
            supervision::too_many_restarts_end_in_stopped,
            supervision::after_a_restart_the_bound_is_the_same,
            supervision::a_restarted_actor_drains_and_dies_like_any,
            supervision::panics_that_race_with_the_end_leave_nobody_waiting,
            supervision::a_restarted_actor_still_sweeps,
            history::concurrent_clients_are_linearizable,
            refusal::what_cannot_be_done_is_refused,
        }
        $crate::$isolated! { $backend, $setting;
            leaks::a_thousand_cycles_leave_nothing,
            memory::a_stalled_actor_holds_no_more_than_its_bound,
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! test_cases {
    ($backend:ty, $setting:expr; $($section:ident :: $case:ident),+ $(,)?) => { $(
        #[test]
        fn $case() {
            $crate::run($setting, $crate::cases::$section::$case::<$backend>);
        }
    )+ };
}

#[doc(hidden)]
#[macro_export]
macro_rules! isolated_tests {
    ($backend:ty, $setting:expr; $($section:ident :: $case:ident),+ $(,)?) => { $(
        #[test]
        fn $case() {
            $crate::isolated(concat!(module_path!(), "::", stringify!($case)), || {
                $crate::run($setting, $crate::cases::$section::$case::<$backend>);
            });
        }
    )+ };
}
