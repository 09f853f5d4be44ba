//! The trace's input, as all launches read it.

use std::env;
use std::fs::File;
use std::io::{self, BufRead, Read, Seek, Write};
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use kv_workload::trace::{TraceReader, unpacked};

use super::progress::Progress;
use super::run::CompareError;

/// The path that stands for standard input.
const STANDARD_INPUT: &str = "-";
/// The number of bytes of a pipe that are copied at once.
const PIECE_BYTES: usize = 64 * 1024;
/// The number of requests that are checked before the progress is shown again.
const CHECKED_AT_ONCE: u64 = 100_000;

/// A trace that is opened once and read by one launch after the other.
///
/// An input that can be read only once (standard input, a named pipe, a process substitution) is copied to a temporary
/// file first, as it is, so a packed trace stays packed. That file has no name, so the operating system removes it
/// however this process ends. It takes room in the folder for temporary files. Rejected: to unpack and parse the pipe
/// once and hand the records on, which would be measured as well.
///
/// Each launch gets the open file as its standard input: the launches read the same file even when another one takes
/// its name meanwhile.
pub(super) struct Input {
    file: File,
    name: String,
    length: u64,
}

impl Input {
    /// Opens a file; an input that is no regular file is read to its end.
    pub(super) fn open(path: &Path) -> Result<Self, CompareError> {
        let stdin = path == Path::new(STANDARD_INPUT);
        let name = if stdin { "standard input".to_owned() } else { path.display().to_string() };
        let unreadable = |source| CompareError::Trace { path: name.clone().into(), source };
        let file = if stdin {
            spooled(io::stdin().lock(), unreadable)?
        } else {
            let file = File::open(path).map_err(unreadable)?;
            if file.metadata().map_err(unreadable)?.is_file() { file } else { spooled(file, unreadable)? }
        };
        let length = file.metadata().map_err(unreadable)?.len();
        Ok(Self { file, name, length })
    }

    /// The input's name in messages and tables.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The number of the file's bytes, packed as it is.
    pub(super) const fn length(&self) -> u64 {
        self.length
    }

    /// The standard input of the next launch. All of these share one position, so the launch before must have ended.
    pub(super) fn for_launch(&self) -> Result<Stdio, CompareError> {
        Ok(self.rewound()?.into())
    }

    fn rewound(&self) -> Result<File, CompareError> {
        let rewound = (&self.file).rewind().and_then(|()| self.file.try_clone());
        rewound.map_err(|source| CompareError::Trace { path: self.name.clone().into(), source })
    }

    /// Reads the whole trace and refuses a malformed line, a damaged file, and a trace that holds no request. Otherwise
    /// a launch would find these only after minutes.
    pub(super) fn check(&self, progress: &Progress) -> Result<(), CompareError> {
        let read = Arc::new(AtomicU64::new(0));
        let mut requests = 0_u64;
        for record in reader(self.rewound()?, &self.name, Arc::clone(&read)).map_err(CompareError::Failed)? {
            record?;
            requests += 1;
            if requests.is_multiple_of(CHECKED_AT_ONCE) {
                progress.at(read.load(Ordering::Relaxed));
            }
        }
        progress.done();
        if requests == 0 {
            return Err(CompareError::NoRequest { path: self.name.clone().into() });
        }
        Ok(())
    }
}

/// A reader of a trace's records, packed or not, which counts the bytes that it reads. Its errors are complete
/// sentences.
pub(super) fn reader<'a>(
    file: impl Read + 'a,
    name: &str,
    read: Arc<AtomicU64>,
) -> Result<TraceReader<Box<dyn BufRead + 'a>>, String> {
    let text = unpacked(Counted { file, read });
    let text = text.map_err(|error| format!("cannot read the trace {name}: {error}"))?;
    Ok(TraceReader::new(name, text))
}

/// Copies an input to a temporary file without a name.
fn spooled(
    mut input: impl Read,
    unreadable: impl Fn(io::Error) -> CompareError,
) -> Result<File, CompareError> {
    let unkept = |source| CompareError::Spool { folder: env::temp_dir(), source };
    let mut file = tempfile::tempfile().map_err(unkept)?;
    let mut piece = vec![0; PIECE_BYTES];
    // Rejected: `io::copy`, whose error does not tell whether the input or the file failed.
    loop {
        match input.read(&mut piece) {
            Ok(0) => return Ok(file),
            Ok(read) => file.write_all(&piece[..read]).map_err(unkept)?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(unreadable(error)),
        }
    }
}

/// A reader that counts the bytes read of a file, for the progress bar.
struct Counted<R> {
    file: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
