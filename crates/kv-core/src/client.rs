//! Typed methods on top of any handle, so that the everyday code shows neither commands nor channels.

use bytes::Bytes;

use crate::{Command, Deadline, Handle, Key, KvError, Page, Reply, Set, SetOutcome, TimeToLive, Value};

/// A client of the store: one method per command, one result type each.
///
/// ```
/// # async fn example(handle: impl kv_core::Handle) -> Result<(), kv_core::KvError> {
/// use kv_core::Kv;
///
/// let kv = Kv::new(handle);
/// kv.set("visits", "41").await?;
/// assert_eq!(kv.increment_by("visits", 1).await?, 42);
/// assert_eq!(kv.get("visits").await?, Some("42".into()));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Kv<H>(H);

/// Every method is one ask and fails with any [`KvError`].
#[expect(clippy::missing_errors_doc, reason = "said once above for all")]
impl<H: Handle> Kv<H> {
    /// A client that sends through this handle.
    #[must_use]
    pub const fn new(handle: H) -> Self {
        Self(handle)
    }

    /// The handle, for what has no method here: a tell, for one.
    #[must_use]
    pub const fn handle(&self) -> &H {
        &self.0
    }

    /// The value of a key.
    pub async fn get(&self, key: impl Into<Key>) -> Result<Option<Value>, KvError> {
        match self.0.ask(Command::Get { key: key.into() }).await? {
            Reply::Value(value) => Ok(value),
            other => unexpected(&other),
        }
    }

    /// Sets a key, unconditionally and without a deadline.
    pub async fn set(&self, key: impl Into<Key>, value: impl Into<Value>) -> Result<(), KvError> {
        self.set_with(Set::new(key, value)).await.map(|_| ())
    }

    /// Sets a key with a condition, a deadline, or the old value in return.
    pub async fn set_with(&self, set: Set) -> Result<SetOutcome, KvError> {
        match self.0.ask(Command::Set(set)).await? {
            Reply::Set(outcome) => Ok(outcome),
            other => unexpected(&other),
        }
    }

    /// Deletes keys; returns how many there were.
    pub async fn delete<K: Into<Key>>(&self, keys: impl IntoIterator<Item = K>) -> Result<u64, KvError> {
        self.count_of(Command::Delete { keys: keys.into_iter().map(Into::into).collect() }).await
    }

    /// How many of these keys exist.
    pub async fn exists<K: Into<Key>>(&self, keys: impl IntoIterator<Item = K>) -> Result<u64, KvError> {
        self.count_of(Command::Exists { keys: keys.into_iter().map(Into::into).collect() }).await
    }

    /// Adds to an integer; returns the sum.
    pub async fn increment_by(&self, key: impl Into<Key>, delta: i64) -> Result<i64, KvError> {
        match self.0.ask(Command::IncrementBy { key: key.into(), delta }).await? {
            Reply::Integer(sum) => Ok(sum),
            other => unexpected(&other),
        }
    }

    /// Appends to a value; returns its new length in bytes.
    pub async fn append(&self, key: impl Into<Key>, value: impl Into<Value>) -> Result<u64, KvError> {
        self.length_of(Command::Append { key: key.into(), value: value.into() }).await
    }

    /// The length of a value in bytes, 0 for a missing key.
    pub async fn length(&self, key: impl Into<Key>) -> Result<u64, KvError> {
        self.length_of(Command::Length { key: key.into() }).await
    }

    /// Gives a key a deadline; returns whether the key existed.
    pub async fn expire(&self, key: impl Into<Key>, deadline: Deadline) -> Result<bool, KvError> {
        self.flag_of(Command::Expire { key: key.into(), deadline }).await
    }

    /// Takes a key's deadline away; returns whether it had one.
    pub async fn persist(&self, key: impl Into<Key>) -> Result<bool, KvError> {
        self.flag_of(Command::Persist { key: key.into() }).await
    }

    /// How long a key has left.
    pub async fn time_to_live(&self, key: impl Into<Key>) -> Result<TimeToLive, KvError> {
        match self.0.ask(Command::TimeToLive { key: key.into() }).await? {
            Reply::TimeToLive(left) => Ok(left),
            other => unexpected(&other),
        }
    }

    /// How many keys there are.
    pub async fn count(&self) -> Result<u64, KvError> {
        self.count_of(Command::Count).await
    }

    /// A page of about `count` keys; begin with cursor 0, and it ends with cursor 0.
    pub async fn scan(&self, cursor: u64, pattern: Option<Bytes>, count: usize) -> Result<Page, KvError> {
        match self.0.ask(Command::Scan { cursor, pattern, count }).await? {
            Reply::Page(page) => Ok(page),
            other => unexpected(&other),
        }
    }

    /// Deletes every key.
    pub async fn clear(&self) -> Result<(), KvError> {
        match self.0.ask(Command::Clear).await? {
            Reply::Done => Ok(()),
            other => unexpected(&other),
        }
    }

    async fn count_of(&self, command: Command) -> Result<u64, KvError> {
        match self.0.ask(command).await? {
            Reply::Count(count) => Ok(count),
            other => unexpected(&other),
        }
    }

    async fn length_of(&self, command: Command) -> Result<u64, KvError> {
        match self.0.ask(command).await? {
            Reply::Length(length) => Ok(length),
            other => unexpected(&other),
        }
    }

    async fn flag_of(&self, command: Command) -> Result<bool, KvError> {
        match self.0.ask(command).await? {
            Reply::Flag(flag) => Ok(flag),
            other => unexpected(&other),
        }
    }
}

/// A reply of the wrong kind is a defect of the backend, not something that a caller can handle.
fn unexpected<T>(reply: &Reply) -> Result<T, KvError> {
    panic!("the backend mixed up replies: got {reply:?}")
}
