//! The search for the end of a line that arrives in pieces.

/// A search that looks at each byte once, however small the pieces are in which the line arrives.
#[derive(Debug, Default)]
pub(crate) struct LineSearch {
    /// How many bytes from the start of the line were searched without finding its end.
    searched: usize,
    #[cfg(test)]
    pub(crate) looked_at: usize,
}

/// The error for a line that is longer than it may be.
#[derive(Debug)]
pub(crate) struct TooLong;

impl LineSearch {
    /// The first place of the byte `end` in `text`, which begins with the line; `None` if it has not arrived yet. At
    /// most `max` bytes may come before it. The answer does not depend on how much has arrived after the line.
    #[inline]
    pub(crate) fn find(&mut self, text: &[u8], end: u8, max: usize) -> Result<Option<usize>, TooLong> {
        let within = &text[..text.len().min(max.saturating_add(1))];
        // Lines are short, mostly four bytes, and a plain loop over them is faster than a call to memchr.
        let rest = within.get(self.searched..).unwrap_or_default();
        let found = rest.iter().position(|byte| *byte == end);
        #[cfg(test)]
        {
            self.looked_at += found.map_or(rest.len(), |at| at + 1);
        }
        match found {
            Some(at) => {
                self.searched += at;
                Ok(Some(self.searched))
            }
            None if text.len() > max => Err(TooLong),
            None => {
                self.searched = text.len();
                Ok(None)
            }
        }
    }

    /// Begins a new line.
    #[inline]
    pub(crate) fn restart(&mut self) {
        self.searched = 0;
    }
}
