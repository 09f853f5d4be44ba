//! The code of the book's chapter "An actor in plain tokio": one module per step.
//!
//! Every step stands alone and says everything again, so that two steps can be laid side by side. The book
//! includes them by anchor, so what it prints has been compiled and tested.

pub mod journal;
pub mod step1_shared_map;
pub mod step2_task;
pub mod step3_ask;
pub mod step4_handle;
pub mod step5_bounded;
pub mod step6_errors;
pub mod step7_timer;
pub mod step8_shutdown;
