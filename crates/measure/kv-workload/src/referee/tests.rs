use kv_core::CommandError;

use super::*;
use crate::{Mix, Workload, workload};

/// A game without a backend: a second store answers the clients, one after the other.
struct Game {
    referee: Checker,
    store: Store,
    scripts: Vec<ClientRun>,
    shape: Shape,
}

fn game(workload: &Workload) -> Game {
    game_of(Arc::new(Plan::new(workload, 9).expect("valid")))
}

fn game_of(plan: Arc<Plan>) -> Game {
    let clients = plan.workload().clients;
    let mut referee = Checker::new(plan);
    let mut store = Store::new(&Config::default());
    for command in referee.preload() {
        store.apply(command, NOW).expect("a set works");
    }
    let scripts = (0..clients).map(|_| ClientRun::default()).collect();
    Game { referee, store, scripts, shape: Shape { warm: 10, timed: 400 } }
}

impl Game {
    /// Plays a slice; `twist` may spoil the answers.
    fn play(&mut self, twist: impl FnOnce(&mut [ClientRun])) -> Result<(), WrongAnswer> {
        self.referee.issue(self.shape, &mut self.scripts);
        for script in &mut self.scripts {
            script.answers.clear();
            for leg in [&mut script.warm, &mut script.timed] {
                let commands = leg.commands.drain(..);
                script.answers.extend(commands.map(|command| self.store.apply(command, NOW)));
            }
        }
        twist(&mut self.scripts);
        self.referee.judge(self.shape, &self.scripts)?;
        for command in WHOLE {
            let reply = self.store.apply(command.clone(), NOW).expect("always answered");
            self.referee.judge_whole(command, reply)?;
        }
        Ok(())
    }
}

fn all_sorts() -> Workload {
    let mix = Mix { get: 5, set: 2, delete: 1, increment: 2, append: 1 };
    Workload { mix, keys: 50, ..*workload("ycsb-a").expect("in the catalogue") }
}

#[test]
fn a_get_with_work_is_judged_as_a_get() {
    let busy = Workload { work_ns: Some(200), ..all_sorts() };
    let mut game = game(&busy);
    game.play(|_| {}).expect("all answers are right");
    let lie = |scripts: &mut [ClientRun]| {
        let reads = scripts.iter_mut().flat_map(|script| &mut script.answers);
        let mut reads = reads.filter(|answer| matches!(answer, Ok(Reply::Value(Some(_)))));
        *reads.next().expect("something is read") = Ok(Reply::Value(Some("something else".into())));
    };
    let verdict = game.play(lie).expect_err("a wrong answer");
    assert!(verdict.got.contains("something else"), "{verdict:?}");
}

#[test]
fn right_answers_pass_slice_after_slice() {
    let mut game = game(&all_sorts());
    for _ in 0..20 {
        game.play(|_| {}).expect("all answers are right");
    }
}

#[test]
fn any_answer_put_in_anothers_place_is_noticed() {
    // Most answers differ from their neighbours; a swap of two equal ones is no error.
    let mut noticed = 0;
    let plan = Arc::new(Plan::new(&all_sorts(), 9).expect("valid"));
    for position in 0..200 {
        let mut swapped = false;
        let verdict = game_of(Arc::clone(&plan)).play(|scripts| {
            let answers = &mut scripts[position % 8].answers;
            swapped = answers[position] != answers[position + 1];
            answers.swap(position, position + 1);
        });
        assert!(verdict.is_ok() != swapped, "position {position}: {verdict:?}");
        noticed += usize::from(swapped);
    }
    assert!(noticed > 150, "{noticed}");
}

#[test]
fn a_missing_answer_is_noticed() {
    let verdict = game(&all_sorts()).play(|scripts| drop(scripts[3].answers.pop()));
    assert_eq!(verdict.expect_err("one short").client, Some(3));
}

#[test]
fn a_refusal_is_noticed() {
    let spoil = |scripts: &mut [ClientRun]| scripts[0].answers[7] = Err(CommandError::TooLarge);
    let verdict = game(&all_sorts()).play(spoil).expect_err("nothing is refused");
    assert_eq!((verdict.client, verdict.op), (Some(0), 7));
}

#[test]
fn a_sum_answered_twice_is_noticed() {
    let counting = Workload { mix: Mix::get_increment(0, 1), keys: 8, ..all_sorts() };
    let mut game = game(&counting);
    let verdict = game.play(|scripts| {
        // Client 1 is told client 0's sum: it lies in the range and grows, but it was answered twice.
        for position in 0..scripts[1].answers.len() {
            scripts[1].answers[position] = scripts[0].answers[position].clone();
        }
    });
    assert!(verdict.is_err());
}

#[test]
fn a_version_that_goes_back_is_noticed() {
    let busy = Workload { mix: Mix::get_set(1, 1), keys: 16, ..all_sorts() };
    let mut game = game(&busy);
    // Client 7 plays last here, so every read of client 3's key finds its last version of the slice.
    let reads = |(_, draw): &(usize, Draw)| draw.operation() == Operation::Get && draw.index() == 3;
    let draws = Arc::clone(&game.referee.plan);
    let positions: Vec<_> = draws.draws(7, 0).take(410).enumerate().filter(reads).collect();
    let old = Ok(Reply::Value(Some(value::set_value(3, 1, busy.value_bytes))));
    // The first version is in the slice's range: if a client sees it first, the read could have been that early.
    game.play(|scripts| scripts[7].answers[positions[0].0] = old.clone()).expect("possible");
    let old =
        Ok(Reply::Value(Some(value::set_value(3, game.referee.after.key(3).version, busy.value_bytes))));
    let draws = draws.draws(7, 410).take(410).enumerate().filter(reads);
    let last = draws.last().expect("a key of 16 is read").0;
    let verdict = game.play(|scripts| scripts[7].answers[last] = old).expect_err("seen newer before");
    assert_eq!((verdict.client, verdict.op), (Some(7), last));
}

#[test]
fn a_changed_store_is_noticed() {
    let mut game = game(&all_sorts());
    game.play(|_| {}).expect("all answers are right");
    let stray = Command::Set(kv_core::Set::new("stray", "1"));
    game.store.apply(stray, NOW).expect("a set works");
    let verdict = game.play(|_| {}).expect_err("a key too many");
    assert_eq!((verdict.client, verdict.command.as_str()), (None, "Count"));
}
