use bytes::BytesMut;
use kv_resp::{Encoder, Protocol, Request};
use proptest::prelude::*;

use super::*;
use crate::Failure;
use crate::tests::random;

fn request(line: &str) -> Request {
    line.split(' ').collect()
}

fn written<T>(protocol: Protocol, write: impl FnOnce(&mut Encoder<'_>) -> T) -> (T, String) {
    let mut out = BytesMut::new();
    let result = write(&mut Encoder::new(&mut out, protocol));
    (result, String::from_utf8(out.to_vec()).expect("the table is text").replace("\r\n", " "))
}

fn info_of(names: &str, protocol: Protocol) -> String {
    written(protocol, |out| info(&request(&format!("command info {names}")), out)).1
}

fn listed(filter: &str) -> Result<Vec<String>, Failure> {
    let (result, text) =
        written(Protocol::Resp2, |out| list(&request(&format!("command list{filter}")), out));
    result.map(|()| text.split(' ').skip(2).step_by(2).map(str::to_owned).collect())
}

fn keys(command: &str) -> Result<Vec<String>, String> {
    let (result, text) =
        written(Protocol::Resp2, |out| get_keys(&request(&format!("command getkeys {command}")), out));
    match result {
        Ok(()) => Ok(text.split(' ').skip(2).step_by(2).map(str::to_owned).collect()),
        Err(failure) => Err(failure.to_string()),
    }
}

#[test]
fn info_has_the_shape_of_redis() {
    // Word for word what 7.0.15 writes.
    let resp2 = "*1 *10 $3 get :2 *2 +readonly +fast :1 :1 :1 *3 +@read +@string +@fast *0 \
                 *1 *6 $5 flags *2 +RO +access \
                 $12 begin_search *4 $4 type $5 index $4 spec *2 $5 index :1 \
                 $9 find_keys *4 $4 type $5 range $4 spec *6 $7 lastkey :0 $7 keystep :1 $5 limit :0 *0 ";
    assert_eq!(info_of("GET", Protocol::Resp2), resp2);
    let resp3 = "*1 *10 $3 get :2 ~2 +readonly +fast :1 :1 :1 ~3 +@read +@string +@fast ~0 \
                 ~1 %3 $5 flags ~2 +RO +access \
                 $12 begin_search %2 $4 type $5 index $4 spec %1 $5 index :1 \
                 $9 find_keys %2 $4 type $5 range $4 spec %3 $7 lastkey :0 $7 keystep :1 $5 limit :0 ~0 ";
    assert_eq!(info_of("get", Protocol::Resp3), resp3);
}

#[test]
fn info_of_what_is_no_command_is_nothing() {
    for name in ["get|key", "config|get|key", "nosuch", "get|", "|", "|get"] {
        assert_eq!(info_of(name, Protocol::Resp2), "*1 $-1 ", "{name}");
    }
    assert!(info_of("nosuch CONFIG|GET", Protocol::Resp2).starts_with("*2 $-1 *10 $10 config|get :-3 "));
}

#[test]
fn movable_keys_are_marked() {
    for name in ["zunionstore", "xread", "eval", "sort", "sort_ro", "migrate", "georadius"] {
        assert!(info_of(name, Protocol::Resp2).contains("+movablekeys"), "{name}");
    }
    for name in
        ["set", "mset", "bitfield", "lmove", "lpop", "blpop", "ping", "memory", "memory|usage", "rename"]
    {
        assert!(!info_of(name, Protocol::Resp2).contains("+movablekeys"), "{name}");
    }
}

#[test]
fn the_older_description_covers_all_fixed_keys() {
    for (name, keys) in [
        ("set", (1, 1, 1)),
        ("mset", (1, -1, 2)),
        ("rename", (1, 2, 1)),
        ("lcs", (1, 2, 1)),
        ("object|encoding", (2, 2, 1)),
        ("blpop", (1, -2, 1)),
        ("migrate", (3, 3, 1)),
        ("zunionstore", (1, 1, 1)),
        ("eval", (0, 0, 0)),
        ("xread", (0, 0, 0)),
        ("ping", (0, 0, 0)),
    ] {
        let found = look_up(name.as_bytes()).expect("it is known").keys;
        assert_eq!((found.first, found.last, found.step), keys, "{name}");
    }
}

#[test]
fn the_plain_list_and_the_count_are_of_what_is_served() {
    let names = listed("").expect("no filter");
    for name in ["set", "client|list", "config", "config|rewrite"] {
        assert!(names.iter().any(|listed| listed == name), "{name}");
    }
    assert!(!names.iter().any(|name| name == "eval"));
    let top = names.iter().filter(|name| !name.contains('|')).count();
    assert_eq!(written(Protocol::Resp2, count).1, format!(":{top} "));
    assert!(written(Protocol::Resp2, command).1.starts_with(&format!("*{top} *10 ")));
}

#[test]
fn the_list_is_filtered() {
    assert_eq!(listed(" filterby pattern GET").expect("a filter"), ["get"]);
    assert_eq!(
        listed(" FILTERBY PATTERN config|*re*").expect("a filter"),
        ["config|resetstat", "config|rewrite"]
    );
    assert_eq!(listed(" filterby pattern cl*help").expect("a filter"), ["client|help", "cluster|help"]);
    let scripting = listed(" filterby aclcat SCRIPTING").expect("a filter");
    assert!(["eval", "script|kill"].iter().all(|name| scripting.iter().any(|listed| listed == name)));
    assert!(!scripting.iter().any(|name| name == "set"));
    for nothing in ["pattern non_exists*", "aclcat non_existing_category", "aclcat @string", "module any"] {
        assert!(listed(&format!(" filterby {nothing}")).expect("a filter").is_empty(), "{nothing}");
    }
    for mistake in
        ["bad_arg", "filterby bad_arg", "filterby bad_arg bad_arg2", "filterby aclcat", "filterby module a b"]
    {
        assert_eq!(listed(&format!(" {mistake}")), Err(Failure::SYNTAX), "{mistake}");
    }
}

#[test]
fn keys_are_found_among_the_arguments() {
    for (command, expected) in [
        ("get key", &["key"][..]),
        ("mset a 1 b 2", &["a", "b"]),
        ("del a b c", &["a", "b", "c"]),
        ("lcs key1 key2", &["key1", "key2"]),
        ("object encoding a", &["a"]),
        ("memory usage key", &["key"]),
        ("xgroup create key group $", &["key"]),
        ("eval script 1 key", &["key"]),
        ("eval script 0", &[]),
        ("eval script 2 key", &[]),
        ("eval script x key", &[]),
        ("eval script 9223372036854775807 key", &[]),
        ("xread streams a b 0 0", &["a", "b"]),
        ("xread count 1 streams a b 0 0", &["a", "b"]),
        ("migrate h 1 k 0 10", &["k"]),
        ("migrate h 1 k 0 10 KEYS a b", &["k", "a", "b"]),
        ("georadius k 1 2 3 m store d", &["k", "d"]),
        ("blpop a b 0", &["a", "b"]),
        ("zunionstore t 2 a b", &["t", "a", "b"]),
    ] {
        let expected = expected.iter().map(|key| (*key).to_owned()).collect();
        assert_eq!(keys(command), Ok(expected), "{command}");
    }
}

#[test]
fn no_arguments_make_the_search_panic() {
    let names: Vec<_> = everything().map(|spec| spec.name.replace('|', " ")).collect();
    let word = prop::sample::select(vec![
        "0",
        "1",
        "2",
        "-1",
        "9223372036854775807",
        "-9223372036854775808",
        "STREAMS",
        "KEYS",
        "STORE",
        "a",
        "",
    ]);
    let words = proptest::collection::vec(word, 0..8);
    random::check(&(prop::sample::select(names), words), |(name, words)| {
        let command = ["command", "getkeys"].into_iter().chain(name.split(' ')).chain(words);
        let request: Request = command.collect();
        let _ = written(Protocol::Resp2, |out| get_keys(&request, out));
        Ok(())
    });
}

#[test]
fn keys_are_refused_of_what_has_none() {
    for (command, message) in [
        ("nosuch a", "ERR Invalid command specified"),
        ("object foo x", "ERR Invalid command specified"),
        ("config|get a", "ERR Invalid command specified"),
        ("ping a", "ERR The command has no key arguments"),
        ("config get x", "ERR The command has no key arguments"),
        ("get a b", "ERR Invalid number of arguments specified for command"),
        ("sort k1 store k2", "ERR Invalid arguments specified for command"),
    ] {
        assert_eq!(keys(command), Err(message.to_owned()), "{command}");
    }
}

#[test]
fn keys_come_with_what_is_done_to_them() {
    let (result, text) = written(Protocol::Resp3, |out| {
        get_keys_and_flags(&request("command getkeysandflags LMOVE k1 k2 left right"), out)
    });
    assert_eq!(result, Ok(()));
    assert_eq!(text, "*2 *2 $2 k1 ~3 +RW +access +delete *2 $2 k2 ~2 +RW +insert ");
    // The access of some commands depends on their options, which begin behind the value. As of Redis 7.0.15.
    for (command, flags) in [
        ("SET k v", "~2 +OW +update"),
        ("SET k get", "~2 +OW +update"),
        ("SET k v get", "~3 +RW +access +update"),
        ("SET k v ex 1 get", "~3 +RW +access +update"),
    ] {
        let command = format!("command getkeysandflags {command}");
        let (_, text) = written(Protocol::Resp3, |out| get_keys_and_flags(&request(&command), out));
        assert_eq!(text, format!("*1 *2 $1 k {flags} "), "{command}");
    }
}

#[test]
fn docs_are_of_what_is_served() {
    let docs_of =
        |names: &str| written(Protocol::Resp3, |out| docs(&request(&format!("command docs{names}")), out)).1;
    assert!(docs_of(" get nosuch eval get|key").starts_with("%1 $3 get %"));
    assert!(docs_of(" object").contains("$11 subcommands %5 $15 object|encoding %"));
    assert!(docs_of("").starts_with(&format!("%{} ", all().count())));
}

#[test]
fn docs_tell_of_the_arguments() {
    let arguments_of = |name: &str| {
        let (_, text) = written(Protocol::Resp3, |out| docs(&request(&format!("command docs {name}")), out));
        text.split_once("$9 arguments ").expect("it takes arguments").1.to_owned()
    };
    assert_eq!(arguments_of("get"), "*1 %3 $4 name $3 key $4 type $3 key $14 key_spec_index :0 ");
    assert_eq!(
        arguments_of("mset"),
        "*1 %4 $4 name $9 key_value $4 type $5 block $5 flags ~1 +multiple $9 arguments \
         *2 %3 $4 name $3 key $4 type $3 key $14 key_spec_index :0 %2 $4 name $5 value $4 type $6 string "
    );
    assert_eq!(
        arguments_of("copy"),
        "*4 %3 $4 name $6 source $4 type $3 key $14 key_spec_index :0 \
         %3 $4 name $11 destination $4 type $3 key $14 key_spec_index :1 \
         %4 $4 name $14 destination-db $4 type $7 integer $5 token $2 DB $5 flags ~1 +optional \
         %4 $4 name $7 replace $4 type $10 pure-token $5 token $7 REPLACE $5 flags ~1 +optional "
    );
}

#[test]
fn help_lists_the_subcommands() {
    let container = find(b"config").expect("it is in the table");
    let (_, text) = written(Protocol::Resp2, |out| help(container, out));
    assert!(text.starts_with("*11 +CONFIG <subcommand> "), "{text}");
    assert!(text.contains(" +GET parameter [parameter ...] +    "), "{text}");
}
