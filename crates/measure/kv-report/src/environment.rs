//! The environment of a run.

use std::fs;
use std::num::NonZero;
use std::process::Command;
use std::thread::available_parallelism;
use std::time::{Duration, UNIX_EPOCH};

use kv_core::Timestamp;
use serde::{Deserialize, Serialize};

/// The machine, the compiler and the versions, without which a figure means nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Environment {
    /// The processor's name.
    pub cpu: String,
    /// How many processors this process may use.
    pub processors: usize,
    /// Operating system and kernel.
    pub system: String,
    /// The frequency governor, if it can be read.
    pub governor: Option<String>,
    /// The compiler.
    pub rustc: String,
    /// The build's profile.
    pub build: String,
    /// The memory allocator.
    pub allocator: String,
    /// The revision of Audition, with a mark if the files differ from it; `None` outside of a repository.
    pub revision: Option<String>,
    /// Load averages at the start, if they can be read.
    pub load: Option<String>,
    /// Frameworks and their versions.
    pub versions: Vec<(String, String)>,
}

/// A date as results print it: UTC, RFC 3339, to the second.
#[must_use]
pub fn date_of(time: Timestamp) -> String {
    let since = UNIX_EPOCH + Duration::from_millis(time.as_millis());
    humantime::format_rfc3339_seconds(since).to_string()
}

impl Environment {
    /// The environment of this process. The caller knows the versions that were compiled in.
    #[must_use]
    pub fn capture(versions: Vec<(String, String)>) -> Self {
        let kernel = read("/proc/sys/kernel/osrelease").unwrap_or_default();
        Self {
            cpu: cpu().unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
            processors: available_parallelism().map_or(1, NonZero::get),
            system: format!("{} {kernel}", std::env::consts::OS).trim_end().to_owned(),
            governor: read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
            rustc: env!("AUDITION_RUSTC").to_owned(),
            build: format!("opt-level {}", env!("AUDITION_OPT_LEVEL")),
            allocator: "the system's".to_owned(),
            revision: revision(),
            load: read("/proc/loadavg")
                .map(|line| line.split_whitespace().take(3).collect::<Vec<_>>().join(" ")),
            versions,
        }
    }

    /// The machine in a line.
    #[must_use]
    pub fn machine(&self) -> String {
        format!("{}, {} processors, {}", self.cpu, self.processors, self.system)
    }

    /// The versions in a line.
    #[must_use]
    pub fn version_list(&self) -> String {
        self.versions.iter().map(|(name, version)| format!("{name} {version}")).collect::<Vec<_>>().join(", ")
    }
}

fn read(path: &str) -> Option<String> {
    fs::read_to_string(path).ok().map(|text| text.trim().to_owned())
}

fn cpu() -> Option<String> {
    let info = read("/proc/cpuinfo")?;
    let line = info.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn revision() -> Option<String> {
    let output = Command::new("git").args(["describe", "--always", "--dirty"]).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
