//! How Redis would keep a value.

use kv_resp::parse_integer;

/// The longest value in bytes that Redis keeps in one piece with the entry that points to it.
const MAX_EMBEDDED: usize = 44;

/// The name of the form in which Redis keeps a value that was set as a whole. Ours has one form for all; clients' tests
/// ask, and what they learn is how a value would do in Redis.
pub(super) fn encoding(value: &[u8]) -> &'static str {
    if parse_integer(value).is_some() {
        "int"
    } else if value.len() <= MAX_EMBEDDED {
        "embstr"
    } else {
        "raw"
    }
}
