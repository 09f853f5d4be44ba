//! Results: what was measured, where, what it means, and how it is printed.
//!
//! * [`Results`] is what a run leaves behind: every raw figure, with the seed and the [`Environment`]. It is
//!   written and read as JSON.
//! * [`Estimate`] is what can be said of one row: a median over process launches, with an interval.
//! * [`text`] prints tables for a terminal, [`markdown`] for a page, [`splice`] puts them between markers.
//!
//! Nothing here runs anything, and no table holds a figure that is not in the results.

mod environment;
pub mod estimate;
mod foreign;
mod geomean;
pub mod markdown;
mod results;
pub mod splice;
pub mod text;
mod work;

pub use environment::{Environment, date_of};
pub use estimate::{Estimate, Ratio};
pub use foreign::ForeignCpu;
pub use geomean::{GeometricMean, geometric_means};
pub use results::{Memory, ReadError, Results, Row, SCHEMA, Table, Work};
pub use work::handler_work;
