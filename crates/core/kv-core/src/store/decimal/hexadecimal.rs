//! Hexadecimal numbers, as C's `strtold` reads them: `-0x1.8p3` is -12.

use std::ops::RangeInclusive;

use bigdecimal::num_bigint::{BigInt, BigUint, Sign};
use bigdecimal::{BigDecimal, Zero};

/// How many binary digits a number may have in front of its point; below zero, how many zeros follow the point. It is the
/// range of C's `long double`. A number outside is refused before it is written out.
const BITS: RangeInclusive<i64> = -16_444..=16_384;

/// Numbers with fewer binary digits, counted as in [`BITS`], are so small that they count as nothing.
const NEGLIGIBLE_BITS: i64 = -120;

/// Reads a hexadecimal number. The outer `None` means that the text does not begin as a hexadecimal number, the inner
/// one that it does not go on as one, or is far out of any range.
pub(super) fn parse(text: &str) -> Option<Option<BigDecimal>> {
    let (sign, rest) = match text.as_bytes() {
        [b'-', rest @ ..] => (Sign::Minus, rest),
        [b'+', rest @ ..] => (Sign::Plus, rest),
        rest => (Sign::Plus, rest),
    };
    let [b'0', b'x' | b'X', rest @ ..] = rest else { return None };
    Some(unsigned(rest).map(|(digits, exponent)| scaled(BigInt::from_biguint(sign, digits), exponent)))
}

/// The digits without their point, and the power of two that they are to be multiplied by.
fn unsigned(text: &[u8]) -> Option<(BigUint, i64)> {
    let end = text.iter().position(|byte| matches!(byte, b'p' | b'P')).unwrap_or(text.len());
    let (digits, exponent) = text.split_at(end);
    let point = digits.iter().position(|byte| *byte == b'.');
    let fraction = point.map_or(0, |point| digits.len() - point - 1);
    let digits: Vec<u8> = match point {
        Some(point) => [&digits[..point], &digits[point + 1..]].concat(),
        None => digits.to_vec(),
    };
    // A sign among the digits is refused here: `parse_bytes` would take one.
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let exponent = match exponent {
        [] => 0,
        [_, exponent @ ..] => power(exponent)?,
    };
    let digits = BigUint::parse_bytes(&digits, 16)?;
    if digits.is_zero() {
        return Some((digits, 0));
    }
    let exponent = exponent.checked_sub(4 * i64::try_from(fraction).ok()?)?;
    match exponent.saturating_add(i64::try_from(digits.bits()).ok()?) {
        bits if !BITS.contains(&bits) => None,
        ..NEGLIGIBLE_BITS => Some((BigUint::ZERO, 0)),
        _ => Some((digits, exponent)),
    }
}

/// Reads decimal digits with an optional sign. A number with too many digits is as good as any that is out of range.
fn power(text: &[u8]) -> Option<i64> {
    let digits = text.strip_prefix(b"-").or(text.strip_prefix(b"+")).unwrap_or(text);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let size =
        digits.iter().fold(0_i64, |sum, byte| sum.saturating_mul(10).saturating_add(i64::from(byte - b'0')));
    Some(if text[0] == b'-' { -size } else { size })
}

/// `number * 2^exponent`. A negative power of two is one of five, shifted by as many digits.
fn scaled(number: BigInt, exponent: i64) -> BigDecimal {
    let power = u32::try_from(exponent.unsigned_abs()).unwrap_or(u32::MAX);
    if exponent < 0 {
        BigDecimal::new(number * BigInt::from(5).pow(power), -exponent)
    } else {
        BigDecimal::from(number << power)
    }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use super::*;

    #[test]
    fn numbers_are_those_of_c() {
        for (text, expected) in [
            ("0x10", "16"),
            ("-0X1p-2", "-0.25"),
            ("+0x.8", "0.5"),
            ("0x1.", "1"),
            ("0x1.8P+3", "12"),
            ("0x0p99999999999999999999", "0"),
            ("0xfFp0", "255"),
            ("0x1p-16445", "0"),
        ] {
            let expected = BigDecimal::from_str(expected).expect("a number");
            assert_eq!(parse(text), Some(Some(expected)), "{text}");
        }
    }

    #[test]
    fn what_begins_as_one_and_is_none_is_refused() {
        for text in [
            "0x",
            "0x.",
            "0x1p",
            "0x1p+",
            "0x1 ",
            "0x-1",
            "0x1.2.3",
            "0xg",
            "0x1p1.5",
            "0x1p16384",
            "0x1p-16446",
        ] {
            assert_eq!(parse(text), Some(None), "{text}");
        }
        for text in ["", "x1", "1", "-", "00x1", " 0x1"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
