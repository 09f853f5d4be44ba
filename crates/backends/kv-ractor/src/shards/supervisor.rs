//! The supervisor: an actor whose children are the shards.

use std::time::Instant;

use kv_core::{ActorId, Change, Config, MailboxBound, StopReason, Supervision, Verdict};
use ractor::concurrency::JoinHandle;
use ractor::{Actor, ActorCell, ActorProcessingErr, ActorRef, SupervisionEvent};
use tokio::sync::{oneshot, watch};

use crate::shards::actor::{Message, Shard};
use crate::shards::address::ShardHandle;
use crate::shards::incarnation::Incarnation;

/// What the supervisor is asked for from outside. A message and not a call on the children, so that it never meets a
/// restart halfway.
pub(crate) enum Order {
    /// To have the shards do what they have accepted, and end.
    Drain,
    /// To end the shards at once.
    Kill,
}

pub(crate) struct Supervisor;

pub(crate) struct State {
    shards: Vec<Supervised>,
    /// Whether it was ordered to end: from then on nothing is restarted.
    ending: bool,
}

/// A shard, whoever serves it.
struct Supervised {
    id: ActorId,
    config: Config,
    supervision: Supervision,
    slot: watch::Sender<Option<Incarnation>>,
    child: Option<Child>,
}

/// The actor that serves a shard now, and its tasks.
struct Child {
    incarnation: Incarnation,
    actor: JoinHandle<()>,
    timer: Option<JoinHandle<()>>,
}

impl Actor for Supervisor {
    type Msg = Order;
    type State = State;
    /// The configuration, and where to leave the shards' addresses.
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
        // Refused only by a caller who no longer waits for the start; nobody can use the shards then.
        addresses.send(handles).map_err(|_| "nobody waits for the start")?;
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
            // First of all, or a call that is refused would wait for a successor that does not come.
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
    /// ractor's own answer to a child's death is that the supervisor stops, and all its children with it.
    async fn handle_supervisor_evt(
        &self,
        myself: ActorRef<Order>,
        event: SupervisionEvent,
        state: &mut State,
    ) -> Result<(), ActorProcessingErr> {
        let (who, panicked) = match event {
            SupervisionEvent::ActorFailed(who, _) => (who, true),
            // A drained actor's state comes with the event; dropped here, it is gone before anybody is told so.
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
            // Not a command's panic, which the actor would have caught: there is nothing left to go on with.
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
    /// Starts an actor for the shard, the first or the next, and leads the handles to it.
    async fn start(&mut self, supervisor: &ActorRef<Order>) -> Result<Incarnation, ActorProcessingErr> {
        let bound = MailboxBound::new(self.config.mailbox);
        let arguments = (self.config.clone(), self.id.clone(), bound.clone());
        // Without a name, which is global to the process: two backends must not meet there. It would also be the
        // one thing that can fail here, as long as the supervisor itself is well.
        let (shard, actor) = Shard::spawn_linked(None, Shard, arguments, supervisor.get_cell()).await?;
        // ANCHOR: timer
        // Here and not in `pre_start`, so that the task that ticks is in reach: left to itself, it outlives the
        // actor by up to one period.
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

    /// Waits until the actor is really gone: ractor reports a death before it drops the state.
    async fn bury(&mut self) {
        let Some(Child { actor, timer, .. }) = self.child.take() else { return };
        // Its panic, if there was one, has been reported; the task itself never fails.
        let _ = actor.await;
        if let Some(timer) = timer {
            timer.abort();
            let _ = timer.await;
        }
    }

    /// Tells everybody that nobody serves the shard any more.
    fn stopped(&self, reason: StopReason) {
        self.slot.send_replace(None);
        self.supervision.announce(Change::Stopped(reason));
    }
}
