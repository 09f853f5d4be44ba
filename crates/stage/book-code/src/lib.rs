//! The code of the book. The book includes it by anchor, so the code that it prints has been compiled and tested.
//!
//! * `step1` to `step8` are the chapter "An actor in plain tokio". Every step stands alone and repeats the earlier
//!   code, so that two steps can be compared side by side.
//! * [`ordering`], [`retrying`], [`waiting`] and [`locking`] belong to the pages that compare the frameworks. They are
//!   written against the contract, so they hold for every backend.

pub mod journal;
pub mod locking;
pub mod ordering;
pub mod retrying;
pub mod step1_shared_map;
pub mod step2_task;
pub mod step3_ask;
pub mod step4_handle;
pub mod step5_bounded;
pub mod step6_errors;
pub mod step7_timer;
pub mod step8_shutdown;
pub mod waiting;
