//! The refusal of options that another option would make ineffective: they are refused, and not dropped in silence.

use clap::ArgMatches;
use clap::parser::ValueSource;

/// Refuses options that would have no effect.
///
/// Only options on the command line count: `BENCH_WORKERS` or `BENCH_PROFILE` may stand in the environment for all
/// commands. Rejected: clap's own conflicts, which took a variable for an option and refused every `--trace`.
pub(super) fn refuse(matches: &ArgMatches) -> Result<(), String> {
    let Some((command, matches)) = matches.subcommand() else { return Ok(()) };
    if !["compare", "latency", "curves"].contains(&command) {
        return Ok(());
    }
    let typed = |id: &str| {
        matches!(matches.try_contains_id(id), Ok(true))
            && matches.value_source(id) == Some(ValueSource::CommandLine)
    };
    let lane = || matches.get_raw("lane").is_some_and(|mut values| values.any(|value| value == "ct"));
    if typed("lane") && lane() && typed("workers") {
        return Err("--workers is about the mt lane, which --lane ct leaves out".into());
    }
    if typed("quick") && typed("profile") {
        return Err("--quick and --profile both name a profile: leave one of them out".into());
    }
    if typed("trace") && typed("workers") {
        return Err("--trace is replayed on one thread: leave --workers out".into());
    }
    Ok(())
}
