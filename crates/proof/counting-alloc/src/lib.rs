//! A global allocator that counts what it hands out.
//!
//! It is the only unsafe code of the workspace, which does no more than pass calls on to the system's allocator. It
//! must never be linked into a binary that measures time: two shared counters per allocation would disturb it.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// The system's allocator, with counters. Install it with `#[global_allocator]`.
#[derive(Debug)]
pub struct CountingAllocator {
    allocations: AtomicU64,
    allocated: AtomicU64,
    freed: AtomicU64,
}

/// The counts up to a moment; subtract two to get the counts in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// How many times memory was asked for; a reallocation counts as one.
    pub allocations: u64,
    /// How many bytes were asked for; a reallocation counts its new size.
    pub bytes: u64,
}

impl std::ops::Sub for Counts {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self { allocations: self.allocations - earlier.allocations, bytes: self.bytes - earlier.bytes }
    }
}

impl CountingAllocator {
    /// An allocator that has counted nothing yet.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "a static needs a const constructor")]
    pub const fn new() -> Self {
        Self { allocations: AtomicU64::new(0), allocated: AtomicU64::new(0), freed: AtomicU64::new(0) }
    }

    /// The counts so far, of all threads.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts { allocations: self.allocations.load(Relaxed), bytes: self.allocated.load(Relaxed) }
    }

    /// How many bytes are allocated and not freed.
    #[must_use]
    pub fn live_bytes(&self) -> u64 {
        // `freed` is read first: otherwise a block freed in between would make the difference negative.
        let freed = self.freed.load(Relaxed);
        self.allocated.load(Relaxed).saturating_sub(freed)
    }

    fn count(&self, new: usize, old: usize) {
        self.allocations.fetch_add(1, Relaxed);
        self.allocated.fetch_add(new as u64, Relaxed);
        self.freed.fetch_add(old as u64, Relaxed);
    }
}

// SAFETY: every call goes to `System` unchanged, which keeps the contract; counting touches no memory of theirs.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.count(layout.size(), 0);
        // SAFETY: the caller keeps `alloc`'s contract, which is also `System`'s.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        self.count(layout.size(), 0);
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        self.freed.fetch_add(layout.size() as u64, Relaxed);
        // SAFETY: `memory` came from `System` with this layout, as all memory of this allocator does.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        self.count(new_size, layout.size());
        // SAFETY: as for `dealloc`.
        unsafe { System.realloc(memory, layout, new_size) }
    }
}

// SAFETY: every call goes to the allocator that is referred to, which keeps the contract.
unsafe impl GlobalAlloc for &CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps `alloc`'s contract.
        unsafe { (**self).alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        unsafe { (**self).alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { (**self).dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: as above.
        unsafe { (**self).realloc(memory, layout, new_size) }
    }
}
