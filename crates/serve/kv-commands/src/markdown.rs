//! The table of commands for the book.

use std::fmt::Write as _;

use kv_core::Clock;
use kv_resp::Request;

use super::{Context, Group, Plan, Run, Spec, table};

/// The commands that are served, as Markdown tables by group.
///
/// The column for `kv-core`'s commands is computed: each command is parsed, and its plan names them.
///
/// # Panics
/// When a command of the store cannot be parsed from as many arguments as it takes; a test checks that all can.
#[must_use]
pub fn command_table() -> String {
    let mut out = String::new();
    for group in Group::SERVED {
        let _ = writeln!(out, "\n### {}\n", group.name());
        let _ = writeln!(out, "| Command | Arguments | Becomes | Cost |\n| --- | --- | --- | --- |");
        for spec in table::all().filter(|spec| spec.group == group) {
            if let Run::Container = spec.run {
                spec.subcommands.iter().for_each(|spec| row(spec, &mut out));
            } else {
                row(spec, &mut out);
                spec.subcommands.iter().for_each(|spec| row(spec, &mut out));
            }
        }
    }
    out
}

fn row(spec: &Spec, out: &mut String) {
    let name = spec.name.replace('|', " ").to_ascii_uppercase();
    let arguments = match spec.syntax.replace('|', "\\|") {
        syntax if syntax.is_empty() => String::new(),
        syntax => format!("`{syntax}`"),
    };
    let becomes = match spec.run {
        Run::Store(_) => format!("`{}`", becomes(spec)),
        Run::Local(_) | Run::Container | Run::NotServed => "the connection's own".to_owned(),
    };
    let _ = writeln!(out, "| `{name}` | {arguments} | {becomes} | {} |", spec.complexity);
}

/// The commands of `kv-core` that a request with the fewest arguments becomes.
pub(super) fn becomes(spec: &Spec) -> String {
    let Run::Store(parse) = spec.run else { unreachable!("only commands of the store are parsed") };
    let request: Request = example(spec).iter().collect();
    let context = Context { clock: Clock::default(), max_value_bytes: 1024, lot: || 4 };
    match parse(&request, &context).expect("the example has the right arguments") {
        Plan::One(command, _) => name_of(&format!("{command:?}")).to_owned(),
        Plan::Many(commands, _) => format!("Batch of {}", name_of(&format!("{:?}", commands[0]))),
    }
}

/// A request with the fewest arguments, each a different number: such words are valid as key, value, amount and cursor.
pub(super) fn example(spec: &Spec) -> Vec<String> {
    let names = spec.name.split('|').map(str::to_owned);
    let least = spec.arity.unsigned_abs() as usize;
    let numbers = (1..).map(|number: u32| number.to_string());
    names.chain(numbers).take(least).collect()
}

/// The variant's name, which comes first in what `Debug` prints.
fn name_of(debug: &str) -> &str {
    debug.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default()
}
