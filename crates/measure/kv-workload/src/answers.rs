//! The answers of a backend, and the text by which a wrong one is shown.

use kv_core::{CommandError, Reply};

/// The answer to a command: just what [`kv_core::Store::apply`] returns, so the two can be compared. A refusal by the
/// store is an answer. A call that failed has no answer, and ends the slice.
pub(crate) type Answer = Result<Reply, CommandError>;

/// A wrong answer: all of a [`crate::Mismatch`] but the names.
#[derive(Debug)]
pub(crate) struct WrongAnswer {
    pub(crate) client: Option<usize>,
    pub(crate) op: usize,
    pub(crate) command: String,
    pub(crate) expected: String,
    pub(crate) got: String,
}

/// How many characters of a command or a reply a message shows: values may have a megabyte.
const SHOWN: usize = 160;

/// The debug form of a value, cut to a line.
pub(crate) fn shown(thing: &impl std::fmt::Debug) -> String {
    let mut text = format!("{thing:?}");
    if let Some((cut, _)) = text.char_indices().nth(SHOWN) {
        text.truncate(cut);
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_long_is_cut() {
        assert_eq!(shown(&Some(1)), "Some(1)");
        assert_eq!(shown(&"x".repeat(1 << 20)).chars().count(), SHOWN + 1);
    }
}
