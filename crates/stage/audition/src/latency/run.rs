//! The run of the latency measurement: it plays the launches one after the other, and combines their reports.

use kv_report::{LatencyRow, LatencyTable, LoadPoint, Results};
use kv_workload::{Kind, Lane};

use super::play::{Cells, Measured};
use crate::compare::{CompareError, Lanes, Profile, Report, again, check_cast, environment, in_a_process};

/// The options of a latency measurement.
#[derive(Clone, Debug)]
pub struct LatencyOptions {
    /// The profile.
    pub profile: Profile,
    /// The lanes.
    pub lanes: Lanes,
    /// The number of threads of the multi-threaded lane.
    pub workers: usize,
    /// The backends to play, beside the controls; all if there are none.
    pub backends: Vec<String>,
    /// The catalogue's id of the workload whose commands are asked.
    pub workload: String,
    /// The seed of schedules and order.
    pub seed: u64,
    /// Whether asks come at random, and not at equal distances.
    pub poisson: bool,
    /// The command as the user typed it, for the results.
    pub command: String,
}

/// The number of clients that share the load.
const CLIENTS: usize = 16;
const CAPACITY: usize = 1024;

/// The shares of the saturation: up to where it is nearly reached, and one beyond.
const SHARES: [f64; 9] = [0.1, 0.25, 0.4, 0.55, 0.7, 0.8, 0.9, 0.95, 1.2];

/// Offers the load to all backends and returns how long callers waited, as results that have nothing else.
///
/// # Errors
/// [`CompareError`]; a wrong reply of any backend is one.
pub fn latency(options: &LatencyOptions) -> Result<Results, CompareError> {
    let run = Results::of_run(&options.command, &options.profile.to_string(), options.seed, environment());
    Ok(Results { latency: tables(options)?, ..run })
}

/// Measures the latency and returns only the tables, one per lane.
///
/// # Errors
/// The errors of [`latency`].
pub fn tables(options: &LatencyOptions) -> Result<Vec<LatencyTable>, CompareError> {
    let lanes = lanes(options);
    let kind = kv_workload::workload(&options.workload).map_or(Kind::Traffic, |workload| workload.kind);
    let tables: Vec<_> = lanes.iter().map(|lane| (*lane, kind)).collect();
    check_cast(&options.backends, &tables)?;
    let (launches, windows, window_us) = match options.profile {
        Profile::Smoke => (1, 1, 1000),
        Profile::Quick => (3, 3, 15_000),
        Profile::Full => (10, 6, 20_000),
    };
    let shares = if options.profile == Profile::Smoke { vec![0.5] } else { SHARES.to_vec() };
    let mut tables = Vec::new();
    for lane in lanes {
        let cells = Cells {
            workers: if let Lane::Mt { workers } = lane { Some(workers) } else { None },
            workload: options.workload.clone(),
            clients: CLIENTS,
            capacity: CAPACITY,
            poisson: options.poisson,
            shares: shares.clone(),
            windows,
            window_us,
            backends: options.backends.clone(),
        };
        let mut table = empty_table(&cells, options);
        for launch in 0..launches {
            match in_a_process(launch, options.seed, &cells)? {
                Report::Latency(measured) => add(&mut table, &cells, measured),
                other => unreachable!("a launch that was asked for latency reported {other:?}"),
            }
        }
        tables.push(table);
    }
    Ok(tables)
}

fn lanes(options: &LatencyOptions) -> Vec<Lane> {
    let mt = Lane::Mt { workers: options.workers };
    match options.lanes {
        Lanes::Both => vec![Lane::Ct, mt],
        Lanes::Ct => vec![Lane::Ct],
        Lanes::Mt => vec![mt],
    }
}

fn empty_table(cells: &Cells, options: &LatencyOptions) -> LatencyTable {
    let arrivals = if cells.poisson { "poisson" } else { "constant" };
    LatencyTable {
        lane: cells.lane().to_string(),
        workload: cells.workload.clone(),
        title: cells.workload().title.to_owned(),
        mailbox: format!("bounded {}", cells.capacity),
        arrivals: arrivals.to_owned(),
        clients: cells.clients,
        window_ms: cells.window_us / 1000,
        command: again(
            &format!("latency --workload {} --arrivals {arrivals}", cells.workload),
            cells.lane(),
            options.profile,
            options.seed,
        ),
        foreign_cpu: Vec::new(),
        rows: Vec::new(),
    }
}

fn add(table: &mut LatencyTable, cells: &Cells, measured: Measured) {
    table.foreign_cpu.push(measured.foreign_cpu);
    for (index, player) in measured.players.into_iter().enumerate() {
        if table.rows.len() == index {
            table.rows.push(LatencyRow {
                label: player.label,
                backend: player.backend,
                threads: player.threads,
                saturation: Vec::new(),
                points: cells.shares.iter().map(|&share| LoadPoint { share, windows: Vec::new() }).collect(),
            });
        }
        let row = &mut table.rows[index];
        row.saturation.push(player.saturation.round());
        for (point, windows) in row.points.iter_mut().zip(player.windows) {
            point.windows.extend(windows);
        }
    }
}
