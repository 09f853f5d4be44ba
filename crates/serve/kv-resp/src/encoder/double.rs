//! The text of floating-point numbers as C's `%.17g` prints them, for which Rust's formatting has no equal.

use std::io::Write;

/// The number of significant digits: enough for every number to be read back as the same one.
const DIGITS: i32 = 17;

/// The length of the longest text: a sign, `0.000`, the digits. A text with an exponent is shorter by a byte.
const MAX_TEXT_BYTES: usize = 1 + 5 + DIGITS as usize + 1;

/// Calls `take` with the number's text.
pub(super) fn with_text<T>(value: f64, take: impl FnOnce(&str) -> T) -> T {
    if value.is_nan() {
        return take("nan");
    }
    if value.is_infinite() {
        return take(if value > 0.0 { "inf" } else { "-inf" });
    }
    let mut scientific = [0; MAX_TEXT_BYTES + 2];
    let scientific = write(&mut scientific, format_args!("{value:.16e}"));
    // `{:e}` always writes an `e`, which the compiler does not know.
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();

    let mut text = [0; MAX_TEXT_BYTES];
    let text = if (-4..DIGITS).contains(&exponent) {
        let decimals = usize::try_from(DIGITS - 1 - exponent).unwrap_or_default();
        without_trailing_zeros(write(&mut text, format_args!("{value:.decimals$}")))
    } else {
        let (sign, digits) = (if exponent < 0 { '-' } else { '+' }, exponent.unsigned_abs());
        write(&mut text, format_args!("{}e{sign}{digits:02}", without_trailing_zeros(mantissa)))
    };
    take(text)
}

fn without_trailing_zeros(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

/// Formats into memory on the stack.
fn write<'a>(memory: &'a mut [u8], text: std::fmt::Arguments<'_>) -> &'a str {
    let mut free = &mut *memory;
    // The write cannot fail: the memory is as long as the longest number, which a test prints.
    let _ = free.write_fmt(text);
    let unused = free.len();
    let used = memory.len() - unused;
    str::from_utf8(&memory[..used]).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::with_text;

    fn check(value: f64, expected: &str) {
        with_text(value, |text| assert_eq!(text, expected, "{value:e}"));
    }

    /// The texts are those of C's `printf("%.17g")`.
    #[test]
    fn doubles_read_as_c_prints_them() {
        check(0.0, "0");
        check(-0.0, "-0");
        check(1.0, "1");
        check(-17.0, "-17");
        check(3.25, "3.25");
        check(0.1, "0.10000000000000001");
        check(1.5, "1.5");
        check(100.0, "100");
        check(1e16, "10000000000000000");
        check(1e17, "1e+17");
        check(1.5e17, "1.5e+17");
        check(1e-4, "0.0001");
        check(0.000_123, "0.00012300000000000001");
        check(1e-5, "1.0000000000000001e-05");
        check(1e100, "1e+100");
        check(f64::INFINITY, "inf");
        check(f64::NEG_INFINITY, "-inf");
        check(f64::NAN, "nan");
    }

    #[test]
    fn the_longest_texts_fit() {
        check(f64::MAX, "1.7976931348623157e+308");
        check(f64::MIN, "-1.7976931348623157e+308");
        check(f64::MIN_POSITIVE, "2.2250738585072014e-308");
        check(-f64::from_bits(1), "-4.9406564584124654e-324");
        check(-0.000_123_456_789_012_345_67, "-0.00012345678901234567");
    }

    #[test]
    fn every_text_reads_back_as_the_same_number() {
        let mut bits: u64 = 1;
        for _ in 0..20_000 {
            // A full cycle of bit patterns; the constants are Knuth's.
            bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let value = f64::from_bits(bits);
            if value.is_finite() {
                with_text(value, |text| assert_eq!(text.parse(), Ok(value), "{text}"));
            }
        }
    }
}
