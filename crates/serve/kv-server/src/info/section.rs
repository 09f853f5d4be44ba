//! The sections of `INFO`.

/// A section of `INFO`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Server,
    Clients,
    Memory,
    Persistence,
    Stats,
    Replication,
    Cpu,
    Modules,
    CommandStats,
    ErrorStats,
    LatencyStats,
    Cluster,
    Keyspace,
    Audition,
}

impl Section {
    /// All sections, in the order in which they are printed.
    pub(super) const ALL: [Self; 14] = [
        Self::Server,
        Self::Clients,
        Self::Memory,
        Self::Persistence,
        Self::Stats,
        Self::Replication,
        Self::Cpu,
        Self::Modules,
        Self::CommandStats,
        Self::ErrorStats,
        Self::LatencyStats,
        Self::Cluster,
        Self::Keyspace,
        Self::Audition,
    ];

    /// The section's title, which in any case is the name by which it is asked for.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Server => "Server",
            Self::Clients => "Clients",
            Self::Memory => "Memory",
            Self::Persistence => "Persistence",
            Self::Stats => "Stats",
            Self::Replication => "Replication",
            Self::Cpu => "CPU",
            Self::Modules => "Modules",
            Self::CommandStats => "Commandstats",
            Self::ErrorStats => "Errorstats",
            Self::LatencyStats => "Latencystats",
            Self::Cluster => "Cluster",
            Self::Keyspace => "Keyspace",
            Self::Audition => "Audition",
        }
    }

    /// Whether the section is printed when the command names none. The other sections have a line per command.
    fn is_default(self) -> bool {
        !matches!(self, Self::CommandStats | Self::LatencyStats)
    }
}

/// The sections that these names ask for.
pub(super) fn choose(names: &[&[u8]]) -> Vec<Section> {
    let asked = |name: &str| names.iter().any(|given| given.eq_ignore_ascii_case(name.as_bytes()));
    let all = asked("all") || asked("everything");
    let default = names.is_empty() || asked("default");
    let chosen = |section: &Section| all || (default && section.is_default()) || asked(section.title());
    Section::ALL.into_iter().filter(chosen).collect()
}
