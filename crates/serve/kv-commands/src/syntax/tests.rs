use super::*;

fn plain(name: &'static str) -> Argument {
    Argument { name, ..Argument::default() }
}

fn word(token: &'static str) -> Argument {
    Argument { name: token, token: Some(token), pure: true, ..Argument::default() }
}

fn with_token(token: &'static str, name: &'static str) -> Argument {
    Argument { name, token: Some(token), ..Argument::default() }
}

#[test]
fn nothing_is_no_argument() {
    assert_eq!(arguments(""), []);
}

#[test]
fn names_and_words_and_brackets() {
    let optional = |argument| Argument { optional: true, ..argument };
    assert_eq!(arguments("key value"), [plain("key"), plain("value")]);
    assert_eq!(
        arguments("cursor [MATCH pattern]"),
        [plain("cursor"), optional(with_token("MATCH", "pattern"))]
    );
    assert_eq!(arguments("[GET]"), [optional(word("GET"))]);
    let choice = Parts::OneOf(vec![with_token("EX", "seconds"), word("PERSIST")]);
    let choice = Argument { parts: choice, ..Argument::default() };
    assert_eq!(arguments("key [EX seconds | PERSIST]"), [plain("key"), optional(choice.clone())]);
    assert_eq!(arguments("<EX seconds | PERSIST>"), vec![choice.clone()]);
    assert_eq!(arguments("EX seconds | PERSIST"), vec![choice]);
}

#[test]
fn what_is_repeated_is_one_argument() {
    let multiple = |argument| Argument { multiple: true, ..argument };
    assert_eq!(arguments("key [key ...]"), [multiple(plain("key"))]);
    let pair = Argument { parts: Parts::All(vec![plain("key"), plain("value")]), ..Argument::default() };
    assert_eq!(arguments("key value [key value ...]"), [multiple(pair)]);
    let rest = Argument { optional: true, ..multiple(plain("argument")) };
    assert_eq!(arguments("command [argument ...]"), [plain("command"), rest]);
    let any = Argument { optional: true, ..multiple(plain("section")) };
    assert_eq!(arguments("[section [section ...]]"), [any]);
}

#[test]
fn every_line_of_the_table_is_read_to_its_end() {
    for spec in crate::by_id() {
        let words = spec
            .syntax
            .split([' ', '[', ']', '<', '>', '|'])
            .filter(|word| !word.is_empty() && *word != "...");
        let told = format!("{:?}", arguments(spec.syntax));
        for word in words {
            assert!(told.contains(word), "{}: {word} is missing in {told}", spec.name);
        }
    }
}
