//! The behaviour of ractor's registry. The backend does not use the registry; the book's page on names describes it.

use ractor::{Actor, ActorProcessingErr, ActorRef, MessagingErr, SupervisionEvent, registry};
use tokio::sync::mpsc;

const NAME: &str = "registry: the child";

struct Child;

impl Actor for Child {
    type Msg = ();
    type State = ();
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<()>, (): ()) -> Result<(), ActorProcessingErr> {
        Ok(())
    }

    async fn handle(&self, _: ActorRef<()>, (): (), (): &mut ()) -> Result<(), ActorProcessingErr> {
        Err("asked to crash".into())
    }
}

/// The parent of the child. It restarts the child, and reports whether the child's name is found: when it hears of
/// the death, and after the restart.
struct Parent;

impl Actor for Parent {
    type Msg = ();
    type State = mpsc::UnboundedSender<bool>;
    type Arguments = mpsc::UnboundedSender<bool>;

    async fn pre_start(
        &self,
        myself: ActorRef<()>,
        found: Self::Arguments,
    ) -> Result<Self::State, ActorProcessingErr> {
        Actor::spawn_linked(Some(NAME.into()), Child, (), myself.get_cell()).await?;
        Ok(found)
    }

    async fn handle_supervisor_evt(
        &self,
        myself: ActorRef<()>,
        event: SupervisionEvent,
        found: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        if let SupervisionEvent::ActorFailed(..) = event {
            found.send(registry::where_is(NAME).is_some())?;
            Actor::spawn_linked(Some(NAME.into()), Child, (), myself.get_cell()).await?;
            found.send(registry::where_is(NAME).is_some())?;
        }
        Ok(())
    }
}

#[tokio::test]
async fn between_two_lives_nobody_has_the_name() {
    let (found, mut is_found) = mpsc::unbounded_channel();
    let (parent, parent_task) = Actor::spawn(None, Parent, found).await.expect("it starts");
    let child: ActorRef<()> = registry::where_is(NAME).expect("it was spawned with its name").into();
    child.cast(()).expect("it runs");
    assert_eq!(is_found.recv().await, Some(false));
    assert_eq!(is_found.recv().await, Some(true));
    parent.stop(None);
    parent_task.await.expect("no panic");
}

#[tokio::test]
async fn a_wrong_type_shows_when_something_is_sent() {
    let (child, task) = Actor::spawn(Some("registry: typed".into()), Child, ()).await.expect("it starts");
    let wrong: ActorRef<String> = registry::where_is("registry: typed").expect("it has that name").into();
    let sent = wrong.cast("no unit".to_owned());
    assert!(matches!(sent, Err(MessagingErr::InvalidActorType)), "{sent:?}");
    child.stop(None);
    task.await.expect("no panic");
}
