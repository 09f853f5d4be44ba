//! The open loop: asks at times that were drawn before, independent of earlier asks.

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use kv_core::{Command, Handle};
use rand::{Rng, RngExt};
use tokio::task::yield_now;
use tokio::time::sleep;

use crate::answers::Answer;
use crate::client::{Failed, push};

/// The distribution of a window's arrivals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrivals {
    /// Equal distances; the clients take turns.
    Constant,
    /// Random, exponential distances, as from very many callers that know nothing of each other.
    Poisson,
}

/// The load that is offered to a backend for a while.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Offer {
    /// The number of asks per second, of all clients together.
    pub per_second: f64,
    /// The distribution of the arrivals.
    pub arrivals: Arrivals,
    /// The approximate length: every client has the same number of asks, at least one.
    pub length: Duration,
}

/// A window that was played and found right in every reply.
///
/// All times are in nanoseconds, with three significant digits.
#[derive(Clone, Debug)]
pub struct Window {
    /// The number of asks.
    pub asks: u64,
    /// The time from the start to the last reply, in nanoseconds.
    pub elapsed_ns: u64,
    /// The time from when an ask was *due* to its reply: the whole wait, as the caller sees it.
    pub latency: Histogram<u64>,
    /// The time from when an ask was sent to its reply. A benchmark reports this time if it waits for one reply before
    /// it sends the next ask. The difference to the latency is called coordinated omission.
    pub service: Histogram<u64>,
    /// The delay of asks that free clients sent late: it is the generator's own fault, and must not count against a
    /// backend.
    pub lag: Histogram<u64>,
}

/// The longest time, in nanoseconds, that is told apart from longer ones. Those are counted as this long; the patience
/// ends before.
const LONGEST_NS: u64 = 100_000_000_000;

pub(crate) fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, LONGEST_NS, 3).expect("the bounds are good")
}

impl Window {
    pub(crate) fn new(asks: u64, elapsed_ns: u64, times: impl Iterator<Item = Times>) -> Self {
        let (latency, service, lag) = (histogram(), histogram(), histogram());
        let mut window = Self { asks, elapsed_ns, latency, service, lag };
        for Times { due, free, sent, done } in times {
            window.latency.saturating_record(done.saturating_sub(due).max(1));
            window.service.saturating_record(done.saturating_sub(sent).max(1));
            window.lag.saturating_record(sent.saturating_sub(due.max(free)).max(1));
        }
        window
    }

    /// The number of asks per second that were answered.
    #[must_use]
    pub fn per_second(&self) -> f64 {
        self.asks as f64 / (self.elapsed_ns as f64 / 1e9)
    }
}

impl Offer {
    /// The number of asks of each client.
    pub(crate) fn asks(&self, clients: usize) -> usize {
        ((self.per_second * self.length.as_secs_f64() / clients as f64).round() as usize).max(1)
    }

    /// The times from the start of the window at which a client's asks are due.
    pub(crate) fn schedule(&self, client: usize, clients: usize, random: &mut impl Rng) -> Vec<Duration> {
        let every = clients as f64 / self.per_second;
        let mut at = match self.arrivals {
            Arrivals::Constant => every * (client as f64 / clients as f64) - every,
            Arrivals::Poisson => 0.0,
        };
        let due = |_| {
            at += match self.arrivals {
                Arrivals::Constant => every,
                // This is the inverse of an exponential's distribution. The argument of the logarithm is never 0.
                Arrivals::Poisson => -every * (1.0 - random.random::<f64>()).ln(),
            };
            Duration::from_secs_f64(at)
        };
        (0..self.asks(clients)).map(due).collect()
    }
}

/// The times of one ask, in nanoseconds since the start.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    due: u64,
    /// The time at which the client had the previous reply.
    free: u64,
    sent: u64,
    done: u64,
}

// ANCHOR: schedule
/// Sends each command when it is due, or at once when it is overdue.
///
/// A client has one ask on its way at a time, so the number of clients bounds the asks that wait in the backend.
/// Rejected: a task per arrival, which has no such bound, and whose spawn costs as much as the ask, so that it would
/// measure itself.
pub(crate) async fn play_schedule<H: Handle>(
    handle: &H,
    commands: &mut Vec<Command>,
    schedule: &[Duration],
    start: Instant,
    answers: &mut Vec<Answer>,
    times: &mut Vec<Times>,
) -> Result<(), Failed> {
    let since = |then: Instant| u64::try_from((then - start).as_nanos()).unwrap_or(u64::MAX);
    let mut free = start;
    for (command, due) in commands.drain(..).zip(schedule) {
        let due = start + *due;
        let sent = reached(due).await;
        let answer = handle.ask(command).await;
        let done = Instant::now();
        push(answers, answer)?;
        times.push(Times { due: since(due), free: since(free), sent: since(sent), done: since(done) });
        free = done;
    }
    Ok(())
}
// ANCHOR_END: schedule

// ANCHOR: reached
/// Waits for the time `due`, and returns the present time.
pub(crate) async fn reached(due: Instant) -> Instant {
    /// The distance within which the wait must not sleep: tokio's timers are good to a millisecond, and waking up adds
    /// as much.
    const NEAR: Duration = Duration::from_micros(2500);
    loop {
        let now = Instant::now();
        match due.checked_duration_since(now) {
            None | Some(Duration::ZERO) => return now,
            Some(left) if left > NEAR => sleep(left - NEAR).await,
            // This is a busy wait that lets the other tasks on this thread go on.
            Some(_) => yield_now().await,
        }
    }
}
// ANCHOR_END: reached

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_pcg::Pcg64Mcg;

    use super::*;

    fn all(arrivals: Arrivals) -> Vec<Duration> {
        let offer = Offer { per_second: 10_000.0, arrivals, length: Duration::from_secs(2) };
        let mut random = Pcg64Mcg::seed_from_u64(1);
        let mut all: Vec<_> = (0..4).flat_map(|client| offer.schedule(client, 4, &mut random)).collect();
        all.sort_unstable();
        assert_eq!(all.len(), 20_000);
        all
    }

    #[test]
    fn constant_arrivals_keep_their_distance() {
        let due = all(Arrivals::Constant);
        assert_eq!(due[0], Duration::ZERO);
        for pair in due.windows(2) {
            let distance = (pair[1] - pair[0]).as_secs_f64();
            assert!((distance - 1e-4).abs() < 1e-8, "{distance}");
        }
    }

    #[test]
    fn poisson_arrivals_come_as_often_and_vary_as_much_as_they_should() {
        let due = all(Arrivals::Poisson);
        // The last quarter thins out, because every client ends with its own last ask.
        let steady = &due[..15_000];
        let distances: Vec<f64> = steady.windows(2).map(|pair| (pair[1] - pair[0]).as_secs_f64()).collect();
        let mean = distances.iter().sum::<f64>() / distances.len() as f64;
        let deviation =
            (distances.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / distances.len() as f64).sqrt();
        assert!(
            (mean / 1e-4 - 1.0).abs() < 0.05 && (deviation / mean - 1.0).abs() < 0.05,
            "{mean} {deviation}"
        );
    }

    #[test]
    fn latency_counts_from_when_an_ask_was_due() {
        let times = [
            // This ask is sent in time.
            Times { due: 1000, free: 0, sent: 1000, done: 1500 },
            // This ask is due while the client waits for the first; it is sent at once when the client is free.
            Times { due: 1100, free: 1500, sent: 1500, done: 2000 },
            // This ask is sent late although the client was free.
            Times { due: 3000, free: 2000, sent: 3100, done: 3300 },
        ];
        let window = Window::new(3, 3300, times.into_iter());
        let values = |histogram: &Histogram<u64>| -> Vec<u64> {
            histogram.iter_recorded().map(|value| value.value_iterated_to()).collect()
        };
        assert_eq!(values(&window.latency), [300, 500, 900]);
        assert_eq!(values(&window.service), [200, 500]);
        assert_eq!(values(&window.lag), [1, 100]);
    }
}
