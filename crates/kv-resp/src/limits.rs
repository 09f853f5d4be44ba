//! What a client may send.

/// The bounds of a request. The defaults are Redis's, but for the number of arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest line in bytes, its end not counted: a request typed as a line, or the header that announces a
    /// length.
    pub max_inline_bytes: usize,
    /// The most arguments of a request, its name among them. A million and a little by default, as in Redis 6; Redis 7
    /// takes up to 2,147,483,647.
    pub max_arguments: usize,
    /// The longest argument in bytes (Redis's `proto-max-bulk-len`).
    pub max_bulk_bytes: usize,
    /// Whether the client has given the password, or needs none. One that has not may send only
    /// [`Limits::UNAUTHENTICATED_ARGUMENTS`] of [`Limits::UNAUTHENTICATED_BULK_BYTES`] each: enough to give it, and
    /// too little to fill the memory with.
    pub authenticated: bool,
}

impl Limits {
    /// The most arguments that a client may send before it has authenticated.
    pub const UNAUTHENTICATED_ARGUMENTS: usize = 10;

    /// The longest argument, in bytes, that a client may send before it has authenticated.
    pub const UNAUTHENTICATED_BULK_BYTES: usize = 16 * 1024;

    /// The bounds for a client that has not authenticated yet.
    #[must_use]
    pub fn unauthenticated() -> Self {
        Self { authenticated: false, ..Self::default() }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_inline_bytes: 64 * 1024,
            max_arguments: 1024 * 1024,
            max_bulk_bytes: 512 * 1024 * 1024,
            authenticated: true,
        }
    }
}
