//! kameo by itself, for the table of behaviours: its own mailbox, its own supervision, its own errors.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use kameo::actor::{ActorId, ActorRef, Spawn, WeakActorRef};
use kameo::error::{ActorStopReason, Infallible, RegistryError, SendError};
use kameo::mailbox::{MailboxReceiver, Signal, bounded};
use kameo::message::{BoxMessage, Context, Message};
use kameo::reply::DelegatedReply;
use kv_core::{KvError, TestGate};
use tokio::time::{Interval, interval};

use crate::{
    Alive, AskSent, Behaviours, Blocking, Capacity, DefaultMailbox, DroppedAsk, DroppedTell, Ends, Entry,
    EveryHandleDropped, FullTell, Gets, HastyStop, Home, HowKilled, InPool, Job, Journal, Kept, MailboxBound,
    NameOfDead, Names, Native, NativeActor, NoPool, Notice, Order, Parent, Passed, Plan, Queue, Reentrancy,
    ReplyDropped, Restart, Said, Sees, Spawns, Stopped, Stuck, Timer, Wait, Waiting, Waits, Worker,
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
    const BEHAVIOURS: Behaviours = BEHAVIOURS;

    type Backend = kv_kameo::Kameo;
    type Pool = NoPool;
}

impl Spawns for Kameo {
    const NAME: &'static str = "kameo";
    type Actor = Actor;

    async fn spawn(plan: Plan) -> Result<Actor, Said> {
        let watcher = (plan.parent != Parent::None).then(|| Watcher::spawn(Watcher(plan.journal.clone())));
        let args = (plan.journal, plan.timer, plan.last, plan.child);
        let actor = match (&watcher, plan.mailbox) {
            (Some(watcher), _) if plan.parent == Parent::Restarts => {
                // With kameo's default policy, which is `RestartPolicy::Permanent`.
                Player::supervise(watcher, args).spawn().await
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
    last: Option<TestGate>,
}

impl kameo::Actor for Player {
    type Args = (Journal, Option<Duration>, Option<TestGate>, Option<TestGate>);
    type Error = Infallible;

    async fn on_start(
        (journal, timer, last, child): Self::Args,
        myself: ActorRef<Self>,
    ) -> Result<Self, Infallible> {
        if let Some(gate) = child {
            Child::supervise(&myself, gate).spawn().await;
        }
        Ok(Self { worker: Worker::new(journal), timer: timer.map(interval), last })
    }

    async fn on_stop(&mut self, _: WeakActorRef<Self>, _: ActorStopReason) -> Result<(), Infallible> {
        if let Some(last) = &self.last {
            last.pass().await;
        }
        Ok(())
    }

    async fn on_undelivered(
        &mut self,
        _: ActorStopReason,
        undelivered: Vec<BoxMessage<Self>>,
    ) -> Result<(), Infallible> {
        for message in undelivered {
            if let Ok(job) = message.as_any().downcast::<Job>() {
                self.worker.leave(*job);
            }
        }
        Ok(())
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
    type Reply = Arc<u64>;

    async fn handle(&mut self, job: Job, ctx: &mut Context<Self, Arc<u64>>) -> Arc<u64> {
        if let Job::Stop = job {
            ctx.stop();
        }
        self.worker.handle(job).await
    }
}

/// A job whose wait is handed on, which in kameo takes a message with a reply of another type.
struct HandOn(Job);

impl Message<HandOn> for Player {
    type Reply = DelegatedReply<Arc<u64>>;

    async fn handle(
        &mut self,
        HandOn(job): HandOn,
        ctx: &mut Context<Self, Self::Reply>,
    ) -> DelegatedReply<Arc<u64>> {
        ctx.spawn(self.worker.hand_on(job))
    }
}

/// A child of a player, whose start waits at a gate. Until then it does not hear that it is to end.
struct Child;

impl kameo::Actor for Child {
    type Args = TestGate;
    type Error = Infallible;

    async fn on_start(gate: TestGate, _: ActorRef<Self>) -> Result<Self, Infallible> {
        gate.pass().await;
        Ok(Self)
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
        self.actor.ask(job).send().await.map(|done| *done).map_err(said)
    }
    // ANCHOR_END: ask

    async fn ask_to_hand_on(&self, job: Job) -> Result<u64, Said> {
        self.actor.ask(HandOn(job)).send().await.map(|done| *done).map_err(said)
    }

    async fn stop(&self) {
        let _ = self.actor.stop_gracefully().await;
    }

    fn kill(&self) -> bool {
        self.actor.kill();
        true
    }

    fn ends(&self) -> Vec<(&'static str, Wait)> {
        let (closed, stopped) = (self.actor.clone(), self.actor.clone());
        vec![
            ("wait_for_shutdown", Box::pin(async move { closed.wait_for_shutdown().await })),
            (
                "wait_for_shutdown_result",
                Box::pin(async move {
                    let _ = stopped.wait_for_shutdown_result().await;
                }),
            ),
        ]
    }

    fn alive(&self) -> Option<bool> {
        Some(self.actor.is_alive())
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
    bound: InPool::no(MailboxBound::Exact),
    bound_passed: Passed::NoCall,
    tell_when_full: InPool::no(FullTell::Waits),
    try_tell_when_full: Sees::errors("MailboxFull", KvError::Overloaded),
    tell_dropped: DroppedTell::NotSent,
    ask_sent: AskSent::FirstPoll,
    ask_dropped: DroppedAsk::StillDone,
    reply_dropped: ReplyDropped::Dropped,
    reentrant: Reentrancy::OneByOne,
    order_of_one: Order::AsSent,
    order_of_two: Order::AsSent,
    order_of_wave: Order::AsSentWithinBudget,
    stop_queue: Queue::Done,
    stop_queued_ask: Sees::but_ours_answers(Sees::ANSWER),
    stop_late_ask: Sees::errors("ActorNotRunning", KvError::Stopped),
    stop_dead_ask: Sees::errors("ActorNotRunning", KvError::Stopped),
    stop_dead_tell: Sees::errors("ActorNotRunning", KvError::Stopped),
    stop_dead_try_tell: Sees::errors("ActorNotRunning", KvError::Stopped),
    stop_waiting: Waiting::FinishedFirst,
    stop_handed_on: Waiting::Outlives,
    stop_itself: Queue::Hook,
    stop_without_drain: HastyStop::NoCall,
    wait_for_end: Ends([
        Some(("wait_for_shutdown", Waits::BeforeHook)),
        Some(("wait_for_shutdown_result", Waits::AfterHook)),
    ]),
    handles_dropped: EveryHandleDropped::EndsWhenDrained,
    timer_and_handles_dropped: EveryHandleDropped::EndsWhenDrained,
    kill: HowKilled::AtNextAwait,
    kill_queue: Queue::Hook,
    kill_running_ask: Sees::errors("ActorStopped", KvError::ReplyLost),
    kill_queued_ask: Sees::errors("ActorNotRunning", KvError::Stopped),
    panic_ask: Sees::errors("ActorStopped", KvError::ReplyLost),
    panic_queued_ask: Sees::errors("ActorNotRunning", KvError::Stopped),
    panic_queue: Queue::Hook,
    panic_alive: InPool::no(Alive::Gone),
    panic_dead_ask: Sees::errors("ActorNotRunning", KvError::Stopped),
    death_notice: Notice::Says("ActorStopReason::Panicked"),
    restart: InPool::no(Restart::AfterBoth),
    restart_stopped: InPool::no(Stopped::AgainDeaf),
    restart_state: InPool::no(Kept::Lost),
    restart_queue: InPool::no(Queue::Done),
    restart_queued_ask: Sees::but_ours_answers(Sees::ANSWER),
    restart_queued_ask_of_parent: Gets::Says("ActorRestarting"),
    restart_handle: InPool::no(Kept::Kept),
    restart_name: InPool::no(Kept::Lost),
    home: InPool::no(Home::Runtime),
    blocking: InPool::no(Blocking::OneWorker),
    timer: Timer::BetweenMessages,
    names: Names::Registry { taken: "NameAlreadyRegistered" },
    name_of_dead: NameOfDead::Free,
    named_and_handles_dropped: EveryHandleDropped::RunsForEver,
    stuck: InPool::no(Stuck::Backlog),
};
