//! A trace, line by line, in constant memory.

use std::io::{BufRead, Read};
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::TraceRecord;

/// The longest line: far more than a key of any cache, and little enough to hold while looking for its end.
const MAX_LINE_BYTES: u64 = 64 * 1024;

/// A line of a trace that cannot be read.
#[derive(Debug, Error)]
#[error("{}:{line}: {what}", path.display())]
pub struct TraceError {
    /// The file.
    pub path: PathBuf,
    /// The line, counted from 1.
    pub line: u64,
    /// What is wrong with it.
    pub what: String,
    /// What the operating system said, if it is its fault.
    #[source]
    pub source: Option<std::io::Error>,
}

/// Reads a trace of any length. After a line that is wrong, the iterator goes on with the next one, so that
/// the caller decides what a wrong line means; after a failed read it ends.
#[derive(Debug)]
pub struct TraceReader<R> {
    path: PathBuf,
    input: R,
    line: u64,
    buffer: Vec<u8>,
    ended: bool,
}

impl<R: BufRead> TraceReader<R> {
    /// Reads from `input`; the path is for messages.
    pub fn new(path: impl AsRef<Path>, input: R) -> Self {
        Self { path: path.as_ref().to_owned(), input, line: 0, buffer: Vec::new(), ended: false }
    }

    fn error(&self, what: String, source: Option<std::io::Error>) -> TraceError {
        TraceError { path: self.path.clone(), line: self.line, what, source }
    }

    /// Reads a line into the buffer, at most as much as a line may have; returns whether there was one.
    fn read_line(&mut self) -> std::io::Result<bool> {
        self.buffer.clear();
        let read = self.input.by_ref().take(MAX_LINE_BYTES + 1).read_until(b'\n', &mut self.buffer)?;
        Ok(read > 0)
    }

    /// Leaves out what is left of a line.
    fn skip_line(&mut self) -> std::io::Result<()> {
        while self.buffer.last().is_some_and(|&byte| byte != b'\n') {
            self.read_line()?;
        }
        Ok(())
    }

    fn parse(&mut self) -> Result<TraceRecord, TraceError> {
        if self.buffer.len() as u64 > MAX_LINE_BYTES {
            if let Err(error) = self.skip_line() {
                return Err(self.failed(error));
            }
            return Err(self.error(format!("a line of more than {MAX_LINE_BYTES} bytes"), None));
        }
        let line = self.buffer.strip_suffix(b"\n").unwrap_or(&self.buffer);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        TraceRecord::parse(self.line, line).map_err(|what| self.error(what, None))
    }

    fn failed(&mut self, error: std::io::Error) -> TraceError {
        self.ended = true;
        self.error(format!("cannot read: {error}"), Some(error))
    }
}

impl<R: BufRead> Iterator for TraceReader<R> {
    type Item = Result<TraceRecord, TraceError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        self.line += 1;
        match self.read_line() {
            Ok(true) => Some(self.parse()),
            Ok(false) => {
                self.ended = true;
                None
            }
            Err(error) => Some(Err(self.failed(error))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::TraceOperation;

    fn read(text: &[u8]) -> Vec<Result<TraceRecord, String>> {
        let reader = TraceReader::new("a.csv", text);
        reader.map(|record| record.map_err(|error| error.to_string())).collect()
    }

    fn refusal(line: &str) -> String {
        read(line.as_bytes()).remove(0).expect_err("must be refused")
    }

    #[test]
    fn a_line_is_a_record() {
        let records = read(b"12,ns:key,6,130,3,set,600\n13,a,b,3,0,4,get,0\r\n14,c,1,2,5,incr,0");
        let first = TraceRecord {
            line: 1,
            timestamp: 12,
            key: "ns:key".into(),
            key_bytes: 6,
            value_bytes: 130,
            client: 3,
            operation: TraceOperation::Set,
            ttl: 600,
        };
        assert_eq!(records[0], Ok(first));
        // A comma in the key, a Windows line end, a last line without an end.
        assert_eq!(records[1].as_ref().map(|record| &record.key[..]), Ok(&b"a,b"[..]));
        assert_eq!(records[2].as_ref().map(|record| record.operation), Ok(TraceOperation::Incr));
        assert_eq!(records.len(), 3);
        assert!(read(b"").is_empty());
    }

    #[test]
    fn a_wrong_line_says_where_and_what() {
        assert_eq!(refusal("\n"), "a.csv:1: an empty line");
        let seven = "fields instead of 7: timestamp,key,key size,value size,client id,operation,TTL";
        assert_eq!(refusal("1,k,2,3,4,get"), format!("a.csv:1: 6 {seven}"));
        assert_eq!(refusal("hello"), format!("a.csv:1: 1 {seven}"));
        let range = "is not a number from 0 to 18446744073709551615";
        assert_eq!(refusal("x,k,1,2,3,get,0"), format!("a.csv:1: the timestamp \"x\" {range}"));
        assert_eq!(refusal("1,k,-1,2,3,get,0"), format!("a.csv:1: the key size \"-1\" {range}"));
        assert_eq!(refusal("1,k,1,,3,get,0"), format!("a.csv:1: the value size \"\" {range}"));
        assert_eq!(refusal("1,k,1,2,+3,get,0"), format!("a.csv:1: the client id \"+3\" {range}"));
        assert_eq!(refusal("1,k,1,2,3,get,1.5"), format!("a.csv:1: the TTL \"1.5\" {range}"));
        assert_eq!(refusal("1,,1,2,3,get,0"), "a.csv:1: the key is empty");
        assert!(refusal("1,k,1,2,3,GET,0").starts_with("a.csv:1: unknown operation \"GET\"; known are get"));
        assert!(refusal("1,k,1,999999999999,3,set,0").contains("more than 536870912 bytes"));
    }

    #[test]
    fn the_lines_after_a_wrong_one_are_read() {
        let long = "k".repeat(200_000);
        let text = format!("1,k,1,2,3,get,0\noops\n1,{long},1,2,3,get,0\n2,k,1,2,3,get,0\n");
        let records = read(text.as_bytes());
        assert_eq!(records.len(), 4);
        assert!(records[1].as_ref().is_err_and(|what| what.starts_with("a.csv:2: 1 fields")));
        assert!(records[2].as_ref().is_err_and(|what| what == "a.csv:3: a line of more than 65536 bytes"));
        assert_eq!(records[3].as_ref().map(|record| record.line), Ok(4));
    }

    #[test]
    fn a_failed_read_ends_the_trace() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                Err(std::io::Error::other("the disk is gone"))
            }
        }
        let mut reader = TraceReader::new("a.csv", std::io::BufReader::new(Broken));
        let error = reader.next().expect("an error").expect_err("the disk is gone");
        assert_eq!(error.to_string(), "a.csv:1: cannot read: the disk is gone");
        assert!(reader.next().is_none());
    }
}
