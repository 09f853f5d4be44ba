//! Tests of the table and the parsers. Redis's answer to each request was looked up in a running 7.0.15.

mod parsing;
pub(super) mod random;
mod refusals;
mod table;
mod transcript;

use std::sync::LazyLock;

use kv_core::{Clock, ManualClock, Timestamp};
use kv_resp::Request;

use super::*;

static CONTEXT: LazyLock<Context> = LazyLock::new(|| Context {
    clock: Clock::Manual(ManualClock::new(Timestamp::from_millis(1_000_000))),
    max_value_bytes: 16,
    lot: || 4,
});

/// The request that the words of a line make; `""` is an empty argument.
fn request(line: &str) -> Request {
    line.split(' ').map(|word| if word == "\"\"" { "" } else { word }).collect()
}

/// The plan for a request, or the failure that the server answers without asking a store.
fn plan(request: &Request) -> Result<Plan, Failure> {
    let found = Found::of(request)?;
    found.check_arity(request)?;
    match found.spec.run {
        Run::Store(parse) => parse(request, &CONTEXT),
        _ => panic!("{} is no command of the store", found.spec.name),
    }
}

fn failure(line: &str) -> String {
    match plan(&request(line)) {
        Err(failure) => failure.to_string(),
        Ok(plan) => format!("{plan:?}"),
    }
}
