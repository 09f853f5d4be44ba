//! ractor by itself, for the table of behaviours: its own mailbox, its own supervision, its own errors.

mod factory;

use std::sync::Arc;
use std::time::Duration;

use kv_core::{KvError, TestGate};
use ractor::rpc::CallResult;
use ractor::{
    ActorProcessingErr, ActorRef, ActorStatus, MessagingErr, RpcReplyPort, SpawnErr, SupervisionEvent,
    registry,
};

use crate::{
    Alive, AskSent, Behaviours, Blocking, Capacity, DefaultMailbox, DroppedAsk, DroppedTell, Ends, Entry,
    EveryHandleDropped, FullTell, Gets, HastyStop, Home, HowKilled, InPool, Job, Journal, Kept, MailboxBound,
    NameOfDead, Names, Native, NativeActor, Notice, Order, Parent, Passed, Plan, Queue, Reentrancy,
    ReplyDropped, Restart, Said, Sees, Spawns, Stopped, Stuck, Timer, Wait, Waiting, Waits, Worker,
};

pub use factory::Factory;

/// ractor, with nothing added.
#[derive(Debug)]
pub struct Ractor;

/// An actor's address.
#[derive(Clone, Debug)]
pub struct Actor(ActorRef<Message>);

impl Native for Ractor {
    const BEHAVIOURS: Behaviours = BEHAVIOURS;

    type Backend = kv_ractor::Ractor;
    type Pool = Factory;
}

impl Spawns for Ractor {
    const NAME: &'static str = "ractor";
    type Actor = Actor;

    async fn spawn(plan: Plan) -> Result<Actor, Said> {
        // An actor has no bound, and a supervisor hears of a death and restarts nothing.
        if matches!(plan.mailbox, Capacity::Exactly(_)) || plan.parent == Parent::Restarts {
            return Err(Said::NO_SUCH_CALL);
        }
        if plan.parent == Parent::Watches {
            let (watcher, _) =
                ractor::Actor::spawn(None, Watcher, plan.journal.clone()).await.map_err(not_spawned)?;
            let arguments = (plan.journal, plan.timer);
            let child =
                ractor::Actor::spawn_linked(plan.name, Player(plan.last), arguments, watcher.get_cell())
                    .await;
            return Ok(Actor(child.map_err(not_spawned)?.0));
        }
        // ANCHOR: spawn
        let (actor, _) = ractor::Actor::spawn(plan.name, Player(plan.last), (plan.journal, plan.timer))
            .await
            .map_err(not_spawned)?;
        // ANCHOR_END: spawn
        Ok(Actor(actor))
    }
}

/// The behavior. Its field is the gate that the actor passes in its last hook.
struct Player(Option<TestGate>);

/// The messages. Public because the address is.
#[derive(Debug)]
pub enum Message {
    /// A job whose asker waits for the reply.
    Ask(Job, RpcReplyPort<Arc<u64>>),
    /// A job without a reply.
    Tell(Job),
    /// A tick of the timer.
    Tick,
}

impl ractor::Actor for Player {
    type Msg = Message;
    type State = Worker;
    type Arguments = (Journal, Option<Duration>);

    async fn pre_start(
        &self,
        myself: ActorRef<Message>,
        (journal, timer): Self::Arguments,
    ) -> Result<Worker, ActorProcessingErr> {
        if let Some(period) = timer {
            myself.send_interval(period, || Message::Tick);
        }
        Ok(Worker::new(journal))
    }

    async fn handle(
        &self,
        myself: ActorRef<Message>,
        message: Message,
        worker: &mut Worker,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            Message::Ask(job @ Job::HandOn(..), reply) => {
                let wait = worker.hand_on(job);
                tokio::spawn(async move { reply.send(wait.await) });
            }
            Message::Ask(job, reply) => {
                let _ = reply.send(worker.handle(job).await);
            }
            Message::Tell(Job::Stop) => myself.stop(None),
            Message::Tell(job) => {
                worker.handle(job).await;
            }
            Message::Tick => worker.tick(),
        }
        Ok(())
    }

    async fn post_stop(&self, _: ActorRef<Message>, _: &mut Worker) -> Result<(), ActorProcessingErr> {
        if let Some(last) = &self.0 {
            last.pass().await;
        }
        Ok(())
    }
}

/// A supervisor, which ractor tells of its child's death.
struct Watcher;

impl ractor::Actor for Watcher {
    type Msg = ();
    type State = Journal;
    type Arguments = Journal;

    async fn pre_start(&self, _: ActorRef<()>, journal: Journal) -> Result<Journal, ActorProcessingErr> {
        Ok(journal)
    }

    async fn handle_supervisor_evt(
        &self,
        _: ActorRef<()>,
        event: SupervisionEvent,
        journal: &mut Journal,
    ) -> Result<(), ActorProcessingErr> {
        if let SupervisionEvent::ActorFailed(..) = event {
            journal.record(Entry::Noticed("SupervisionEvent::ActorFailed"));
        }
        Ok(())
    }
}

impl NativeActor for Actor {
    async fn tell(&self, job: Job) -> Result<(), Said> {
        self.try_tell(job)
    }

    fn try_tell(&self, job: Job) -> Result<(), Said> {
        self.0.cast(Message::Tell(job)).map_err(said)
    }

    // ANCHOR: ask
    async fn ask(&self, job: Job) -> Result<u64, Said> {
        answer(self.0.call(|reply| Message::Ask(job, reply), None).await.map_err(said)?)
    }
    // ANCHOR_END: ask

    async fn stop(&self) {
        let _ = self.0.drain();
    }

    fn stop_without_drain(&self) -> bool {
        self.0.stop(None);
        true
    }

    fn kill(&self) -> bool {
        self.0.kill();
        true
    }

    // ANCHOR: find
    async fn find(&self, name: &str) -> Option<Self> {
        Some(Self(registry::where_is(name)?.into()))
    }
    // ANCHOR_END: find

    fn ends(&self) -> Vec<(&'static str, Wait)> {
        let actor = self.0.clone();
        let wait = async move { actor.wait(None).await.unwrap_or_default() };
        vec![("wait", Box::pin(wait))]
    }

    fn alive(&self) -> Option<bool> {
        Some(alive(self.0.get_status()))
    }
}

/// A status before `Stopping` is that of an actor that handles its messages.
fn alive(status: ActorStatus) -> bool {
    status < ActorStatus::Stopping
}

fn answer(result: CallResult<Arc<u64>>) -> Result<u64, Said> {
    match result {
        CallResult::Success(done) => Ok(*done),
        CallResult::SenderError => Err(Said("SenderError")),
        CallResult::Timeout => Err(Said("Timeout")),
    }
}

fn said<M>(error: MessagingErr<M>) -> Said {
    Said(match error {
        MessagingErr::SendErr(_) => "SendErr",
        MessagingErr::ChannelClosed => "ChannelClosed",
        MessagingErr::InvalidActorType => "InvalidActorType",
    })
}

fn not_spawned(error: SpawnErr) -> Said {
    Said(match error {
        SpawnErr::StartupFailed(_) => "StartupFailed",
        SpawnErr::ActorAlreadyStarted => "ActorAlreadyStarted",
        SpawnErr::ActorAlreadyRegistered(_) => "ActorAlreadyRegistered",
    })
}

const BEHAVIOURS: Behaviours = Behaviours {
    default_mailbox: DefaultMailbox::Unbounded,
    bound: InPool::and(MailboxBound::NoSetting, "Factory", MailboxBound::IfAwaited),
    bound_passed: Passed::NoCall,
    tell_when_full: InPool::and(FullTell::NeverFull, "Factory", FullTell::GivenBack),
    try_tell_when_full: Sees::errors("it is never full", KvError::Overloaded),
    tell_dropped: DroppedTell::NeverWaits,
    ask_sent: AskSent::FirstPoll,
    ask_dropped: DroppedAsk::StillDone,
    reply_dropped: ReplyDropped::Dropped,
    reentrant: Reentrancy::OneByOne,
    order_of_one: Order::AsSent,
    order_of_two: Order::AsSent,
    order_of_wave: Order::AsSent,
    stop_queue: Queue::Done,
    stop_queued_ask: Sees::but_ours_answers(Sees::ANSWER),
    stop_late_ask: Sees::errors("SendErr", KvError::Stopped),
    stop_dead_ask: Sees::errors("SendErr", KvError::Stopped),
    stop_dead_tell: Sees::errors("SendErr", KvError::Stopped),
    stop_dead_try_tell: Sees::errors("SendErr", KvError::Stopped),
    stop_waiting: Waiting::FinishedFirst,
    stop_handed_on: Waiting::Outlives,
    stop_itself: Queue::Lost,
    stop_without_drain: HastyStop::LosesInSilence,
    wait_for_end: Ends::one("wait", Waits::AfterHook),
    handles_dropped: EveryHandleDropped::RunsForEver,
    timer_and_handles_dropped: EveryHandleDropped::RunsForEver,
    kill: HowKilled::AtNextAwait,
    kill_queue: Queue::Lost,
    kill_running_ask: Sees::errors("SenderError", KvError::ReplyLost),
    kill_queued_ask: Sees::errors("SenderError", KvError::ReplyLost),
    panic_ask: Sees::errors("SenderError", KvError::ReplyLost),
    panic_queued_ask: Sees::errors("SenderError", KvError::ReplyLost),
    panic_queue: Queue::Lost,
    panic_alive: InPool::and(Alive::Gone, "Factory", Alive::AliveAndWell),
    panic_dead_ask: Sees::errors("SendErr", KvError::Stopped),
    death_notice: Notice::Says("SupervisionEvent::ActorFailed"),
    restart: InPool::and(Restart::NoCall, "Factory", Restart::AfterPanic),
    restart_stopped: InPool::and(Stopped::NoCall, "Factory", Stopped::Ends),
    restart_state: InPool::and(Kept::NoCall, "Factory", Kept::Lost),
    restart_queue: InPool::and(Queue::NoCall, "Factory", Queue::Done),
    restart_queued_ask: Sees::errors("no such call", KvError::ReplyLost).in_pool("Factory", Sees::ANSWER),
    restart_queued_ask_of_parent: Gets::NoCall,
    restart_handle: InPool::and(Kept::NoCall, "Factory", Kept::Kept),
    restart_name: InPool::and(Kept::NoCall, "Factory", Kept::Kept),
    home: InPool::and(Home::Runtime, "Factory", Home::Runtime),
    blocking: InPool::and(Blocking::OneWorker, "Factory", Blocking::OneWorker),
    timer: Timer::AfterQueue,
    names: Names::Registry { taken: "ActorAlreadyRegistered" },
    name_of_dead: NameOfDead::Free,
    named_and_handles_dropped: EveryHandleDropped::RunsForEver,
    stuck: InPool::and(Stuck::Nothing, "Factory", Stuck::Replaced),
};
