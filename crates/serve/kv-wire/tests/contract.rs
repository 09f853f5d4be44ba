//! The contract that can hold over a wire, for every backend behind it.
//!
//! Some cases cannot hold over a wire. A gate exists in one process, so there is no case that stalls an actor. A tell
//! is accepted by a socket and not by a mailbox, so there is none about full mailboxes, or about tells that race with
//! an end. A connection has no supervisor to watch. The random sequences have versions in them, and inspections for
//! which Redis has no words. Redis gives the same answer for an empty part of a value and for a missing value. The
//! server itself makes batches and transactions out of a client's requests, so its own tests and the outside judges
//! cover those.

use kv_wire::Wire;

macro_rules! wire_suite {
    ($name:ident: $backend:ty, $($topology:ident = $setting:expr),+ $(,)?) => {
        mod $name {
            use super::*;
            $(mod $topology {
                use super::*;
                kv_conformance::tests_of! { [Wire<$backend>, $setting]
                    Answers in_thread {
                        commands::every_command,
                        commands::refused_commands_change_nothing,
                        routing::commands_over_many_keys,
                        routing::commands_over_the_whole_store,
                        routing::a_scan_finds_every_key,
                        expiry::expired_keys_are_never_seen,
                        strings::a_value_is_read_and_deleted_in_one,
                        strings::a_value_is_read_and_its_deadline_changed_in_one,
                        numbers::decimal_numbers_add_up,
                        numbers::what_is_no_decimal_number_is_refused,
                        numbers::decimal_increments_of_many_clients_lose_none,
                        keyspace::all_keys_that_match_are_listed,
                        keyspace::a_deadline_is_given_under_a_condition,
                        keyspace::a_value_moves_to_another_name,
                    }
                    Order in_thread {
                        order::a_tell_is_applied_before_a_later_ask,
                        order::pipelined_asks_keep_their_order,
                        order::many_clients_at_once,
                    }
                    Drained in_thread {
                        stop::twice_and_from_many,
                    }
                    OtherThreads in_thread {
                        instances::two_side_by_side,
                        threads::other_threads_and_runtimes,
                    }
                }
            })+
        }
    };
}

use kv_conformance::Setting;

wire_suite!(mutex: kv_mutex::Mutex, single = Setting::SINGLE.with_io(), sharded = Setting::SHARDED.with_io());
wire_suite!(tokio: kv_tokio::Tokio, single = Setting::SINGLE.with_io(), sharded = Setting::SHARDED.with_io());
wire_suite!(kameo: kv_kameo::Kameo, single = Setting::SINGLE.with_io(), sharded = Setting::SHARDED.with_io());
wire_suite!(ractor: kv_ractor::Ractor, single = Setting::SINGLE.with_io(), sharded = Setting::SHARDED.with_io());
wire_suite!(actix: kv_actix::Actix, single = Setting::SINGLE.with_io(), sharded = Setting::SHARDED.with_io());
wire_suite!(actix_local: kv_actix::ActixLocal, single = Setting::CURRENT_THREAD.with_io());
wire_suite!(elfo: kv_elfo::Elfo, single = Setting::SINGLE.with_io(), sharded = Setting::SHARDED.with_io());
