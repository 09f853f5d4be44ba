//! The store against a naive model, with expiry and sweeps at random moments.

use std::collections::BTreeSet;
use std::time::Duration;

use kv_conformance::{Model, commands, seed};
use kv_core::{Command, Config, Reply, Store, Timestamp};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};

const START: Timestamp = Timestamp::from_millis(1_000_000);
const MAX_VALUE_BYTES: usize = 32;

#[derive(Clone, Debug)]
enum Step {
    Command(Command),
    Sweep,
    Advance(Duration),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        12 => commands(START).prop_map(Step::Command),
        1 => Just(Step::Sweep),
        4 => (0..12_u64).prop_map(|millis| Step::Advance(Duration::from_millis(millis))),
    ];
    vec(step, 1..80)
}

fn scan_all(store: &mut Store, now: Timestamp) -> BTreeSet<kv_core::Key> {
    let (mut keys, mut cursor) = (BTreeSet::new(), 0);
    loop {
        let scan = Command::Scan { cursor, pattern: None, count: 3 };
        let Ok(Reply::Page(page)) = store.apply(scan, now) else { panic!("a scan answers a page") };
        keys.extend(page.keys);
        cursor = page.cursor;
        if cursor == 0 {
            return keys;
        }
    }
}

#[test]
fn the_store_agrees_with_the_model() {
    let config = ProptestConfig {
        cases: 1_000,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(seed()),
        ..ProptestConfig::default()
    };
    let mut runner = TestRunner::new(config);
    let result = runner.run(&steps(), |steps| {
        let mut store = Store::new(&Config { max_value_bytes: MAX_VALUE_BYTES, ..Config::default() });
        let mut model = Model::new(MAX_VALUE_BYTES);
        let mut now = START;
        for step in steps {
            match step {
                Step::Command(command) => {
                    let expected = model.apply(&command, now);
                    prop_assert_eq!(store.apply(command.clone(), now), expected, "{:?}", command);
                }
                // No reply may depend on whether the sweep ran.
                Step::Sweep => drop(store.sweep(now)),
                Step::Advance(by) => now = now.checked_add(by).expect("a short run"),
            }
        }
        prop_assert_eq!(scan_all(&mut store, now), model.keys(now).into_iter().collect());
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}
