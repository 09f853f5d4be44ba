//! kameo by itself, for the table of behaviours: its own mailbox, its own supervision, its own errors.

use std::ops::ControlFlow;
use std::time::Duration;

use kameo::actor::{ActorId, ActorRef, Spawn, WeakActorRef};
use kameo::error::{ActorStopReason, Infallible, RegistryError, SendError};
use kameo::mailbox::{MailboxReceiver, Signal, bounded};
use kameo::message::{Context, Message};
use kameo::supervision::RestartPolicy;
use kv_core::KvError;
use tokio::time::{Interval, interval};

use crate::{
    AskSent, Behaviours, Blocking, Capacity, DefaultMailbox, DroppedAsk, DroppedTell, Entry,
    EveryHandleDropped, FullTell, HastyStop, Home, HowKilled, Job, Journal, Kept, MailboxBound, NameOfDead,
    Names, Native, NativeActor, Notice, Order, Parent, Plan, Queue, Reentrancy, Restart, Said, Sees, Stuck,
    Timer, Worker,
};

/// kameo, with nothing added.
#[derive(Debug)]
pub struct Kameo;

/// An actor's address.
#[derive(Clone, Debug)]
pub struct Actor {
    actor: ActorRef<Player>,
    /// The actor's parent: without this reference the parent would end.
    _parent: Option<ActorRef<Watcher>>,
}

impl Native for Kameo {
    const NAME: &'static str = "kameo";
    const BEHAVIOURS: Behaviours = BEHAVIOURS;

    type Backend = kv_kameo::Kameo;
    type Actor = Actor;

    async fn spawn(plan: Plan) -> Result<Actor, Said> {
        let watcher = (plan.parent != Parent::None).then(|| Watcher::spawn(Watcher(plan.journal.clone())));
        let args = (plan.journal, plan.timer);
        let actor = match (&watcher, plan.mailbox) {
            (Some(watcher), _) if plan.parent == Parent::Restarts => {
                let child = Player::supervise(watcher, args).restart_policy(RestartPolicy::Transient);
                child.spawn().await
            }
            (_, Capacity::Exactly(messages)) => Player::spawn_with_mailbox(args, bounded(messages)),
            (_, Capacity::Any | Capacity::Default) => Player::spawn(args),
        };
        actor.wait_for_startup().await;
        if plan.parent == Parent::Watches
            && let Some(watcher) = &watcher
        {
            watcher.link(&actor).await;
        }
        // ANCHOR: register
        if let Some(name) = plan.name {
            actor.register(name).map_err(|error| match error {
                RegistryError::NameAlreadyRegistered => Said("NameAlreadyRegistered"),
                RegistryError::BadActorType => Said("BadActorType"),
            })?;
        }
        // ANCHOR_END: register
        Ok(Actor { actor, _parent: watcher })
    }
}

struct Player {
    worker: Worker,
    timer: Option<Interval>,
}

impl kameo::Actor for Player {
    type Args = (Journal, Option<Duration>);
    type Error = Infallible;

    async fn on_start((journal, timer): Self::Args, _: ActorRef<Self>) -> Result<Self, Infallible> {
        Ok(Self { worker: Worker::new(journal), timer: timer.map(interval) })
    }

    async fn next(
        &mut self,
        _: WeakActorRef<Self>,
        mailbox: &mut MailboxReceiver<Self>,
    ) -> Result<Option<Signal<Self>>, Infallible> {
        loop {
            let Some(timer) = &mut self.timer else { return Ok(mailbox.recv().await) };
            tokio::select! {
                _ = timer.tick() => self.worker.tick(),
                signal = mailbox.recv() => return Ok(signal),
            }
        }
    }
}

impl Message<Job> for Player {
    type Reply = u64;

    async fn handle(&mut self, job: Job, _: &mut Context<Self, u64>) -> u64 {
        self.worker.handle(job).await
    }
}

/// A watcher, which is an actor's parent or is linked to it.
struct Watcher(Journal);

impl kameo::Actor for Watcher {
    type Args = Self;
    type Error = Infallible;

    async fn on_start(watcher: Self, _: ActorRef<Self>) -> Result<Self, Infallible> {
        Ok(watcher)
    }

    async fn on_link_died(
        &mut self,
        _: WeakActorRef<Self>,
        _: ActorId,
        reason: ActorStopReason,
    ) -> Result<ControlFlow<ActorStopReason>, Infallible> {
        if let ActorStopReason::Panicked(_) = reason {
            self.0.record(Entry::Noticed("ActorStopReason::Panicked"));
        }
        Ok(ControlFlow::Continue(()))
    }
}

impl NativeActor for Actor {
    async fn tell(&self, job: Job) -> Result<(), Said> {
        self.actor.tell(job).send().await.map_err(said)
    }

    fn try_tell(&self, job: Job) -> Result<(), Said> {
        self.actor.tell(job).try_send().map_err(said)
    }

    // ANCHOR: ask
    async fn ask(&self, job: Job) -> Result<u64, Said> {
        self.actor.ask(job).send().await.map_err(said)
    }
    // ANCHOR_END: ask

    async fn stop(&self) {
        let _ = self.actor.stop_gracefully().await;
    }

    fn kill(&self) -> bool {
        self.actor.kill();
        true
    }

    fn backlog(&self) -> Option<usize> {
        let mailbox = self.actor.mailbox_sender();
        Some(mailbox.max_capacity()? - mailbox.capacity()?)
    }

    // ANCHOR: find
    async fn find(&self, name: &str) -> Option<Self> {
        let actor = ActorRef::<Player>::lookup(name).ok()??;
        Some(Self { actor, _parent: None })
    }
    // ANCHOR_END: find
}

fn said<M>(error: SendError<M, Infallible>) -> Said {
    Said(match error {
        SendError::ActorNotRunning(_) => "ActorNotRunning",
        SendError::ActorStopped => "ActorStopped",
        SendError::ActorRestarting(_) => "ActorRestarting",
        SendError::MailboxFull(_) => "MailboxFull",
        SendError::Timeout(_) => "Timeout",
        SendError::HandlerError(never) => match never {},
    })
}

const BEHAVIOURS: Behaviours = Behaviours {
    default_mailbox: DefaultMailbox::Bounded(64),
    bound: MailboxBound::Exact,
    tell_when_full: FullTell::Waits,
    try_tell_when_full: Sees::errors("MailboxFull", KvError::Overloaded),
    tell_dropped: DroppedTell::NotSent,
    ask_sent: AskSent::FirstPoll,
    ask_dropped: DroppedAsk::StillDone,
    reentrant: Reentrancy::OneByOne,
    order_of_one: Order::AsSent,
    order_of_two: Order::AsSent,
    order_of_wave: Order::AsSentWithinBudget,
    stop_queue: Queue::Done,
    stop_queued_ask: Sees { framework: Sees::ANSWER, ours: None },
    stop_late_ask: Sees::errors("ActorNotRunning", KvError::Stopped),
    stop_dead_ask: Sees::errors("ActorNotRunning", KvError::Stopped),
    stop_dead_tell: Sees::errors("ActorNotRunning", KvError::Stopped),
    stop_without_drain: HastyStop::NoCall,
    handles_dropped: EveryHandleDropped::EndsWhenDrained,
    timer_and_handles_dropped: EveryHandleDropped::EndsWhenDrained,
    kill: HowKilled::AtNextAwait,
    kill_queue: Queue::Lost,
    kill_running_ask: Sees::errors("ActorStopped", KvError::ReplyLost),
    kill_queued_ask: Sees::errors("ActorNotRunning", KvError::Stopped),
    panic_ask: Sees::errors("ActorStopped", KvError::ReplyLost),
    panic_queued_ask: Sees::errors("ActorNotRunning", KvError::Stopped),
    panic_queue: Queue::Lost,
    panic_dead_ask: Sees::errors("ActorNotRunning", KvError::Stopped),
    death_notice: Notice::Says("ActorStopReason::Panicked"),
    restart: Restart::AfterPanic,
    restart_state: Kept::Lost,
    restart_queue: Queue::Done,
    restart_queued_ask: Sees { framework: Sees::ANSWER, ours: None },
    restart_handle: Kept::Kept,
    restart_name: Kept::Lost,
    home: Home::Runtime,
    blocking: Blocking::OneWorker,
    timer: Timer::BetweenMessages,
    names: Names::Registry { taken: "NameAlreadyRegistered" },
    name_of_dead: NameOfDead::Free,
    named_and_handles_dropped: EveryHandleDropped::RunsForEver,
    stuck: Stuck::Backlog,
};
