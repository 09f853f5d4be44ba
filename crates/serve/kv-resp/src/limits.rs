//! The limits on what a client may send.

/// The bounds of a request. The defaults are Redis's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest line in bytes, its end not counted: a request typed as a line, or the header that announces a
    /// length.
    pub max_inline_bytes: usize,
    /// The most arguments of a request, its name among them: 2,147,483,647 by default, as in Redis 7. It bounds a
    /// number and no memory. The caller of a [`Decoder`](crate::Decoder) has to bound the memory of a request, by the
    /// length of the read buffer and by [`Decoder::argument_bytes`](crate::Decoder::argument_bytes).
    pub max_arguments: usize,
    /// The longest argument in bytes (Redis's `proto-max-bulk-len`).
    pub max_bulk_bytes: usize,
    /// Whether the client has given the password, or needs none. Before that, a client may send only
    /// [`Limits::UNAUTHENTICATED_ARGUMENTS`] of [`Limits::UNAUTHENTICATED_BULK_BYTES`] each: enough to give the
    /// password, and too little to fill the memory.
    pub authenticated: bool,
}

impl Limits {
    /// The most arguments that a client may send before it has authenticated.
    pub const UNAUTHENTICATED_ARGUMENTS: usize = 10;

    /// The longest argument, in bytes, that a client may send before it has authenticated.
    pub const UNAUTHENTICATED_BULK_BYTES: usize = 16 * 1024;

    /// The limits for a client that has not authenticated yet.
    #[must_use]
    pub fn unauthenticated() -> Self {
        Self { authenticated: false, ..Self::default() }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_inline_bytes: 64 * 1024,
            max_arguments: i32::MAX as usize,
            max_bulk_bytes: 512 * 1024 * 1024,
            authenticated: true,
        }
    }
}
