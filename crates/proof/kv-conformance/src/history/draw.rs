//! A history as a picture: one row per call, from its beginning to its end.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::call::{Action, Call, Outcome, Seen, Value};

/// Draws calls below each other, the earliest first. Two calls that lie side by side happened one after the other;
/// two calls whose lines overlap happened in either order. An arrow means that the effect may still come.
///
/// Values are numbered in the order in which their writes began. Time is not to scale: only its order counts.
#[must_use]
pub fn draw(calls: &[Call]) -> String {
    let mut calls = calls.to_vec();
    calls.sort_unstable_by_key(|call| call.invoked);
    let calls = renumber(&calls);
    let labels: Vec<String> = calls.iter().map(|call| format!("-- {call} --")).collect();
    let (columns, width) = columns(&calls, &labels);
    let mut picture = String::new();
    for ((call, label), (begin, end)) in calls.iter().zip(&labels).zip(columns) {
        let (last, stop) = end.map_or((width, '>'), |end| (end, '|'));
        let line = format!("{label:-<length$}", length = last - begin - 1);
        let row = format!("  client {:<2} {:begin$}|{line}{stop}", call.client, "");
        // Into a string, which cannot fail.
        let _ = writeln!(picture, "{row}");
    }
    picture
}

/// The columns in which each call begins and ends, and the picture's width.
fn columns(calls: &[Call], labels: &[String]) -> (Vec<(usize, Option<usize>)>, usize) {
    let mut events = Vec::new();
    for (index, call) in calls.iter().enumerate() {
        events.push((call.invoked, index, false));
        if call.returned != Call::NEVER {
            events.push((call.returned, index, true));
        }
    }
    events.sort_unstable();
    let mut columns = vec![(0, None); calls.len()];
    let (mut next, mut width) = (0, 0);
    for (_, index, is_end) in events {
        let room = labels[index].len() + 1;
        if is_end {
            next = next.max(columns[index].0 + room);
            columns[index].1 = Some(next);
        } else {
            columns[index].0 = next;
            width = width.max(next + room);
        }
        next += 1;
    }
    (columns, width.max(next))
}

/// Small numbers instead of unique ones.
fn renumber(calls: &[Call]) -> Vec<Call> {
    let mut numbers = HashMap::new();
    let mut number = |value: Value| {
        let next = numbers.len() as Value + 1;
        *numbers.entry(value).or_insert(next)
    };
    // The writes first: a reply may hold a value whose write began later in the picture, or is not in it.
    for value in calls.iter().filter_map(|call| call.action.value()) {
        number(value);
    }
    let mut renumbered = calls.to_vec();
    for call in &mut renumbered {
        match &mut call.action {
            Action::Set(value) | Action::SetIfAbsent(value) | Action::SetIfPresent(value) => {
                *value = number(*value);
            }
            Action::Get | Action::Delete | Action::Reset => {}
        }
        if let Outcome::Done(Seen::Value(value)) = &mut call.outcome {
            *value = number(*value);
        }
    }
    renumbered
}
