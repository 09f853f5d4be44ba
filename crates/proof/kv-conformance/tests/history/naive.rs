//! The judge by brute force, to compare the real judge with. The two share no code but the type of the calls.
//!
//! Every choice of calls that took effect, in every order; each order is first built in full and then judged, by the
//! definition of linearizability word by word.

use kv_conformance::history::{Action, Call, Outcome, Seen};

pub(crate) fn is_linearizable(calls: &[Call]) -> bool {
    let required: Vec<Call> =
        calls.iter().filter(|call| matches!(call.outcome, Outcome::Done(_))).copied().collect();
    let optional: Vec<Call> = calls.iter().filter(|call| call.outcome == Outcome::Unknown).copied().collect();
    (0..1_u32 << optional.len()).any(|choice| {
        let chosen =
            optional.iter().enumerate().filter(|(n, _)| choice & (1 << n) != 0).map(|(_, call)| *call);
        let mut happened: Vec<Call> = required.iter().copied().chain(chosen).collect();
        let end = happened.len();
        some_order(&mut happened, end)
    })
}

/// Heap's algorithm: every order of the first `end` calls, by swaps.
fn some_order(calls: &mut [Call], end: usize) -> bool {
    if end <= 1 {
        return respects_time(calls) && explains(calls);
    }
    for n in 0..end {
        if some_order(calls, end - 1) {
            return true;
        }
        calls.swap(if end.is_multiple_of(2) { n } else { 0 }, end - 1);
    }
    false
}

/// No call comes before one that was over when it began.
fn respects_time(order: &[Call]) -> bool {
    order
        .iter()
        .enumerate()
        .all(|(n, later)| order[..n].iter().all(|earlier| later.returned > earlier.invoked))
}

fn explains(order: &[Call]) -> bool {
    let mut variable = None;
    for call in order {
        if let Outcome::Done(seen) = call.outcome {
            let right = match seen {
                Seen::Nothing => true,
                Seen::Absent => variable.is_none(),
                Seen::Present => variable.is_some(),
                Seen::Value(value) => variable == Some(value),
            };
            if !right {
                return false;
            }
        }
        match call.action {
            Action::Get => {}
            Action::Set(value) => variable = Some(value),
            Action::SetIfAbsent(value) => {
                if variable.is_none() {
                    variable = Some(value);
                }
            }
            Action::SetIfPresent(value) => {
                if variable.is_some() {
                    variable = Some(value);
                }
            }
            Action::Delete | Action::Reset => variable = None,
        }
    }
    true
}
