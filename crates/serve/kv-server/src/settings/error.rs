//! The errors of `CONFIG SET`.

use std::borrow::Cow;

use thiserror::Error;

use kv_commands::Failure;

/// The reason why a setting is not set, as `CONFIG SET` words it and without the minus sign.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub(crate) enum SettingsError {
    /// There is no such setting.
    #[error("ERR Unknown option or number of arguments for CONFIG SET - '{}'", String::from_utf8_lossy(.0))]
    Unknown(Vec<u8>),
    /// The setting cannot have that value, or cannot be changed.
    #[error("ERR CONFIG SET failed (possibly related to argument '{name}') - {why}")]
    Refused {
        /// The setting's name.
        name: &'static str,
        /// The reason, in Redis's words if Redis would refuse the value too.
        why: Cow<'static, str>,
    },
}

impl SettingsError {
    /// The error that refuses a setting, under the name by which the client calls it.
    pub(super) fn refused(name: &'static str, why: impl Into<Cow<'static, str>>) -> Self {
        Self::Refused { name, why: why.into() }
    }
}

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Self {
        match error {
            SettingsError::Unknown(name) => {
                Self::quoting("ERR Unknown option or number of arguments for CONFIG SET - '", &name, "'")
            }
            SettingsError::Refused { .. } => Self::line(error.to_string()),
        }
    }
}
