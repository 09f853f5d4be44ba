//! The parent's end of a launch: the process.

use std::env;
use std::io::{self, BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};

use super::launch::{Report, Task, VARIABLE};
use super::run::CompareError;

/// A process that plays a launch. It does not outlive this process: if it is dropped early, it is killed.
pub(super) struct Process {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Process {
    /// Starts this program again, as a launch.
    pub(super) fn start(task: &Task) -> io::Result<Self> {
        Self::reading(task, Stdio::null())
    }

    /// Starts this program again, as a launch with that standard input.
    pub(super) fn reading(task: &Task, input: Stdio) -> io::Result<Self> {
        let mut child = Command::new(env::current_exe()?)
            .env(VARIABLE, serde_json::to_string(task).map_err(io::Error::other)?)
            .stdin(input)
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = child.stdout.take().expect("it was asked to be piped");
        Ok(Self { child, lines: BufReader::new(stdout).lines() })
    }

    /// The launch's next report; `None` when the launch has ended. A line that is no report is debug output of the code
    /// under test, and is passed on.
    pub(super) fn next(&mut self) -> io::Result<Option<Report>> {
        for line in &mut self.lines {
            let line = line?;
            match serde_json::from_str(&line) {
                Ok(report) => return Ok(Some(report)),
                Err(_) => eprintln!("{line}"),
            }
        }
        Ok(None)
    }

    /// The error that the launch ended before it had reported everything.
    pub(super) fn ended_early(mut self, launch: usize) -> CompareError {
        match self.child.wait() {
            Ok(status) => CompareError::EndedEarly { launch: launch + 1, status },
            Err(error) => error.into(),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both calls fail if the process has ended by itself, as it should have.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
