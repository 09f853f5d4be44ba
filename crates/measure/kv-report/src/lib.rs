//! Results: the figures of a run, its environment, what the figures mean, and how they are printed.
//!
//! * [`Results`] is the record of a run: every raw figure, with the seed and the [`Environment`]. It is written and
//!   read as JSON.
//! * [`Estimate`] is the conclusion about one row: a median over process launches, with an interval.
//! * [`text`] prints tables for a terminal, [`markdown`] for a page, [`splice`] puts them between markers,
//!   [`page`] makes a page to look through, and [`plots`] pictures for other pages, in the colours of [`palette`].
//!
//! The crate runs no measurement, and no table holds a figure that is not in the results.

mod compact;
mod control;
mod costs;
pub mod costs_tables;
pub mod curves;
pub mod diff;
mod environment;
pub mod estimate;
pub mod files;
mod foreign;
mod geomean;
pub mod headline;
pub mod latency;
pub mod latency_tables;
pub mod markdown;
mod overload;
pub mod overload_tables;
pub mod page;
pub mod palette;
pub mod plots;
mod price;
mod results;
mod sections;
pub mod splice;
pub mod text;
mod work;

pub use costs::{Build, Costs, Framework, Instructions, PerCall, Storeys};
pub use curves::Curve;
pub use diff::{Diff, Ranks};
pub use environment::{Environment, date_of};
pub use estimate::{Estimate, Nanos, Ratio};
pub use foreign::ForeignCpu;
pub use geomean::{GeometricMean, geometric_means};
pub use headline::{Headline, headlines};
pub use latency::{LatencyRow, LatencyTable, LoadFigures, LoadPoint, WindowFigures};
pub use overload::{Overload, OverloadFigures};
pub use results::{Memory, ReadError, Results, Row, SCHEMA, Scale, Table, Work};
pub use sections::sections;
pub use work::handler_work;
