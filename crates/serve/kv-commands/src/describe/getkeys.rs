//! `COMMAND GETKEYS` and `COMMAND GETKEYSANDFLAGS`: the keys among a command's arguments.

use kv_resp::{Encoder, Request, parse_integer};

use super::{find_sub, info, is, look_up};
use crate::{Access, Begin, Failure, Find, KeySpec, Spec};

/// Writes the keys of the command behind `COMMAND GETKEYS`.
///
/// # Errors
/// A failure if the name is no command, the number of arguments is wrong, or the command takes no keys.
pub fn get_keys(request: &Request, out: &mut Encoder<'_>) -> Result<(), Failure> {
    let keys = keys_of(request)?;
    out.array(keys.len());
    for (key, _) in keys {
        out.bulk(key);
    }
    Ok(())
}

/// Writes the keys of the command behind `COMMAND GETKEYSANDFLAGS`, and what it does to each.
///
/// # Errors
/// The errors of [`get_keys`].
pub fn get_keys_and_flags(request: &Request, out: &mut Encoder<'_>) -> Result<(), Failure> {
    let keys = keys_of(request)?;
    out.array(keys.len());
    for (key, access) in keys {
        out.array(2);
        out.bulk(key);
        info::statuses(access.names(), "", out);
    }
    Ok(())
}

fn keys_of(request: &Request) -> Result<Vec<(&[u8], Access)>, Failure> {
    let args: Vec<&[u8]> = request.args().skip(2).collect();
    let spec = command_of(&args).ok_or(Failure::fixed("ERR Invalid command specified"))?;
    if spec.key_specs.is_empty() {
        return Err(Failure::fixed("ERR The command has no key arguments"));
    }
    if !spec.takes(args.len()) {
        return Err(Failure::fixed("ERR Invalid number of arguments specified for command"));
    }
    let mut keys = Vec::new();
    for key_spec in spec.key_specs {
        let places =
            places(key_spec, &args).ok_or(Failure::fixed("ERR Invalid arguments specified for command"))?;
        let access = with_these_options(key_spec.access, &args);
        keys.extend(places.map(|place| (args[place], access)));
    }
    Ok(keys)
}

/// The access of a command to its key under the given options, where the access depends on them: `SET` and `BITFIELD`.
fn with_these_options(access: Access, args: &[&[u8]]) -> Access {
    if !access.contains(Access::VARIABLE) {
        return access;
    }
    let is_set = args.first().is_some_and(|name| is(name, "set"));
    // The options stand behind the key, and for `SET` behind the value.
    let options = args.get(if is_set { 3 } else { 2 }..).unwrap_or_default();
    let has = |words: &[&str]| options.iter().any(|option| words.iter().any(|word| is(option, word)));
    match (is_set, has(&["get"]), has(&["set", "incrby"])) {
        (true, false, _) => Access::OVERWRITE,
        (true, true, _) | (false, _, true) => Access::MODIFY,
        (false, _, false) => Access::READ,
    }
}

fn command_of(args: &[&[u8]]) -> Option<&'static Spec> {
    let spec = look_up(args.first()?).filter(|spec| !spec.name.contains('|'))?;
    if spec.subcommands.is_empty() {
        return Some(spec);
    }
    match args.get(1) {
        Some(name) => find_sub(spec, name),
        None => Some(spec),
    }
}

/// The places of the keys among the arguments; `None` if the specification does not tell. All returned places are
/// within the arguments.
fn places(spec: &KeySpec, args: &[&[u8]]) -> Option<impl Iterator<Item = usize>> {
    let end = i64::try_from(args.len()).ok()?;
    let none = (0, -1, 1);
    let begin = match spec.begin {
        Begin::Index(index) => Some(i64::from(index)),
        Begin::Keyword { word, from } => keyword(word, from, args),
        Begin::Unknown => return None,
    };
    let (first, last, step) = match (begin, spec.find) {
        (None, _) => none,
        (Some(first), Find::Range { last, step, limit }) => {
            let last = match (i64::from(last), i64::from(limit)) {
                (last @ 0.., _) => first + last,
                (last, limit @ 2..) => first + (end - first) / limit + last,
                (last, _) => end + last,
            };
            (first, last, step)
        }
        (Some(begin), Find::Counted { number, first, step }) => {
            let place = usize::try_from(begin + i64::from(number)).ok()?;
            let count = args.get(place).and_then(|text| parse_integer(text)).filter(|count| *count > 0);
            let first = begin + i64::from(first);
            match count {
                Some(count) => (first, first.saturating_add((count - 1).saturating_mul(step.into())), step),
                None => none,
            }
        }
        (Some(_), Find::Unknown) => return None,
    };
    // As in Redis: if the range reaches beyond the arguments, the command has no keys.
    let (first, last, step) = if last >= end { none } else { (first, last, step) };
    let step = usize::try_from(step).ok().filter(|step| *step > 0)?;
    let places = usize::try_from(first).ok()?..usize::try_from(last + 1).ok()?;
    Some(places.step_by(step))
}

/// The place behind the word `word`, if the arguments have it.
fn keyword(word: &str, from: i32, args: &[&[u8]]) -> Option<i64> {
    let behind = |place: usize| i64::try_from(place + 1).ok();
    match usize::try_from(from) {
        Ok(from) => (from..args.len()).find(|place| is(args[*place], word)).and_then(behind),
        Err(_) => {
            let from_end = usize::try_from(from.unsigned_abs()).ok()?;
            (1..=args.len().checked_sub(from_end)?)
                .rev()
                .find(|place| is(args[*place], word))
                .and_then(behind)
        }
    }
}
