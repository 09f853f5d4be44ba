//! Small random histories: what some clients could have seen, with now and then a reply that they could not.

use kv_conformance::history::{Action, Call, Outcome, Seen, State, Value};
use rand::RngExt as _;
use rand_pcg::Pcg64Mcg;

/// A history of at most `most` calls. It is made by clients that really take turns at a variable, so it is linearizable
/// until a reply of it is changed; which then may or may not be.
pub(crate) fn history(most: usize, random: &mut Pcg64Mcg) -> Vec<Call> {
    let clients = random.random_range(2..=4);
    let (mut time, mut state, mut calls): (u64, State, Vec<Call>) = (0, None, Vec::new());
    // The call under way of each client, with the state that it saw once it has happened.
    let mut under_way: Vec<Option<(usize, Option<Seen>)>> = vec![None; clients];
    while calls.len() < most || under_way.iter().any(Option::is_some) {
        time += 1;
        let client = random.random_range(0..clients);
        match under_way[client] {
            None if calls.len() < most => {
                under_way[client] = Some((calls.len(), None));
                let action = action(calls.len() as Value + 1, random);
                calls.push(Call {
                    client,
                    invoked: time,
                    returned: Call::NEVER,
                    action,
                    outcome: Outcome::Unknown,
                });
            }
            None => {}
            Some((index, None)) => {
                let call = &mut calls[index];
                if random.random_ratio(1, 12) {
                    // The call never happened. The client learns that, or learns nothing.
                    call.outcome = if random.random() { Outcome::NotApplied } else { Outcome::Unknown };
                    call.returned = if random.random() { time } else { Call::NEVER };
                    under_way[client] = None;
                } else {
                    under_way[client] = Some((index, Some(seen(call.action, state, random))));
                    state = call.action.apply(state);
                }
            }
            Some((index, Some(seen))) => {
                let unknown = random.random_ratio(1, 8);
                calls[index].outcome = if unknown { Outcome::Unknown } else { Outcome::Done(seen) };
                calls[index].returned = if unknown && random.random() { Call::NEVER } else { time };
                under_way[client] = None;
            }
        }
    }
    for call in &mut calls {
        // A call without an end has no reply.
        if call.returned != Call::NEVER && random.random_ratio(1, 3) {
            call.outcome = lie(call.outcome, most as Value, random);
        }
    }
    calls
}

fn action(value: Value, random: &mut Pcg64Mcg) -> Action {
    match random.random_range(0..12) {
        0..4 => Action::Get,
        4..7 => Action::Set(value),
        7 => Action::SetIfAbsent(value),
        8 => Action::SetIfPresent(value),
        9..11 => Action::Delete,
        _ => Action::Reset,
    }
}

fn seen(action: Action, state: State, random: &mut Pcg64Mcg) -> Seen {
    let says_all = action == Action::Get || random.random();
    match state {
        _ if action == Action::Reset => Seen::Nothing,
        _ if !says_all && random.random() => Seen::Nothing,
        None => Seen::Absent,
        Some(_) if !says_all => Seen::Present,
        Some(value) => Seen::Value(value),
    }
}

fn lie(outcome: Outcome, values: Value, random: &mut Pcg64Mcg) -> Outcome {
    match (outcome, random.random_range(0..4)) {
        (_, 0) => Outcome::Done(Seen::Absent),
        (_, 1) => Outcome::Done(Seen::Value(random.random_range(1..=values))),
        (Outcome::Done(_), 2) => Outcome::NotApplied,
        (same, _) => same,
    }
}

/// A linearizable history of many calls: one call under way per client, each client in turn.
pub(crate) fn turns(calls: usize, random: &mut Pcg64Mcg) -> Vec<Call> {
    const CLIENTS: usize = 4;
    let (mut state, mut history) = (None, Vec::with_capacity(calls));
    for n in 0..calls {
        let action = action(n as Value + 1, random);
        let outcome = Outcome::Done(seen(action, state, random));
        state = action.apply(state);
        // The call takes effect at its beginning, and ends when the other clients have had their turn.
        let invoked = 2 * n as u64;
        history.push(Call {
            client: n % CLIENTS,
            invoked,
            returned: invoked + 2 * CLIENTS as u64 - 1,
            action,
            outcome,
        });
    }
    history
}
