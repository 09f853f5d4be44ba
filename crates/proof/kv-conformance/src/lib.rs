//! The one suite that every backend has to pass: proof that all of them do the same work.
//!
//! A case is one async function, named after the condition that it proves, and belongs to a [promise](kv_core::Promise).
//! The [`suite!`] macro makes a test of each, per backend and topology, so that `cargo test sharded::accepted_work`
//! finds a case and `cargo test -p kv-kameo` a backend. [`cases()`] lists them for programs that play them by themselves.
//!
//! A backend may *declare* that it differs in kind ([`kv_core::Declaration`]). The case still runs: it then proves what
//! holds instead, and says so on standard error.
//!
//! No case sleeps to wait for an event. An event that must happen is awaited, with a deadline; an event that must not
//! happen is made impossible by a [`TestGate`](kv_core::TestGate) that an actor stands at.
//!
//! Adding a backend takes one line in its `tests/conformance.rs`:
//!
//! ```text
//! kv_conformance::suite!(kameo: kv_kameo::Kameo);
//! ```

mod case;
pub mod cases;
mod failures;
pub mod history;
mod list;
mod model;
mod run;
mod seed;
mod sequence;
mod setting;
mod subject;

pub use case::{Case, case, cases, test};
pub use counting_alloc::CountingAllocator;
pub use failures::failures;
pub use model::{Model, commands};
pub use run::{ALLOCATOR, Flavor, isolated, run, run_trial};
pub use seed::seed;
pub use sequence::sequence;
pub use setting::{Setting, Trial, eventually, key_on, set_patience, within};
pub use subject::{BoxedHandle, Running, Subject};

/// Makes a named test of every case, for each topology: `name::single::case` and `name::sharded::case` on a
/// multi-threaded runtime, `name::current_thread::case` with everything on one thread. It goes into the root of a test
/// binary, once.
///
/// `suite!(name: Backend)` is for a backend that starts anywhere; `suite!(name: Backend, on local_set)` for one
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
            $crate::contract!(tests_of [$backend, $setting]);

            #[test]
            fn sequence() {
                $crate::test(module_path!(), "sequence", $crate::Trial::of::<$backend>($setting));
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
                $crate::lives!(tests_of [$backend, $setting]);
            }
        }
    };
}

/// Makes a named test of each case that is listed, `Promise in_thread { section::case, ... }`.
#[doc(hidden)]
#[macro_export]
macro_rules! tests_of {
    (
        [$backend:ty, $setting:expr]
        $($promise:ident $place:ident { $($section:ident :: $case:ident),+ $(,)? })+
    ) => { $($(
        #[test]
        fn $case() {
            $crate::test(module_path!(), stringify!($case), $crate::Trial::of::<$backend>($setting));
        }
    )+)+ };
}

/// Installs the allocator that counts, for the cases that count bytes. It goes into the root of a test binary, once;
/// without it these cases measure the process's resident memory.
#[macro_export]
macro_rules! count_memory {
    () => {
        #[global_allocator]
        static COUNTED: &$crate::CountingAllocator = &$crate::ALLOCATOR;
    };
}
