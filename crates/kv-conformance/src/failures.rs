//! Which cases a backend fails: how the suite is tested itself.

use std::panic::{AssertUnwindSafe, catch_unwind};

use kv_core::Backend;

use crate::{Setting, run, sequence};

type Case = (&'static str, Box<dyn Fn()>);

/// Makes a function that lists the cases, out of the list of names.
#[doc(hidden)]
#[macro_export]
macro_rules! list_cases {
    ($backend:ty, $setting:expr; $($section:ident :: $case:ident),+ $(,)?) => {
        fn shared_cases<B: Backend>(setting: Setting) -> Vec<Case> {
            vec![$((stringify!($case), Box::new(move || run(setting, $crate::cases::$section::$case::<B>)))),+]
        }
    };
}

/// An isolated case runs by the name of a test, and here there is none.
#[doc(hidden)]
#[macro_export]
macro_rules! leave_out {
    ($($ignored:tt)*) => {};
}

crate::for_each_case!(list_cases, leave_out, B, setting);

/// Runs the cases named, each of which may be any that needs no process of its own, or `sequence`; all of them
/// where none is named. Returns the names of those that fail: a deliberately broken backend has to fail the
/// right ones.
#[must_use]
pub fn failures<B: Backend>(setting: Setting, names: &[&str]) -> Vec<&'static str> {
    let mut cases = shared_cases::<B>(setting);
    cases.push(("sequence", Box::new(move || sequence::<B>(setting))));
    let wanted = |name| names.is_empty() || names.contains(&name);
    let failed = |case: &dyn Fn()| catch_unwind(AssertUnwindSafe(case)).is_err();
    let failing = cases.iter().filter(|(name, case)| wanted(name) && failed(&**case));
    failing.map(|(name, _)| *name).collect()
}
