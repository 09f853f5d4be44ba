//! Sums of decimal numbers: digit by digit, with a carry.

use kv_core::CommandError;

use super::Result;

/// The number of digits before the point. The largest number has [`LARGEST`], and a sum of two may have one more.
const WHOLE: usize = 4_940;
/// The number of digits that C's largest `long double` has before the point.
const LARGEST: i64 = 4_933;
/// The number of places behind the point at which C's smallest `long double` begins.
const SMALLEST: i64 = 4_950;
/// The number of digits behind the point that are read, which is also the most that a sum has.
const FRACTION: usize = 40;
const SHOWN: usize = 17;

/// The digits of a number, the first one first; all of them negative if the number is. `None` if it is infinite.
type Digits = Option<Vec<i32>>;

/// The sum as text.
pub(super) fn sum(a: &[u8], b: &[u8]) -> Result<String> {
    let (a, b) = (read(a)?, read(b)?);
    let (Some(a), Some(b)) = (a, b) else { return Err(CommandError::NotFinite) };
    let sum: Vec<i32> = a.iter().zip(&b).map(|(a, b)| a + b).collect();
    let (mut digits, negative) = match carry(sum.clone()) {
        Some(digits) => (digits, false),
        None => (carry(sum.iter().map(|digit| -digit).collect()).expect("not negative"), true),
    };
    let rest = digits.split_off(WHOLE + SHOWN);
    let half: Vec<i32> = [vec![5], vec![0; rest.len() - 1]].concat();
    let last = digits.len() - 1;
    if rest > half || rest == half && digits[last] % 2 == 1 {
        digits[last] += 1;
    }
    let digits = carry(digits).expect("not negative");
    let text =
        |digits: &[i32]| digits.iter().map(|digit| char::from(b'0' + *digit as u8)).collect::<String>();
    let (whole, fraction) = (text(&digits[..WHOLE]), text(&digits[WHOLE..]));
    let whole = whole[..WHOLE - 1].trim_start_matches('0').to_owned() + &whole[WHOLE - 1..];
    let fraction = fraction.trim_end_matches('0');
    let sign = if negative && (whole != "0" || !fraction.is_empty()) { "-" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    Ok(format!("{sign}{whole}{point}{fraction}"))
}

/// Makes each digit one of 0 to 9; `None` if the number is negative.
fn carry(mut digits: Vec<i32>) -> Option<Vec<i32>> {
    let mut carry = 0;
    for digit in digits.iter_mut().rev() {
        let sum = *digit + carry;
        (*digit, carry) = (sum.rem_euclid(10), sum.div_euclid(10));
    }
    (carry >= 0).then_some(digits)
}

fn read(text: &[u8]) -> Result<Digits> {
    let text = std::str::from_utf8(text).map_err(|_| CommandError::NotAFloat)?.to_ascii_lowercase();
    let (sign, text) = match text.as_bytes().first() {
        Some(b'-') => (-1, &text[1..]),
        Some(b'+') => (1, &text[1..]),
        _ => (1, &text[..]),
    };
    if text == "inf" || text == "infinity" {
        return Ok(None);
    }
    if let Some(digits) = text.strip_prefix("0x") {
        // The exponents that are generated are small and whole.
        let number = u64::from_str_radix(digits, 16).map_err(|_| CommandError::NotAFloat)?;
        return read(format!("{}{number}", if sign < 0 { "-" } else { "" }).as_bytes());
    }
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let digits = format!("{whole}{fraction}");
    if !all_digits(&digits) || !all_digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)) {
        return Err(CommandError::NotAFloat);
    }
    // An exponent that does not fit is beyond everything, on one side or the other.
    let far = if exponent.starts_with('-') { -9_999 } else { 9_999 };
    let exponent: i64 = exponent.parse().unwrap_or(far);
    let mut number = vec![0; WHOLE + FRACTION];
    // Where the first digit stands: so many places after the first one that there is room for.
    let first = WHOLE as i64 - whole.len() as i64 - exponent.clamp(-9_999, 9_999);
    for (place, digit) in (first..).zip(digits.bytes()).filter(|(_, digit)| *digit != b'0') {
        if place < WHOLE as i64 - LARGEST || place >= WHOLE as i64 + SMALLEST {
            return Err(CommandError::NotAFloat);
        }
        if let Some(room) = usize::try_from(place).ok().and_then(|place| number.get_mut(place)) {
            *room = sign * i32::from(digit - b'0');
        }
    }
    Ok(Some(number))
}
