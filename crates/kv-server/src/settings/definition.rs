//! What is known of a setting beside its value.

use std::borrow::Cow;
use std::iter;

use super::SettingsError;
use super::kind::Kind;

/// A line of the table.
#[derive(Debug)]
pub(super) struct Definition {
    /// Its name, in lower case.
    pub(super) name: &'static str,
    /// The name it had in older versions of Redis.
    pub(super) alias: Option<&'static str>,
    /// What may be written for it.
    pub(super) kind: Kind,
    /// Its value, unless another is given at the start.
    pub(super) default: &'static str,
    /// What becomes of it.
    pub(super) role: Role,
    /// Whether only its whole name finds it.
    pub(super) hidden: bool,
}

/// What becomes of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The server does as it says, from the moment it is set.
    Effective,
    /// Decided when the server starts. It may be set to what it is; for anything else, this is what is answered.
    Fixed(&'static str),
    /// Remembered, and without effect: clients and test suites of Redis set it, and it does no harm here.
    Accepted,
    /// Decided when the server starts, in Redis as well. Not even its own value may be set.
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

    /// What a client sent for the setting, under one of its names, as `CONFIG GET` will show it.
    ///
    /// # Errors
    /// What is wrong with it. Settings are kept as text, so one that may be any text must be text; of all others, bytes that
    /// are none are as wrong as letters are, and are refused in the same words.
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
