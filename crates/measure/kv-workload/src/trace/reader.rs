//! The reader of a trace, line by line, in constant memory.

use std::io::{BufRead, Read};
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::TraceRecord;
use super::record::is_header;

/// The longest line: far more than a key of any cache, and little enough to hold while the reader looks for its end.
const MAX_LINE_BYTES: u64 = 64 * 1024;
/// The mark that some editors put before UTF-8 text.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The error for a line of a trace that cannot be read.
#[derive(Debug, Error)]
#[error("{}:{line}: {what}", path.display())]
pub struct TraceError {
    /// The file's path.
    pub path: PathBuf,
    /// The line's number, counted from 1.
    pub line: u64,
    /// The fault of the line.
    pub what: String,
    /// The operating system's error, if the read failed.
    #[source]
    pub source: Option<std::io::Error>,
}

/// A reader of a trace of any length. It leaves out a byte-order mark, blank lines, and a first line that names the
/// columns; all of them count as lines. Lines may end as on Windows. After a wrong line the iterator goes on with the
/// next one, so that the caller decides what a wrong line means; after a failed read it ends.
#[derive(Debug)]
pub struct TraceReader<R> {
    path: PathBuf,
    input: R,
    line: u64,
    buffer: Vec<u8>,
    /// Whether a line that is not blank was read: from then on, no line is a header.
    begun: bool,
    ended: bool,
}

impl<R: BufRead> TraceReader<R> {
    /// A reader of `input`; the path is for messages.
    pub fn new(path: impl AsRef<Path>, input: R) -> Self {
        let path = path.as_ref().to_owned();
        Self { path, input, line: 0, buffer: Vec::new(), begun: false, ended: false }
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

    /// Leaves out the rest of a line.
    fn skip_line(&mut self) -> std::io::Result<()> {
        while self.buffer.last().is_some_and(|&byte| byte != b'\n') {
            self.read_line()?;
        }
        Ok(())
    }

    /// The record of the line in the buffer; `None` if the line is blank or a header.
    fn parse(&mut self) -> Result<Option<TraceRecord>, TraceError> {
        if self.buffer.len() as u64 > MAX_LINE_BYTES {
            if let Err(error) = self.skip_line() {
                return Err(self.failed(error));
            }
            return Err(self.error(format!("a line of more than {MAX_LINE_BYTES} bytes"), None));
        }
        let mark: &[u8] = if self.line == 1 { BYTE_ORDER_MARK } else { b"" };
        let line = self.buffer.strip_prefix(mark).unwrap_or(&self.buffer).trim_ascii_end();
        if line.is_empty() {
            return Ok(None);
        }
        let first = !std::mem::replace(&mut self.begun, true);
        if first && is_header(line) {
            return Ok(None);
        }
        TraceRecord::parse(self.line, line).map(Some).map_err(|what| self.error(what, None))
    }

    fn failed(&mut self, error: std::io::Error) -> TraceError {
        self.ended = true;
        self.error(format!("cannot read: {error}"), Some(error))
    }
}

impl<R: BufRead> Iterator for TraceReader<R> {
    type Item = Result<TraceRecord, TraceError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            self.line += 1;
            match self.read_line() {
                Ok(true) => match self.parse() {
                    Ok(None) => {}
                    Ok(Some(record)) => return Some(Ok(record)),
                    Err(error) => return Some(Err(error)),
                },
                Ok(false) => self.ended = true,
                Err(error) => return Some(Err(self.failed(error))),
            }
        }
        None
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
        // The lines have a comma in the key, a Windows line end, and no end at the last line.
        assert_eq!(records[1].as_ref().map(|record| &record.key[..]), Ok(&b"a,b"[..]));
        assert_eq!(records[2].as_ref().map(|record| record.operation), Ok(TraceOperation::Incr));
        assert_eq!(records.len(), 3);
        assert!(read(b"").is_empty());
    }

    #[test]
    fn a_wrong_line_says_where_and_what() {
        let seven = "fields instead of 7: timestamp,key,key size,value size,client id,operation,TTL";
        assert_eq!(refusal("1,k,2,3,4,get"), format!("a.csv:1: 6 {seven}"));
        assert_eq!(refusal("hello"), format!("a.csv:1: 1 {seven}"));
        let range = "is not a number from 0 to 18446744073709551615";
        assert_eq!(refusal("x,k,1,2,3,get,0"), format!("a.csv:1: the timestamp \"x\" {range}"));
        assert_eq!(refusal("1,k,-1,2,3,get,0"), format!("a.csv:1: the key size \"-1\" {range}"));
        assert_eq!(refusal("1,k,1,,3,get,0"), format!("a.csv:1: the value size \"\" {range}"));
        assert_eq!(refusal("1,k,1,2,+3,get,0"), format!("a.csv:1: the client id \"+3\" {range}"));
        assert_eq!(refusal("1,k,1,2,3,get,1.5"), format!("a.csv:1: the TTL \"1.5\" {range}, nor -1"));
        assert_eq!(refusal("1,k,1,2,3,get,-2"), format!("a.csv:1: the TTL \"-2\" {range}, nor -1"));
        assert_eq!(refusal("1,,1,2,3,get,0"), "a.csv:1: the key is empty");
        // These are two requests with the line ends of an old Mac.
        let mac = refusal("1,k,1,2,3,set,0\r1,k,1,2,3,get,0\r");
        assert!(mac.starts_with("a.csv:1: the key holds a control character"), "{mac}");
        assert!(
            refusal("1,k,1,2,3,touch,0").starts_with("a.csv:1: unknown operation \"touch\"; known are get")
        );
        assert!(refusal("1,k,1,999999999999,3,set,0").contains("more than 536870912 bytes"));
    }

    #[test]
    fn what_other_programs_add_is_left_out() {
        let header = "timestamp,anonymized key,key size,value size,client id,operation,TTL";
        let plain = "1,k,1,2,3,get,0\n2,k,1,2,3,set,9\n";
        let windows = plain.replace('\n', "\r\n");
        for (text, lines) in [
            (format!("\u{feff}{plain}"), [1, 2]),
            (format!("{header}\n{plain}"), [2, 3]),
            (format!("\u{feff}{header}\r\n{windows}"), [2, 3]),
            (format!("\"Time\",key,key_size,value_size,client,op,ttl\n{plain}"), [2, 3]),
            (format!("\n \t\n{header}\n\n{plain}"), [5, 6]),
            (format!("{plain}\n\r\n  "), [1, 2]),
            (format!("\u{feff}\n{plain}"), [2, 3]),
            (plain.to_uppercase().replace('K', "k"), [1, 2]),
            (plain.replace("get", "Get"), [1, 2]),
            (windows.replace('\r', " \r"), [1, 2]),
        ] {
            let expected: Vec<_> = read(plain.as_bytes())
                .into_iter()
                .zip(lines)
                .map(|(record, line)| record.map(|record| TraceRecord { line, ..record }))
                .collect();
            assert_eq!(read(text.as_bytes()), expected, "{text:?}");
        }
    }

    #[test]
    fn a_header_is_the_first_line_only_and_has_no_numbers() {
        let header = "timestamp,key,key size,value size,client id,operation,TTL\n";
        let twice = read(header.repeat(2).as_bytes());
        assert_eq!(twice.len(), 1);
        assert!(twice[0].as_ref().is_err_and(|what| what.starts_with("a.csv:2: the timestamp")));
        assert!(refusal("time,key,key size,value size,client id,get,TTL").contains("timestamp"));
        assert!(refusal("time,key,key size,value size,7,operation,TTL").contains("timestamp"));
        assert!(refusal("timestamp,key,operation\n").contains("3 fields"));
        assert!(refusal(",,,,,,\n").contains("the key is empty"));
    }

    #[test]
    fn a_ttl_of_minus_one_is_none() {
        let records = read(b"1,k,1,2,3,set,-1\n");
        assert_eq!(records[0].as_ref().map(|record| record.ttl), Ok(0));
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
