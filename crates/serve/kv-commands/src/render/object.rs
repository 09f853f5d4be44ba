//! The reply to `OBJECT`: the form in which Redis would keep a value.

use kv_core::{Inspection, Origin};
use kv_resp::parse_integer;

/// The longest value in bytes that Redis keeps in one piece with the entry that points to it.
const MAX_EMBEDDED: usize = 44;

/// The limit of Redis's shared integers: Redis has the integers from 0 to below it ready, and gives the same object to
/// all keys.
const SHARED_INTEGERS: i64 = 10_000;

/// The reference count that Redis reports for a shared integer.
const SHARED: i64 = i32::MAX as i64;

/// The name of the form in which Redis would keep a value. This store has one form for all values; clients' tests ask
/// for the name, and it tells how a value would be kept in Redis.
pub(super) fn encoding(found: &Inspection) -> &'static str {
    let embedded = found.value.len() <= MAX_EMBEDDED;
    match found.origin {
        Origin::Written if parse_integer(&found.value).is_some() => "int",
        Origin::Written | Origin::Sum if embedded => "embstr",
        Origin::Written | Origin::Sum | Origin::Edited => "raw",
    }
}

/// The reference count that Redis would report for a value. Here a value belongs to its key alone: sharing integers
/// among keys would couple the actors.
pub(super) fn references(found: &Inspection) -> i64 {
    let integer = parse_integer(&found.value).filter(|_| found.origin == Origin::Written);
    if integer.is_some_and(|integer| (0..SHARED_INTEGERS).contains(&integer)) { SHARED } else { 1 }
}
