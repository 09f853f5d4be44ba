//! Makes a history that no order explains as small as it can, and never makes a right history wrong.
//!
//! To leave calls out without a rule would do that: `set 1`, `delete`, `get: nothing` is right, and `set 1`,
//! `get: nothing` is wrong. So each step here keeps this promise: had some order explained the larger history, some
//! order would explain the smaller one. What is left at the end is a proof.

use super::call::{Action, Call, Outcome, Seen, State};
use super::check::{Verdict, check};

/// The budget of each verdict: enough for any history that is small enough to draw, and few enough steps for many
/// verdicts.
const BUDGET: u64 = 1_000_000;

/// The fewest calls found that no order explains, out of calls that none explains: of each the part of its reply that
/// matters. With them come calls that were not applied, if the replies can be explained by one that was after all.
///
/// Returns all calls where they can be explained, or where it would take too long to know.
#[must_use]
pub fn shrink(calls: &[Call]) -> Vec<Call> {
    let Verdict::Illegal(last) = check(calls, super::BUDGET) else { return calls.to_vec() };
    let mut ends: Vec<u64> = calls.iter().map(|call| call.returned).collect();
    ends.retain(|end| (calls[last].returned..Call::NEVER).contains(end));
    ends.sort_unstable();
    // Mostly the first end. The judge knows the replies of calls that were under way then, so it can find the break
    // earlier.
    let mut known = ends.into_iter().map(|end| until(calls, end));
    let Some(mut kept) = known.find(|calls| is_illegal(calls)) else { return calls.to_vec() };
    while let Some(smaller) = one_pass(&kept) {
        kept = smaller;
    }
    let not_applied = calls.iter().filter(|call| call.outcome == Outcome::NotApplied);
    let liar = not_applied.copied().find(|call| explains(&kept, call));
    kept.extend(liar);
    kept.sort_unstable_by_key(|call| call.invoked);
    kept
}

fn is_illegal(calls: &[Call]) -> bool {
    matches!(check(calls, BUDGET), Verdict::Illegal(_))
}

/// The history as it was known at that time: no later event can have made it wrong. A call that was under way then
/// may have taken effect.
fn until(calls: &[Call], end: u64) -> Vec<Call> {
    let begun = calls.iter().filter(|call| call.matters() && call.invoked < end);
    let known = begun.map(|call| {
        let over = call.returned <= end;
        if over { *call } else { Call { outcome: Outcome::Unknown, returned: Call::NEVER, ..*call } }
    });
    known.filter(Call::matters).collect()
}

/// Tries every call once, the latest first. `None` if nothing could be left out.
fn one_pass(calls: &[Call]) -> Option<Vec<Call>> {
    let (mut kept, mut changed) = (calls.to_vec(), false);
    for index in (0..kept.len()).rev() {
        if let Some(less) = asking_less(&kept, index).into_iter().find(|less| is_illegal(less)) {
            (kept, changed) = (less, true);
        }
    }
    changed.then_some(kept)
}

/// The same calls without the one at `index`, or with less of its reply: whatever explains `calls` explains these.
#[must_use]
pub fn asking_less(calls: &[Call], index: usize) -> Vec<Vec<Call>> {
    let mut all = Vec::new();
    if may_go(calls, index) {
        all.push([&calls[..index], &calls[index + 1..]].concat());
    }
    for weaker in weaker(&calls[index]).into_iter().flatten() {
        let mut less = calls.to_vec();
        less[index] = weaker;
        all.push(less);
    }
    all
}

/// Whether an order that explains these calls would explain them without this one.
fn may_go(calls: &[Call], index: usize) -> bool {
    let call = &calls[index];
    if changes_nothing(call) {
        return true;
    }
    let after = call.action.apply(match call.action {
        Action::SetIfPresent(value) => Some(value),
        _ => None,
    });
    // A read of a value without its write would be a proof as well, but would explain less.
    if call.action.value().is_some_and(|value| calls.iter().any(|other| other.seen() == Seen::Value(value))) {
        return false;
    }
    // In every order, a call that overwrites comes between the two.
    let shielded = |other: &Call| {
        calls.iter().any(|between| {
            between.is_done()
                && between.action.overwrites()
                && call.returned < between.invoked
                && between.returned < other.invoked
        })
    };
    let mut others = calls.iter().enumerate().filter(|(other, _)| *other != index);
    others.all(|(_, other)| cannot_tell(other, after) || shielded(other))
}

/// A reply that only says what was there. Leaving it out asks for less.
fn changes_nothing(call: &Call) -> bool {
    match (call.action, call.seen()) {
        (Action::Get, _)
        | (Action::SetIfAbsent(_), Seen::Present | Seen::Value(_))
        | (Action::SetIfPresent(_) | Action::Delete, Seen::Absent) => true,
        (
            Action::Set(_)
            | Action::SetIfAbsent(_)
            | Action::SetIfPresent(_)
            | Action::Delete
            | Action::Reset,
            _,
        ) => false,
    }
}

/// Whether a call that comes in this state, and before the next overwrite, would do as well in any other. Then the
/// call that led to the state can be left out.
fn cannot_tell(call: &Call, state: State) -> bool {
    let impossible = !call.seen().fits(state);
    let blind = call.seen() == Seen::Nothing && call.action.overwrites();
    let superfluous = !call.is_done() && call.action.apply(state) == state;
    impossible || blind || superfluous
}

/// The same call with less of its reply: the least first.
fn weaker(call: &Call) -> [Option<Call>; 2] {
    let with = |action, outcome| Some(Call { action, outcome, ..*call });
    let silent = Outcome::Done(Seen::Nothing);
    match (call.action, call.outcome) {
        // The call wrote. Its other outcome does not matter then.
        (Action::SetIfAbsent(value), Outcome::Done(Seen::Absent)) => [with(Action::Set(value), silent), None],
        (Action::SetIfPresent(value), Outcome::Done(Seen::Present | Seen::Value(_))) => {
            [with(Action::Set(value), silent), None]
        }
        // The call wrote or it did not: its outcome becomes unknown.
        (
            Action::SetIfAbsent(value) | Action::SetIfPresent(value),
            Outcome::Done(Seen::Nothing) | Outcome::Unknown,
        ) => [with(Action::Set(value), Outcome::Unknown), None],
        (Action::Set(_) | Action::Delete, Outcome::Done(seen)) if seen != Seen::Nothing => {
            let vague = matches!(seen, Seen::Value(_)).then_some(Outcome::Done(Seen::Present));
            [with(call.action, silent), vague.and_then(|vague| with(call.action, vague))]
        }
        (Action::SetIfAbsent(_), Outcome::Done(Seen::Value(_))) => {
            [with(call.action, Outcome::Done(Seen::Present)), None]
        }
        _ => [None, None],
    }
}

/// Whether the calls could be explained if this one had been applied.
fn explains(calls: &[Call], refused: &Call) -> bool {
    let applied = Call { outcome: Outcome::Unknown, returned: Call::NEVER, ..*refused };
    let with = [calls, &[applied]].concat();
    check(&with, BUDGET) == Verdict::Linearizable
}
