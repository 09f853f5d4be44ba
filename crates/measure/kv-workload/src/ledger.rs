//! The ledger: the state of every key as its writer knows it, and the commands that follow from it.

use kv_core::{Command, Debug, Set};

use crate::draw::{Draw, Operation};
use crate::{Plan, value};

/// The number of appends to a value after which the next one becomes a set: values must not grow for as long as a run
/// takes.
const MAX_APPENDS: u32 = 8;

/// The state of a key, as its only writer knows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct KeyState {
    /// How often the key was written; a counter's value is just that.
    pub(crate) version: u64,
    /// The version at the key's last delete, 0 for never.
    pub(crate) deleted: u64,
    pub(crate) present: bool,
    pub(crate) appended: u32,
}

/// The state of all keys. A command follows from a ledger and a draw alone, so the commands of a slice can be made
/// twice: for the backend, and again for the model, which then shares no value's memory with the backend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ledger(Vec<KeyState>);

impl Ledger {
    pub(crate) fn new(plan: &Plan) -> Self {
        Self(vec![KeyState::default(); plan.keys().len()])
    }

    #[inline]
    pub(crate) fn key(&self, index: usize) -> &KeyState {
        &self.0[index]
    }

    pub(crate) fn keys(&self) -> &[KeyState] {
        &self.0
    }

    /// Copies another ledger into this one's memory.
    pub(crate) fn copy_from(&mut self, other: &Self) {
        self.0.copy_from_slice(&other.0);
    }

    /// The command that gives a key its first value.
    pub(crate) fn preload(&mut self, plan: &Plan, index: usize) -> Command {
        if plan.keys().is_counter(index) {
            self.0[index].present = true;
            return Command::Set(Set::new(plan.keys().key(index), "0"));
        }
        self.command(plan, Draw::new(Operation::Set, index))
    }

    /// The command of a draw; the ledger records its effect.
    #[inline]
    pub(crate) fn command(&mut self, plan: &Plan, draw: Draw) -> Command {
        let index = draw.index();
        let key = plan.keys().key(index);
        let operation = draw.operation();
        if operation == Operation::Get {
            return match plan.rounds() {
                0 => Command::Get { key },
                rounds => Command::Debug(Debug::Work { key, rounds }),
            };
        }
        let state = &mut self.0[index];
        state.version += 1;
        match operation {
            Operation::Delete => {
                *state = KeyState { deleted: state.version, present: false, appended: 0, ..*state };
                Command::Delete { keys: vec![key] }
            }
            Operation::Increment => Command::IncrementBy { key, delta: 1 },
            Operation::Append if state.appended < MAX_APPENDS => {
                state.present = true;
                state.appended += 1;
                Command::Append { key, value: value::appended_value(index, state.version) }
            }
            Operation::Get | Operation::Set | Operation::Append => {
                state.present = true;
                state.appended = 0;
                let length = plan.workload().value_bytes;
                Command::Set(Set::new(key, value::set_value(index, state.version, length)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use kv_core::{Config, Reply, Store, Timestamp};

    use super::*;
    use crate::{Mix, Workload, workload};

    #[test]
    fn whatever_is_written_describes_itself() {
        let mix = Mix { get: 1, set: 1, delete: 1, increment: 1, append: 30 };
        let workload = Workload { mix, ..*workload("ycsb-a").expect("in the catalogue") };
        let plan = Plan::new(&workload, 5).expect("valid");
        let (mut ledger, mut store) = (Ledger::new(&plan), Store::new(&Config::default()));
        let now = Timestamp::default();
        for index in 0..plan.keys().len() {
            store.apply(ledger.preload(&plan, index), now).expect("a set works");
        }
        for draw in plan.draws(0, 0).take(20_000) {
            store.apply(ledger.command(&plan, draw), now).expect("every command works");
        }
        for index in 0..plan.keys().len() {
            let state = *ledger.key(index);
            let Ok(Reply::Value(found)) = store.apply(Command::Get { key: plan.keys().key(index) }, now)
            else {
                panic!("a get answers a value");
            };
            assert_eq!(found.is_some(), state.present);
            let Some(found) = found else { continue };
            if plan.keys().is_counter(index) {
                assert_eq!(found, state.version.to_string());
            } else {
                assert_eq!(value::read_version(&found, index, workload.value_bytes), Ok(state.version));
                assert!(found.len() <= workload.value_bytes + 8 * value::MIN_VALUE_BYTES);
            }
        }
    }
}
