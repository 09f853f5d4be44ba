//! The test of the judge: it agrees with brute force, it finds the classic mistakes, and each history that it rejects
//! is wrong.

#[path = "history/classics.rs"]
mod classics;
#[path = "history/generate.rs"]
mod generate;
#[path = "history/naive.rs"]
mod naive;
#[path = "history/recorder.rs"]
mod recorder;

use kv_conformance::history::{Call, Outcome, Verdict, asking_less, check, draw, investigate, shrink};
use kv_conformance::{Setting, Trial, run, seed};
use rand::SeedableRng as _;
use rand_pcg::Pcg64Mcg;

const BUDGET: u64 = 1_000_000;
const HISTORIES: usize = 20_000;

fn is_linearizable(calls: &[Call]) -> bool {
    match check(calls, BUDGET) {
        Verdict::Linearizable => true,
        Verdict::Illegal(_) => false,
        Verdict::Unknown => panic!("out of budget:\n{}", draw(calls)),
    }
}

#[test]
fn the_judge_agrees_with_brute_force() {
    let mut random = Pcg64Mcg::seed_from_u64(seed());
    let (mut legal, mut illegal) = (0, 0);
    for n in 0..HISTORIES {
        let calls = generate::history(2 + n % 5, &mut random);
        let expected = naive::is_linearizable(&calls);
        assert_eq!(is_linearizable(&calls), expected, "brute force says {expected}:\n{}", draw(&calls));
        if expected { legal += 1 } else { illegal += 1 }
    }
    println!("{legal} linearizable, {illegal} not");
    assert!(legal > HISTORIES / 4 && illegal > HISTORIES / 4, "{legal} and {illegal} prove little");
}

#[test]
fn the_judge_stops_at_the_end_that_breaks_the_history() {
    let mut random = Pcg64Mcg::seed_from_u64(seed());
    for n in 0..HISTORIES / 4 {
        let calls = generate::history(2 + n % 5, &mut random);
        let Verdict::Illegal(last) = check(&calls, BUDGET) else { continue };
        // Just before that end, the call was under way.
        let end = calls[last].returned;
        let begun = calls.iter().filter(|call| call.invoked < end);
        let before: Vec<Call> = begun
            .map(|call| match call.outcome {
                Outcome::Done(_) if call.returned >= end => {
                    Call { outcome: Outcome::Unknown, returned: Call::NEVER, ..*call }
                }
                _ => *call,
            })
            .collect();
        assert!(naive::is_linearizable(&before), "broken before its end:\n{}", draw(&calls));
    }
}

#[test]
fn the_shortest_history_is_still_guilty() {
    let mut random = Pcg64Mcg::seed_from_u64(seed());
    let (mut before, mut after) = (0, 0);
    for n in 0..HISTORIES / 10 {
        let calls = generate::history(4 + n % 30, &mut random);
        if is_linearizable(&calls) {
            continue;
        }
        let shortest = shrink(&calls);
        assert!(!is_linearizable(&shortest), "the proof fell apart:\n{}", draw(&shortest));
        assert!(shortest.len() > 7 || !naive::is_linearizable(&shortest), "brute force objects");
        (before, after) = (before + calls.len(), after + shortest.len());
    }
    println!("{before} calls shrunk to {after}");
    assert!(after * 2 < before, "{after} calls left of {before}");
}

/// Checks each step on the way to the shortest history: a wrong step would turn a right history into a wrong one.
#[test]
fn asking_less_of_the_innocent_leaves_them_innocent() {
    let mut random = Pcg64Mcg::seed_from_u64(seed());
    let mut steps = 0;
    for _ in 0..HISTORIES / 10 {
        let calls = generate::history(6, &mut random);
        if naive::is_linearizable(&calls) {
            assert_eq!(shrink(&calls), calls);
            for less in (0..calls.len()).flat_map(|index| asking_less(&calls, index)) {
                assert!(naive::is_linearizable(&less), "from\n{}\nto\n{}", draw(&calls), draw(&less));
                steps += 1;
            }
        }
    }
    println!("{steps} steps");
    assert!(steps > HISTORIES / 10, "{steps} steps prove little");
}

#[test]
fn the_work_grows_with_the_calls_and_no_faster() {
    let mut random = Pcg64Mcg::seed_from_u64(seed());
    for calls in [100, 1_000, 10_000, 100_000] {
        let history = generate::turns(calls, &mut random);
        assert_eq!(check(&history, 100 * calls as u64), Verdict::Linearizable, "{calls} calls");
    }
}

#[test]
fn a_judge_without_time_has_no_verdict() {
    assert_eq!(check(&classics::STALE_READ, 1), Verdict::Unknown);
}

/// Each kind of trouble has to show in the record, or the rounds with it would prove nothing.
#[test]
fn trouble_leaves_its_mark() {
    let seed = seed();
    run(Setting::SHARDED, move |setting| async move {
        let report = investigate(Trial::of::<kv_tokio::Tokio>(setting), 3_000, seed).await;
        let report = report.unwrap_or_else(|failure| panic!("{failure}"));
        println!("{report:?}");
        assert!(report.unknown > 20 && report.not_applied > 20, "{report:?}");
    });
}
