//! The longest common subsequence of two values: what Redis's `LCS` computes.

#[cfg(test)]
mod tests;

use std::ops::Range;

/// The options of an `LCS` command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LcsOptions {
    /// The form of the reply.
    pub report: Report,
    /// How large Redis's table may be, in bytes; a pair of values whose table would be larger is refused.
    pub max_table_bytes: usize,
}

/// The forms in which the longest common subsequence is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report {
    /// The subsequence itself.
    Text,
    /// The length of the subsequence.
    Length,
    /// The places of its pieces in both values.
    Matches {
        /// The shortest piece to report, in bytes.
        min_match: u64,
        /// Whether the pieces' lengths are reported as well.
        with_lengths: bool,
    },
}

/// A piece that both values have, of the same length in both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Match {
    /// The piece's place in the first value.
    pub(crate) a: Range<usize>,
    /// The piece's place in the second value.
    pub(crate) b: Range<usize>,
}

/// Whether Redis would compute the subsequence: its table has four bytes for each pair of bytes and may not be longer
/// than a value. The table here takes a thirty-second part of that, but the time grows with the table's size, and so
/// the limit is the same.
pub(crate) fn fits(a: &[u8], b: &[u8], max_table_bytes: usize) -> bool {
    let cells = (a.len() + 1).checked_mul(b.len() + 1);
    cells.and_then(|cells| cells.checked_mul(4)).is_some_and(|bytes| bytes <= max_table_bytes)
}

/// The length of the longest common subsequence. Takes memory in proportion to the shorter value only.
pub(crate) fn length(a: &[u8], b: &[u8]) -> usize {
    fill(a, b, |_, _| {})
}

/// The pieces of the longest common subsequence, from the last to the first. If several subsequences have the same
/// length, it is the one that Redis finds.
///
/// The way back through the table needs one bit of each cell: which neighbour was longer where the bytes differ. Where
/// they are equal it goes through both.
pub(crate) fn matches(a: &[u8], b: &[u8]) -> Vec<Match> {
    let width = b.len();
    let mut up_is_longer = vec![0_u64; (a.len() * width).div_ceil(64)];
    fill(a, b, |i, j| {
        let cell = i * width + j;
        up_is_longer[cell / 64] |= 1 << (cell % 64);
    });

    let mut found: Vec<Match> = Vec::new();
    let (mut i, mut j) = (a.len(), b.len());
    while i > 0 && j > 0 {
        let cell = (i - 1) * width + (j - 1);
        if a[i - 1] == b[j - 1] {
            match found.last_mut() {
                Some(last) if (last.a.start, last.b.start) == (i, j) => {
                    (last.a.start, last.b.start) = (i - 1, j - 1);
                }
                _ => found.push(Match { a: i - 1..i, b: j - 1..j }),
            }
            (i, j) = (i - 1, j - 1);
        } else if up_is_longer[cell / 64] & (1 << (cell % 64)) != 0 {
            i -= 1;
        } else {
            j -= 1;
        }
    }
    found
}

/// Fills the table of lengths row by row or column by column, keeping only the last one, and returns its last cell.
/// Calls `up` for each cell whose bytes differ and where leaving the byte of `a` away is better than leaving that of
/// `b` away.
fn fill(a: &[u8], b: &[u8], mut up: impl FnMut(usize, usize)) -> usize {
    // The row lies along the shorter value: along the longer value it could take as much memory as the largest value.
    let turned = b.len() > a.len();
    let (outer, inner) = if turned { (b, a) } else { (a, b) };
    let mut row = vec![0_usize; inner.len() + 1];
    for (o, byte) in outer.iter().enumerate() {
        let mut diagonal = 0;
        for n in 0..inner.len() {
            let (before, beside) = (row[n + 1], row[n]);
            row[n + 1] = if *byte == inner[n] {
                diagonal + 1
            } else {
                let (above, left) = if turned { (beside, before) } else { (before, beside) };
                if above > left {
                    let (i, j) = if turned { (n, o) } else { (o, n) };
                    up(i, j);
                    above
                } else {
                    left
                }
            };
            diagonal = before;
        }
    }
    row[inner.len()]
}
