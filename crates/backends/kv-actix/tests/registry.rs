//! actix's registry: services by their type. The backend does not use it; the book's page on names shows it.

use actix::prelude::*;

#[derive(Message)]
#[rtype(result = "u64")]
enum Call {
    Count,
    Stop,
    Panic,
}

// ANCHOR: service
/// A service, of which each `System` has one. Its type is its name.
#[derive(Default)]
struct Visits(u64);

impl Actor for Visits {
    type Context = Context<Self>;
}

impl Supervised for Visits {}

impl SystemService for Visits {}
// ANCHOR_END: service

impl Handler<Call> for Visits {
    type Result = u64;

    fn handle(&mut self, call: Call, ctx: &mut Context<Self>) -> u64 {
        self.0 += 1;
        match call {
            Call::Count => {}
            Call::Stop => ctx.stop(),
            Call::Panic => panic!("asked to"),
        }
        self.0
    }
}

// ANCHOR: find
#[test]
fn whoever_asks_first_starts_it_and_others_find_it() {
    System::new().block_on(async {
        assert_eq!(Visits::from_registry().send(Call::Count).await, Ok(1));
        assert_eq!(Visits::from_registry().send(Call::Count).await, Ok(2));
    });
    // Another system has another actor.
    System::new().block_on(async {
        assert_eq!(Visits::from_registry().send(Call::Count).await, Ok(1));
    });
}
// ANCHOR_END: find

#[test]
fn a_service_that_stops_is_restarted_with_its_state() {
    System::new().block_on(async {
        assert_eq!(Visits::from_registry().send(Call::Stop).await, Ok(1));
        assert_eq!(Visits::from_registry().send(Call::Count).await, Ok(2));
    });
}

// ANCHOR: dead
#[test]
fn the_registry_keeps_a_service_that_panicked() {
    System::new().block_on(async {
        assert_eq!(Visits::from_registry().send(Call::Panic).await, Err(MailboxError::Closed));
        // The registry still returns the service, which is dead.
        assert!(!Visits::from_registry().connected());
        assert_eq!(Visits::from_registry().send(Call::Count).await, Err(MailboxError::Closed));
    });
}
// ANCHOR_END: dead
