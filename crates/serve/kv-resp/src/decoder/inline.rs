//! The parser of requests typed as lines, with the quoting of Redis's own command line.

use std::iter::Peekable;
use std::slice::Iter;

use crate::request::Builder;
use crate::{ProtocolError, Request};

type Rest<'a> = Peekable<Iter<'a, u8>>;

/// Splits a line, without its end, into arguments. A backslash means something only in double quotes (`\n`, `\r`,
/// `\t`, `\b`, `\a`, `\xHH`, and any other byte for itself) and before a single quote in single quotes. A quote may
/// open within a word but must close at its end.
///
/// A zero byte is a byte like any other. In Redis it ends the string, so Redis never sees the end of such a line.
pub(super) fn split(line: &[u8]) -> Result<Request, ProtocolError> {
    let mut builder = Builder::default();
    // The arguments together are at most as long as the line: quoting only takes bytes away.
    builder.frame.reserve(line.len());
    let mut rest = line.iter().peekable();
    loop {
        while rest.next_if(|byte| is_space(**byte)).is_some() {}
        if rest.peek().is_none() {
            return Ok(builder.build());
        }
        word(&mut rest, &mut builder.frame)?;
        builder.end_argument();
    }
}

fn word(rest: &mut Rest<'_>, word: &mut Vec<u8>) -> Result<(), ProtocolError> {
    while let Some(byte) = rest.next() {
        match byte {
            // Vertical tabs and form feeds separate words, but do not end one: Redis does the same.
            b' ' | b'\n' | b'\r' | b'\t' => return Ok(()),
            b'"' => return double_quoted(rest, word),
            b'\'' => return single_quoted(rest, word),
            byte => word.push(*byte),
        }
    }
    Ok(())
}

fn double_quoted(rest: &mut Rest<'_>, word: &mut Vec<u8>) -> Result<(), ProtocolError> {
    while let Some(byte) = rest.next() {
        match byte {
            b'"' => return closed(rest),
            b'\\' => word.push(escaped(rest)?),
            byte => word.push(*byte),
        }
    }
    Err(ProtocolError::UnbalancedQuotes)
}

fn single_quoted(rest: &mut Rest<'_>, word: &mut Vec<u8>) -> Result<(), ProtocolError> {
    while let Some(byte) = rest.next() {
        match byte {
            b'\'' => return closed(rest),
            b'\\' => word.push(*rest.next_if_eq(&&b'\'').unwrap_or(byte)),
            byte => word.push(*byte),
        }
    }
    Err(ProtocolError::UnbalancedQuotes)
}

/// The byte that an escape in double quotes stands for, read from behind the backslash.
fn escaped(rest: &mut Rest<'_>) -> Result<u8, ProtocolError> {
    Ok(match rest.next().ok_or(ProtocolError::UnbalancedQuotes)? {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 0x08,
        b'a' => 0x07,
        b'x' => hexadecimal(rest).unwrap_or(b'x'),
        byte => *byte,
    })
}

/// Takes two hexadecimal digits, or nothing.
fn hexadecimal(rest: &mut Rest<'_>) -> Option<u8> {
    let mut ahead = rest.clone();
    let mut digit = || char::from(*ahead.next()?).to_digit(16);
    let byte = digit()? * 16 + digit()?;
    *rest = ahead;
    u8::try_from(byte).ok()
}

fn closed(rest: &mut Rest<'_>) -> Result<(), ProtocolError> {
    match rest.peek() {
        Some(byte) if !is_space(**byte) => Err(ProtocolError::UnbalancedQuotes),
        _ => Ok(()),
    }
}

/// C's `isspace`, which has one byte more than Rust's `is_ascii_whitespace`.
fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0x0b
}
