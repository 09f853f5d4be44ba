//! The commands of the `audition` binary, as functions, so that the benches can run them as well.
//!
//! * [`demo`] plays one scene on a backend and prints the transcript.
//! * [`check`] leads a new backend from promise to promise.
//! * [`latency`] offers a load on a schedule, and tells how long callers wait.
//! * [`list`] shows the backends and the frameworks' versions.
//! * [`compare`] plays workloads on all backends side by side and tells each one's cost.
//! * [`curves`] varies one parameter of a workload step by step.
//! * [`promises`] tries every case of the suite against every backend.
//! * [`publish`] measures everything and puts it into the pages.
//! * [`probe`] asks the frameworks what they do by themselves.
//! * [`serve`] lets Redis's clients talk to a backend.

pub mod check;
pub mod compare;
pub mod curves;
pub mod demo;
pub mod latency;
pub mod list;
pub mod probe;
pub mod promises;
pub mod publish;
pub mod serve;
