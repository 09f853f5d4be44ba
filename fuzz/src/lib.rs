//! What the targets share.

/// Cuts `wire` into pieces whose lengths follow from `seed`, so that a few bytes of input choose among many ways to
/// cut, and an input stays readable as what goes over the wire.
pub fn pieces(mut wire: &[u8], seed: u8) -> impl Iterator<Item = &[u8]> {
    let mut state = u32::from(seed);
    std::iter::from_fn(move || {
        // Mostly short pieces, whatever the seed: line ends are where it gets interesting.
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let length = if state >> 31 == 0 { 1 } else { 1 + (state >> 26) as usize };
        let (piece, rest) = wire.split_at(length.min(wire.len()));
        wire = rest;
        (!piece.is_empty()).then_some(piece)
    })
}
