//! Typed methods on top of any handle, so that the everyday code shows neither commands nor channels.

use bytes::Bytes;

use crate::{
    Batch, Command, CommandError, Deadline, ExpireCondition, ExpireTime, Expiry, Handle, Inspection, Key,
    KvError, Page, Reply, Set, SetOutcome, TimeToLive, Transaction, Value, Version,
};

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

    /// The handle of the client, for calls that have no method here, such as a tell.
    #[must_use]
    pub const fn handle(&self) -> &H {
        &self.0
    }

    /// The value of a key.
    pub async fn get(&self, key: impl Into<Key>) -> Result<Option<Value>, KvError> {
        self.value_of(Command::Get { key: key.into() }).await
    }

    /// The value of a key, which is deleted.
    pub async fn get_delete(&self, key: impl Into<Key>) -> Result<Option<Value>, KvError> {
        self.value_of(Command::GetDelete { key: key.into() }).await
    }

    /// The value of a key, whose deadline changes as `expiry` says.
    pub async fn get_expire(&self, key: impl Into<Key>, expiry: Expiry) -> Result<Option<Value>, KvError> {
        self.value_of(Command::GetExpire { key: key.into(), expiry }).await
    }

    /// The bytes of a value from `start` to `end`, both included; negative ones count from the end.
    pub async fn range(&self, key: impl Into<Key>, start: i64, end: i64) -> Result<Option<Value>, KvError> {
        self.value_of(Command::Range { key: key.into(), start, end }).await
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

    /// How many of these keys exist; each counts as used now.
    pub async fn touch<K: Into<Key>>(&self, keys: impl IntoIterator<Item = K>) -> Result<u64, KvError> {
        self.count_of(Command::Touch { keys: keys.into_iter().map(Into::into).collect() }).await
    }

    /// Moves a value and its deadline to another key, and replaces the value that was there.
    pub async fn rename(&self, from: impl Into<Key>, to: impl Into<Key>) -> Result<(), KvError> {
        let rename = Command::Rename { from: from.into(), to: to.into(), if_absent: false };
        self.flag_of(rename).await.map(drop)
    }

    /// Moves a value and its deadline to another key, if there is nothing; returns whether it did.
    pub async fn rename_if_absent(&self, from: impl Into<Key>, to: impl Into<Key>) -> Result<bool, KvError> {
        self.flag_of(Command::Rename { from: from.into(), to: to.into(), if_absent: true }).await
    }

    /// Copies a value and its deadline to another key, and, if it may `replace` one, over another value; returns whether
    /// it did.
    pub async fn copy(
        &self,
        from: impl Into<Key>,
        to: impl Into<Key>,
        replace: bool,
    ) -> Result<bool, KvError> {
        self.flag_of(Command::Copy { from: from.into(), to: to.into(), replace }).await
    }

    /// Adds to an integer; returns the sum.
    pub async fn increment_by(&self, key: impl Into<Key>, delta: i64) -> Result<i64, KvError> {
        match self.0.ask(Command::IncrementBy { key: key.into(), delta }).await? {
            Reply::Integer(sum) => Ok(sum),
            other => unexpected(&other),
        }
    }

    /// Adds to a decimal number; returns the sum as it is stored.
    pub async fn increment_by_float(
        &self,
        key: impl Into<Key>,
        delta: impl Into<Value>,
    ) -> Result<Value, KvError> {
        let add = Command::IncrementByFloat { key: key.into(), delta: delta.into() };
        match self.0.ask(add).await? {
            Reply::Value(Some(sum)) => Ok(sum),
            other => unexpected(&other),
        }
    }

    /// Overwrites a part of a value from `offset` on; returns its new length in bytes.
    pub async fn set_range(
        &self,
        key: impl Into<Key>,
        offset: u64,
        value: impl Into<Value>,
    ) -> Result<u64, KvError> {
        self.length_of(Command::SetRange { key: key.into(), offset, value: value.into() }).await
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
        self.expire_if(key, deadline, ExpireCondition::default()).await
    }

    /// Gives a key a deadline under a condition; returns whether the key existed and the condition held.
    pub async fn expire_if(
        &self,
        key: impl Into<Key>,
        deadline: Deadline,
        condition: ExpireCondition,
    ) -> Result<bool, KvError> {
        self.flag_of(Command::Expire { key: key.into(), deadline, condition }).await
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

    /// When a key ends.
    pub async fn expire_time(&self, key: impl Into<Key>) -> Result<ExpireTime, KvError> {
        match self.0.ask(Command::ExpireTime { key: key.into() }).await? {
            Reply::ExpireTime(time) => Ok(time),
            other => unexpected(&other),
        }
    }

    /// What is known of a key, without using it.
    pub async fn inspect(&self, key: impl Into<Key>) -> Result<Option<Inspection>, KvError> {
        match self.0.ask(Command::Inspect { key: key.into() }).await? {
            Reply::Inspected(inspection) => Ok(inspection.map(|inspection| *inspection)),
            other => unexpected(&other),
        }
    }

    /// Which write a key has seen last.
    pub async fn version(&self, key: impl Into<Key>) -> Result<Version, KvError> {
        match self.0.ask(Command::Version { key: key.into() }).await? {
            Reply::Version(version) => Ok(version),
            other => unexpected(&other),
        }
    }

    /// Sends many commands at once; returns a reply to each, in order.
    pub async fn batch(&self, batch: Batch) -> Result<Vec<Result<Reply, KvError>>, KvError> {
        match self.0.ask(Command::Batch(Box::new(batch))).await? {
            Reply::Batch(replies) => Ok(replies),
            other => unexpected(&other),
        }
    }

    /// Does several commands as one; returns a reply to each, or `None` if a watched key has changed.
    pub async fn transaction(
        &self,
        transaction: Transaction,
    ) -> Result<Option<Vec<Result<Reply, CommandError>>>, KvError> {
        match self.0.ask(Command::Transaction(Box::new(transaction))).await? {
            Reply::Transaction(replies) => Ok(replies),
            other => unexpected(&other),
        }
    }

    /// A key drawn by lot; `choice` is a random number.
    pub async fn random_key(&self, choice: u64) -> Result<Option<Key>, KvError> {
        match self.0.ask(Command::RandomKey { choice }).await? {
            Reply::Random(draw) => Ok(draw.map(|draw| draw.key)),
            other => unexpected(&other),
        }
    }

    /// How many keys there are.
    pub async fn count(&self) -> Result<u64, KvError> {
        self.count_of(Command::Count).await
    }

    /// All keys that match a Redis glob, in no order.
    pub async fn keys(&self, pattern: impl Into<Bytes>) -> Result<Vec<Key>, KvError> {
        match self.0.ask(Command::Keys { pattern: pattern.into() }).await? {
            Reply::Keys(keys) => Ok(keys),
            other => unexpected(&other),
        }
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

    async fn value_of(&self, command: Command) -> Result<Option<Value>, KvError> {
        match self.0.ask(command).await? {
            Reply::Value(value) => Ok(value),
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
