//! `COMMAND`, `COMMAND INFO` and `COMMAND COUNT`.

use kv_resp::{Encoder, Request};

use super::{all, look_up};
use crate::{Begin, Find, KeySpec, Spec};

/// Writes the entry of every command.
pub fn command(out: &mut Encoder<'_>) {
    out.array(all().count());
    for spec in all() {
        write(spec, out);
    }
}

/// Writes how many commands there are.
pub fn count(out: &mut Encoder<'_>) {
    out.integer(i64::try_from(all().count()).unwrap_or(i64::MAX));
}

/// Writes the entries of the commands that the request `COMMAND INFO [name ...]` names; of every command if it names
/// none.
pub fn info(request: &Request, out: &mut Encoder<'_>) {
    if request.len() <= 2 {
        return command(out);
    }
    out.array(request.len() - 2);
    for name in request.args().skip(2) {
        match look_up(name) {
            Some(spec) => write(spec, out),
            None => out.null(),
        }
    }
}

fn write(spec: &Spec, out: &mut Encoder<'_>) {
    out.array(10);
    out.bulk(spec.name.as_bytes());
    out.integer(spec.arity.into());
    statuses(spec.all_flags().names(), "", out);
    out.integer(spec.keys.first.into());
    out.integer(spec.keys.last.into());
    out.integer(spec.keys.step.into());
    statuses(spec.all_categories().names(), "@", out);
    out.set(spec.tips.len());
    for tip in spec.tips {
        out.bulk(tip.as_bytes());
    }
    out.set(spec.key_specs.len());
    for keys in spec.key_specs {
        write_keys(keys, out);
    }
    // Redis writes an empty set if there are no subcommands, and an array if there are some.
    match spec.subcommands.len() {
        0 => out.set(0),
        some => out.array(some),
    }
    for subcommand in spec.subcommands {
        write(subcommand, out);
    }
}

/// Writes a set of names.
pub(super) fn statuses(
    names: impl Iterator<Item = &'static str> + Clone,
    prefix: &str,
    out: &mut Encoder<'_>,
) {
    out.set(names.clone().count());
    for name in names {
        out.simple(&format!("{prefix}{name}"));
    }
}

fn write_keys(keys: &KeySpec, out: &mut Encoder<'_>) {
    out.map(3);
    out.bulk(b"flags");
    statuses(keys.access.names(), "", out);
    out.bulk(b"begin_search");
    match keys.begin {
        Begin::Index(index) => search("index", &[("index", index.into())], out),
        Begin::Keyword { word, from } => {
            search("keyword", &[("keyword", Field::Word(word)), ("startfrom", from.into())], out);
        }
        Begin::Unknown => search("unknown", &[], out),
    }
    out.bulk(b"find_keys");
    match keys.find {
        Find::Range { last, step, limit } => {
            let fields = [("lastkey", last.into()), ("keystep", step.into()), ("limit", limit.into())];
            search("range", &fields, out);
        }
        Find::Counted { number, first, step } => {
            let fields = [("keynumidx", number.into()), ("firstkey", first.into()), ("keystep", step.into())];
            search("keynum", &fields, out);
        }
        Find::Unknown => search("unknown", &[], out),
    }
}

/// The fields by which a search for keys is described.
enum Field {
    Number(i32),
    Word(&'static str),
}

impl From<i32> for Field {
    fn from(number: i32) -> Self {
        Self::Number(number)
    }
}

fn search(kind: &str, fields: &[(&str, Field)], out: &mut Encoder<'_>) {
    out.map(2);
    out.bulk(b"type");
    out.bulk(kind.as_bytes());
    out.bulk(b"spec");
    out.map(fields.len());
    for (name, field) in fields {
        out.bulk(name.as_bytes());
        match field {
            Field::Number(number) => out.integer((*number).into()),
            Field::Word(word) => out.bulk(word.as_bytes()),
        }
    }
}
