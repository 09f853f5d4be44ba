use proptest::prelude::*;

use super::*;
use crate::tests::random;

/// The length straight from the definition: with the last bytes or without one of them.
fn by_definition(a: &[u8], b: &[u8]) -> usize {
    match (a, b) {
        ([], _) | (_, []) => 0,
        ([a @ .., x], [b @ .., y]) if x == y => by_definition(a, b) + 1,
        ([shorter_a @ .., _], [shorter_b @ .., _]) => {
            by_definition(shorter_a, b).max(by_definition(a, shorter_b))
        }
    }
}

/// Strings of few letters, so that two of them have much in common.
fn text() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(prop::sample::select(b"abc".to_vec()), 0..11)
}

#[test]
fn the_length_is_that_of_the_definition() {
    random::check(&(text(), text()), |(a, b)| {
        prop_assert_eq!(length(&a, &b), by_definition(&a, &b));
        Ok(())
    });
}

#[test]
fn the_matches_are_one_longest_common_subsequence() {
    random::check(&(text(), text()), |(a, b)| {
        let matches = matches(&a, &b);
        for piece in &matches {
            prop_assert!(!piece.a.is_empty());
            prop_assert_eq!(&a[piece.a.clone()], &b[piece.b.clone()]);
        }
        for pair in matches.windows(2) {
            prop_assert!(pair[1].a.end <= pair[0].a.start && pair[1].b.end <= pair[0].b.start);
            // Pieces are as long as they can be: two pieces that touch in both values would be one.
            prop_assert!((pair[1].a.end, pair[1].b.end) != (pair[0].a.start, pair[0].b.start));
        }
        prop_assert_eq!(matches.iter().map(|piece| piece.a.len()).sum::<usize>(), length(&a, &b));
        Ok(())
    });
}

#[test]
fn of_several_it_is_the_one_that_redis_finds() {
    // "a" and "b" are both common subsequences of the greatest length; Redis 7.0.15 answers "b".
    assert_eq!(matches(b"ab", b"ba"), [Match { a: 1..2, b: 0..1 }]);
    assert_eq!(matches(b"ohmytext", b"mynewtext"), [Match { a: 4..8, b: 5..9 }, Match { a: 2..4, b: 0..2 }]);
}

#[test]
fn nothing_is_common_with_nothing() {
    assert_eq!((length(b"", b"abc"), matches(b"abc", b"")), (0, vec![]));
}

#[test]
fn the_limit_is_that_of_redis() {
    assert!(fits(&[0; 9], &[0; 9], 400));
    assert!(!fits(&[0; 9], &[0; 9], 399));
    assert!(fits(b"", b"", 4));
}
