//! The contract, one module per clause.

#![expect(missing_docs, reason = "a case's name is the promise that it proves")]
#![expect(clippy::missing_panics_doc, reason = "panicking is how a case fails")]

pub mod announced;
pub mod backpressure;
pub mod batches;
pub mod cancel;
pub mod commands;
pub mod drain;
pub mod expiry;
pub mod history;
pub mod instances;
pub mod key_events;
pub mod keyspace;
pub mod kill;
pub mod leaks;
pub mod memory;
pub mod numbers;
pub mod order;
pub mod panic;
pub mod per_key;
pub mod refusal;
pub mod routing;
pub mod stop;
pub mod strings;
pub mod supervision;
pub mod threads;
pub mod timeout;
pub mod transactions;
