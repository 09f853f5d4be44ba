//! Decimal numbers as text, for [`Command::IncrementByFloat`](crate::Command::IncrementByFloat).
//!
//! Redis adds in C's `long double`: what it takes for a number, and how large one may be, follows from that type, and is the
//! same here. The sum is exact here, and in Redis it shows how binary numbers of 64 bits are rounded.

use std::str::FromStr;
use std::sync::LazyLock;

use bigdecimal::num_bigint::BigInt;
use bigdecimal::{BigDecimal, RoundingMode, Zero};

use crate::CommandError;

mod hexadecimal;

/// How many digits a sum has after the point at the most; Redis's number of them.
const FRACTION_DIGITS: i64 = 17;

/// The longest text that is looked at; Redis's limit. Arithmetic takes time that grows with it, and a value may be long.
const MAX_TEXT_BYTES: usize = 5 * 1024 - 1;

/// Below ten to this power a number leaves no trace in [`FRACTION_DIGITS`], and counts as nothing.
const NEGLIGIBLE_MAGNITUDE: i64 = -30;

/// The largest `long double` is a number of this magnitude. Numbers above it are refused before they are written out: an
/// exponent in a text of eight bytes could ask for a billion zeros.
const MAX_MAGNITUDE: i64 = 4_933;

/// Below ten to this power, `long double` has nothing but zero.
const MIN_MAGNITUDE: i64 = -4_950;

/// The largest `long double` that there is on the machines that Redis is built for most: `(2^64 - 1) * 2^(16384 - 64)`.
static LARGEST: LazyLock<BigDecimal> =
    LazyLock::new(|| BigDecimal::from((BigInt::from(u64::MAX)) << (16_384 - 64)));

/// A decimal number, or one that is infinite.
#[derive(Debug)]
pub(super) enum Decimal {
    Finite(BigDecimal),
    Infinite,
}

impl Decimal {
    pub(super) fn zero() -> Self {
        Self::Finite(BigDecimal::default())
    }

    /// Reads what Redis reads: an optional sign, digits with an optional point, an optional exponent; the digits may be
    /// hexadecimal behind `0x`, and the exponent is one of two then. Infinity by name is a number until it is added.
    pub(super) fn parse(text: &[u8]) -> Result<Self, CommandError> {
        if text.len() > MAX_TEXT_BYTES {
            return Err(CommandError::NotAFloat);
        }
        let text = std::str::from_utf8(text).map_err(|_| CommandError::NotAFloat)?;
        if let Some(number) = hexadecimal::parse(text) {
            return Self::within(number.ok_or(CommandError::NotAFloat)?);
        }
        // The standard library's grammar of a float is the one wanted.
        let size: f64 = text.parse().map_err(|_| CommandError::NotAFloat)?;
        if size.is_nan() {
            Err(CommandError::NotAFloat)
        } else if size.is_infinite() && !text.contains(|letter: char| letter.is_ascii_digit()) {
            Ok(Self::Infinite)
        } else {
            Self::within(BigDecimal::from_str(text).map_err(|_| CommandError::NotAFloat)?)
        }
    }

    /// A number, if C could read it: C takes a number that is too large or too small for no number.
    fn within(number: BigDecimal) -> Result<Self, CommandError> {
        if number.is_zero() {
            return Ok(Self::zero());
        }
        let magnitude = magnitude(&number);
        if magnitude <= MIN_MAGNITUDE || magnitude > MAX_MAGNITUDE {
            Err(CommandError::NotAFloat)
        } else if magnitude <= NEGLIGIBLE_MAGNITUDE {
            Ok(Self::zero())
        } else if number.abs() > *LARGEST {
            Err(CommandError::NotAFloat)
        } else {
            Ok(Self::Finite(number))
        }
    }

    /// The sum as text: the shortest one, without an exponent.
    pub(super) fn plus(self, other: Self) -> Result<String, CommandError> {
        let (Self::Finite(a), Self::Finite(b)) = (self, other) else { return Err(CommandError::NotFinite) };
        let sum = (a + b).with_scale_round(FRACTION_DIGITS, RoundingMode::HalfEven).normalized();
        if sum.abs() > *LARGEST { Err(CommandError::NotFinite) } else { Ok(sum.to_plain_string()) }
    }
}

/// The power of ten that is just above a number: 1 for 9, 2 for 10, 0 for 0.9.
fn magnitude(number: &BigDecimal) -> i64 {
    let digits = i64::try_from(number.digits()).unwrap_or(i64::MAX);
    digits.saturating_sub(number.fractional_digit_count())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(a: &str, b: &str) -> Result<String, CommandError> {
        Decimal::parse(a.as_bytes())?.plus(Decimal::parse(b.as_bytes())?)
    }

    #[test]
    fn sums_are_plain_and_short() {
        for (a, b, expected) in [
            ("0", "1", "1"),
            ("1", "1.25", "2.25"),
            ("3", "1.5", "4.5"),
            ("17179869184", "1.5", "17179869185.5"),
            ("17179869184", "17179869184", "34359738368"),
            ("1", "-1.1", "-0.1"),
            ("1.5", "-1.5", "0"),
            ("-0", "0", "0"),
            ("-0", "-0.0", "0"),
            ("+5.", ".5e1", "10"),
            ("100", "200", "300"),
            ("5.0e3", "2.0e2", "5200"),
            ("1e300", "1", &format!("1{}1", "0".repeat(299))),
            ("1", "1e-17", "1.00000000000000001"),
            ("1", "4e-18", "1"),
            ("-1e-300", "0", "0"),
            ("0e4000000000", "1", "1"),
            ("0e-4000000000", "1", "1"),
            // Numbers may be as large as in C's `long double`, and no larger.
            ("1e400", "1", &format!("1{}1", "0".repeat(399))),
            ("1.7e308", "1.7e308", &format!("34{}", "0".repeat(307))),
            ("1e-4949", "1", "1"),
            ("0x10", "0X1.8p-1", "16.75"),
        ] {
            assert_eq!(sum(a, b).as_deref(), Ok(expected), "{a} + {b}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "",
            " 1",
            "1 ",
            "1\0",
            "1\x002",
            "x",
            "-",
            ".",
            "e5",
            "1e",
            "1_0",
            "nan",
            "1e5000",
            "-1e4000000000",
            "1e-5000",
            "1e-4000000000",
            "--1",
            "1,5",
        ] {
            assert_eq!(sum(text, "1"), Err(CommandError::NotAFloat), "{text:?}");
            assert_eq!(sum("inf", text), Err(CommandError::NotAFloat), "{text:?}");
        }
        assert_eq!(sum(&"1".repeat(6000), "1"), Err(CommandError::NotAFloat));
    }

    #[test]
    fn what_would_be_infinite_is_refused() {
        for (a, b) in [("0", "+inf"), ("-Infinity", "inf"), ("1e4932", "1e4932"), ("-1e4932", "-1.0e4932")] {
            assert_eq!(sum(a, b), Err(CommandError::NotFinite), "{a} + {b}");
        }
    }
}
