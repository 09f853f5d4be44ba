//! Random texts for random settings.

use kv_conformance::seed;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{RngSeed, TestRunner};

use super::*;

/// Texts that come near to what some setting takes, and other texts.
fn text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        select(vec![
            "yes",
            "no",
            "normal",
            "slave",
            "pubsub",
            "save",
            "noeviction",
            "KEA",
            "%",
            "mb",
            "K",
            "-",
            ""
        ])
        .prop_map(ToOwned::to_owned),
        any::<i64>().prop_map(|number| number.to_string()),
        (0..2000_u32).prop_map(|number| number.to_string()),
        any::<String>(),
    ];
    (proptest::collection::vec(word, 0..6), select(vec!["", " "]))
        .prop_map(|(words, between)| words.join(between))
}

#[test]
fn what_is_accepted_is_shown_and_accepted_again() {
    let rng_seed = RngSeed::Fixed(seed());
    let config =
        ProptestConfig { cases: 5_000, failure_persistence: None, rng_seed, ..ProptestConfig::default() };
    let settings = settings();
    let result = TestRunner::new(config).run(&(any::<Index>(), text()), |(index, text)| {
        let name = TABLE[index.index(TABLE.len())].name;
        let before = settings.get(&[b"*"]);
        match set(&settings, &[(name, &text)]) {
            Ok(()) => {
                let shown = settings.text(name);
                prop_assert_eq!(set(&settings, &[(name, &shown)]), Ok(()));
                prop_assert_eq!(settings.text(name), shown);
            }
            Err(line) => {
                prop_assert!(!line.contains(['\r', '\n']), "{}", line);
                prop_assert_eq!(settings.get(&[b"*"]), before);
            }
        }
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}
