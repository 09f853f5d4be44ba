//! The overloads of the page.

use serde::Serialize;

use crate::estimate::median;
use crate::{Overload, OverloadFigures};

/// The overload of one backend: medians over launches, with the smallest and the largest.
#[derive(Serialize)]
pub(super) struct OverloadData {
    label: String,
    lane: String,
    mailbox: String,
    work_ns: u32,
    share: f64,
    phase_ms: u64,
    launches: usize,
    command: String,
    /// Commands per second.
    capacity: Over,
    /// The refused share of the offered tells, 0 to 1.
    refused: Over,
    /// The median wait of an ask, in nanoseconds.
    wait_p50: Over,
    /// The longest wait of an ask, in nanoseconds.
    wait_max: Over,
    /// The time until the mailbox was empty again, in nanoseconds.
    recovery: Over,
    /// The growth of the heap, in bytes.
    grown: Over,
    /// The generator's delay at the end, in nanoseconds.
    behind: Over,
}

/// A median with the smallest and the largest; zeros without launches.
#[derive(Default, Serialize)]
struct Over {
    value: f64,
    low: f64,
    high: f64,
}

impl OverloadData {
    pub(super) fn of(overload: &Overload) -> Self {
        let of = |figure: fn(&OverloadFigures) -> f64| {
            Over::of(&overload.launches.iter().map(figure).collect::<Vec<_>>())
        };
        Self {
            label: overload.label.clone(),
            lane: overload.lane.clone(),
            mailbox: overload.mailbox.clone(),
            work_ns: overload.work_ns,
            share: overload.share,
            phase_ms: overload.phase_ms,
            launches: overload.launches.len(),
            command: overload.command.clone(),
            capacity: of(|launch| launch.capacity),
            refused: of(|launch| launch.refused as f64 / launch.offered.max(1) as f64),
            wait_p50: of(|launch| launch.wait_p50 as f64),
            wait_max: of(|launch| launch.wait_max as f64),
            recovery: of(|launch| launch.recovery as f64),
            grown: of(|launch| launch.grown as f64),
            behind: of(|launch| launch.behind as f64),
        }
    }
}

impl Over {
    fn of(figures: &[f64]) -> Self {
        if figures.is_empty() {
            return Self::default();
        }
        let end = |fold: fn(f64, f64) -> f64| figures.iter().copied().reduce(fold).unwrap_or(0.0);
        Self { value: median(figures), low: end(f64::min), high: end(f64::max) }
    }
}
