//! The options of `SHUTDOWN`.

use kv_resp::Request;

use super::Failure;

/// The request of a `SHUTDOWN`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shutdown {
    /// To end the server. `SAVE`, `NOSAVE`, `NOW` and `FORCE` make no difference: the server has nothing to save, and
    /// nothing that they would hurry.
    End,
    /// To cancel a shutdown.
    Abort,
}

impl Shutdown {
    /// Reads the request `SHUTDOWN [NOSAVE | SAVE] [NOW] [FORCE] [ABORT]`.
    ///
    /// # Errors
    /// A syntax error if the request has another word, or words that contradict each other: a server must not end by a
    /// command that is wrong.
    pub fn parse(request: &Request) -> Result<Self, Failure> {
        let (mut nosave, mut save, mut hurry, mut abort) = (false, false, false, false);
        for word in request.args().skip(1) {
            let flag = match word.to_ascii_lowercase().as_slice() {
                b"nosave" => &mut nosave,
                b"save" => &mut save,
                b"now" | b"force" => &mut hurry,
                b"abort" => &mut abort,
                _ => return Err(Failure::SYNTAX),
            };
            *flag = true;
        }
        match (nosave, save, hurry, abort) {
            (true, true, _, _) => Err(Failure::SYNTAX),
            (false, false, false, true) => Ok(Self::Abort),
            (_, _, _, true) => Err(Failure::SYNTAX),
            (_, _, _, false) => Ok(Self::End),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_contradict_each_other_end_nothing() {
        let parsed = |line: &str| Shutdown::parse(&line.split(' ').collect());
        for line in ["SHUTDOWN", "shutdown nosave", "SHUTDOWN SAVE save", "SHUTDOWN NOW FORCE NOSAVE now"] {
            assert_eq!(parsed(line), Ok(Shutdown::End), "{line}");
        }
        assert_eq!(parsed("SHUTDOWN abort ABORT"), Ok(Shutdown::Abort));
        for line in [
            "SHUTDOWN NOSAVE SAVE",
            "SHUTDOWN save nosave now",
            "SHUTDOWN ABORT NOW",
            "SHUTDOWN NOSAVE ABORT",
            "SHUTDOWN NOSAVE wrong",
            "SHUTDOWN ABORT wrong",
            "SHUTDOWN nosavee",
        ] {
            assert_eq!(parsed(line), Err(Failure::SYNTAX), "{line}");
        }
    }
}
