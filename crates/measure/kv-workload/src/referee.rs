//! The referee: a model of the store that replays every slice and judges every answer.

mod sights;

use std::sync::Arc;

use kv_core::{Command, Config, Debug, Reply, Store, Timestamp};

use self::sights::{CounterSums, SeenVersions};
use crate::answers::{Answer, WrongAnswer, shown};
use crate::client::{ClientRun, Phase};
use crate::draw::{Draw, Operation};
use crate::ledger::Ledger;
use crate::{Plan, Verb, value};

/// The model's time. It stands still, because nothing expires in a workload.
const NOW: Timestamp = Timestamp::from_millis(0);

/// How many commands each client sends in a slice.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub(crate) warm: usize,
    pub(crate) timed: usize,
}

/// The verdict on one answer: the expected answer, if another was given.
type Judgement = Result<(), String>;

#[derive(Debug)]
pub(crate) struct Checker {
    plan: Arc<Plan>,
    store: Store,
    /// The state of the keys before the slice, after all of it, and after the part that has been replayed.
    before: Ledger,
    after: Ledger,
    replayed: Ledger,
    /// The position of each client in its stream; the same for all.
    position: usize,
    sights: SeenVersions,
    sums: CounterSums,
}

impl Checker {
    pub(crate) fn new(plan: Arc<Plan>) -> Self {
        let ledger = Ledger::new(&plan);
        let (sights, sums) = (SeenVersions::new(plan.keys().len()), CounterSums::default());
        let store = Store::new(&Config::default());
        let (before, after) = (ledger.clone(), ledger.clone());
        Self { plan, store, before, after, replayed: ledger, position: 0, sights, sums }
    }

    /// The commands that give every key its first value.
    pub(crate) fn preload(&mut self) -> Vec<Command> {
        let mut commands = Vec::with_capacity(self.plan.keys().len());
        for index in 0..self.plan.keys().len() {
            commands.push(self.after.preload(&self.plan, index));
            let replayed = self.replayed.preload(&self.plan, index);
            self.store.apply(replayed, NOW).expect("the store takes a plain set");
        }
        commands
    }

    /// Writes the clients' scripts for the next slice.
    pub(crate) fn issue(&mut self, shape: Shape, scripts: &mut [ClientRun]) {
        self.before.copy_from(&self.after);
        for (client, script) in scripts.iter_mut().enumerate() {
            self.issue_leg(client, self.position, shape.warm, &mut script.warm);
            self.issue_leg(client, self.position + shape.warm, shape.timed, &mut script.timed);
        }
    }

    fn issue_leg(&mut self, client: usize, from: usize, count: usize, leg: &mut Phase) {
        let (plan, after) = (&self.plan, &mut self.after);
        leg.commands.clear();
        leg.commands.extend(plan.draws(client, from).take(count).map(|draw| after.command(plan, draw)));
        leg.fence = self.fence(client, from, count);
    }

    /// The ask that ends a leg of tells: for the key that the client wrote last.
    fn fence(&self, client: usize, from: usize, count: usize) -> Option<Command> {
        let told = self.plan.workload().verb == Verb::Tell && count > 0;
        let last = self.plan.draws(client, from + count.saturating_sub(1)).next().filter(|_| told)?;
        Some(Command::Get { key: self.plan.keys().key(last.index()) })
    }

    /// Judges all answers to the slice that was issued last.
    pub(crate) fn judge(&mut self, shape: Shape, scripts: &[ClientRun]) -> Result<(), WrongAnswer> {
        let counters = self.plan.keys().values()..self.plan.keys().len();
        self.sums.begin(&self.before.keys()[counters.clone()], &self.after.keys()[counters]);
        for (client, script) in scripts.iter().enumerate() {
            self.sights.begin();
            let mut answers = script.answers.iter().enumerate();
            self.judge_leg(client, self.position, shape.warm, &mut answers)?;
            self.judge_leg(client, self.position + shape.warm, shape.timed, &mut answers)?;
        }
        self.position += shape.warm + shape.timed;
        debug_assert_eq!(self.replayed, self.after, "the replay is not what was issued");
        Ok(())
    }

    fn judge_leg<'a>(
        &mut self,
        client: usize,
        from: usize,
        count: usize,
        answers: &mut impl Iterator<Item = (usize, &'a Answer)>,
    ) -> Result<(), WrongAnswer> {
        let plan = Arc::clone(&self.plan);
        for draw in plan.draws(client, from).take(count) {
            let command = self.replayed.command(&plan, draw);
            if plan.workload().verb == Verb::Tell {
                // A tell has no answer; the fence and the state at the end show its effect.
                let _ = self.store.apply(command, NOW);
                continue;
            }
            let Some((op, answer)) = answers.next() else { return Err(missing(client, &command)) };
            self.judge_one(client, draw, command, answer).map_err(|expected| {
                let command = shown(&(draw.operation(), plan.keys().key(draw.index())));
                WrongAnswer { client: Some(client), op, command, expected, got: shown(answer) }
            })?;
        }
        if let Some(fence) = self.fence(client, from, count) {
            let Some((_, answer)) = answers.next() else { return Err(missing(client, &fence)) };
            let command = format!("the fence {}", shown(&fence));
            self.expect(fence, answer).map_err(|expected| WrongAnswer {
                client: Some(client),
                op: count,
                command,
                expected,
                got: shown(answer),
            })?;
        }
        Ok(())
    }

    #[inline]
    fn judge_one(&mut self, client: usize, draw: Draw, command: Command, answer: &Answer) -> Judgement {
        let (index, clients) = (draw.index(), self.plan.workload().clients);
        if draw.operation() == Operation::Increment {
            // The order of concurrent sums is unknown, so the answer is checked separately; their total is the model's.
            let _ = self.store.apply(command, NOW);
            self.judge_sum(index, answer)
        } else if self.plan.keys().is_counter(index) {
            self.judge_count(index, answer)
        } else if index % clients == client {
            self.expect(command, answer)
        } else {
            self.judge_foreign(index, answer)
        }
    }

    /// Checks an answer that follows from what this client did before.
    fn expect(&mut self, command: Command, answer: &Answer) -> Judgement {
        let expected = self.store.apply(command, NOW);
        if expected == *answer { Ok(()) } else { Err(shown(&expected)) }
    }

    /// Checks a read of a key that another client may be writing.
    fn judge_foreign(&mut self, index: usize, answer: &Answer) -> Judgement {
        let (before, after) = (self.before.key(index), self.after.key(index));
        // A delete has a version too, but no value that could carry it.
        let first = if before.present { before.version } else { before.version + 1 };
        let first = first.max(self.sights.last(index));
        let last = after.version;
        match answer {
            Ok(Reply::Value(None)) if !before.present || after.deleted > before.version => Ok(()),
            Ok(Reply::Value(Some(value))) => {
                let version =
                    value::read_version(value, index, self.plan.workload().value_bytes).map_err(|wrong| {
                        format!("version {first} to {last} of key index {index}, not {wrong}")
                    })?;
                if !(first..=last).contains(&version) {
                    return Err(format!("version {first} to {last} of key index {index}, not {version}"));
                }
                self.sights.see(index, version);
                Ok(())
            }
            _ => Err(format!("version {first} to {last} of key index {index}")),
        }
    }

    /// Checks the reply to an increment.
    fn judge_sum(&mut self, index: usize, answer: &Answer) -> Judgement {
        let (before, last) = (self.before.key(index).version, self.after.key(index).version);
        let first = before.max(self.sights.last(index)) + 1;
        let sum = match answer {
            Ok(Reply::Integer(sum)) => u64::try_from(*sum).ok(),
            _ => None,
        };
        let Some(sum) = sum.filter(|sum| (first..=last).contains(sum)) else {
            return Err(format!("a sum of {first} to {last}"));
        };
        if !self.sums.take(index - self.plan.keys().values(), sum - before) {
            return Err(format!("a sum that no other increment got, of {first} to {last}"));
        }
        self.sights.see(index, sum);
        Ok(())
    }

    /// Checks the reply to a read of a counter.
    fn judge_count(&mut self, index: usize, answer: &Answer) -> Judgement {
        let first = self.before.key(index).version.max(self.sights.last(index));
        let last = self.after.key(index).version;
        let count = match answer {
            Ok(Reply::Value(Some(value))) => {
                let count = std::str::from_utf8(value).ok().and_then(|text| text.parse::<u64>().ok());
                count.filter(|count| (first..=last).contains(count) && count.to_string().as_bytes() == value)
            }
            _ => None,
        };
        let count = count.ok_or_else(|| format!("the integer {first} to {last}"))?;
        self.sights.see(index, count);
        Ok(())
    }

    /// Checks an answer about the whole store.
    pub(crate) fn judge_whole(&mut self, command: Command, reply: Reply) -> Result<(), WrongAnswer> {
        let asked = shown(&command);
        let answer = Ok(reply);
        self.expect(command, &answer).map_err(|expected| WrongAnswer {
            client: None,
            op: 0,
            command: asked,
            expected,
            got: shown(&answer),
        })
    }
}

/// The questions about the whole store at the end of each slice.
pub(crate) const WHOLE: [Command; 2] = [Command::Count, Command::Debug(Debug::Digest)];

fn missing(client: usize, command: &Command) -> WrongAnswer {
    let (command, expected, got) = (shown(command), "an answer".into(), "none".into());
    WrongAnswer { client: Some(client), op: 0, command, expected, got }
}

#[cfg(test)]
mod tests;
