//! The behaviour of kameo's registry. The backend does not use the registry; the book's page on names describes it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kameo::Actor;
use kameo::actor::{ActorRef, Spawn};
use kameo::error::{Infallible, RegistryError};
use kameo::message::{Context, Message};
use kameo::supervision::RestartPolicy;
use kv_conformance::eventually;

const NAME: &str = "registry: the child";

/// The number of lives that the child has begun.
static LIVES: AtomicUsize = AtomicUsize::new(0);

struct Child;

impl Actor for Child {
    type Args = ();
    type Error = RegistryError;

    /// Registers the name. kameo calls this for each life, so each life has the name.
    async fn on_start((): (), myself: ActorRef<Self>) -> Result<Self, RegistryError> {
        myself.register(NAME)?;
        LIVES.fetch_add(1, Ordering::SeqCst);
        Ok(Self)
    }
}

struct Panic;

impl Message<Panic> for Child {
    type Reply = ();

    async fn handle(&mut self, _: Panic, _: &mut Context<Self, ()>) {
        panic!("asked to");
    }
}

struct Parent;

impl Actor for Parent {
    type Args = ();
    type Error = Infallible;

    async fn on_start((): (), _: ActorRef<Self>) -> Result<Self, Infallible> {
        Ok(Self)
    }
}

#[tokio::test]
async fn an_actor_that_registers_when_it_starts_has_its_name_again() {
    let parent = Parent::spawn(());
    let child = Child::supervise(&parent, ()).restart_policy(RestartPolicy::Transient);
    let child = child.restart_limit(5, Duration::from_secs(5)).spawn().await;
    child.wait_for_startup().await;
    for life in 1..=2 {
        let found = ActorRef::<Child>::lookup(NAME).expect("its type is right").expect("it has its name");
        found.tell(Panic).send().await.expect("it runs");
        let again = || async { LIVES.load(Ordering::SeqCst) > life };
        eventually("it lives again", again).await;
    }
    let wrong = ActorRef::<Parent>::lookup(NAME);
    assert!(matches!(wrong, Err(RegistryError::BadActorType)), "a name has a type");
}
