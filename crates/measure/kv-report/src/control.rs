//! The control row of a table, and how it limits the table's claims.

use crate::estimate::{RESOLUTION, launch_ratios};
use crate::{Row, Table};

/// The resolution of a row, on a logarithmic scale: smaller differences are not claimed of it. It is the
/// [`RESOLUTION`], or how far the control strayed if that is more. The control itself is compared with the resolution
/// alone, so that it can fail.
pub(crate) fn resolution(row: &Row, table: &Table) -> f64 {
    if is_control(row, table) { RESOLUTION } else { RESOLUTION.max(strayed(table)) }
}

/// The distance of a table's control from 1 in its worst launch, on a logarithmic scale; 0 without a control.
///
/// The launches of one run share the machine's state in that hour: what its neighbours leave of the caches is much the
/// same for all of them and different the next time, and the variance between launches does not show it. The control
/// shows it, where it matters: with a thousand clients that fill the cache, it came out a fifth apart from the
/// baseline.
pub(crate) fn strayed(table: &Table) -> f64 {
    let Some(baseline) = table.baseline() else { return 0.0 };
    let controls = table.rows.iter().filter(|row| is_control(row, table));
    let ratios = controls.filter_map(|row| launch_ratios(row, baseline)).flatten();
    ratios.map(|ratio| ratio.ln().abs()).fold(0.0, f64::max)
}

/// Whether the row is the control: the baseline's code once more.
fn is_control(row: &Row, table: &Table) -> bool {
    !row.baseline && table.baseline().is_some_and(|baseline| baseline.backend == row.backend)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(control: &[f64]) -> Table {
        let row = |label: &str, backend: &str, launches: &[f64]| Row {
            label: label.into(),
            backend: backend.into(),
            baseline: label == "tokio",
            control: label != backend,
            threads: "1".into(),
            launches: launches.iter().map(|time| vec![*time; 3]).collect(),
        };
        let rows = vec![
            row("tokio", "tokio", &[100.0; 3]),
            row("A/A", "tokio", control),
            row("kameo", "kameo", &[200.0; 3]),
        ];
        Table { rows, ..Table::default() }
    }

    #[test]
    fn the_worst_launch_counts_whichever_way() {
        assert!((strayed(&table(&[100.0, 90.0, 105.0])) - (100.0_f64 / 90.0).ln()).abs() < 1e-9);
        assert!(strayed(&table(&[100.0; 3])).abs() < 1e-9);
    }

    #[test]
    fn the_control_is_not_measured_by_itself() {
        let table = table(&[100.0, 120.0, 100.0]);
        let of = |row: &Row| resolution(row, &table);
        assert!((of(&table.rows[1]) - RESOLUTION).abs() < 1e-9);
        assert!((of(&table.rows[2]) - 1.2_f64.ln()).abs() < 1e-9);
    }
}
