//! Real traces: the published cache-trace format, read as a stream and replayed with every reply checked.
//!
//! The format is that of the production traces published with Yang, Yue and Vinayak (OSDI 2020): one request
//! a line, `timestamp,anonymized key,key size,value size,client id,operation,TTL`, in seconds and bytes. The
//! published files are compressed: [`unpacked`] reads gzip and zstd.
//!
//! Other programs write the same format with small differences. A [`TraceReader`] leaves out a byte-order mark, blank
//! lines, blanks at the end of a line, Windows line ends, and a first line that names the columns; operations may be in
//! upper case. All else is refused, with the number of the line.
//!
//! The command of each operation:
//!
//! | in the trace | here |
//! |---|---|
//! | `get`, `gets` | `Get` |
//! | `set` | `Set` |
//! | `add`, `replace` | `Set` if absent, `Set` if present |
//! | `cas` | `Set` if present: the trace does not say which version it compared, nor whether it won |
//! | `append`, `prepend` | `Append`: the protocol has no prepend, and it costs the same |
//! | `delete` | `Delete` |
//! | `incr`, `decr` | `IncrementBy` 1 and -1, and a missing key counts as 0. On a value that is no integer the store refuses, and the refusal is the expected reply |
//!
//! A write's TTL becomes its expiry, 0 and -1 meaning none; `incr`, `append` and `prepend` leave the expiry as it is.
//! Values are filler of the recorded size. Keys are the anonymised ones as they stand in the trace, whose length may
//! differ from that of the real keys.
//!
//! # Order and time
//!
//! The records of a [`Chunk`] are split over client tasks *by the hash of their key*, not by the trace's client id: two
//! clients' requests for one key have an order in the trace that concurrent tasks would not keep, and without that
//! order no reply could be predicted. So each key's requests stay in order, all replies are known beforehand, and the
//! tasks are as concurrent as any. The trace's time is replayed too, by a manual clock that moves to the first
//! timestamp of each chunk: within a chunk nothing expires, and between chunks all keys expire that are due. There is
//! no pacing: a replay is as fast as the backend.
//!
//! ```
//! use std::rc::Rc;
//! use kv_core::{Mailbox, Topology};
//! use kv_workload::trace::{TraceContestant, TraceReader, TraceSession, TraceSource};
//! use kv_workload::{Lane, Stage};
//!
//! let text = "0,alpha,5,100,7,set,60\n0,alpha,5,100,8,get,0\n1,beta,4,0,7,get,0\n";
//! let mut source = TraceSource::new(TraceReader::new("memory", text.as_bytes()), 4);
//! let stage = Rc::new(Stage::new(Lane::Ct)?);
//! let (topology, mailbox) = (Topology::Single, Mailbox::Bounded(1024));
//! let mut session = TraceSession::<kv_tokio::Tokio>::start("tokio", stage, 4, topology, mailbox)?;
//! while let Some(chunk) = source.next_chunk(10_000)? {
//!     assert_eq!(session.replay(&chunk)?.ops, 3);
//! }
//! Box::new(session).finish()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod chunk;
mod reader;
mod record;
mod replay;
mod unpack;
mod zstd;

pub use chunk::{Chunk, TraceSource};
pub use reader::{TraceError, TraceReader};
pub use record::{TraceOperation, TraceRecord};
pub use replay::{TraceContestant, TraceSession};
pub use unpack::unpacked;
