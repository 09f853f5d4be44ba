//! Parser of `LCS`: it becomes two reads; the subsequence is computed from their replies.

use kv_core::Command;
use kv_resp::Request;

use super::{Context, Failure, Plan, Render, Result, integer, is};
use crate::lcs::{LcsOptions, Report};

pub(crate) fn lcs(request: &Request, context: &Context) -> Result {
    let (mut length, mut index, mut min_match, mut with_lengths) = (false, false, 0, false);
    let mut at = 3;
    while let Some(option) = request.get(at) {
        at += 1;
        if is(option, "LEN") {
            length = true;
        } else if is(option, "IDX") {
            index = true;
        } else if is(option, "WITHMATCHLEN") {
            with_lengths = true;
        } else if is(option, "MINMATCHLEN") && at < request.len() {
            // A negative minimum is the same as no minimum.
            min_match = u64::try_from(integer(request, at)?).unwrap_or(0);
            at += 1;
        } else {
            return Err(Failure::SYNTAX);
        }
    }
    let report = match (length, index) {
        (true, true) => {
            return Err(Failure::fixed("ERR If you want both the length and indexes, please just use IDX."));
        }
        (true, false) => Report::Length,
        (false, true) => Report::Matches { min_match, with_lengths },
        (false, false) => Report::Text,
    };
    let options = LcsOptions { report, max_table_bytes: context.max_value_bytes };
    let gets = vec![Command::Get { key: request.bytes(1) }, Command::Get { key: request.bytes(2) }];
    Ok(Plan::Many(gets, Render::Lcs(Box::new(options))))
}
