//! Looks of a key's actor, at times that the tests make up.

use super::*;
use crate::{Clock, Command, Expiry, Key, ManualClock, Set, Timestamp};

const SWEEP: Duration = Duration::from_millis(100);
const IDLE: Duration = Duration::from_millis(200);
const KEY: Key = Key::from_static(b"key");

/// A key's actor, with the parts that its looks need.
struct Actor {
    store: Store,
    config: Config,
    clock: ManualClock,
    start: Instant,
    due: Due,
}

impl Actor {
    fn new(sweep_interval: Option<Duration>, idle_timeout: Option<Duration>) -> Self {
        let clock = ManualClock::new(Timestamp::from_millis(1_000_000));
        let manual = Clock::Manual(clock.clone());
        let config = Config { sweep_interval, idle_timeout, clock: manual, ..Config::default() };
        let start = Instant::now();
        Self { store: Store::of_one(&config), config, clock, start, due: Due::default() }
    }

    fn set(&mut self, expiry: Expiry, now: Instant) {
        let set = Command::Set(Set { expiry, ..Set::new(KEY, "v") });
        self.store.apply(set, self.clock.now()).expect("a set");
        self.due.used(&self.config, || now);
    }

    fn set_to_expire(&mut self, now: Instant) {
        self.set(Expiry::after(Duration::from_secs(60)), now);
    }

    /// When the actor looks next, counted from the start.
    fn next(&mut self, now: Instant) -> Option<Duration> {
        let next = self.due.next(&self.store, &self.config, || now);
        next.map(|next| next.duration_since(self.start))
    }

    fn look(&mut self, now: Instant) -> bool {
        self.due.look(&mut self.store, &self.config, now)
    }
}

#[test]
fn a_key_that_cannot_be_over_needs_no_look_and_no_clock() {
    let mut actor = Actor::new(Some(SWEEP), None);
    actor.set(Expiry::Clear, actor.start);
    let no_clock = || -> Instant { panic!("the clock is read") };
    actor.due.used(&actor.config, no_clock);
    assert_eq!(actor.due.next(&actor.store, &actor.config, no_clock), None);
}

#[test]
fn a_key_that_can_expire_is_looked_at_by_the_sweep() {
    let mut actor = Actor::new(Some(SWEEP), None);
    let start = actor.start;
    actor.set_to_expire(start);
    assert_eq!(actor.next(start), Some(SWEEP));
    // The sweep stays where it was fixed, however often the key is used meanwhile.
    actor.set_to_expire(start + SWEEP / 2);
    assert_eq!(actor.next(start + SWEEP / 2), Some(SWEEP));
    assert!(!actor.look(start + SWEEP), "it has not expired");
    assert_eq!(actor.next(start + SWEEP), Some(SWEEP * 2));
    actor.clock.advance(Duration::from_secs(60));
    assert!(actor.look(start + SWEEP * 2), "it has expired");
}

#[test]
fn a_key_that_cannot_expire_any_more_is_not_swept() {
    let mut actor = Actor::new(Some(SWEEP), None);
    let start = actor.start;
    actor.set_to_expire(start);
    assert_eq!(actor.next(start), Some(SWEEP));
    actor.set(Expiry::Clear, start);
    assert_eq!(actor.next(start), None);
    actor.set_to_expire(start + SWEEP);
    assert_eq!(actor.next(start + SWEEP), Some(SWEEP * 2), "not what was fixed before");
}

#[test]
fn a_key_is_idle_when_it_was_not_used_for_long_enough() {
    let mut actor = Actor::new(Some(SWEEP), Some(IDLE));
    let start = actor.start;
    actor.set(Expiry::Clear, start + IDLE / 2);
    assert_eq!(actor.next(start), Some(IDLE * 3 / 2));
    assert!(!actor.look(start + IDLE));
    assert!(actor.look(start + IDLE * 3 / 2));
}

#[test]
fn sweeps_do_not_put_off_idleness() {
    let mut actor = Actor::new(Some(SWEEP), Some(IDLE));
    let start = actor.start;
    actor.set_to_expire(start);
    assert_eq!(actor.next(start), Some(SWEEP));
    assert!(!actor.look(start + SWEEP));
    assert_eq!(actor.next(start + SWEEP), Some(IDLE));
    assert!(actor.look(start + IDLE));
}

#[test]
fn idleness_may_come_before_the_sweep() {
    let mut actor = Actor::new(Some(IDLE), Some(SWEEP));
    let start = actor.start;
    actor.set_to_expire(start);
    assert_eq!(actor.next(start), Some(SWEEP));
    assert!(actor.look(start + SWEEP));
}

#[test]
fn an_idle_key_that_a_caller_is_about_to_use_is_used() {
    let mut actor = Actor::new(None, Some(IDLE));
    let start = actor.start;
    actor.set(Expiry::Clear, start);
    assert!(actor.look(start + IDLE), "and the table refuses");
    assert_eq!(actor.next(start + IDLE), Some(IDLE * 2));
    assert!(!actor.look(start + IDLE));
}

#[test]
fn an_actor_whose_key_is_gone_tries_again() {
    let mut actor = Actor::new(None, None);
    let start = actor.start;
    assert_eq!(actor.next(start), Some(RETRY));
    assert!(actor.look(start + RETRY));
}

#[test]
fn a_limit_beyond_all_time_is_none() {
    let mut actor = Actor::new(Some(Duration::MAX), Some(Duration::MAX));
    let start = actor.start;
    actor.set_to_expire(start);
    assert_eq!(actor.next(start), None);
    assert!(!actor.look(start + IDLE));
}
