//! The times of calls, counted in buckets.

/// The number of buckets: one for times to 1 us, one for each power of two of microseconds to 2^20 us, about a second,
/// and one for longer times.
///
/// Powers of two are used because finding the bucket is one instruction. A percentile is then known to a factor of two.
pub(crate) const BUCKETS: usize = 22;

/// The bucket of a time in nanoseconds.
#[inline]
pub(super) fn bucket(nanos: u64) -> usize {
    let micros = nanos.div_ceil(1000).max(1);
    let above = u64::BITS - (micros - 1).leading_zeros();
    (above as usize).min(BUCKETS - 1)
}

/// The longest time of a bucket in microseconds; `None` for the last one.
pub(crate) fn upper_bound_micros(bucket: usize) -> Option<u64> {
    (bucket < BUCKETS - 1).then(|| 1 << bucket)
}

/// The number of calls in each bucket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Latencies(pub(crate) [u64; BUCKETS]);

impl Latencies {
    /// The number of all calls.
    pub(crate) fn count(&self) -> u64 {
        self.0.iter().sum()
    }

    /// A percentile in microseconds: the bound within which that share of the calls, 0 to 100, was done. It is an upper
    /// bound within a factor of two; for the last bucket it is the bucket's beginning. `None` without calls.
    pub(crate) fn percentile(&self, percent: f64) -> Option<u64> {
        let count = self.count();
        let rank = (count as f64 * percent / 100.0).ceil().max(1.0);
        let mut seen = 0;
        let bucket = self.0.iter().position(|calls| {
            seen += calls;
            count > 0 && seen as f64 >= rank
        })?;
        Some(upper_bound_micros(bucket).unwrap_or(1 << (BUCKETS - 2)))
    }
}
