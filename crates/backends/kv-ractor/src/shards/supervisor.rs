//! The supervisor: the parent actor of the shards.

use std::time::Instant;

use kv_core::{ActorId, Change, Config, MailboxBound, StopReason, Supervision, Verdict};
use ractor::concurrency::JoinHandle;
use ractor::{Actor, ActorProcessingErr, ActorRef, SpawnErr, SupervisionEvent};
use tokio::sync::watch;

use crate::first::Message;
use crate::shards::actor::Shard;
use crate::shards::incarnation::Incarnation;

/// An order to the supervisor from outside. It is a message and not a call on the children, so that it never meets a
/// restart halfway.
pub(crate) enum Order {
    /// Tells the shards to do what they have accepted, and to end.
    Drain,
    /// Ends the shards at once.
    Kill,
}

pub(crate) struct Supervisor;

pub(crate) struct State {
    config: Config,
    shards: Vec<Supervised>,
    /// `true` once the supervisor was ordered to end; from then on no shard is restarted.
    ending: bool,
}

/// A shard as the supervisor knows it, over all actors that serve it.
struct Supervised {
    id: ActorId,
    supervision: Supervision,
    slot: watch::Sender<Option<Incarnation>>,
    child: Option<Child>,
}

/// The actor that serves a shard now, with its tasks.
struct Child {
    incarnation: Incarnation,
    actor: JoinHandle<()>,
    timer: Option<JoinHandle<()>>,
}

impl Actor for Supervisor {
    type Msg = Order;
    type State = State;
    /// The configuration, and a slot for each shard.
    type Arguments = (Config, Vec<watch::Sender<Option<Incarnation>>>);

    // ANCHOR: children
    async fn pre_start(
        &self,
        myself: ActorRef<Order>,
        (config, slots): Self::Arguments,
    ) -> Result<State, ActorProcessingErr> {
        let mut shards = Vec::new();
        for (shard, slot) in slots.into_iter().enumerate() {
            let id = ActorId::Shard(shard);
            let supervision = Supervision::new(&config, id.clone());
            let mut shard = Supervised { id, supervision, slot, child: None };
            shard.start(&config, &myself).await?;
            shard.supervision.announce(Change::Started);
            shards.push(shard);
        }
        Ok(State { config, shards, ending: false })
    }
    // ANCHOR_END: children

    async fn handle(
        &self,
        myself: ActorRef<Order>,
        order: Order,
        state: &mut State,
    ) -> Result<(), ActorProcessingErr> {
        state.ending = true;
        for shard in &state.shards {
            // The slot is emptied before the order is passed on: a call that is refused would otherwise wait for a
            // successor that does not come.
            shard.slot.send_replace(None);
            match (&shard.child, &order) {
                (Some(child), Order::Drain) => child.incarnation.drain(),
                (Some(child), Order::Kill) => child.incarnation.kill(),
                (None, _) => {}
            }
        }
        state.end_without_children(&myself);
        Ok(())
    }

    // ANCHOR: event
    /// Restarts a shard whose actor has died, or announces its end. ractor's own answer to a child's death is that
    /// the supervisor stops, and all its children with it.
    async fn handle_supervisor_evt(
        &self,
        myself: ActorRef<Order>,
        event: SupervisionEvent,
        state: &mut State,
    ) -> Result<(), ActorProcessingErr> {
        let (who, panicked) = match event {
            SupervisionEvent::ActorFailed(who, _) => (who, true),
            SupervisionEvent::ActorTerminated(who, state, _) => {
                // A drained actor's state comes with the event. It is freed before the end is announced.
                drop(state);
                (who, false)
            }
            _ => return Ok(()),
        };
        let served = |child: &Child| child.incarnation.is(&who);
        let Some(shard) = state.shards.iter_mut().find(|shard| shard.child.as_ref().is_some_and(served))
        else {
            return Ok(());
        };
        let verdict = panicked.then(|| shard.supervision.panicked(Instant::now()));
        shard.bury().await;
        let reason = match verdict {
            Some(Verdict::Restart) if !state.ending => {
                shard.start(&state.config, &myself).await?;
                shard.supervision.announce(Change::Restarted);
                return Ok(());
            }
            None | Some(Verdict::Restart) => StopReason::Asked,
            Some(Verdict::Stop(reason)) => reason,
            // The actor would have caught a command's panic, so this is another one, and no actor is left to go on
            // with.
            Some(Verdict::Resume) => StopReason::Panicked,
        };
        // The handles stop waiting for a successor.
        shard.slot.send_replace(None);
        shard.supervision.announce(Change::Stopped(reason));
        state.end_without_children(&myself);
        Ok(())
    }
    // ANCHOR_END: event
}

impl State {
    fn end_without_children(&self, myself: &ActorRef<Order>) {
        if self.ending && self.shards.iter().all(|shard| shard.child.is_none()) {
            myself.stop(None);
        }
    }
}

impl Supervised {
    // ANCHOR: restart
    /// Starts an actor for the shard, the first or the next, and points the handles to it.
    async fn start(&mut self, config: &Config, supervisor: &ActorRef<Order>) -> Result<(), SpawnErr> {
        let bound = MailboxBound::new(config.mailbox);
        let arguments = (config.clone(), self.id.clone(), bound.clone());
        // The actor has no name. Names are global to the process, and two backends must not meet there. A name would
        // also be the one thing that can fail here, as long as the supervisor itself is well.
        let (shard, actor) = Shard::spawn_linked(None, Shard, arguments, supervisor.get_cell()).await?;
        // ANCHOR: timer
        // The interval is started here and not in `pre_start`, so that the supervisor can end its task: without that,
        // the task outlives the actor by up to one period.
        let timer = config.sweep_interval.map(|period| shard.send_interval(period, || Message::Sweep));
        // ANCHOR_END: timer
        let incarnation = Incarnation { actor: shard, bound };
        self.slot.send_replace(Some(incarnation.clone()));
        self.child = Some(Child { incarnation, actor, timer });
        Ok(())
    }
    // ANCHOR_END: restart

    /// Waits until the actor is really gone, because ractor reports a death before it drops the state.
    async fn bury(&mut self) {
        let Some(Child { actor, timer, .. }) = self.child.take() else { return };
        // The actor's panic, if there was one, has been reported; the task itself never fails.
        let _ = actor.await;
        if let Some(timer) = timer {
            timer.abort();
            let _ = timer.await;
        }
    }
}
