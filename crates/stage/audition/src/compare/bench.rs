//! The arguments and the output folder that all bench targets share.

use std::env;
use std::path::PathBuf;

use super::assignment::Profile;

/// The arguments of a bench target. An argument that is not text can match no flag and no filter, and is passed on as
/// it is shown.
#[must_use]
pub fn arguments_of_bench() -> Vec<String> {
    env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect()
}

/// The profile that a bench target is to run in, by its arguments and by `BENCH_PROFILE`.
///
/// `cargo bench` passes `--bench`; `cargo test --benches` does not, and then everything is to run once.
///
/// # Errors
/// A sentence for the user when `BENCH_PROFILE` names no profile.
pub fn profile_of_bench(arguments: &[String]) -> Result<Profile, String> {
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    match env::var("BENCH_PROFILE") {
        _ if !has("--bench") || has("--test") => Ok(Profile::Smoke),
        Ok(text) => text.parse().map_err(|reason| format!("BENCH_PROFILE: {reason}")),
        Err(_) => Ok(Profile::Quick),
    }
}

/// The folder `target/audition`, wherever the target folder is: a bench target lies in it.
#[must_use]
pub fn target_folder() -> PathBuf {
    let program = env::current_exe().unwrap_or_default();
    let profile = program.ancestors().find(|folder| folder.ends_with("release") || folder.ends_with("debug"));
    let target = profile.and_then(|folder| folder.parent());
    target.map_or_else(|| PathBuf::from("target"), Into::into).join("audition")
}
