//! Decimal numbers as text, for [`Command::IncrementByFloat`](crate::Command::IncrementByFloat).

use std::str::FromStr;

use bigdecimal::{BigDecimal, RoundingMode};

use crate::CommandError;

/// How many digits a sum has after the point at the most; Redis's number of them.
const FRACTION_DIGITS: i64 = 17;

/// The longest text that is looked at; Redis's limit. Arithmetic takes time that grows with it, and a value may be long.
const MAX_TEXT_BYTES: usize = 5 * 1024 - 1;

/// Below this a number leaves no trace in [`FRACTION_DIGITS`]. Above, and below the largest float, its digits are bounded
/// by the length of its text, and its zeros by a few hundred. An exponent in a text of eight bytes could ask for a
/// billion zeros.
const NEGLIGIBLE: f64 = 1e-30;

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

    /// Reads what Redis reads, but for hexadecimal digits: an optional sign, digits with an optional point, an optional
    /// exponent. Infinity, by name or because it is too large for a 64-bit float, is a number until it is added.
    pub(super) fn parse(text: &[u8]) -> Result<Self, CommandError> {
        if text.len() > MAX_TEXT_BYTES {
            return Err(CommandError::NotAFloat);
        }
        let text = std::str::from_utf8(text).map_err(|_| CommandError::NotAFloat)?;
        // The standard library's grammar of a float is the one wanted. Its value says what size the exact one has.
        let size: f64 = text.parse().map_err(|_| CommandError::NotAFloat)?;
        if size.is_nan() {
            Err(CommandError::NotAFloat)
        } else if size.is_infinite() {
            Ok(Self::Infinite)
        } else if size.abs() < NEGLIGIBLE {
            Ok(Self::zero())
        } else {
            BigDecimal::from_str(text).map(Self::Finite).map_err(|_| CommandError::NotAFloat)
        }
    }

    /// The sum as text: the shortest one, without an exponent.
    pub(super) fn plus(self, other: Self) -> Result<String, CommandError> {
        let (Self::Finite(a), Self::Finite(b)) = (self, other) else { return Err(CommandError::NotFinite) };
        let sum = (a + b).with_scale_round(FRACTION_DIGITS, RoundingMode::HalfEven).normalized();
        let text = sum.to_plain_string();
        match text.parse::<f64>() {
            Ok(size) if size.is_finite() => Ok(text),
            _ => Err(CommandError::NotFinite),
        }
    }
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
            ("0", "1e-4000000000", "0"),
            ("0e4000000000", "1", "1"),
        ] {
            assert_eq!(sum(a, b).as_deref(), Ok(expected), "{a} + {b}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in
            ["", " 1", "1 ", "1\0", "1\x002", "x", "-", ".", "e5", "1e", "1_0", "0x10", "nan", "--1", "1,5"]
        {
            assert_eq!(sum(text, "1"), Err(CommandError::NotAFloat), "{text:?}");
            assert_eq!(sum("inf", text), Err(CommandError::NotAFloat), "{text:?}");
        }
        assert_eq!(sum(&"1".repeat(6000), "1"), Err(CommandError::NotAFloat));
    }

    #[test]
    fn what_would_be_infinite_is_refused() {
        for (a, b) in [
            ("0", "+inf"),
            ("-Infinity", "inf"),
            ("1e400", "1"),
            ("1.7e308", "1.7e308"),
            ("1", "1e4000000000"),
        ] {
            assert_eq!(sum(a, b), Err(CommandError::NotFinite), "{a} + {b}");
        }
    }
}
