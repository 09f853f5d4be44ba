//! ractor by itself, for the table of behaviours: its own mailbox, its own supervision, its own errors.

use std::time::Duration;

use kv_core::KvError;
use ractor::rpc::CallResult;
use ractor::{
    ActorProcessingErr, ActorRef, MessagingErr, RpcReplyPort, SpawnErr, SupervisionEvent, registry,
};

use crate::{
    AskSent, Behaviours, Blocking, Capacity, DefaultMailbox, DroppedAsk, DroppedTell, Entry,
    EveryHandleDropped, FullTell, HastyStop, Home, HowKilled, Job, Journal, Kept, MailboxBound, NameOfDead,
    Names, Native, NativeActor, Notice, Order, Parent, Plan, Queue, Reentrancy, Restart, Said, Sees, Stuck,
    Timer, Worker,
};

/// ractor, with nothing added.
#[derive(Debug)]
pub struct Ractor;

/// An actor's address.
#[derive(Clone, Debug)]
pub struct Actor {
    actor: ActorRef<Message>,
    parent: Option<ActorRef<WhoIsIt>>,
}

impl Native for Ractor {
    const NAME: &'static str = "ractor";
    const BEHAVIOURS: Behaviours = BEHAVIOURS;

    type Backend = kv_ractor::Ractor;
    type Actor = Actor;

    async fn spawn(plan: Plan) -> Result<Actor, Said> {
        if let Capacity::Exactly(_) = plan.mailbox {
            return Err(Said::NO_SUCH_CALL);
        }
        if plan.parent == Parent::None {
            // ANCHOR: spawn
            let (actor, _) = ractor::Actor::spawn(plan.name, Player, (plan.journal, plan.timer))
                .await
                .map_err(not_spawned)?;
            return Ok(Actor { actor, parent: None });
            // ANCHOR_END: spawn
        }
        let (parent, _) = ractor::Actor::spawn(None, Family, plan).await.map_err(not_spawned)?;
        let actor = ractor::call!(parent, WhoIsIt).map_err(|_| Said("no child"))?;
        Ok(Actor { actor, parent: Some(parent) })
    }
}

struct Player;

enum Message {
    Ask(Job, RpcReplyPort<u64>),
    Tell(Job),
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
        _: ActorRef<Message>,
        message: Message,
        worker: &mut Worker,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            Message::Ask(job, reply) => {
                let _ = reply.send(worker.handle(job).await);
            }
            Message::Tell(job) => {
                worker.handle(job).await;
            }
            Message::Tick => worker.tick(),
        }
        Ok(())
    }
}

/// A parent. ractor tells it of its child's death; a restart is for it to do.
struct Family;

/// Asks a parent for the child of the moment.
struct WhoIsIt(RpcReplyPort<ActorRef<Message>>);

impl Family {
    async fn start(myself: &ActorRef<WhoIsIt>, plan: &Plan) -> Result<ActorRef<Message>, ActorProcessingErr> {
        let arguments = (plan.journal.clone(), plan.timer);
        let parent = myself.get_cell();
        let (child, _) = ractor::Actor::spawn_linked(plan.name.clone(), Player, arguments, parent).await?;
        Ok(child)
    }
}

impl ractor::Actor for Family {
    type Msg = WhoIsIt;
    type State = (Plan, ActorRef<Message>);
    type Arguments = Plan;

    async fn pre_start(
        &self,
        myself: ActorRef<WhoIsIt>,
        plan: Plan,
    ) -> Result<Self::State, ActorProcessingErr> {
        let child = Self::start(&myself, &plan).await?;
        Ok((plan, child))
    }

    async fn handle(
        &self,
        _: ActorRef<WhoIsIt>,
        WhoIsIt(reply): WhoIsIt,
        (_, child): &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        let _ = reply.send(child.clone());
        Ok(())
    }

    async fn handle_supervisor_evt(
        &self,
        myself: ActorRef<WhoIsIt>,
        event: SupervisionEvent,
        (plan, child): &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        if let SupervisionEvent::ActorFailed(..) = event {
            plan.journal.record(Entry::Noticed("SupervisionEvent::ActorFailed"));
            if plan.parent == Parent::Restarts {
                *child = Self::start(&myself, plan).await?;
            }
        }
        Ok(())
    }
}

impl NativeActor for Actor {
    async fn tell(&self, job: Job) -> Result<(), Said> {
        self.try_tell(job)
    }

    fn try_tell(&self, job: Job) -> Result<(), Said> {
        self.actor.cast(Message::Tell(job)).map_err(said)
    }

    // ANCHOR: ask
    async fn ask(&self, job: Job) -> Result<u64, Said> {
        match self.actor.call(|reply| Message::Ask(job, reply), None).await.map_err(said)? {
            CallResult::Success(answer) => Ok(answer),
            CallResult::SenderError => Err(Said("SenderError")),
            CallResult::Timeout => Err(Said("Timeout")),
        }
    }
    // ANCHOR_END: ask

    async fn stop(&self) {
        let _ = self.actor.drain();
    }

    fn stop_without_drain(&self) -> bool {
        self.actor.stop(None);
        true
    }

    fn kill(&self) -> bool {
        self.actor.kill();
        true
    }

    // ANCHOR: find
    async fn find(&self, name: &str) -> Option<Self> {
        Some(Self { actor: registry::where_is(name)?.into(), parent: None })
    }
    // ANCHOR_END: find

    async fn successor(&self) -> Self {
        let Some(parent) = &self.parent else { return self.clone() };
        let actor = ractor::call!(parent, WhoIsIt).unwrap_or_else(|_| self.actor.clone());
        Self { actor, parent: Some(parent.clone()) }
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
    bound: MailboxBound::NoSetting,
    tell_when_full: FullTell::NeverFull,
    try_tell_when_full: Sees::errors("it is never full", KvError::Overloaded),
    tell_dropped: DroppedTell::NeverWaits,
    ask_sent: AskSent::FirstPoll,
    ask_dropped: DroppedAsk::StillDone,
    reentrant: Reentrancy::OneByOne,
    order_of_one: Order::AsSent,
    order_of_two: Order::AsSent,
    order_of_wave: Order::AsSent,
    stop_queue: Queue::Done,
    stop_queued_ask: Sees { framework: Sees::ANSWER, ours: None },
    stop_late_ask: Sees::errors("SendErr", KvError::Stopped),
    stop_dead_ask: Sees::errors("SendErr", KvError::Stopped),
    stop_dead_tell: Sees::errors("SendErr", KvError::Stopped),
    stop_without_drain: HastyStop::LosesInSilence,
    handles_dropped: EveryHandleDropped::RunsForEver,
    timer_and_handles_dropped: EveryHandleDropped::RunsForEver,
    kill: HowKilled::AtNextAwait,
    kill_queue: Queue::Lost,
    kill_running_ask: Sees::errors("SenderError", KvError::ReplyLost),
    kill_queued_ask: Sees::errors("SenderError", KvError::ReplyLost),
    panic_ask: Sees::errors("SenderError", KvError::ReplyLost),
    panic_queued_ask: Sees::errors("SenderError", KvError::ReplyLost),
    panic_queue: Queue::Lost,
    panic_dead_ask: Sees::errors("SendErr", KvError::Stopped),
    death_notice: Notice::Says("SupervisionEvent::ActorFailed"),
    restart: Restart::AfterPanic,
    restart_state: Kept::Lost,
    restart_queue: Queue::Lost,
    restart_queued_ask: Sees { framework: "SenderError", ours: Some(KvError::ReplyLost) },
    restart_handle: Kept::Lost,
    restart_name: Kept::Kept,
    home: Home::Runtime,
    blocking: Blocking::OneWorker,
    timer: Timer::AfterQueue,
    names: Names::Registry { taken: "ActorAlreadyRegistered" },
    name_of_dead: NameOfDead::Free,
    named_and_handles_dropped: EveryHandleDropped::RunsForEver,
    stuck: Stuck::Nothing,
};
