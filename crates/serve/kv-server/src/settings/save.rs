//! The setting `save`, which has no effect: the server keeps no files.

/// Pairs of seconds and changes, as Redis shows them. Empty for none.
pub(super) fn normalise(text: &str) -> Result<String, &'static str> {
    const INVALID: &str = "Invalid save parameters";
    let words: Vec<_> = text.split_ascii_whitespace().collect();
    let is_number = |word: &&str, least: i32| word.parse::<i32>().is_ok_and(|number| number >= least);
    let (pairs, rest) = words.as_chunks::<2>();
    // A save needs at least 1 second and at least 0 changes.
    if !rest.is_empty()
        || !pairs.iter().all(|[seconds, changes]| is_number(seconds, 1) && is_number(changes, 0))
    {
        return Err(INVALID);
    }
    Ok(words.join(" "))
}
