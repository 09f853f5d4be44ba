//! A launch of the latency measurement: every cell's windows in random order.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use hdrhistogram::Histogram;
use kv_backends::Visitor;
use kv_core::{Backend, Mailbox};
use kv_report::{ForeignCpu, WindowFigures};
use kv_workload::{Arrivals, Lane, Offer, OpenLoop, Plan, RunError, Workload, enter_open};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_pcg::Pcg64Mcg;
use serde::{Deserialize, Serialize};

use crate::compare::{self, Part};

/// The task of a launch on one lane.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Cells {
    /// The number of threads; `None` for the one-thread lane.
    pub(crate) workers: Option<usize>,
    pub(crate) workload: String,
    pub(crate) clients: usize,
    pub(crate) capacity: usize,
    pub(crate) poisson: bool,
    /// The shares of the saturation.
    pub(crate) shares: Vec<f64>,
    /// The number of windows of each cell.
    pub(crate) windows: usize,
    pub(crate) window_us: u64,
    pub(crate) backends: Vec<String>,
}

/// The measurements of a launch.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Measured {
    pub(crate) players: Vec<MeasuredPlayer>,
    pub(crate) foreign_cpu: Option<f64>,
}

/// The measurements of one backend.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct MeasuredPlayer {
    pub(crate) label: String,
    pub(crate) backend: String,
    pub(crate) threads: String,
    pub(crate) saturation: f64,
    /// The windows of each share.
    pub(crate) windows: Vec<Vec<WindowFigures>>,
}

impl Cells {
    pub(crate) const fn lane(&self) -> Lane {
        match self.workers {
            None => Lane::Ct,
            Some(workers) => Lane::Mt { workers },
        }
    }

    /// The catalogue's workload, with this number of clients.
    pub(crate) fn workload(&self) -> Workload {
        let workload =
            *kv_workload::workload(&self.workload).expect("the parent chose from the same catalogue");
        Workload { clients: self.clients, ..workload }
    }

    const fn arrivals(&self) -> Arrivals {
        if self.poisson { Arrivals::Poisson } else { Arrivals::Constant }
    }
}

/// Plays a launch.
pub(crate) fn play(cells: &Cells, launch: usize, seed: u64) -> Result<Measured, RunError> {
    let workload = cells.workload();
    let plan = Arc::new(Plan::new(&workload, seed)?);
    let parts = compare::cast(cells.lane(), workload.kind, false, &cells.backends);
    // Plain tokio's second row shows how fine ratios are. Latencies are no ratios, so it is left out.
    let parts: Vec<Part> = parts.into_iter().filter(|part| part.label == part.backend).collect();
    let start = |part: &Part| {
        let enter = Enter { part, cells, plan: &plan };
        kv_backends::with(&part.backend, enter).unwrap_or_else(|unknown| unreachable!("{unknown}"))
    };
    let mut players = parts.iter().map(start).collect::<Result<Vec<_>, _>>()?;
    let before = ForeignCpu::read();
    let length = Duration::from_micros(cells.window_us);
    let mut measured = Vec::new();
    for (part, (contestant, threads)) in parts.iter().zip(&mut players) {
        measured.push(MeasuredPlayer {
            label: part.label.clone(),
            backend: part.backend.clone(),
            threads: threads.clone(),
            saturation: saturation(contestant.as_mut(), length, seed)?,
            windows: vec![Vec::new(); cells.shares.len()],
        });
    }

    let shares = 0..cells.shares.len();
    let mut order: Vec<(usize, usize, usize)> = (0..players.len())
        .flat_map(|player| shares.clone().map(move |share| (player, share)))
        .flat_map(|(player, share)| (0..cells.windows).map(move |window| (player, share, window)))
        .collect();
    let seed = seed.wrapping_add(launch as u64);
    order.shuffle(&mut Pcg64Mcg::seed_from_u64(seed));
    for (turn, (player, share, _)) in order.into_iter().enumerate() {
        let per_second = measured[player].saturation * cells.shares[share];
        let offer = Offer { per_second, arrivals: cells.arrivals(), length };
        let window = players[player].0.window(&offer, seed.wrapping_add(turn as u64))?;
        let at = |histogram: &Histogram<u64>, quantile| histogram.value_at_quantile(quantile);
        measured[player].windows[share].push(WindowFigures {
            launch,
            offered: per_second.round(),
            achieved: window.per_second().round(),
            p50: at(&window.latency, 0.5),
            p99: at(&window.latency, 0.99),
            p999: at(&window.latency, 0.999),
            max: window.latency.max(),
            service_p50: at(&window.service, 0.5),
            service_p99: at(&window.service, 0.99),
            lag_p99: at(&window.lag, 0.99),
        });
    }
    let foreign_cpu = before.zip(ForeignCpu::read()).map(|(before, after)| after.share_since(&before));
    for (contestant, _) in players {
        contestant.finish()?;
    }
    Ok(Measured { players: measured, foreign_cpu })
}

/// The saturation: asks per second that get through when more are due than can be done. It is the best of several
/// tries, since a disturbance can only make a try slower.
///
/// The generator is the one that offers the loads. Rejected: a closed loop, whose clients do not look at the clock
/// between two asks. A share of its throughput is a larger share of what an open loop can do: plain tokio was saturated
/// at 70 % of it.
fn saturation(contestant: &mut dyn OpenLoop, length: Duration, seed: u64) -> Result<f64, RunError> {
    let offer = Offer { per_second: closed_loop(contestant, length)?, arrivals: Arrivals::Constant, length };
    let mut best = 0.0;
    for turn in 0..4 {
        best = f64::max(best, contestant.window(&offer, seed.wrapping_add(turn))?.per_second());
    }
    Ok(best)
}

/// The asks per second of a closed loop, which are more than an open loop can offer.
fn closed_loop(contestant: &mut dyn OpenLoop, length: Duration) -> Result<f64, RunError> {
    const TRIES: usize = 8;
    let mut ops = 1000;
    let mut best = f64::INFINITY;
    for _ in 0..TRIES {
        best = best.min(contestant.slice(ops)?.ns_per_op());
        ops = ((length.as_nanos() as f64 / 4.0 / best) as usize).max(1000);
    }
    Ok(1e9 / best)
}

struct Enter<'a> {
    part: &'a Part,
    cells: &'a Cells,
    plan: &'a Arc<Plan>,
}

impl Visitor for Enter<'_> {
    type Output = Result<(Box<dyn OpenLoop>, String), RunError>;

    fn visit<B: Backend>(self) -> Self::Output {
        let mailbox = Mailbox::Bounded(self.cells.capacity);
        let config = kv_workload::config(self.plan.workload(), mailbox);
        let (stage, threads) = compare::stage::<B>(self.cells.lane(), &config)?;
        let open = enter_open::<B>(&self.part.label, Rc::new(stage), Arc::clone(self.plan), mailbox)?;
        Ok((open, threads))
    }
}
