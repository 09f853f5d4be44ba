//! Integers as Redis reads them.

/// The integer that Redis would read: digits and at most a minus sign. There may be no plus sign, no space, no leading
/// zero, and no number beyond 64 bits.
///
/// ```
/// use kv_resp::parse_integer;
///
/// assert_eq!(parse_integer(b"-17"), Some(-17));
/// assert_eq!(parse_integer(b"017"), None);
/// ```
#[must_use]
#[inline]
pub fn parse_integer(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'0'] => return Some(0),
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if !matches!(digits, [b'1'..=b'9', ..]) {
        return None;
    }
    // The sum is negative, because one number has no positive counterpart in 64 bits.
    let sum = digits.iter().try_fold(0_i64, |sum, byte| match byte {
        b'0'..=b'9' => sum.checked_mul(10)?.checked_sub(i64::from(byte - b'0')),
        _ => None,
    })?;
    if negative { Some(sum) } else { sum.checked_neg() }
}

#[cfg(test)]
mod tests {
    use super::parse_integer;

    #[test]
    fn integers_are_read_to_both_ends_of_64_bits() {
        for number in [0, 1, -1, 9, 10, -10, 16_384, i64::MAX, i64::MAX - 1, i64::MIN, i64::MIN + 1] {
            assert_eq!(parse_integer(number.to_string().as_bytes()), Some(number));
        }
    }

    #[test]
    fn all_else_is_refused() {
        let others = [
            "",
            "-",
            "+1",
            "-0",
            "00",
            "01",
            "-01",
            " 1",
            "1 ",
            "1.0",
            "1e3",
            "0x1",
            "a",
            "1a",
            "--1",
            "9223372036854775808",
            "-9223372036854775809",
            "99999999999999999999",
        ];
        for text in others {
            assert_eq!(parse_integer(text.as_bytes()), None, "{text:?}");
        }
    }
}
