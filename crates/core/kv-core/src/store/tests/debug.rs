//! Faults and inspections.

use super::*;

#[test]
fn work_answers_as_a_get_does() {
    let mut store = with(&[("k", "v")]);
    for key in ["k", "missing"] {
        let work = Command::Debug(Debug::Work { key: key.into(), rounds: 100 });
        assert!(work.is_read());
        assert_eq!(store.apply(work, NOW), store.apply(Command::Get { key: key.into() }, NOW));
    }
}

#[test]
fn digest_tells_contents_apart_and_adds_up_over_shards() {
    let digest = |pairs| match with(pairs).apply(Command::Debug(Debug::Digest), NOW) {
        Ok(Reply::Digest(digest)) => digest,
        other => panic!("a digest answered {other:?}"),
    };
    let whole = digest(&[("a", "1"), ("b", "2")]);
    assert_eq!(whole, digest(&[("b", "2"), ("a", "1")]));
    assert_eq!(whole, digest(&[("a", "1")]).wrapping_add(digest(&[("b", "2")])));
    assert_ne!(whole, digest(&[("a", "2"), ("b", "1")]));
    assert_ne!(digest(&[("ab", "c")]), digest(&[("a", "bc")]));
}

#[test]
#[should_panic(expected = "asked to panic")]
fn debug_panic_panics() {
    let _ = store().apply(Command::Debug(Debug::Panic { key: "k".into() }), NOW);
}
