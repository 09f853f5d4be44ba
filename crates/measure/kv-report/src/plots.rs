//! Pictures for pages that run no script: the book and the README.
//!
//! Each is an SVG on a light card of its own, so that it is legible whatever the ground of the page. The same results give
//! the same text, to the byte.

mod axis;
mod canvas;
mod curves;
mod forest;
mod latency;

use crate::Results;

/// All pictures of a run, each with the name of its file.
#[must_use]
pub fn plots(results: &Results) -> Vec<(String, String)> {
    let mut plots = forest::all(results);
    plots.extend(latency::all(results));
    plots.extend(curves::all(results));
    plots
}

/// The name of a file, made of words that may hold any characters.
fn file_name(words: &[&str]) -> String {
    let kept = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let words: Vec<String> = words.iter().map(|word| word.chars().map(kept).collect()).collect();
    format!("{}.svg", words.join("-"))
}

/// The distinct keys, in the order in which they come.
fn distinct<K: PartialEq>(keys: impl Iterator<Item = K>) -> Vec<K> {
    let mut distinct = Vec::new();
    for key in keys {
        if !distinct.contains(&key) {
            distinct.push(key);
        }
    }
    distinct
}
