//! Why a setting is refused.

use std::borrow::Cow;

use thiserror::Error;

/// What `CONFIG SET` answers, without the minus sign.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub(crate) enum SettingsError {
    /// There is no such setting.
    #[error("ERR Unknown option or number of arguments for CONFIG SET - '{0}'")]
    Unknown(String),
    /// It cannot be that, or cannot be changed.
    #[error("ERR CONFIG SET failed (possibly related to argument '{name}') - {why}")]
    Refused {
        /// Which setting.
        name: &'static str,
        /// Redis's words where Redis would refuse it too.
        why: Cow<'static, str>,
    },
}
