//! Round after round against one backend, until enough calls were judged or one round cannot be explained.

use std::fmt;

use rand::SeedableRng as _;
use rand_pcg::Pcg64Mcg;

use super::call::{Call, Outcome};
use super::check::{BUDGET, Verdict, steps_of_check};
use super::draw::draw;
use super::plan::{Plan, Trouble};
use super::record::KeyId;
use super::round::play;
use super::shrink::shrink;
use crate::Trial;

/// The most calls that a round has: enough to make the start of a backend a small part of it.
const CALLS_PER_ROUND: usize = 4_000;

/// A key whose calls no order explains, or for which no order was found in time.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The number of the round.
    pub round: usize,
    /// The plan of the round.
    pub plan: Plan,
    /// The key.
    pub key: KeyId,
    /// The number of calls of the key.
    pub calls: usize,
    /// The number of steps that the judge took.
    pub steps: u64,
    /// The fewest calls that show it; `None` where the judge gave up.
    pub shortest: Option<Vec<Call>>,
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.shortest {
            None => writeln!(
                formatter,
                "no verdict after {} steps: too many calls of key {} overlap, or are of unknown outcome ({} calls).\n\
                 More keys or fewer clients would help.",
                self.steps, self.key.slot, self.calls
            ),
            Some(shortest) => write!(
                formatter,
                "not linearizable: no order of these {} calls of key {} explains what they answered.\n\
                 The shortest of {} calls; conditions and replies that do not matter are left out.\n\n{}\n",
                shortest.len(),
                self.key.slot,
                self.calls,
                draw(shortest)
            ),
        }?;
        write!(formatter, "round {}: {:?}", self.round, self.plan)
    }
}

/// The sums over all calls that were judged, all of them linearizable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The number of calls.
    pub calls: usize,
    /// The number of calls with an unknown outcome.
    pub unknown: usize,
    /// The number of calls that were not applied.
    pub not_applied: usize,
    /// The most steps that the judge took for one key.
    pub steps: u64,
}

impl Report {
    fn add(&mut self, calls: &[Call]) {
        let ended = |outcome| calls.iter().filter(|call| call.outcome == outcome).count();
        self.calls += calls.len();
        self.unknown += ended(Outcome::Unknown);
        self.not_applied += ended(Outcome::NotApplied);
    }
}

/// Has random clients make about so many calls, in rounds with every kind of [`Trouble`], and judges what they saw.
///
/// The seed brings back what the clients do and what goes wrong, not how the runtime lets them take turns: a failure
/// may take several runs to come back. The picture in the message shows the failure without another run.
///
/// # Errors
/// The first round's shortest [`Failure`].
///
/// # Panics
/// When the backend leaves a client waiting, or gives a reply of a wrong kind.
pub async fn investigate(trial: Trial, calls: usize, seed: u64) -> Result<Report, Box<Failure>> {
    let per_round = (calls / (2 * Trouble::ALL.len())).clamp(100, CALLS_PER_ROUND);
    let mut report = Report::default();
    for round in 0.. {
        if report.calls >= calls && round >= Trouble::ALL.len() {
            break;
        }
        let mut random = Pcg64Mcg::seed_from_u64(seed.wrapping_add(round as u64));
        let plan = Plan::random(round, per_round, &mut random).as_promised(trial.subject.promises);
        let histories = play(trial, plan, &mut random).await;
        let mut failures = Vec::new();
        for (key, calls) in histories {
            report.add(&calls);
            let (verdict, steps) = steps_of_check(&calls, BUDGET);
            report.steps = report.steps.max(steps);
            let shortest = match verdict {
                Verdict::Linearizable => continue,
                Verdict::Illegal(_) => Some(shrink(&calls)),
                Verdict::Unknown => None,
            };
            failures.push(Failure { round, plan, key, calls: calls.len(), steps, shortest });
        }
        // A history that is proved wrong, however long, comes before one that was not judged in time.
        let length = |failure: &Failure| failure.shortest.as_ref().map_or(usize::MAX, Vec::len);
        if let Some(failure) = failures.into_iter().min_by_key(length) {
            return Err(Box::new(failure));
        }
    }
    Ok(report)
}
