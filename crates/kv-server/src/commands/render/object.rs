//! How Redis would keep a value.

use kv_core::{Inspection, Origin};
use kv_resp::parse_integer;

/// The longest value in bytes that Redis keeps in one piece with the entry that points to it.
const MAX_EMBEDDED: usize = 44;

/// Redis has the integers below this one ready, and gives all keys the same ones.
const SHARED_INTEGERS: i64 = 10_000;

/// How many owners Redis says that a shared integer has.
const SHARED: i64 = i32::MAX as i64;

/// The name of the form in which Redis keeps a value. Ours has one form for all; clients' tests ask, and what they learn is how
/// a value would do in Redis.
pub(super) fn encoding(found: &Inspection) -> &'static str {
    let embedded = found.value.len() <= MAX_EMBEDDED;
    match found.origin {
        Origin::Written if parse_integer(&found.value).is_some() => "int",
        Origin::Written | Origin::Sum if embedded => "embstr",
        Origin::Written | Origin::Sum | Origin::Edited => "raw",
    }
}

/// How many owners Redis would say that a value has. Here a value is its key's alone: to share integers among keys would tie
/// actors together.
pub(super) fn references(found: &Inspection) -> i64 {
    let integer = parse_integer(&found.value).filter(|_| found.origin == Origin::Written);
    if integer.is_some_and(|integer| (0..SHARED_INTEGERS).contains(&integer)) { SHARED } else { 1 }
}
