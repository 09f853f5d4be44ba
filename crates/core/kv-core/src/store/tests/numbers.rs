//! Values as numbers.

use super::*;

#[test]
fn increment_adds_and_starts_at_zero() {
    let mut store = with(&[("n", "40")]);
    let by = |key: &'static str, delta| Command::IncrementBy { key: key.into(), delta };
    assert_eq!(store.apply(by("n", 2), NOW), Ok(Reply::Integer(42)));
    assert_eq!(store.apply(by("new", -7), NOW), Ok(Reply::Integer(-7)));
    assert_eq!(get(&mut store, "n"), Some("42".into()));
}

#[test]
fn increment_refuses_what_is_no_integer() {
    for text in ["", " 1", "1 ", "+1", "01", "-0", "-01", "1.0", "x", "9223372036854775808", "-", "--1"] {
        let mut store = with(&[("n", text)]);
        let error = store.apply(Command::IncrementBy { key: "n".into(), delta: 1 }, NOW);
        assert_eq!(error.expect_err(text).to_string(), "value is not an integer or out of range");
        assert_eq!(get(&mut store, "n"), Some(text.into()));
    }
    for text in ["0", "-1", "9223372036854775806", "-9223372036854775808"] {
        let mut store = with(&[("n", text)]);
        store.apply(Command::IncrementBy { key: "n".into(), delta: 1 }, NOW).expect(text);
    }
}

#[test]
fn increment_refuses_to_overflow() {
    for (text, delta) in [("9223372036854775807", 1), ("-9223372036854775808", -1), ("-1", i64::MIN)] {
        let mut store = Store::new(&Config::default());
        set(&mut store, Set::new("n", text));
        let error = store.apply(Command::IncrementBy { key: "n".into(), delta }, NOW).expect_err(text);
        assert_eq!(error.to_string(), "increment or decrement would overflow");
        assert_eq!(get(&mut store, "n"), Some(text.into()));
    }
}

#[test]
fn increment_by_float_adds_and_keeps_the_deadline() {
    let mut store = store();
    let add = |delta: &'static str| Command::IncrementByFloat { key: "n".into(), delta: delta.into() };
    assert_eq!(store.apply(add("1"), NOW), Ok(Reply::Value(Some("1".into()))));
    set(&mut store, Set { expiry: Expiry::at(later(5)), ..Set::new("n", "1") });
    assert_eq!(store.apply(add("-1.1"), NOW), Ok(Reply::Value(Some("-0.1".into()))));
    assert_eq!(get(&mut store, "n"), Some("-0.1".into()));
    assert_eq!(ttl_at(&mut store, "n", NOW), TimeToLive::Left(Duration::from_millis(5)));
}

#[test]
fn increment_by_float_refuses_and_changes_nothing() {
    let refused = [
        (" 1", "1", CommandError::NotAFloat),
        ("1", "x", CommandError::NotAFloat),
        ("1", "+inf", CommandError::NotFinite),
        ("1", "1e19", CommandError::TooLarge),
        ("1", "1e20", CommandError::TooLarge),
    ];
    for (old, delta, error) in refused {
        let mut store = Store::new(&Config { max_value_bytes: 19, ..Config::default() });
        set(&mut store, Set::new("n", old));
        let add = Command::IncrementByFloat { key: "n".into(), delta: delta.into() };
        assert_eq!(store.apply(add, NOW), Err(error), "{old} + {delta}");
        assert_eq!(get(&mut store, "n"), Some(old.into()));
        let add = Command::IncrementByFloat { key: "new".into(), delta: "inf".into() };
        assert_eq!(store.apply(add, NOW), Err(CommandError::NotFinite));
        assert_eq!(get(&mut store, "new"), None);
    }
}
