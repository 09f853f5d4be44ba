//! Random runs of commands against the model, through the public handle.

mod crossing;

use std::collections::BTreeSet;
use std::time::Duration;

use bytes::Bytes;
use kv_core::{
    Clock, Command, CommandError, Config, Debug, Handle, Key, Kv, KvError, ManualClock, Reply, Timestamp,
    Transaction, Version, glob_matches,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};

use self::crossing::crosses;
use crate::model::{few_keys, for_one_key};
use crate::run::Stage;
use crate::subject::{BoxedHandle, Running};
use crate::{Model, Trial, commands, seed, within};

const START: Timestamp = Timestamp::from_millis(1_000_000);
/// Small, so that random appends reach the limit.
const MAX_VALUE_BYTES: usize = 32;

/// One step of a run.
#[derive(Clone, Debug)]
enum Step {
    Ask(Command),
    Tell(Command),
    /// A scan to its end, in pages of that many keys.
    Scan(Option<Bytes>, usize),
    /// A key drawn by lot.
    Draw(u64),
    /// A look at the versions of keys, and, after the first commands, the second ones if the keys have not changed.
    Watch(Vec<Key>, Vec<Command>, Vec<Command>),
    /// The clock moves on.
    Advance(Duration),
}

/// The model as reference: after each step, it holds the reply that the backend must give.
#[derive(Clone, Debug)]
struct Expected {
    model: Model,
    now: Timestamp,
    reply: Option<Result<Reply, CommandError>>,
    scanned: BTreeSet<Key>,
}

impl Expected {
    fn answer(&mut self, command: &Command) -> Result<Reply, CommandError> {
        if crosses(trial().setting, command) {
            return Err(CommandError::AcrossActors);
        }
        self.model.apply(command, self.now)
    }
}

impl ReferenceStateMachine for Expected {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        let model = Model::new(MAX_VALUE_BYTES);
        Just(Self { model, now: START, reply: None, scanned: BTreeSet::new() }).boxed()
    }

    fn transitions(_: &Self) -> BoxedStrategy<Step> {
        let pattern = prop::option::of(prop::sample::select(vec!["*", "[a-c]", "?", "a*", "[^a]*"]));
        prop_oneof![
            12 => commands(START).prop_map(Step::Ask),
            4 => commands(START).prop_map(Step::Tell),
            1 => (pattern, 1..8_usize).prop_map(|(pattern, count)| Step::Scan(pattern.map(Bytes::from), count)),
            1 => any::<u64>().prop_map(Step::Draw),
            2 => (few_keys(), vec(for_one_key(START), 0..4), vec(for_one_key(START), 0..3))
                .prop_map(|(keys, first, second)| Step::Watch(keys, first, second)),
            3 => (0..12_u64).prop_map(|millis| Step::Advance(Duration::from_millis(millis))),
        ]
        .boxed()
    }

    fn apply(mut state: Self, step: &Step) -> Self {
        state.reply = None;
        match step {
            Step::Ask(command) => state.reply = Some(state.answer(command)),
            Step::Tell(command) => state.reply = Some(state.answer(command)),
            Step::Draw(_) => state.scanned = state.model.keys(state.now).into_iter().collect(),
            Step::Watch(keys, first, second) => {
                let now = state.now;
                let versions =
                    |model: &Model| keys.iter().map(|key| model.version(key, now)).collect::<Vec<_>>();
                let before = versions(&state.model);
                state.model.all(first, now);
                let unchanged = before == versions(&state.model);
                // A plain transaction stands for it: it watches the same keys, and needs the same owners.
                let transaction = transaction(keys.iter().map(|key| (key.clone(), Version::ABSENT)), second);
                state.reply = Some(if crosses(trial().setting, &transaction) {
                    Err(CommandError::AcrossActors)
                } else {
                    Ok(Reply::Transaction(unchanged.then(|| state.model.all(second, now))))
                });
            }
            Step::Scan(pattern, _) => {
                let matches = |key: &Key| pattern.as_ref().is_none_or(|pattern| glob_matches(pattern, key));
                state.scanned = state.model.keys(state.now).into_iter().filter(matches).collect();
            }
            Step::Advance(by) => state.now = state.now.checked_add(*by).expect("a short run"),
        }
        state
    }
}

/// A backend under test, on a runtime of its own.
struct Run {
    stage: Stage,
    backend: Running,
    handle: BoxedHandle,
    clock: ManualClock,
}

struct Sequence;

thread_local! {
    /// The trial of this thread's runs, which cannot be an argument, because `init_test` takes none.
    static TRIAL: std::cell::Cell<Option<Trial>> = const { std::cell::Cell::new(None) };
}

impl StateMachineTest for Sequence {
    type SystemUnderTest = Run;
    type Reference = Expected;

    fn init_test(_: &Expected) -> Run {
        let trial = trial();
        let clock = ManualClock::new(START);
        let config = Config {
            clock: Clock::Manual(clock.clone()),
            max_value_bytes: MAX_VALUE_BYTES,
            ..trial.config()
        };
        let stage = trial.stage();
        let (backend, handle) = stage.block_on(async {
            let backend = trial.start(config).await;
            let handle = backend.client().await.expect("the backend runs");
            (backend, handle)
        });
        Run { stage, backend, handle, clock }
    }

    fn apply(subject: Run, expected: &Expected, step: Step) -> Run {
        subject.stage.block_on(within("a step", async {
            match step {
                Step::Ask(command) => {
                    let reply = subject.handle.ask(command).await;
                    let expected = expected.reply.clone().expect("an ask has a reply");
                    assert_eq!(reply, expected.map_err(KvError::Command));
                }
                Step::Tell(command) => {
                    // A tell does not report the store's reply, but it does report whether there is an actor.
                    let across = Some(Err(CommandError::AcrossActors));
                    let expected = if expected.reply == across {
                        Err(KvError::Command(CommandError::AcrossActors))
                    } else {
                        Ok(())
                    };
                    assert_eq!(subject.handle.tell(command).await, expected);
                }
                Step::Draw(choice) => {
                    let key = Kv::new(subject.handle.clone()).random_key(choice).await.expect("it runs");
                    assert_eq!(key.is_none(), expected.scanned.is_empty());
                    assert!(key.is_none_or(|key| expected.scanned.contains(&key)));
                }
                Step::Watch(keys, first, second) => {
                    let kv = Kv::new(subject.handle.clone());
                    let mut watched = Vec::new();
                    for key in keys {
                        let version = kv.version(key.clone()).await.expect("the backend runs");
                        watched.push((key, version));
                    }
                    for command in first {
                        subject.handle.tell(command).await.expect("the backend runs");
                    }
                    let reply = subject.handle.ask(transaction(watched, &second)).await;
                    let expected = expected.reply.clone().expect("a transaction has a reply");
                    assert_eq!(reply, expected.map_err(KvError::Command));
                }
                Step::Scan(pattern, count) => {
                    assert_eq!(scan(&subject.handle, pattern, count).await, expected.scanned);
                }
                Step::Advance(by) => {
                    // The commands that were told must be applied before the clock moves, or they would be applied at
                    // another time.
                    let fence = Command::Debug(Debug::Resident);
                    subject.handle.ask(fence).await.expect("the backend runs");
                    subject.clock.advance(by);
                }
            }
        }));
        subject
    }

    fn teardown(subject: Run, expected: Expected) {
        let Run { stage, backend, handle, .. } = subject;
        stage.block_on(within("the end", async {
            let count = expected.model.keys(expected.now).len() as u64;
            assert_eq!(handle.ask(Command::Count).await, Ok(Reply::Count(count)));
            backend.shutdown().await;
        }));
    }
}

/// The trial of this thread's runs.
fn trial() -> Trial {
    TRIAL.get().expect("`sequence` has set it")
}

fn transaction(watched: impl IntoIterator<Item = (Key, Version)>, commands: &[Command]) -> Command {
    let watched = watched.into_iter().collect();
    let transaction = Transaction::new(watched, commands.to_vec()).expect("commands for one key each");
    Command::Transaction(Box::new(transaction))
}

async fn scan<H: Handle>(handle: &H, pattern: Option<Bytes>, count: usize) -> BTreeSet<Key> {
    let kv = Kv::new(handle.clone());
    let (mut found, mut cursor) = (BTreeSet::new(), 0);
    loop {
        let page = kv.scan(cursor, pattern.clone(), count).await.expect("the backend runs");
        found.extend(page.keys);
        cursor = page.cursor;
        if cursor == 0 {
            return found;
        }
    }
}

/// Runs random sequences of commands through a backend's handle and compares every reply with the model's.
///
/// # Panics
/// When a reply differs; the message holds the shortest sequence found that shows it.
pub fn sequence(trial: Trial) {
    TRIAL.set(Some(trial));
    let config = ProptestConfig {
        cases: 48,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(seed()),
        ..ProptestConfig::default()
    };
    let mut runner = TestRunner::new(config.clone());
    let runs = Expected::sequential_strategy(1..60);
    let result = runner.run(&runs, |(initial, steps, seen)| {
        Sequence::test_sequential(config.clone(), initial, steps, seen);
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}
