//! Checks that the table is complete and agrees with the parsers.

use std::collections::HashSet;

use super::*;
use crate::markdown::{becomes, example};
use crate::table::{all, find, find_sub};

fn with_subcommands() -> impl Iterator<Item = &'static Spec> {
    all().flat_map(|spec| std::iter::once(spec).chain(spec.subcommands))
}

#[test]
fn names_are_sorted_within_a_group_and_there_once() {
    let mut seen = HashSet::new();
    let all: Vec<_> = all().collect();
    for pair in all.windows(2) {
        assert!(
            pair[0].group != pair[1].group || pair[0].name < pair[1].name,
            "{} before {}",
            pair[0].name,
            pair[1].name
        );
    }
    for spec in with_subcommands() {
        assert!(seen.insert(spec.name), "{} is there twice", spec.name);
        assert_eq!(spec.name, spec.name.to_ascii_lowercase());
        assert!(spec.subcommands.is_sorted_by_key(|sub| sub.name), "{}", spec.name);
        for sub in spec.subcommands {
            assert_eq!(sub.name, format!("{}|{}", spec.name, sub.short_name()));
        }
    }
}

#[test]
fn every_command_is_described() {
    for spec in with_subcommands() {
        assert!(
            spec.summary.ends_with('.') && !spec.since.is_empty() && !spec.complexity.is_empty(),
            "{}",
            spec.name
        );
        let more = spec.arity.unsigned_abs() as usize > spec.name.split('|').count() || spec.arity < 0;
        let told = !spec.syntax.is_empty() || !spec.subcommands.is_empty() || spec.name == "quit";
        assert!(!more || told, "{} takes arguments and does not say which", spec.name);
        assert!(!matches!(spec.run, Run::NotServed), "{}", spec.name);
        assert_eq!(
            matches!(spec.run, Run::Container),
            !spec.subcommands.is_empty() && spec.name != "command"
        );
    }
}

#[test]
fn commands_are_found_in_any_case_and_nothing_else_is() {
    for spec in all() {
        for name in [spec.name.to_owned(), spec.name.to_ascii_uppercase()] {
            let found = find(name.as_bytes()).expect("it is in the table");
            assert!(std::ptr::eq(found, spec), "{name}");
        }
        for sub in spec.subcommands {
            let found = find_sub(spec, sub.short_name().to_ascii_uppercase().as_bytes());
            assert!(std::ptr::eq(found.expect("it is in the table"), sub), "{}", sub.name);
        }
    }
    for name in ["", "ge", "gett", "get ", "config|get", "g\u{0}t", &"get".repeat(99)] {
        assert!(find(name.as_bytes()).is_none(), "{name:?}");
    }
}

#[test]
fn numbers_are_dense_and_lead_back() {
    for (id, spec) in by_id().iter().enumerate() {
        let words: Request = spec.name.split('|').collect();
        let found = Found::of(&words).expect("it is in the table");
        assert!(found.id == id && std::ptr::eq(found.spec, *spec), "{}", spec.name);
        assert_eq!(
            found.container.map(|container| container.name),
            spec.name.split_once('|').map(|(name, _)| name)
        );
    }
    assert_eq!(by_id().len(), with_subcommands().count());
}

#[test]
fn the_arity_refuses_what_the_parser_could_not_read() {
    for spec in with_subcommands() {
        let Run::Store(parse) = spec.run else { continue };
        let least = example(spec);
        assert!(parse(&least.iter().collect(), &CONTEXT).is_ok(), "{least:?}");
        let too_few: Request = least[..least.len() - 1].iter().collect();
        assert!(!spec.takes(too_few.len()), "{}", spec.name);
        let one_more: Request = least.iter().map(String::as_str).chain(["x"]).collect();
        assert_eq!(spec.takes(one_more.len()), spec.arity < 0, "{}", spec.name);
    }
}

#[test]
fn flags_say_what_the_store_says() {
    for spec in with_subcommands() {
        let Run::Store(parse) = spec.run else { continue };
        let commands = match parse(&example(spec).iter().collect(), &CONTEXT).expect("the example is right") {
            Plan::One(command, _) => vec![command],
            Plan::Many(commands, _) => commands,
        };
        let reads = commands.iter().all(kv_core::Command::is_read);
        assert!(spec.flags.contains(Flags::WRITE) != spec.flags.contains(Flags::READONLY), "{}", spec.name);
        // `GETEX` without an option is a mere read, and a write by its other forms.
        assert!(reads == spec.flags.contains(Flags::READONLY) || spec.name == "getex", "{}", spec.name);
    }
}

#[test]
fn what_a_command_becomes_is_asked_of_its_parser() {
    for (name, expected) in [
        ("get", "Get"),
        ("mset", "Batch of Set"),
        ("msetnx", "Transaction"),
        ("type", "Exists"),
        ("ttl", "TimeToLive"),
    ] {
        assert_eq!(becomes(find(name.as_bytes()).expect("it is in the table")), expected);
    }
    let markdown = command_table();
    for spec in with_subcommands().filter(|spec| !matches!(spec.run, Run::Container)) {
        let name = spec.name.replace('|', " ").to_ascii_uppercase();
        assert_eq!(markdown.matches(&format!("\n| `{name}` |")).count(), 1, "{name}");
    }
    // A bar in a cell would end it.
    let rows = markdown.lines().filter(|line| line.starts_with("| `"));
    assert!(rows.clone().count() > 90);
    for row in rows {
        assert_eq!(row.replace("\\|", "").matches('|').count(), 5, "{row}");
    }
}
