//! Upstream defects that this workspace met, a file per defect: the smallest program that shows it, in the framework's
//! public API alone, so that it can be filed as it stands. `docs/src/findings.md` includes the programs.
//!
//! Each program asserts the defective behaviour of the pinned version. The test of a finding fails on the day a new
//! version mends it, and names the workaround that can go.

mod actix;
mod elfo;
mod kameo;
mod page;
mod ractor;
mod tokio;

use std::panic::catch_unwind;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// How long a program may run. Those that run longest wait for a time limit of their own, of a few seconds.
const DEADLINE: Duration = Duration::from_secs(40);

/// Runs the program of a finding, which panics or does not end if the framework no longer behaves as the finding says.
///
/// # Panics
///
/// If the program panics or runs into the deadline. The message names what is to be taken out then.
#[track_caller]
fn shows(program: fn(), workaround: &str) {
    let (done, ended) = channel();
    thread::spawn(move || done.send(catch_unwind(program).is_ok()));
    let how = match ended.recv_timeout(DEADLINE) {
        Ok(true) => return,
        Ok(false) => "an assertion of its program failed",
        Err(RecvTimeoutError::Timeout) => "its program did not end",
        Err(RecvTimeoutError::Disconnected) => "its program was torn down",
    };
    panic!(
        "the finding no longer shows: {how}. If a new version mends it, take the finding out of docs/src/findings.md, \
         and the workaround out of {workaround}"
    );
}
