//! The supervisor: the parent actor of the shards.

use std::time::Instant;

use kv_core::{ActorId, Change, Config, MailboxBound, StopReason, Supervision, Verdict};
use ractor::concurrency::JoinHandle;
use ractor::{Actor, ActorCell, ActorProcessingErr, ActorRef, SupervisionEvent};
use tokio::sync::{oneshot, watch};

use crate::shards::actor::{Message, Shard};
use crate::shards::address::ShardHandle;
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
    shards: Vec<Supervised>,
    /// `true` once the supervisor was ordered to end; from then on no shard is restarted.
    ending: bool,
}

/// A shard as the supervisor knows it, over all actors that serve it.
struct Supervised {
    id: ActorId,
    config: Config,
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
    /// The configuration, and the channel to which the shards' addresses are sent.
    type Arguments = (Config, oneshot::Sender<Vec<ShardHandle>>);

    // ANCHOR: children
    async fn pre_start(
        &self,
        myself: ActorRef<Order>,
        (config, addresses): Self::Arguments,
    ) -> Result<State, ActorProcessingErr> {
        let (mut shards, mut handles) = (Vec::new(), Vec::new());
        for shard in 0..config.topology.shards() {
            let mut shard = Supervised::new(&config, ActorId::Shard(shard));
            let first = shard.start(&myself).await?;
            shard.supervision.announce(Change::Started);
            handles.push(ShardHandle::new(first, shard.slot.subscribe(), config.ask_timeout));
            shards.push(shard);
        }
        // The send fails only if the caller no longer waits for the start; then no caller can use the shards.
        addresses.send(handles).map_err(|_| "no caller waits for the start")?;
        Ok(State { shards, ending: false })
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
            // A drained actor's state comes with the event. It is dropped here, before its end is announced.
            SupervisionEvent::ActorTerminated(who, ..) => (who, false),
            _ => return Ok(()),
        };
        let Some(shard) = state.shards.iter_mut().find(|shard| shard.is_served_by(&who)) else {
            return Ok(());
        };
        let verdict = if panicked {
            shard.supervision.panicked(Instant::now())
        } else {
            Verdict::Stop(StopReason::Asked)
        };
        shard.bury().await;
        match verdict {
            Verdict::Restart if !state.ending => {
                shard.start(&myself).await?;
                shard.supervision.announce(Change::Restarted);
            }
            Verdict::Restart => shard.stopped(StopReason::Asked),
            Verdict::Stop(reason) => shard.stopped(reason),
            // The actor would have caught a command's panic, so this is another one, and no actor is left to go on
            // with.
            Verdict::Resume => shard.stopped(StopReason::Panicked),
        }
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
    fn new(config: &Config, id: ActorId) -> Self {
        let supervision = Supervision::new(config, id.clone());
        Self { id, config: config.clone(), supervision, slot: watch::Sender::new(None), child: None }
    }

    // ANCHOR: restart
    /// Starts an actor for the shard, the first or the next, and points the handles to it.
    async fn start(&mut self, supervisor: &ActorRef<Order>) -> Result<Incarnation, ActorProcessingErr> {
        let bound = MailboxBound::new(self.config.mailbox);
        let arguments = (self.config.clone(), self.id.clone(), bound.clone());
        // The actor has no name. Names are global to the process, and two backends must not meet there. A name would
        // also be the one thing that can fail here, as long as the supervisor itself is well.
        let (shard, actor) = Shard::spawn_linked(None, Shard, arguments, supervisor.get_cell()).await?;
        // ANCHOR: timer
        // The interval is started here and not in `pre_start`, so that the supervisor can end its task: without that,
        // the task outlives the actor by up to one period.
        let timer = self.config.sweep_interval.map(|period| shard.send_interval(period, || Message::Sweep));
        // ANCHOR_END: timer
        let incarnation = Incarnation { actor: shard, bound };
        self.child = Some(Child { incarnation: incarnation.clone(), actor, timer });
        self.slot.send_replace(Some(incarnation.clone()));
        Ok(incarnation)
    }
    // ANCHOR_END: restart

    fn is_served_by(&self, actor: &ActorCell) -> bool {
        self.child.as_ref().is_some_and(|child| child.incarnation.actor.get_id() == actor.get_id())
    }

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

    /// Empties the slot, so that handles stop waiting for a successor, and announces the shard's end.
    fn stopped(&self, reason: StopReason) {
        self.slot.send_replace(None);
        self.supervision.announce(Change::Stopped(reason));
    }
}
