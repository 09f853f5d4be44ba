//! Redis's glob patterns.
//!
//! Written here because no published crate matches Redis's dialect: theirs treat `/` specially, read UTF-8, or
//! lack classes.

/// Whether `text` matches `pattern`, in Redis's dialect and on bytes: `*` is any run, `?` any byte, `[a-c]` one
/// of a class, `[^a-c]` one outside of it, and `\` takes the next byte as it is.
///
/// ```
/// use kv_core::glob_matches;
///
/// assert!(glob_matches(b"user:*:[0-9]", b"user:ada:7"));
/// assert!(!glob_matches(b"user:?", b"user:ada"));
/// ```
///
/// Two things are not as in Redis. Redis does not match a pattern of several stars and nothing else with the empty
/// text, which one star does match; and Redis compares the ends of a class as C's `char`s, which have a sign on some
/// processors and none on others.
///
/// Time is at most proportional to the product of both lengths: after a mismatch only the last `*` is tried
/// again. The obvious recursion is exponential in the number of stars, which a remote caller may choose.
#[must_use]
pub fn glob_matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut last_star: Option<(usize, usize)> = None;
    loop {
        if pattern.get(p) == Some(&b'*') {
            p += 1;
            last_star = Some((p, t));
            continue;
        }
        match (p < pattern.len(), t < text.len()) {
            (false, false) => return true,
            (true, true) => {
                let (matches, next) = match_one(pattern, p, text[t]);
                if matches {
                    (p, t) = (next, t + 1);
                    continue;
                }
            }
            (true, false) => return false,
            (false, true) => {}
        }
        match &mut last_star {
            // Let the star take one byte more.
            Some((after_star, taken)) if *taken < text.len() => {
                *taken += 1;
                (p, t) = (*after_star, *taken);
            }
            _ => return false,
        }
    }
}

/// Matches the element of the pattern at `p`, which is not a star, against one byte; returns where the next
/// element begins.
fn match_one(pattern: &[u8], p: usize, byte: u8) -> (bool, usize) {
    match pattern[p] {
        b'?' => (true, p + 1),
        b'\\' if p + 1 < pattern.len() => (pattern[p + 1] == byte, p + 2),
        b'[' => match_class(pattern, p + 1, byte),
        literal => (literal == byte, p + 1),
    }
}

/// Matches a class whose first byte after the bracket is at `p`. A class that is never closed ends with the pattern.
fn match_class(pattern: &[u8], mut p: usize, byte: u8) -> (bool, usize) {
    let negated = pattern.get(p) == Some(&b'^');
    p += usize::from(negated);
    let mut found = false;
    while let Some(&low) = pattern.get(p) {
        if low == b']' {
            return (found != negated, p + 1);
        }
        if low == b'\\' && p + 1 < pattern.len() {
            found |= pattern[p + 1] == byte;
            p += 2;
        } else if pattern.get(p + 1) == Some(&b'-') && p + 2 < pattern.len() {
            let high = pattern[p + 2];
            found |= (low.min(high)..=low.max(high)).contains(&byte);
            p += 3;
        } else {
            found |= low == byte;
            p += 1;
        }
    }
    (found != negated, p)
}

#[cfg(test)]
mod tests {
    use super::glob_matches;

    fn check(pattern: &str, matching: &[&str], others: &[&str]) {
        for text in matching {
            assert!(glob_matches(pattern.as_bytes(), text.as_bytes()), "{pattern} must match {text:?}");
        }
        for text in others {
            assert!(!glob_matches(pattern.as_bytes(), text.as_bytes()), "{pattern} must not match {text:?}");
        }
    }

    #[test]
    fn literals_match_themselves() {
        check("", &[""], &["a"]);
        check("foo", &["foo"], &["fo", "fooo", "Foo", ""]);
    }

    #[test]
    fn a_star_is_any_run() {
        check("*", &["", "a", "abc"], &[]);
        check("a*c", &["ac", "abc", "abcbc"], &["ab", "acb", "c"]);
        check("*a*b*", &["ab", "xaxbx"], &["ba", ""]);
        check("**", &["", "a"], &[]);
    }

    #[test]
    fn a_question_mark_is_one_byte() {
        check("h?llo", &["hello", "hallo"], &["hllo", "heello"]);
        check("?", &["x"], &["", "xx"]);
    }

    #[test]
    fn a_class_is_one_of_its_bytes() {
        check("h[ae]llo", &["hello", "hallo"], &["hillo"]);
        check("h[^e]llo", &["hallo"], &["hello"]);
        check("[a-c]", &["a", "b", "c"], &["d", "-"]);
        check("[c-a]", &["b"], &["d"]);
        check(r"[\]]", &["]"], &["\\"]);
        check("[a", &["a"], &["b"]);
    }

    #[test]
    fn the_bytes_of_a_class_have_no_sign() {
        for byte in 0..=u8::MAX {
            assert!(glob_matches(b"[\x00-\xff]", &[byte]), "{byte:#x}");
            assert_eq!(glob_matches(b"[\x7f-\x81]", &[byte]), (0x7f..=0x81).contains(&byte), "{byte:#x}");
        }
    }

    #[test]
    fn a_backslash_takes_the_next_byte_as_it_is() {
        check(r"a\*", &["a*"], &["ab", "a"]);
        check(r"a\\", &[r"a\"], &["a"]);
        check(r"a\", &[r"a\"], &["a"]);
    }

    #[test]
    fn many_stars_do_not_take_for_ever() {
        let pattern = "a*".repeat(50) + "b";
        assert!(!glob_matches(pattern.as_bytes(), "a".repeat(5000).as_bytes()));
    }
}
