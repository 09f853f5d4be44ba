//! The measurement of latency: offers every backend a load on a schedule, and tells how long callers wait.
//!
//! 1. Each launch finds each backend's *saturation*: asks per second of the same clients in a closed loop.
//! 2. A *cell* is a backend at a share of its saturation. It is played as short windows of a schedule that was drawn
//!    before. All windows of all cells are played in random order, so that the machine's disturbances reach all cells
//!    alike.
//! 3. Latency counts from when an ask was due. A client that is still waiting sends its next ask late, and that counts.
//! 4. The delay of a client that was free is the generator's fault. A window with too much of it is thrown out.
//! 5. Figures are medians over windows, because one lost time slice ruins a window and not all of them.

mod play;
mod run;

pub(crate) use play::{Cells, Measured, play};
pub use run::{LatencyOptions, latency, tables};
