//! Values that describe themselves: a reader can tell which key and version a value belongs to, and whether it is
//! whole.
//!
//! A value is a run of segments. Each begins with 16 bytes: the key's index, whose highest bit says whether
//! the segment was appended, and the version, both little-endian. A segment that was set goes on with padding
//! that follows from the two; an appended one ends there. The version grows by one with every write of the
//! key, so the segments of one value count up without a gap, and the last one is the value's version.

use kv_core::Value;

/// The shortest value that can describe itself: an index and a version.
pub const MIN_VALUE_BYTES: usize = 16;

const APPENDED: u64 = 1 << 63;

/// The value that a set writes.
pub(crate) fn set_value(index: usize, version: u64, length: usize) -> Value {
    let mut bytes = vec![0; length];
    let (head, padding) = bytes.split_at_mut(MIN_VALUE_BYTES);
    head[..8].copy_from_slice(&(index as u64).to_le_bytes());
    head[8..].copy_from_slice(&version.to_le_bytes());
    let mut words = Padding::new(index as u64, version);
    let mut chunks = padding.chunks_exact_mut(8);
    for chunk in &mut chunks {
        chunk.copy_from_slice(&words.next_word());
    }
    let rest = chunks.into_remainder();
    let length = rest.len();
    rest.copy_from_slice(&words.next_word()[..length]);
    Value::from(bytes)
}

/// The bytes that an append adds.
pub(crate) fn appended_value(index: usize, version: u64) -> Value {
    let mut bytes = Vec::with_capacity(MIN_VALUE_BYTES);
    bytes.extend_from_slice(&(index as u64 | APPENDED).to_le_bytes());
    bytes.extend_from_slice(&version.to_le_bytes());
    Value::from(bytes)
}

/// Bytes of any length that follow from a seed. They are for traces, whose values may be too short for a description.
pub(crate) fn filler(seed: u64, length: usize) -> Value {
    let mut words = Padding::new(seed, length as u64);
    let mut bytes = vec![0; length];
    for chunk in bytes.chunks_mut(8) {
        let length = chunk.len();
        chunk.copy_from_slice(&words.next_word()[..length]);
    }
    Value::from(bytes)
}

/// The version of a value of that key. The error says what is wrong with it: it is another key's, torn, cut or
/// otherwise not a value that was ever written.
pub(crate) fn read_version(value: &[u8], index: usize, length: usize) -> Result<u64, String> {
    let mut rest = value;
    let mut version = None;
    while !rest.is_empty() || version.is_none() {
        let Some((head, tail)) = rest.split_at_checked(MIN_VALUE_BYTES) else {
            return Err(format!("a value cut short: {} bytes in all", value.len()));
        };
        let (owner, found) = (word(&head[..8]), word(&head[8..]));
        if owner & !APPENDED != index as u64 {
            return Err(format!("a value of key index {}", owner & !APPENDED));
        }
        if version.is_some_and(|last: u64| last + 1 != found) {
            return Err(format!("version {found} appended to version {}", version.unwrap_or_default()));
        }
        rest = tail;
        if owner & APPENDED == 0 {
            if version.is_some() {
                return Err("a set value in the middle of a value".to_owned());
            }
            let Some((padding, tail)) = rest.split_at_checked(length - MIN_VALUE_BYTES) else {
                return Err(format!("{} bytes instead of at least {length}", value.len()));
            };
            if !is_padding(padding, owner, found) {
                return Err(format!("version {found} with bytes of something else in it"));
            }
            rest = tail;
        }
        version = Some(found);
    }
    version.ok_or_else(|| "an empty value".to_owned())
}

fn word(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte))
}

fn is_padding(padding: &[u8], index: u64, version: u64) -> bool {
    let mut words = Padding::new(index, version);
    padding.chunks(8).all(|chunk| *chunk == words.next_word()[..chunk.len()])
}

/// An iterator over words that follow from two numbers. Each takes an xorshift-multiply round, which is enough to tell
/// values apart.
struct Padding(u64);

impl Padding {
    const fn new(a: u64, b: u64) -> Self {
        Self(a.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ b.wrapping_mul(0xD1B5_4A32_D192_ED03))
    }

    const fn next_word(&mut self) -> [u8; 8] {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ self.0 >> 32).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        (mixed ^ mixed >> 32).to_le_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_says_its_version_at_any_length() {
        for length in [16, 17, 23, 24, 100, 1030] {
            let value = set_value(7, 3, length);
            assert_eq!(value.len(), length);
            assert_eq!(read_version(&value, 7, length), Ok(3));
        }
    }

    #[test]
    fn appended_segments_count_up() {
        let mut value = set_value(7, 3, 20).to_vec();
        value.extend_from_slice(&appended_value(7, 4));
        value.extend_from_slice(&appended_value(7, 5));
        assert_eq!(read_version(&value, 7, 20), Ok(5));
        value.extend_from_slice(&appended_value(7, 7));
        assert!(read_version(&value, 7, 20).is_err_and(|what| what.contains("appended to version 5")));
        // After a delete, an append begins a value.
        assert_eq!(read_version(&appended_value(7, 9), 7, 20), Ok(9));
    }

    #[test]
    fn every_flipped_byte_and_every_cut_is_noticed() {
        let value = set_value(5, 1, 100);
        for position in (0..8).chain(16..100) {
            let mut torn = value.to_vec();
            torn[position] ^= 1;
            assert!(read_version(&torn, 5, 100).is_err(), "byte {position}");
        }
        for length in 0..100 {
            assert!(read_version(&value[..length], 5, 100).is_err(), "cut at {length}");
        }
        assert!(read_version(&value, 6, 100).is_err_and(|what| what.contains("key index 5")));
        // This is a version with the padding of another.
        let mut mixed = set_value(5, 2, 100)[..16].to_vec();
        mixed.extend_from_slice(&value[16..]);
        assert!(read_version(&mixed, 5, 100).is_err());
    }

    #[test]
    fn filler_follows_from_its_seed() {
        assert_eq!(filler(1, 37), filler(1, 37));
        assert_ne!(filler(1, 37), filler(2, 37));
        assert_eq!(filler(1, 0).len(), 0);
    }
}
