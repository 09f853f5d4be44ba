//! The counted figures of two runs, which differ only if the code or its environment has changed.

use std::fmt::Write;

use crate::estimate::RESOLUTION;
use crate::{Costs, Memory};

pub(super) fn allocations(before: &[Costs], after: &[Costs]) -> Vec<String> {
    let mut lines = Vec::new();
    for old in before {
        let Some(new) = after.iter().find(|new| new.backend == old.backend) else { continue };
        for (what, old_call, new_call) in [("an ask", old.ask, new.ask), ("a tell", old.tell, new.tell)] {
            let figures = [
                ("allocations", old_call.allocations, new_call.allocations),
                ("bytes", old_call.bytes, new_call.bytes),
            ];
            for (kind, old_figure, new_figure) in figures {
                if (new_figure - old_figure).abs() > RESOLUTION * old_figure.max(1.0) {
                    lines.push(format!(
                        "{kind} of {what}, {}: {old_figure:.2} -> {new_figure:.2}",
                        old.backend
                    ));
                }
            }
        }
    }
    lines
}

pub(super) fn memory(before: &[Memory], after: &[Memory]) -> Vec<String> {
    let mut lines = Vec::new();
    for old in before {
        let Some(new) = after.iter().find(|new| (&new.backend, new.keys) == (&old.backend, old.keys)) else {
            continue;
        };
        let pairs = [
            ("one actor for all", Some((old.shared, new.shared))),
            ("an actor per key", old.own.zip(new.own)),
        ];
        for (what, pair) in pairs {
            if let Some((old_bytes, new_bytes)) = pair
                && (new_bytes / old_bytes).ln().abs() > RESOLUTION
            {
                let mut line = String::new();
                let _ =
                    write!(line, "bytes per key, {what}, {}: {old_bytes:.0} -> {new_bytes:.0}", old.backend);
                lines.push(line);
            }
        }
    }
    lines
}
