//! The setting `client-output-buffer-limit`: one limit for each class of clients, in one text.

use std::time::Duration;

use super::kind::memory;
use crate::client::OutputLimit;

/// The classes in the order in which they are shown. The server has no replicas; their limit is kept for clients that
/// set it.
const CLASSES: [&str; 3] = ["normal", "slave", "pubsub"];

/// The limits as they are shown, with those replaced that the text names.
pub(super) fn normalise(current: &str, text: &str) -> Result<String, &'static str> {
    let mut limits = parse(current).unwrap_or_default();
    let words: Vec<_> = text.split_ascii_whitespace().collect();
    let (entries, rest) = words.as_chunks::<4>();
    if !rest.is_empty() {
        return Err("Wrong number of arguments in buffer limit configuration.");
    }
    for entry in entries {
        let class = entry[0].to_ascii_lowercase();
        let class = if class == "replica" { "slave" } else { &class };
        let place = CLASSES.iter().position(|known| *known == class);
        let place = place.ok_or("Invalid client class specified in buffer limit configuration.")?;
        limits[place] = limit(entry)
            .ok_or("Error in hard, soft or soft_seconds setting in buffer limit configuration.")?;
    }
    Ok(show(&limits))
}

/// The limits of normal clients and of subscribers, read from a text in the form that is shown.
pub(super) fn of_classes(text: &str) -> (OutputLimit, OutputLimit) {
    let [normal, _, pubsub] = parse(text).unwrap_or_default();
    (normal, pubsub)
}

fn parse(shown: &str) -> Option<[OutputLimit; 3]> {
    let words: Vec<_> = shown.split_ascii_whitespace().collect();
    let entries: &[[&str; 4]; 3] = words.as_chunks().0.try_into().ok()?;
    Some([limit(&entries[0])?, limit(&entries[1])?, limit(&entries[2])?])
}

fn limit([_, hard, soft, seconds]: &[&str; 4]) -> Option<OutputLimit> {
    Some(OutputLimit {
        hard: usize::try_from(memory(hard)?).ok()?,
        soft: usize::try_from(memory(soft)?).ok()?,
        soft_for: Duration::from_secs(seconds.parse::<u32>().ok()?.into()),
    })
}

fn show(limits: &[OutputLimit; 3]) -> String {
    let shown: Vec<_> = CLASSES
        .iter()
        .zip(limits)
        .map(|(class, limit)| format!("{class} {} {} {}", limit.hard, limit.soft, limit.soft_for.as_secs()))
        .collect();
    shown.join(" ")
}
