//! The definition of a setting: all about it but its value.

use std::borrow::Cow;
use std::iter;

use super::SettingsError;
use super::kind::Kind;

/// A line of the table.
#[derive(Debug)]
pub(super) struct Definition {
    /// The setting's name, in lower case.
    pub(super) name: &'static str,
    /// The setting's name in older versions of Redis.
    pub(super) alias: Option<&'static str>,
    /// The kind of texts that the setting takes.
    pub(super) kind: Kind,
    /// The setting's value, unless another is given at the start.
    pub(super) default: &'static str,
    /// The setting's effect.
    pub(super) role: Role,
    /// Whether only its whole name finds the setting.
    pub(super) hidden: bool,
}

/// The effect of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The server follows the setting, from the moment it is set.
    Effective,
    /// The value is decided when the server starts. It may be set to what it is; for any other value, this is the
    /// answer.
    Fixed(&'static str),
    /// The value is remembered, and has no effect: clients and test suites of Redis set it, and it does no harm here.
    Accepted,
    /// The value is decided when the server starts, in Redis as well. It may not be set even to what it is.
    Immutable,
}

impl Definition {
    const fn new(name: &'static str, kind: Kind, default: &'static str, role: Role) -> Self {
        Self { name, alias: None, kind, default, role, hidden: false }
    }

    pub(super) const fn effective(name: &'static str, kind: Kind, default: &'static str) -> Self {
        Self::new(name, kind, default, Role::Effective)
    }

    pub(super) const fn fixed(
        name: &'static str,
        kind: Kind,
        default: &'static str,
        why: &'static str,
    ) -> Self {
        Self::new(name, kind, default, Role::Fixed(why))
    }

    pub(super) const fn accepted(name: &'static str, kind: Kind, default: &'static str) -> Self {
        Self::new(name, kind, default, Role::Accepted)
    }

    pub(super) const fn immutable(name: &'static str, kind: Kind, default: &'static str) -> Self {
        Self::new(name, kind, default, Role::Immutable)
    }

    pub(super) const fn alias(mut self, alias: &'static str) -> Self {
        self.alias = Some(alias);
        self
    }

    pub(super) const fn hidden(mut self) -> Self {
        self.hidden = true;
        self
    }

    /// The name and the alias.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        iter::once(self.name).chain(self.alias)
    }

    /// The text that a client sent for the setting, under one of its names, in the form that `CONFIG GET` will show.
    ///
    /// # Errors
    /// The reason why the text is wrong. Settings are kept as text, so a setting that takes any text refuses bytes that
    /// are no text; the other settings refuse such bytes in the same words as wrong letters.
    pub(super) fn read(
        &self,
        name: &'static str,
        current: &str,
        sent: &[u8],
    ) -> Result<String, SettingsError> {
        match String::from_utf8_lossy(sent) {
            Cow::Owned(_) if matches!(self.kind, Kind::Text) => {
                Err(SettingsError::refused(name, "argument must be UTF-8 text"))
            }
            text => self.kind.normalise(current, &text).map_err(|why| SettingsError::refused(name, why)),
        }
    }
}
