//! When a new deadline is taken.

/// When [`Command::Expire`](crate::Command::Expire) gives a key its deadline; the default is in any case.
///
/// Both parts have to hold, as in Redis, which knows the pair `XX` and `GT` and the pair `XX` and `LT`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExpireCondition {
    /// Whether the key must have a deadline already, or must have none.
    pub deadline: Option<Presence>,
    /// The order that the new deadline must have to the one that the key has. A key without a deadline counts as
    /// infinitely late.
    pub order: Option<Order>,
}

/// Whether a key must have a deadline already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// There must be no deadline (`NX`).
    Absent,
    /// There must be a deadline (`XX`).
    Present,
}

/// The order of the new deadline and the one that the key has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The new deadline is later (`GT`).
    Later,
    /// The new deadline is earlier (`LT`).
    Earlier,
}
