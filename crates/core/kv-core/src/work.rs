//! Work that leaves nothing behind but time.

use std::hint::black_box;

/// Computes for so many rounds, a nanosecond or two each.
///
/// A round needs the result of the one before, so neither a compiler nor a processor does two at once, and all that is
/// computed is used in the end, as far as the compiler can know. The function reads no clock: a clock costs as much as
/// several rounds. A caller that wants a time finds out beforehand how long a round takes.
///
/// It is never inlined, so that the caller that finds out this time runs the same instructions as the caller that
/// relies on it.
#[inline(never)]
pub fn work(rounds: u32) {
    let mut state = black_box(0x9E37_79B9_7F4A_7C15_u64);
    for _ in 0..rounds {
        state = (state ^ (state >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    }
    black_box(state);
}
