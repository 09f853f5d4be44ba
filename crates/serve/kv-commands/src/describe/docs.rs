//! `COMMAND DOCS`.

use kv_resp::{Encoder, Request};

use super::{all, find, find_sub, info};
use crate::Spec;
use crate::syntax::{Argument, Parts, arguments};

/// Writes the documentation of the commands that the request `COMMAND DOCS [name ...]` names; of all commands if it
/// names none. Names of no command are left out, as in Redis.
pub fn docs(request: &Request, out: &mut Encoder<'_>) {
    let specs: Vec<&Spec> = if request.len() <= 2 {
        all().collect()
    } else {
        request.args().skip(2).filter_map(served).collect()
    };
    write_all(&specs, out);
}

/// The command of this name, if it is served. Commands that are only known have no documentation.
fn served(name: &[u8]) -> Option<&'static Spec> {
    match name.iter().position(|byte| *byte == b'|') {
        None => find(name),
        Some(bar) => find_sub(find(&name[..bar])?, &name[bar + 1..]),
    }
}

fn write_all(specs: &[&Spec], out: &mut Encoder<'_>) {
    out.map(specs.len());
    for spec in specs {
        out.bulk(spec.name.as_bytes());
        write(spec, out);
    }
}

fn write(spec: &Spec, out: &mut Encoder<'_>) {
    let fields = [
        ("summary", spec.summary),
        ("since", spec.since),
        ("group", spec.group.name()),
        ("complexity", spec.complexity),
    ];
    let arguments = arguments(spec.syntax);
    let others = usize::from(!spec.subcommands.is_empty()) + usize::from(!arguments.is_empty());
    out.map(fields.len() + others);
    for (name, text) in fields {
        out.bulk(name.as_bytes());
        out.bulk(text.as_bytes());
    }
    if !arguments.is_empty() {
        out.bulk(b"arguments");
        write_arguments(
            &arguments,
            &mut KeyPlaces { next: 0, last: spec.key_specs.len().checked_sub(1) },
            out,
        );
    }
    if !spec.subcommands.is_empty() {
        out.bulk(b"subcommands");
        let subcommands: Vec<&Spec> = spec.subcommands.iter().collect();
        write_all(&subcommands, out);
    }
}

/// A counter that finds the description of keys for each key argument: both come in the same order.
struct KeyPlaces {
    next: usize,
    last: Option<usize>,
}

impl KeyPlaces {
    /// The index of the description for the argument, if the argument is a key.
    fn of(&mut self, argument: &Argument) -> Option<usize> {
        let is_key = matches!(argument.name, "key" | "key1" | "key2" | "newkey" | "source" | "destination");
        let place = self.last.filter(|_| is_key && argument.parts == Parts::None)?.min(self.next);
        self.next += 1;
        Some(place)
    }
}

fn write_arguments(arguments: &[Argument], keys: &mut KeyPlaces, out: &mut Encoder<'_>) {
    out.array(arguments.len());
    for argument in arguments {
        write_argument(argument, keys, out);
    }
}

fn write_argument(argument: &Argument, keys: &mut KeyPlaces, out: &mut Encoder<'_>) {
    let key = keys.of(argument);
    let parts = match &argument.parts {
        Parts::None => None,
        Parts::All(parts) => Some(("block", parts)),
        Parts::OneOf(parts) => Some(("oneof", parts)),
    };
    let flags = [(argument.optional, "optional"), (argument.multiple, "multiple")];
    let flags = flags.into_iter().filter_map(|(set, name)| set.then_some(name));
    let others = [key.is_some(), argument.token.is_some(), flags.clone().count() > 0, parts.is_some()];
    out.map(2 + others.into_iter().filter(|other| *other).count());

    out.bulk(b"name");
    out.bulk(name(argument).as_bytes());
    out.bulk(b"type");
    out.bulk(parts.map_or_else(|| kind(argument, key.is_some()), |(kind, _)| kind).as_bytes());
    if let Some(key) = key {
        out.bulk(b"key_spec_index");
        out.integer(i64::try_from(key).unwrap_or(i64::MAX));
    }
    if let Some(token) = argument.token {
        out.bulk(b"token");
        out.bulk(token.as_bytes());
    }
    if flags.clone().count() > 0 {
        out.bulk(b"flags");
        info::statuses(flags, "", out);
    }
    if let Some((_, parts)) = parts {
        out.bulk(b"arguments");
        write_arguments(parts, keys, out);
    }
}

/// An argument's name in small letters; a group's name is made of the names of its parts.
fn name(argument: &Argument) -> String {
    match &argument.parts {
        Parts::None => argument.name.to_ascii_lowercase(),
        Parts::All(parts) | Parts::OneOf(parts) => parts.iter().map(name).collect::<Vec<_>>().join("_"),
    }
}

fn kind(argument: &Argument, is_key: bool) -> &'static str {
    match argument.name {
        _ if is_key => "key",
        _ if argument.pure => "pure-token",
        "pattern" => "pattern",
        "unix-time-seconds" | "unix-time-milliseconds" => "unix-time",
        "seconds" | "milliseconds" | "decrement" | "offset" | "start" | "end" | "cursor" | "count"
        | "index" | "destination-db" | "min-match-len" | "client-id" | "protover" | "timeout" => "integer",
        _ => "string",
    }
}
