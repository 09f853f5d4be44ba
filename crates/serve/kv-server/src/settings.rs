//! The settings that `CONFIG GET` shows and `CONFIG SET` changes while the server runs.
//!
//! Each setting has a line in the [table], which says of what kind it is and whether it has an effect. Clients see
//! texts; the few values that the server reads for each connection or message are kept in a readable form as well.

mod definition;
mod error;
mod kind;
mod live;
mod output_limits;
mod save;
mod table;
#[cfg(test)]
mod tests;

use std::fmt;
use std::time::Duration;

use kv_core::glob_matches;
use parking_lot::RwLock;

use self::definition::Role;
pub(crate) use self::error::SettingsError;
use self::live::Live;
use self::table::TABLE;
use crate::client::OutputLimit;
use crate::notify::EventFlags;

/// The server's settings, shared by all of its actors and connections.
pub(crate) struct Settings {
    /// The settings' texts, in the order of the table.
    texts: RwLock<Vec<String>>,
    live: Live,
}

/// Omits the values: one of them is a password, and debug output ends in logs.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").finish_non_exhaustive()
    }
}

impl Settings {
    /// The defaults, replaced by the given values; those may also be of settings that cannot be changed later.
    ///
    /// # Errors
    /// The errors of [`Settings::set`].
    pub(crate) fn new<'a>(
        given: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, SettingsError> {
        let mut texts: Vec<_> = TABLE.iter().map(|definition| definition.default.to_owned()).collect();
        for (name, text) in given {
            let unknown = || SettingsError::Unknown(name.as_bytes().to_vec());
            let (index, name) = find(name.as_bytes()).ok_or_else(unknown)?;
            texts[index] = TABLE[index].read(name, &texts[index], text.as_bytes())?;
        }
        let live = Live::default();
        for (definition, text) in TABLE.iter().zip(&texts) {
            live.apply(definition.name, text);
        }
        Ok(Self { texts: RwLock::new(texts), live })
    }

    /// The settings that `CONFIG GET` finds: each name once that a pattern matches, in any case. A name that is written
    /// out is found even if patterns do not show it.
    pub(crate) fn get(&self, patterns: &[&[u8]]) -> Vec<(&'static str, String)> {
        let texts = self.texts.read();
        let mut found = Vec::new();
        for (definition, text) in TABLE.iter().zip(texts.iter()) {
            for name in definition.names() {
                if patterns.iter().any(|pattern| shows(pattern, name, definition.hidden)) {
                    found.push((name, text.clone()));
                }
            }
        }
        found
    }

    /// The text of one setting; empty if there is none of that name.
    pub(crate) fn text(&self, name: &str) -> String {
        find(name.as_bytes()).map_or_else(String::new, |(index, _)| self.texts.read()[index].clone())
    }

    /// Changes settings as `CONFIG SET` does: all of them, or none.
    ///
    /// # Errors
    /// [`SettingsError`] for the first name or value that is refused.
    pub(crate) fn set(&self, pairs: &[(&[u8], &[u8])]) -> Result<(), SettingsError> {
        let places = resolve(pairs)?;
        let mut texts = self.texts.write();
        // Everything is checked before anything is changed, so there is nothing to roll back.
        let mut staged = texts.clone();
        for (&(index, name), (_, value)) in places.iter().zip(pairs) {
            staged[index] = TABLE[index].read(name, &staged[index], value)?;
        }
        for &(index, name) in &places {
            if let Role::Fixed(why) = TABLE[index].role
                && staged[index] != texts[index]
            {
                return Err(SettingsError::refused(name, why));
            }
        }
        for &(index, _) in &places {
            let definition = &TABLE[index];
            if definition.role == Role::Accepted && staged[index] != texts[index] {
                tracing::warn!(setting = definition.name, "accepted, but it has no effect in this server");
            }
            self.live.apply(definition.name, &staged[index]);
        }
        *texts = staged;
        Ok(())
    }

    /// How many clients may be connected at once.
    pub(crate) fn max_clients(&self) -> usize {
        self.live.max_clients()
    }

    /// After how long without a request a client is disconnected; `None` for never.
    pub(crate) fn idle_timeout(&self) -> Option<Duration> {
        self.live.idle_timeout()
    }

    /// The most bytes of one request, the memory for the places of its arguments included; and the most bytes of
    /// requests that are read while replies to earlier ones wait. Redis's default is 1 GiB: a hundred arguments of half
    /// a gigabyte each are allowed one by one.
    pub(crate) fn longest_request(&self) -> usize {
        self.live.longest_request()
    }

    /// How much may wait for a client that is subscribed to nothing.
    pub(crate) fn normal_limit(&self) -> OutputLimit {
        self.live.normal_limit()
    }

    /// How much may wait for a subscriber.
    pub(crate) fn pubsub_limit(&self) -> OutputLimit {
        self.live.pubsub_limit()
    }

    /// Which key events are to be published. After a change, `CONFIG SET` calls
    /// [`Notifier::refresh`](crate::notify::Notifier::refresh), which makes the notifier read them.
    pub(crate) fn event_flags(&self) -> EventFlags {
        EventFlags::parse(&self.text("notify-keyspace-events")).unwrap_or_default()
    }

    /// Whether clients have to give a password.
    pub(crate) fn asks_password(&self) -> bool {
        self.live.asks_password()
    }

    /// Whether this is the password. The comparison takes as long for a wrong password as for the right one of the same
    /// length.
    pub(crate) fn is_password(&self, given: &[u8]) -> bool {
        self.live.is_password(given)
    }
}

/// The settings' places in the table, and the names by which the client calls them. A wrong name is reported before any
/// wrong value.
fn resolve(pairs: &[(&[u8], &[u8])]) -> Result<Vec<(usize, &'static str)>, SettingsError> {
    let mut places = Vec::with_capacity(pairs.len());
    for (place, (name, _)) in pairs.iter().enumerate() {
        let unknown = || SettingsError::Unknown(name.to_vec());
        let (index, known) = find(name).ok_or_else(unknown)?;
        if TABLE[index].role == Role::Immutable {
            return Err(SettingsError::refused(known, "can't set immutable config"));
        }
        // The names are compared, and not the places: Redis takes a setting and its alias in one command, and the later
        // one counts.
        if pairs[..place].iter().any(|(earlier, _)| earlier.eq_ignore_ascii_case(name)) {
            return Err(SettingsError::refused(known, "duplicate parameter"));
        }
        places.push((index, known));
    }
    Ok(places)
}

/// The setting's place in the table, and the name by which the client calls it.
fn find(name: &[u8]) -> Option<(usize, &'static str)> {
    TABLE.iter().enumerate().find_map(|(index, definition)| {
        let known = definition.names().find(|known| known.as_bytes().eq_ignore_ascii_case(name))?;
        Some((index, known))
    })
}

fn shows(pattern: &[u8], name: &str, hidden: bool) -> bool {
    let is_pattern = pattern.iter().any(|byte| b"*?[".contains(byte));
    if is_pattern {
        !hidden && glob_matches(&pattern.to_ascii_lowercase(), name.as_bytes())
    } else {
        pattern.eq_ignore_ascii_case(name.as_bytes())
    }
}
