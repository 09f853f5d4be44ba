//! What the `audition` binary does, as functions, so that the benches can do it as well.
//!
//! * [`demo`] plays one scene on a backend and prints the transcript.
//! * [`list`] shows the backends and the frameworks' versions.
//! * [`compare`] plays workloads on all backends side by side and says what each costs.
//! * [`probe`] asks the frameworks what they do by themselves.

pub mod compare;
pub mod demo;
pub mod list;
pub mod probe;
