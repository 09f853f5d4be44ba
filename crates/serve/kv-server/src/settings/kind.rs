//! The kinds of settings: which texts each takes, and how it shows them.

use std::borrow::Cow;

use super::{output_limits, save};
use crate::notify::EventFlags;

/// The kinds of settings. Each reads a text and returns it in the one form in which it is shown.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// `yes` or `no`.
    YesNo,
    /// A decimal number from the first to the last.
    Integer(i64, i64),
    /// A number that is not negative and is brought between the first and the last.
    Clamped(i64, i64),
    /// A number of bytes from the first to the last, with or without a unit: `1mb`.
    Memory(u64, u64),
    /// A number of bytes, or a share of all memory: `5%`.
    MemoryOrShare,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// The first of these words alone, or any of the others.
    AnyOf(&'static [&'static str]),
    /// Any text.
    Text,
    /// Pairs of seconds and changes.
    Save,
    /// Classes of key events.
    Events,
    /// The limits of the classes of clients; those that are not named stay as they are.
    OutputLimits,
    /// Percentages.
    Percentiles,
}

type Refusal = Cow<'static, str>;

impl Kind {
    /// The setting's value as it is shown. `current` is the value before.
    ///
    /// # Errors
    /// Redis's words for what is wrong with the value.
    pub(super) fn normalise(self, current: &str, text: &str) -> Result<String, Refusal> {
        match self {
            Self::YesNo => match before_zero(text).to_ascii_lowercase() {
                word if word == "yes" || word == "no" => Ok(word),
                _ => Err("argument must be 'yes' or 'no'".into()),
            },
            Self::Integer(first, last) => {
                let number = integer(text).ok_or("argument couldn't be parsed into an integer")?;
                between(number, first, last)
            }
            Self::Clamped(first, last) => {
                let number = integer(text).ok_or("argument couldn't be parsed into an integer")?;
                between(number, 0, i32::MAX.into()).map(|_| number.clamp(first, last).to_string())
            }
            Self::Memory(first, last) => {
                let bytes = memory(before_zero(text)).ok_or("argument must be a memory value")?;
                between(bytes, first, last)
            }
            Self::MemoryOrShare => share(text),
            Self::OneOf(words) => word(before_zero(text), words),
            Self::AnyOf(words) => {
                let chosen: Vec<_> = text
                    .split_ascii_whitespace()
                    .map(|one| word(before_zero(one), words))
                    .collect::<Result<_, _>>()?;
                // An empty text is none of the words.
                if chosen.is_empty() { word("", words) } else { Ok(chosen.join(" ")) }
            }
            Self::Text => Ok(text.to_owned()),
            Self::Save => save::normalise(text).map_err(Into::into),
            Self::Events => EventFlags::parse(before_zero(text))
                .map(|flags| flags.to_string())
                .ok_or_else(|| "Invalid event class character. Use 'Ag$lshzxeKEtmdn'.".into()),
            Self::OutputLimits => output_limits::normalise(current, text).map_err(Into::into),
            Self::Percentiles => percentiles(text),
        }
    }
}

/// The text before the first byte of zero, where Redis's strings of C end. Redis reads words, sizes and classes of events so,
/// and numbers whole.
fn before_zero(text: &str) -> &str {
    text.split('\0').next().unwrap_or_default()
}

fn between<T: PartialOrd + ToString + std::fmt::Display>(
    value: T,
    first: T,
    last: T,
) -> Result<String, Refusal> {
    if value < first || value > last {
        return Err(format!("argument must be between {first} and {last} inclusive").into());
    }
    Ok(value.to_string())
}

/// A number in its only accepted form: no plus sign, no spaces, no leading zeros.
fn integer(text: &str) -> Option<i64> {
    text.parse().ok().filter(|number: &i64| number.to_string() == text)
}

/// A number of bytes, with Redis's units: those with a `b` at the end are powers of two, those without are powers of
/// ten.
pub(super) fn memory(text: &str) -> Option<u64> {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let unit: u64 = match text[digits.len()..].to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" => 1_000,
        "kb" => 1 << 10,
        "m" => 1_000_000,
        "mb" => 1 << 20,
        "g" => 1_000_000_000,
        "gb" => 1 << 30,
        _ => return None,
    };
    if digits.is_empty() {
        // As in Redis: an empty number is 0, with a unit behind it as well.
        return Some(0);
    }
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // A number that is too large for 64 bits is too large for every setting that has a limit.
    Some(digits.parse().unwrap_or(u64::MAX).saturating_mul(unit))
}

fn share(text: &str) -> Result<String, Refusal> {
    let Some(percent) = text.strip_suffix('%') else {
        return match memory(text) {
            // Redis keeps shares as negative numbers, and so takes a number with the highest bit set for a share.
            Some(bytes) if i64::try_from(bytes).is_err() => {
                Err("percentage argument must be less or equal to 100".into())
            }
            Some(bytes) => Ok(bytes.to_string()),
            None => Err("argument must be a memory or percent value".into()),
        };
    };
    match percent.parse::<u64>() {
        Ok(percent) if percent <= 100 => Ok(format!("{percent}%")),
        Ok(_) => Err("percentage argument must be less or equal to 100".into()),
        Err(_) => Err("argument must be a memory or percent value".into()),
    }
}

fn word(text: &str, words: &[&'static str]) -> Result<String, Refusal> {
    let found = words.iter().find(|word| word.eq_ignore_ascii_case(text));
    found
        .map(|&word| word.to_owned())
        .ok_or_else(|| format!("argument(s) must be one of the following: {}", words.join(", ")).into())
}

fn percentiles(text: &str) -> Result<String, Refusal> {
    let mut shown = Vec::new();
    for one in text.split_ascii_whitespace() {
        match one.parse::<f64>() {
            Ok(percent) if (0.0..=100.0).contains(&percent) => shown.push(percent.to_string()),
            Err(_) => return Err("Invalid latency-tracking-info-percentiles parameters".into()),
            Ok(_) => {
                let why = "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]";
                return Err(why.into());
            }
        }
    }
    Ok(shown.join(" "))
}
