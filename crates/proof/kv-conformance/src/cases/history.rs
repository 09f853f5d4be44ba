//! Concurrent callers get replies about one key that one variable could have given them, whatever fault the round
//! has.

use std::env;
use std::time::Instant;

use crate::history::{BUDGET, Report, investigate};
use crate::{Trial, seed};

/// The number of calls that are judged per test, unless `AUDITION_HISTORY_OPERATIONS` sets another one.
const OPERATIONS: usize = 3_000;

pub async fn concurrent_clients_are_linearizable(trial: Trial) {
    let operations = env::var("AUDITION_HISTORY_OPERATIONS").map_or(OPERATIONS, |text| {
        text.parse().expect("AUDITION_HISTORY_OPERATIONS must be an unsigned integer")
    });
    let seed = seed();
    let begun = Instant::now();
    match investigate(trial, operations, seed).await {
        Ok(Report { calls, unknown, not_applied, steps }) => {
            let rate = calls as f64 / begun.elapsed().as_secs_f64();
            println!(
                "{}: {calls} calls judged, {rate:.0} per second; {unknown} of unknown outcome, {not_applied} not applied; \
                 the hardest key took {:.1} % of the judge's budget",
                trial.subject.name,
                100.0 * steps as f64 / BUDGET as f64
            );
        }
        Err(failure) => {
            panic!("{} {:?} is {failure}\nAUDITION_SEED={seed}", trial.subject.name, trial.topology)
        }
    }
}
