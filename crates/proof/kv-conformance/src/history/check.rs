//! The judge: it looks for an order of the calls that explains every reply.
//!
//! This is Lowe's just-in-time linearization ("Testing for linearizability", 2017), breadth first. The judge walks
//! along the beginnings and ends of calls and keeps every [`World`] that explains the past. A call takes effect in a
//! world as late as it can: not before some call ends that needs it. Where no world is left, no order exists.
//!
//! The depth-first search of Wing and Gong with a cache of visited places, as in Knossos or porcupine, was the
//! alternative. It keeps a bit per call of the whole history in each entry of its cache; a world keeps a bit per call
//! that is under way, so a million calls of a key cost a million steps. The first end that leaves no world is where
//! the history breaks: the calls after it need not be looked at when the history is made smaller.

use std::collections::HashSet;

use super::call::{Call, State};

/// The default budget of [`check`] in steps: about a second's worth.
pub const BUDGET: u64 = 20_000_000;

/// The limit of calls of one key that may be under way at once. Calls of unknown outcome stay under way.
const SLOTS: usize = 64;

/// The verdict over the calls of one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// An order explains all replies.
    Linearizable,
    /// No order explains all replies. Up to the end of the call with this index there is none, and up to the end
    /// before it there was one.
    Illegal(usize),
    /// The budget ran out, or too many calls were under way at once. It proves nothing, so it must fail a test.
    Unknown,
}

/// One way to explain the past: what the key's state is then, and which of the calls under way have taken effect.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct World {
    applied: u64,
    state: State,
}

impl World {
    const fn has(self, slot: usize) -> bool {
        self.applied & (1 << slot) != 0
    }
}

/// Judges the calls of one key, which begins absent. Gives up after `budget` steps.
#[must_use]
pub fn check(calls: &[Call], budget: u64) -> Verdict {
    steps_of_check(calls, budget).0
}

/// As [`check`], with the number of steps that it took.
pub(super) fn steps_of_check(calls: &[Call], budget: u64) -> (Verdict, u64) {
    let mut judge = Judge {
        calls,
        slots: [None; SLOTS],
        worlds: vec![World { applied: 0, state: None }],
        found: HashSet::new(),
        left: budget,
    };
    let refused = events(calls).into_iter().find_map(|(_, event)| {
        let judged = match event {
            Event::Begin(call) => judge.begin(call),
            Event::End(call) => judge.end(call),
        };
        judged.err()
    });
    (refused.unwrap_or(Verdict::Linearizable), budget - judge.left)
}

#[derive(Clone, Copy)]
enum Event {
    Begin(usize),
    End(usize),
}

fn events(calls: &[Call]) -> Vec<(u64, Event)> {
    let mut events = Vec::with_capacity(2 * calls.len());
    for (index, call) in calls.iter().enumerate().filter(|(_, call)| call.matters()) {
        events.push((call.invoked, Event::Begin(index)));
        if call.returned != Call::NEVER {
            events.push((call.returned, Event::End(index)));
        }
    }
    events.sort_unstable_by_key(|(at, _)| *at);
    events
}

struct Judge<'a> {
    calls: &'a [Call],
    /// The calls under way, by index.
    slots: [Option<usize>; SLOTS],
    worlds: Vec<World>,
    found: HashSet<World>,
    left: u64,
}

impl Judge<'_> {
    fn begin(&mut self, call: usize) -> Result<(), Verdict> {
        let free = self.slots.iter().position(Option::is_none).ok_or(Verdict::Unknown)?;
        self.slots[free] = Some(call);
        Ok(())
    }

    /// After this end the call belongs to the past. A call that was done has happened in every world; a call of
    /// unknown outcome may have happened.
    fn end(&mut self, call: usize) -> Result<(), Verdict> {
        let ending = self.slots.iter().position(|slot| *slot == Some(call)).ok_or(Verdict::Unknown)?;
        let mut past = Vec::with_capacity(self.worlds.len());
        self.found.clear();
        for world in std::mem::take(&mut self.worlds) {
            if world.has(ending) {
                past.push(world);
                continue;
            }
            if !self.calls[call].is_done() {
                past.push(world);
            }
            self.explain(world, ending, &mut past)?;
        }
        for world in &mut past {
            world.applied &= !(1 << ending);
        }
        self.slots[ending] = None;
        self.worlds = past;
        self.forget();
        if self.worlds.is_empty() { Err(Verdict::Illegal(call)) } else { Ok(()) }
    }

    /// Every way in which the ending call can take effect in this world, after any other calls that are under way.
    fn explain(&mut self, world: World, ending: usize, past: &mut Vec<World>) -> Result<(), Verdict> {
        let mut open = vec![world];
        while let Some(world) = open.pop() {
            for (slot, call) in self.slots.iter().enumerate() {
                let Some(call) = *call else { continue };
                if world.has(slot) {
                    continue;
                }
                self.left = self.left.checked_sub(1).ok_or(Verdict::Unknown)?;
                let Some(state) = self.calls[call].step(world.state) else { continue };
                let next = World { applied: world.applied | 1 << slot, state };
                if self.found.insert(next) {
                    if slot == ending { past.push(next) } else { open.push(next) }
                }
            }
        }
        Ok(())
    }

    /// Drops the worlds that another one covers, and the calls that need no slot any more.
    ///
    /// A call of unknown outcome need never happen. So of two worlds that differ only in that some of those have
    /// happened in one, the other can do all that it can. Without this the worlds would double with each such call.
    fn forget(&mut self) {
        let optional = self.slots.iter().enumerate().filter_map(|(slot, call)| {
            let call = &self.calls[(*call)?];
            (!call.is_done()).then_some(1 << slot)
        });
        let optional: u64 = optional.fold(0, |bits, bit: u64| bits | bit);
        self.worlds.sort_unstable_by_key(|world| {
            (world.state, world.applied & !optional, world.applied.count_ones())
        });
        let mut kept: Vec<World> = Vec::with_capacity(self.worlds.len());
        for world in self.worlds.drain(..) {
            let same = |other: &&World| {
                other.state == world.state && other.applied & !optional == world.applied & !optional
            };
            // After sorting, worlds that are alike lie side by side, the ones with the fewest calls first.
            let covered = kept.iter().rev().take_while(same).any(|other| other.applied & !world.applied == 0);
            if !covered {
                kept.push(world);
            }
        }
        self.worlds = kept;
        let everywhere = self.worlds.iter().fold(!0, |bits, world| bits & world.applied);
        for slot in (0..SLOTS).filter(|slot| optional & everywhere & (1 << slot) != 0) {
            let never_ends = self.slots[slot].is_some_and(|call| self.calls[call].returned == Call::NEVER);
            if never_ends {
                self.slots[slot] = None;
                for world in &mut self.worlds {
                    world.applied &= !(1 << slot);
                }
            }
        }
    }
}
