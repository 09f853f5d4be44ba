//! The list of all cases, by the promise that they belong to. A case of a group that is marked
//! `in_process` counts threads, tasks or bytes, and needs a process of its own.

/// The cases of every topology.
#[doc(hidden)]
#[macro_export]
macro_rules! contract {
    ($then:ident $arguments:tt) => {
        $crate::with_cases! { $then $arguments
            Answers in_thread {
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
                batches::nobody_comes_between_what_one_actor_does_of_a_batch,
                transactions::a_transaction_is_done_as_one_or_not_at_all,
                transactions::a_key_that_came_and_went_is_not_as_absent_as_before,
                transactions::optimistic_increments_lose_none,
                transactions::keys_that_are_set_if_all_are_absent_are_set_by_one,
                transactions::a_transaction_over_several_actors_is_refused,
                key_events::what_happens_to_a_key_is_announced_in_order,
                key_events::who_does_not_listen_misses_and_holds_nobody_up,
                routing::commands_over_many_keys,
                routing::commands_over_the_whole_store,
                routing::a_scan_finds_every_key,
                expiry::expired_keys_are_never_seen,
                refusal::what_cannot_be_done_is_refused,
            }
            Order in_thread {
                order::a_tell_is_applied_before_a_later_ask,
                order::pipelined_asks_keep_their_order,
                order::many_clients_at_once,
                batches::a_batch_keeps_its_place_among_other_calls,
            }
            Bounded in_thread {
                backpressure::a_full_mailbox_overloads_try_tell,
                backpressure::a_full_mailbox_makes_tell_wait,
                backpressure::a_dropped_waiting_tell_is_never_applied,
                backpressure::an_unbounded_mailbox_takes_everything,
                backpressure::what_waits_is_told_if_anything_is,
            }
            Bounded in_process {
                memory::a_stalled_actor_holds_no_more_than_its_bound,
            }
            Drained in_thread {
                drain::accepted_work_is_done,
                drain::tells_that_race_with_shutdown_are_done_or_refused,
                drain::asks_that_race_with_shutdown_are_answered,
                drain::after_shutdown_all_is_refused,
                stop::twice_and_from_many,
            }
            Killed in_thread {
                kill::waiting_callers_are_answered,
                kill::a_kill_overtakes_a_stalled_shutdown,
                kill::calls_that_race_with_kill_are_answered,
                batches::batches_that_race_with_kill_are_answered,
                stop::kill_after_shutdown_and_the_reverse,
            }
            TimesOut in_thread {
                timeout::a_stalled_actor_times_out,
                timeout::a_full_mailbox_times_out,
            }
            CancelsCleanly in_thread {
                cancel::a_cancelled_write_is_whole_or_not_at_all,
                cancel::a_cancelled_increment_counts_once_or_not_at_all,
                cancel::abandoned_asks_keep_no_place,
            }
            ExpiresByItself in_thread {
                expiry::the_sweep_frees_what_nobody_asks_for,
                key_events::the_sweep_announces_what_it_frees,
            }
            PanicsAreAnswered in_thread {
                panic::a_panic_answers_its_caller,
                panic::a_panic_disturbs_no_other_shard,
                panic::a_panic_answers_those_who_wait_for_room,
                batches::a_dead_actor_fails_only_its_part_of_a_batch,
            }
            Restarts in_thread {
                supervision::a_restart_empties_the_store,
                supervision::a_restart_answers_queued_callers,
                supervision::a_restart_disturbs_no_other_shard,
                supervision::too_many_restarts_end_in_stopped,
                supervision::after_a_restart_the_bound_is_the_same,
                supervision::a_restarted_actor_drains_and_dies_like_any,
                supervision::panics_that_race_with_the_end_leave_nobody_waiting,
                supervision::a_restarted_actor_still_sweeps,
                transactions::a_version_does_not_come_again,
            }
            Resumes in_thread {
                supervision::a_resume_keeps_the_store,
                supervision::a_resume_does_what_is_queued,
            }
            Announces in_thread {
                announced::restarts_are_announced,
                announced::panics_that_an_actor_survives_are_announced,
                announced::an_actor_that_is_given_up_is_announced,
            }
            LeaksNothing in_process {
                leaks::a_thousand_cycles_leave_nothing,
            }
            OtherThreads in_thread {
                threads::other_threads_and_runtimes,
                stop::a_handle_that_outlives_the_runtime_is_answered,
                instances::two_side_by_side,
            }
            Linearizable in_thread {
                history::concurrent_clients_are_linearizable,
            }
        }
    };
}

/// The cases about actors that come and go with their keys.
#[doc(hidden)]
#[macro_export]
macro_rules! lives {
    ($then:ident $arguments:tt) => {
        $crate::with_cases! { $then $arguments
            OneActorPerKey in_thread {
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
            OneActorPerKey in_process {
                per_key::a_hundred_thousand_actors_leave_nothing,
            }
        }
    };
}

/// Hands a list on to a macro: one of this crate by its path, or one of the calling file.
#[doc(hidden)]
#[macro_export]
macro_rules! with_cases {
    (tests_of $($rest:tt)*) => { $crate::tests_of! { $($rest)* } };
    ($then:ident $($rest:tt)*) => { $then! { $($rest)* } };
}
