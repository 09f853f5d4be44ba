//! The progress that a waiting user sees.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::assignment::Block;

/// The progress on standard error: a bar on a terminal, a line per launch elsewhere. After a Ctrl-C the terminal is as
/// before: the bar changes no terminal setting and hides no cursor.
pub(super) struct Progress {
    bar: ProgressBar,
    /// Whether a line is printed per launch instead of the bar.
    lines: bool,
    launches: usize,
}

impl Progress {
    /// A progress that counts blocks.
    pub(super) fn new(launches: usize, blocks: usize, quiet: bool) -> Self {
        Self::with(
            (launches * blocks) as u64,
            "{bar:30} {pos}/{len} {msg} (about {eta} left)",
            launches,
            quiet,
        )
    }

    /// A progress that counts the bytes of a file, which is read once per launch.
    pub(super) fn of_bytes(launches: usize, length: u64, quiet: bool) -> Self {
        let template = "{bar:30} {bytes}/{total_bytes} (about {eta} left)";
        Self::with(launches as u64 * length, template, launches, quiet)
    }

    fn with(length: u64, template: &str, launches: usize, quiet: bool) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let shown = terminal && !quiet;
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(length), target);
        bar.set_style(ProgressStyle::with_template(template).expect("the templates are right"));
        Self { bar, lines: !terminal && !quiet, launches }
    }

    pub(super) fn launch(&self, launch: usize) {
        if self.lines {
            eprintln!("compare: launch {} of {}", launch + 1, self.launches);
        }
    }

    pub(super) fn block(&self, launch: usize, block: &Block) {
        let (lane, workload) = (block.lane(), &block.workload);
        self.bar.set_message(format!("launch {} of {}: {lane} {workload}", launch + 1, self.launches));
    }

    pub(super) fn block_done(&self) {
        self.bar.inc(1);
    }

    pub(super) fn at(&self, position: u64) {
        self.bar.set_position(position);
    }

    pub(super) fn done(&self) {
        self.bar.finish_and_clear();
    }
}
